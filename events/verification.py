"""Is the log what it was? Every break is named with its position."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from events.store import projects
from events.streams import StreamRef

CHUNK = 100_000
"""Events checked at once."""


@dataclass(frozen=True, slots=True)
class Break:
    """Something that is not as it was written, at a position of a project's log."""

    project: UUID
    position: int
    what: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How far a project's chain was checked, and the breaks found since the last report."""

    project: UUID
    position: int
    head: int
    breaks: tuple[Break, ...]


def verify(project: UUID) -> Iterator[Checked]:
    """Check one project's log, with a report each ``CHUNK`` events and one at the end for what is around the chain.

    The chain shows changed, missing, moved and added events. A tail that was cut off shows by commands that are known
    to have written further, and by signed hashes. What is wrong with versions, with the registry of streams and with
    contents is told after the chain.
    """
    with connection.cursor() as cursor:
        head = _head(cursor, project)
        after, known = 0, b""
        while after < head:
            breaks = _chain(cursor, project, after, known)
            after, known = _last(cursor, project, after)
            yield Checked(project, after, head, breaks)
        yield Checked(project, after, head, (*_rest(cursor, project), *_names(cursor, project)))


def logs() -> list[UUID]:
    """Every project of which anything is left: one that was taken off the list of logs is found, too."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT project FROM es.stream UNION SELECT project FROM es.command
               UNION SELECT project FROM es.chain_checkpoint"""
        )
        others = {row[0] for row in cursor.fetchall()}
    listed = projects()
    return [*listed, *sorted(others.difference(listed))]


def _head(cursor: Any, project: UUID) -> int:
    cursor.execute("SELECT max(position) FROM es.event WHERE project = %s", [project])
    return cursor.fetchone()[0] or 0


def _chain(cursor: Any, project: UUID, after: int, known: bytes) -> tuple[Break, ...]:
    with transaction.atomic():
        # One partition in order of its key; a plan for all partitions together would sort.
        cursor.execute("SELECT * FROM es.verify(%s, %s, %s, %s)", [project, after, after + CHUNK, known])
        return tuple(Break(project, position, what) for position, what in cursor.fetchall())


def _last(cursor: Any, project: UUID, after: int) -> tuple[int, bytes]:
    """The last event of the stretch; where it is missing altogether, the next one there is."""
    sql = """(SELECT position, hash FROM es.event WHERE project = %s AND position > %s AND position <= %s
               ORDER BY position DESC LIMIT 1)
             UNION ALL
             (SELECT position - 1, ''::bytea FROM es.event WHERE project = %s AND position > %s
               ORDER BY position LIMIT 1)
              LIMIT 1"""
    upto = after + CHUNK
    cursor.execute(sql, [project, after, upto, project, upto])
    position, known = cursor.fetchone()
    return position, bytes(known)


def _rest(cursor: Any, project: UUID) -> Iterator[Break]:
    cursor.execute("SELECT * FROM es.verify_rest(%s)", [project])
    for position, what in cursor.fetchall():
        yield Break(project, position, what)


def _names(cursor: Any, project: UUID) -> Iterator[Break]:
    """A stream's id follows from its name, and the chain covers the id: so the registry is proven with it."""
    sql = """SELECT s.kind, s.subject, s.owner, s.stream, coalesce(e.position, 0) FROM es.stream s
               LEFT JOIN es.event e ON e.project = s.project AND e.stream = s.stream AND e.version = 1
              WHERE s.project = %s"""
    cursor.execute(sql, [project])
    for kind, subject, owner, stream, position in cursor.fetchall():
        if StreamRef(project, kind, subject, owner).id != stream:
            yield Break(project, position, f"stream {stream} is registered under another name")
