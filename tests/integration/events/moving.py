"""Logs on their way: files that were tampered with, a database that a log has never seen, the owner's rights."""

import copy
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from annotator.supervisor.postgres import DATABASE, Postgres
from events.log_file import Manifest, Member, encoded
from events.signing import sign_manifest
from tests.integration.events.tampering import unguarded
from tests.support.servers import ROOT

Members = dict[str, bytes]


def members(data: bytes) -> Members:
    """The files in the zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Members) -> bytes:
    """The zip of these files, whatever they are."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def forged(data: bytes, change: Callable[[Members], None], **fields: object) -> bytes:
    """The same file with other members or manifest, signed as the service would."""
    parts = members(data)
    change(parts)
    manifest = msgspec.json.decode(parts.pop("manifest.json"), type=Manifest)
    parts.pop("manifest.sig")
    files = [Member(name, len(part), hashlib.sha256(part).hexdigest()) for name, part in parts.items()]
    raw = encoded(msgspec.structs.replace(manifest, files=files, **fields))
    signature = msgspec.json.encode(sign_manifest(raw))
    return packed({**parts, "manifest.json": raw, "manifest.sig": signature})


def forget(owner: psycopg.Connection, project: UUID) -> None:
    """As if the project had never been here."""
    with unguarded(owner):
        owner.execute("ALTER TABLE es.chain_checkpoint DISABLE TRIGGER USER")
        for table in (
            "event",
            "stream",
            "command",
            "content",
            "erasure",
            "chain_checkpoint",
            "log",
            "checkpoint",
        ):
            owner.execute(f"DELETE FROM es.{table} WHERE project = %s".encode(), [project])
        owner.execute("SELECT es.guard('es.chain_checkpoint')")


@contextmanager
def as_owner(url: str) -> Iterator[None]:
    """This thread's connection has the rights of the tables' owner."""
    parts = conninfo_to_dict(url)
    settings = copy.deepcopy(connections["default"].settings_dict)
    settings.update(USER=parts["user"], PASSWORD=parts["password"], OPTIONS={"prepare_threshold": 2})
    before = connections["default"]
    connections["default"] = type(before)(settings, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = before


@contextmanager
def another_database(server: Postgres, home: Path) -> Iterator[dict[str, str]]:
    """The environment of a service with a database and a home of its own, on the same server."""
    name = "elsewhere"
    environment = {
        **os.environ,
        "PALIMPSEST_HOME": str(home),
        "DATABASE_URL": server.url("palimpsest_app").replace(f"/{DATABASE}?", f"/{name}?"),
        "DATABASE_OWNER_URL": server.url("palimpsest_owner").replace(f"/{DATABASE}?", f"/{name}?"),
    }
    environment.pop("PALIMPSEST_PROCESS")
    with psycopg.connect(server.url("postgres"), autocommit=True) as superuser:
        superuser.execute(f"CREATE DATABASE {name} OWNER palimpsest_owner".encode())
        try:
            yield environment
        finally:
            superuser.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def manage(environment: dict[str, str], *arguments: str) -> str:
    """What a command prints there."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
