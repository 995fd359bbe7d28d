"""The partitions of the log: how full they are, and how one that has grown too big becomes several.

Events lie in partitions by a hash of their project, so a project never spans two. Of a hash partitioned table each
partition may have a modulus of its own, as long as it divides the others': so one partition is split, and the rest is
left alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

TABLES = ("event", "content")


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition, with its size in bytes, indexes included, and about how many rows it has."""

    name: str
    modulus: int
    remainder: int
    bytes: int
    rows: int
    guarded: bool


class NotAPartition(Exception):
    """There is no such partition of the log or its contents."""


def partitions(table: str = "event") -> list[Partition]:
    """Of ``es.event`` or ``es.content``; the biggest first."""
    sql = """SELECT c.relname, pg_get_expr(c.relpartbound, c.oid), pg_total_relation_size(c.oid),
                    greatest(c.reltuples, 0)::bigint,
                    EXISTS (SELECT FROM pg_trigger t
                             WHERE t.tgrelid = c.oid AND t.tgname = 'immutable' AND t.tgenabled = 'A')
               FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              WHERE i.inhparent = %s::regclass ORDER BY 3 DESC, 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"es.{table}"])
        return [
            Partition(name, *_bounds(bounds), size, rows, guarded)
            for name, bounds, size, rows, guarded in cursor.fetchall()
        ]


def split(name: str, *, into: int) -> list[Partition]:
    """Replace one partition by ``into`` smaller ones, as whoever owns the tables; appends to it wait meanwhile.

    All or nothing; a partition of events is guarded like the one before.

    Raises:
        NotAPartition
    """
    table, old = _known(name)
    modulus = old.modulus * into
    made = [f"{table}_{modulus}_{old.remainder + old.modulus * n}" for n in range(into)]
    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(_columns(cursor, table))
        cursor.execute(f"LOCK TABLE es.{table} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"ALTER TABLE es.{table} DETACH PARTITION es.{name}")
        for n, each in enumerate(made):
            cursor.execute(
                f"""CREATE TABLE es.{each} PARTITION OF es.{table}
                    FOR VALUES WITH (MODULUS {modulus}, REMAINDER {old.remainder + old.modulus * n})"""
            )
            cursor.execute(f"GRANT SELECT ON es.{each} TO palimpsest_app")
        cursor.execute(f"INSERT INTO es.{table} ({columns}) SELECT {columns} FROM es.{name}")
        if old.guarded:
            for each in made:
                cursor.execute("SELECT es.guard(%s::regclass)", [f"es.{each}"])
        cursor.execute(f"DROP TABLE es.{name}")
    with connection.cursor() as cursor:
        for each in made:
            cursor.execute(f"ANALYZE es.{each}")
    return [each for each in partitions(table) if each.name in made]


def _known(name: str) -> tuple[str, Partition]:
    for table in TABLES:
        for each in partitions(table):
            if each.name == name:
                return table, each
    raise NotAPartition(name)


def _columns(cursor: Any, table: str) -> Sequence[str]:
    """Those that are stored as given; the others follow from them."""
    cursor.execute(
        """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
              AND NOT attisdropped AND attgenerated = '' ORDER BY attnum""",
        [f"es.{table}"],
    )
    return [name for (name,) in cursor.fetchall()]


def _bounds(text: str) -> tuple[int, int]:
    modulus, remainder = re.findall(r"\d+", text)
    return int(modulus), int(remainder)
