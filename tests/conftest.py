"""Real servers for every test that asks for them, started once a session and only if asked for.

The settings are read before any fixture runs, so the home and the addresses are decided
here, at import; the servers behind them start with the first test that needs one.
Tests use the database as the application's role, exactly as the service does.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import psycopg
import pytest
from django.db import connection, connections

from annotator.supervisor import postgres, valkey
from annotator.supervisor.home import Home
from tests.support.scratch import scratch_log
from tests.support.servers import migrate, running_postgres, running_valkey

HOME = Home(Path(tempfile.mkdtemp(prefix="palimpsest-tests-", dir="/tmp")))
HOME.path.chmod(0o711)  # when root runs the tests, the database's user has to pass
HOME.prepare()
SERVER = postgres.locate(HOME, os.environ.get("PG_BINDIR", ""))

os.environ.update(
    DJANGO_SETTINGS_MODULE="annotator.config.settings",
    PALIMPSEST_HOME=str(HOME.path),
    PALIMPSEST_PROCESS="web",
    DATABASE_URL=SERVER.url("palimpsest_app"),
    DATABASE_OWNER_URL=SERVER.url("palimpsest_owner"),
    REDIS_URL=valkey.url(HOME),
)


django.setup()
# Workers of a run side by side inherit the environment, and must read the settings anew with a home of their own.
del os.environ["DJANGO_SETTINGS_MODULE"]


# What is quick to tell comes first; a browser leaves a running event loop behind, so it comes late.
ORDER = ("unit", "property", "integration", "e2e", "faults")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        room = item.path.relative_to(Path(__file__).parent).parts[0]
        return ORDER.index(room) if room in ORDER else len(ORDER)

    items.sort(key=rank)


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME.path, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """A PostgreSQL server of the session, with the roles of the service and no tables yet."""
    with running_postgres(HOME) as server:
        yield server


@pytest.fixture
def scratch(postgres_server: postgres.Postgres) -> Iterator[str]:
    """The address of a log in a database of its own, which the test may spoil."""
    with scratch_log(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """The address of a Valkey server of the session; the settings name the same one."""
    with running_valkey(HOME) as url:
        yield url


@pytest.fixture(scope="session")
def django_db_setup(postgres_server: postgres.Postgres) -> Iterator[None]:
    """The service's tables, made by the owner; replaces pytest-django's own test database."""
    migrate(postgres_server)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.TransactionTestCase._fixture_teardown", _clear_tables)
        yield
    for each in connections.all():
        each.close()
        each.close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def owner_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A connection as the tables' owner, for tests of what the application may not do; autocommit."""
    with psycopg.connect(SERVER.url("palimpsest_owner"), autocommit=True) as connection:
        yield connection


def _clear_tables(_: object) -> None:
    """Empties Django's tables after a test that committed; the application itself may not truncate.

    The log stays, as logs do: tests keep apart by using projects of their own.
    """
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    connection.close()
    if names := [f'"{name}"' for name in tables if name not in kept]:
        with psycopg.connect(SERVER.url("palimpsest_owner"), autocommit=True) as owner:
            owner.execute(f"TRUNCATE {', '.join(names)}".encode())
