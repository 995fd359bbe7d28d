"""A log in a database of its own, which a test may spoil."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import uuid_utils.compat as uuid_utils

from annotator.supervisor.postgres import Postgres
from events.request import Request
from events.values import NewCommand
from tests.integration.events.notebook import CATALOG

ROOT = Path(__file__).resolve().parents[2]
SQL = ROOT / "events/sql"
ME = uuid_utils.uuid7()


@contextmanager
def scratch_log(server: Postgres) -> Iterator[str]:
    """The address, for the owner of the tables, of a new database with nothing but a log in it."""
    name = f"scratch_{uuid_utils.uuid7().hex}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as ruler:
        ruler.execute(f"CREATE DATABASE {name} OWNER palimpsest_owner".encode())
        url = urlunsplit(urlsplit(server.url("palimpsest_owner"))._replace(path=f"/{name}"))
        lay_down(url)
        yield url
        ruler.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def lay_down(url: str) -> None:
    """The log's tables and functions, without anything of the service."""
    with psycopg.connect(url, autocommit=True) as owner:
        for name in importlib.import_module("events.migrations.0001_initial").FILES:
            owner.execute((SQL / f"{name}.sql").read_bytes())


def write(connection: psycopg.Connection, command: NewCommand) -> int:
    """Append a command's events to what is there; the position of the first."""
    request = Request.of(CATALOG, [command], {command.on: None})
    statement, values = request.statement(command.on.project, ME, None, ())
    row = connection.execute(statement.replace("%b", "%s").encode(), values).fetchone()
    assert row
    answer = json.loads(row[0])
    assert answer["status"] == "ok", answer
    return int(answer["first"][0])


def manage(url: str, *arguments: str) -> tuple[int, str]:
    """Exit code and words of a command that the owner of the tables gives."""
    environment = {
        **os.environ,
        "PALIMPSEST_PROCESS": "owner",
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
    }
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def breaks(url: str, project: UUID) -> Sequence[object]:
    """What is wrong with a log's chain."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT * FROM es.verify(%s)", [project]).fetchall()
