"""`manage.py doctor`: looks at everything the service stands on, and says how to mend what is wrong."""

import shutil
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from annotator.projections.registry import REGISTRY
from annotator.queries.jobs import worker_seen_seconds
from events.configured import keys
from events.signing import EVENTS, SECONDS, due

OLDEST_SERVER = 15
LITTLE_ROOM = 2**30  # bytes; below it imports are better not begun
WORKER_SILENT = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Finding:
    """`cure` is empty when all is well."""

    subject: str
    what: str
    cure: str = ""


class Command(BaseCommand):
    """Reads only. The exit code is 1 when anything is wrong."""

    help = "Look at servers, roles, versions, disk, page and workers, and say how to mend what is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=list(EXAMINATIONS), help="look at one thing only")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [options["only"]] if options["only"] else list(EXAMINATIONS)
        findings = [finding for name in chosen for finding in _examined(name)]
        for finding in findings:
            sign = "wrong" if finding.cure else "ok"
            self.stdout.write(f"{sign:<6} {finding.subject:<10} {finding.what}")
            if finding.cure:
                self.stdout.write(f"       {'':<10} → {finding.cure}")
        if wrong := sum(bool(finding.cure) for finding in findings):
            raise CommandError(f"{wrong} of {len(findings)} findings need attention.")


def _examined(name: str) -> list[Finding]:
    try:
        return list(EXAMINATIONS[name]())
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        return [
            Finding(
                name,
                f"the database does not answer: {reason}",
                "start it with `make run`, or correct DATABASE_URL",
            )
        ]


def _home() -> Iterator[Finding]:
    home = settings.PALIMPSEST_HOME
    if not home.is_dir():
        yield Finding("home", f"{home} does not exist", "`make run` makes it; PALIMPSEST_HOME names another")
        return
    free = shutil.disk_usage(home).free
    cure = (
        "free some space: imports are refused, and a full disk stops all writing"
        if free < LITTLE_ROOM
        else ""
    )
    yield Finding("home", f"{home}, {free / 2**30:.1f} GB free", cure)


def _page() -> Iterator[Finding]:
    built = (settings.PAGE / "index.html").exists()
    yield Finding(
        "page", "is built" if built else f"is not in {settings.PAGE}", "" if built else "run `make build`"
    )


def _database() -> Iterator[Finding]:
    major, version, encoding = _row(
        "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version'), "
        "current_setting('server_encoding')"
    )
    old = f"PostgreSQL {OLDEST_SERVER} or later is needed" if major < OLDEST_SERVER else ""
    foreign = "make the database anew with ENCODING 'UTF8'" if encoding != "UTF8" else ""
    yield Finding("database", f"PostgreSQL {version}, {encoding}", old or foreign)
    (durable,) = _row("SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'")
    yield Finding(
        "database",
        "writes survive a crash" if durable else "fsync or full_page_writes is off",
        "" if durable else "switch both on: what was acknowledged could be lost",
    )
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(
        "database",
        f"{len(missing)} migrations are missing" if missing else "tables are up to date",
        "run `manage.py prepare`" if missing else "",
    )


def _roles() -> Iterator[Finding]:
    name, mighty = _row("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
    right = name == settings.APPLICATION_ROLE and not mighty
    yield Finding(
        "roles",
        f"the service works as {name}",
        ""
        if right
        else f"grant {settings.APPLICATION_ROLE} to the user of DATABASE_URL, who must be no superuser",
    )
    (may_change,) = _row("SELECT has_table_privilege('es.event', 'UPDATE, DELETE, TRUNCATE')")
    yield Finding(
        "roles",
        "the log could be changed" if may_change else "the log cannot be changed",
        "REVOKE UPDATE, DELETE, TRUNCATE ON es.event" if may_change else "",
    )


def _keys() -> Iterator[Finding]:
    kept = keys()
    current = kept.current_id()
    yield Finding("keys", f"{current} signs the logs" if current else "nothing was signed yet")
    if current and kept.is_exposed():
        yield Finding(
            "keys",
            f"others can read the private key in {kept.folder}",
            "take their rights away (chmod 600), then `manage.py keys rotate`",
        )
    late = due(events=20 * EVENTS, seconds=6 * SECONDS) if current else []
    cure = (
        "`manage.py verify` says whether a log was changed; a worker signs every ten seconds" if late else ""
    )
    yield Finding("keys", f"{len(late)} logs are long unsigned" if late else "logs are signed", cure)


def _broker() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield Finding("broker", "none: workers look for work every second")
        return
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            found = client.info("server")
        yield Finding(
            "broker",
            f"{found.get('server_name', 'redis')} {found.get('valkey_version') or found['redis_version']}",
        )
    except redis.RedisError as error:
        yield Finding(
            "broker",
            f"does not answer: {error}",
            "start it, or correct REDIS_URL; until then work is late, not lost",
        )


def _worker() -> Iterator[Finding]:
    seen = worker_seen_seconds()
    if seen is None:
        yield Finding(
            "worker", "was never seen", "`make run` starts one; else `python -m annotator.config.worker`"
        )
    else:
        silent = (
            "start it: `python -m annotator.config.worker`, and the clock `python -m annotator.config.beat`"
        )
        yield Finding("worker", f"seen {seen:.0f} s ago", silent if seen > WORKER_SILENT else "")


def _projections() -> Iterator[Finding]:
    lags = REGISTRY.lags()
    parked = [lag for lag in lags if lag.parked]
    for lag in parked:
        yield Finding(
            "read model",
            f"{lag.name} of project {lag.project} stopped at {lag.position}: {lag.error}",
            f"mend the cause, then `manage.py rebuild {lag.name}`",
        )
    behind = sum(lag.head - lag.position for lag in lags)
    if not parked:
        yield Finding("read model", f"{len({lag.name for lag in lags})} read models, {behind} events behind")


def _row(query: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


EXAMINATIONS: dict[str, Callable[[], Iterator[Finding]]] = {
    "home": _home,
    "page": _page,
    "database": _database,
    "roles": _roles,
    "keys": _keys,
    "broker": _broker,
    "worker": _worker,
    "read models": _projections,
}
