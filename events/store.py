"""The log in PostgreSQL: append, and everything that reads it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db import OperationalError, connection, transaction
from psycopg import errors

from events.database import prepared
from events.reading import Reader
from events.request import Request
from events.streams import StreamRef
from events.values import (
    Conflict,
    Known,
    Locked,
    NewCommand,
    NewEvent,
    Recorded,
    Reused,
    Stale,
    Written,
)

__all__ = [
    "Conflict",
    "Known",
    "Locked",
    "NewCommand",
    "NewEvent",
    "Recorded",
    "Reused",
    "Stale",
    "Store",
    "Written",
    "alone",
    "epoch",
    "projects",
    "read_content",
    "streams_of",
]

loads = msgspec.json.decode


@dataclass(frozen=True, slots=True)
class Store(Reader):
    """Reads the log and appends to it, through Django's connection."""

    def append(
        self,
        project: UUID,
        issued_by: UUID,
        commands: Sequence[NewCommand],
        *,
        seen: Mapping[StreamRef, int | None],
        correlation: UUID | None = None,
        aware: Iterable[UUID] = (),
    ) -> list[Written]:
        """Append the commands' events in order: all or nothing.

        ``seen`` gives the version of each stream that was read, None for one that is written unseen. ``aware`` names
        commands whose events whoever gives these ones knows of, although ``expected`` is older.

        Raises:
            Stale, Known, Reused, Conflict, Locked: nothing was written.
        """
        request = Request.of(self.catalog, commands, seen)
        sql, values = request.statement(project, issued_by, correlation, aware)
        with _patience(), prepared() as cursor:
            cursor.execute(sql, values, prepare=True)
            answer: Mapping[str, Any] = loads(_only(cursor))
        return self._answer(project, commands, answer)

    def known(self, project: UUID, asked: Mapping[UUID, tuple[bytes, StreamRef]]) -> dict[UUID, Written]:
        """What was written before under these command ids with the same request."""
        found = self.written(project, {key: request for key, (request, _) in asked.items()})
        same = {key: (first, last) for key, (first, last, alike) in found.items() if alike}
        return self._at(project, same, {key: ref for key, (_, ref) in asked.items()})

    def written(self, project: UUID, requests: Mapping[UUID, bytes]) -> dict[UUID, tuple[int, int, bool]]:
        """First and last position of commands that were written before, and whether the request was the same."""
        with prepared() as cursor:
            cursor.execute(
                "SELECT es.known(%s, %s, %s)::text", [project, list(requests), list(requests.values())]
            )
            found = _only(cursor)
        return {UUID(key): (first, last, alike) for key, (first, last, alike) in loads(found or "{}").items()}

    def _answer(
        self, project: UUID, commands: Sequence[NewCommand], answer: Mapping[str, Any]
    ) -> list[Written]:
        match answer["status"]:
            case "ok":
                return list(map(Written, answer["first"], answer["last"], answer["version"]))
            case "stale":
                raise Stale(UUID(answer["stream"]), answer["actual"])
            case "known":
                raise self._known(project, commands, answer["commands"])
        command = next(each for each in commands if str(each.id) == answer["command"])
        clash = set(answer["since"])
        since = [
            each for each in self.read([command.on], after=command.expected or 0) if each.version in clash
        ]
        raise Conflict(command.id, answer["actual"], since)

    def _known(self, project: UUID, commands: Sequence[NewCommand], known: Mapping[str, Any]) -> Exception:
        for key, (_, _, alike) in known.items():
            if not alike:
                return Reused(UUID(key))
        spans = {UUID(key): (first, last) for key, (first, last, _) in known.items()}
        return Known(self._at(project, spans, {command.id: command.on for command in commands}))

    def _at(
        self, project: UUID, spans: Mapping[UUID, tuple[int, int]], on: Mapping[UUID, StreamRef]
    ) -> dict[UUID, Written]:
        """With the version that each command's stream had at its last position."""
        sql = """SELECT w.command, w.first, w.last, coalesce(max(e.version), 0)
                   FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::uuid[]) AS w (command, first, last, stream)
                   LEFT JOIN es.event e ON e.project = %s AND e.stream = w.stream AND e.position <= w.last
                  GROUP BY 1, 2, 3"""
        if not spans:
            return {}
        columns = [list(spans), *map(list, zip(*spans.values(), strict=True)), [on[key].id for key in spans]]
        with prepared() as cursor:
            cursor.execute(sql, [*columns, project])
            return {command: Written(*row) for command, *row in cursor.fetchall()}


@contextmanager
def alone(project: UUID) -> Iterator[None]:
    """Nobody else appends to the project's log meanwhile: a transaction that holds the lock which append takes.

    Raises:
        Locked
    """
    with transaction.atomic():
        with _patience(), prepared() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(es.lock_key(%s))", [project])
        yield


@contextmanager
def _patience() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable):
            raise Locked from error
        raise


def read_content(project: UUID, content: UUID) -> Mapping[str, Any] | None:
    """The private part of an event, None once it is erased."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM es.content WHERE project = %s AND content_id = %s", [project, content]
        )
        row = cursor.fetchone()
    return loads(row[0]) if row else None


def streams_of(project: UUID, *, kind: str, subject: UUID | None = None) -> list[StreamRef]:
    """The project's streams of one kind, of one subject or of all."""
    sql = """SELECT project, kind, subject, owner FROM es.stream
             WHERE project = %s AND kind = %s AND (%s::uuid IS NULL OR subject = %s)
             ORDER BY owner NULLS FIRST, subject"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, kind, subject, subject])
        return [StreamRef(*row) for row in cursor.fetchall()]


def projects() -> list[UUID]:
    """Every project that has a log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT project FROM es.log ORDER BY created_at, project")
        return [row[0] for row in cursor.fetchall()]


def epoch() -> UUID:
    """The database's epoch; it changes with every restore."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM es.epoch")
        found: UUID = cursor.fetchone()[0]
        return found


def _only(cursor: Any) -> Any:
    row = cursor.fetchone()
    return row[0]
