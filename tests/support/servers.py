"""Real servers for the tests: the PostgreSQL and Valkey that the service runs, in a home of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotator.supervisor import postgres, process, valkey
from annotator.supervisor.home import Home

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running_postgres(home: Home) -> Iterator[postgres.Postgres]:
    """A new database server, stopped at the end."""
    server = postgres.locate(home, os.environ.get("PG_BINDIR", ""))
    postgres.make_ready(server)
    program = server.program()
    child = process.start(program)
    try:
        assert process.wait_until(lambda: postgres.is_ready(server, child.pid), seconds=30), (
            server.log.read_text()
        )
        yield server
    finally:
        process.stop(child, program)


@contextmanager
def running_valkey(home: Home) -> Iterator[str]:
    """A new broker, stopped at the end; yields its address."""
    server = valkey.find_server()
    assert server, "there is no Valkey for this machine"
    program = valkey.program(server, home)
    child = process.start(program)
    try:
        assert process.wait_until(lambda: valkey.is_ready(home), seconds=10), program.log.read_text()
        yield valkey.url(home)
    finally:
        process.stop(child, program)


def migrate(server: postgres.Postgres) -> None:
    """Lays the tables down as the owner of the database, by the command that `make run` uses."""
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    environment = {
        **os.environ,
        "PALIMPSEST_PROCESS": "owner",
        "DATABASE_URL": server.url("palimpsest_app"),
        "DATABASE_OWNER_URL": server.url("palimpsest_owner"),
    }
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
