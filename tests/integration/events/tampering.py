"""What the tables' owner can do against the triggers: the faults that `verify` is there to find."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg


@contextmanager
def unguarded(owner: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The log without its triggers, in one transaction that puts them back."""
    with owner.transaction():
        for table in ("es.event", *[f"es.event_{n}" for n in range(16)], "es.stream", "es.log"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        yield owner
        owner.execute("SELECT es.guard(relid) FROM pg_partition_tree('es.event')")
        owner.execute("SELECT es.guard(t::regclass) FROM unnest('{es.log, es.stream}'::text[]) t")


def cut_off(owner: psycopg.Connection, project: UUID, *, after: int) -> None:
    """As a backup that was taken at a position leaves it."""
    with unguarded(owner):
        owner.execute("DELETE FROM es.event WHERE project = %s AND position > %s", [project, after])
        owner.execute("DELETE FROM es.command WHERE project = %s AND last_position > %s", [project, after])
