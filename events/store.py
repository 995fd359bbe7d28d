"""Append to the log and read it: the only module that speaks SQL to the table of events."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import uuid_utils.compat as uuid_utils
from django.db import connection, transaction

from events.catalog import Catalog
from events.streams import StreamRef

dumps = msgspec.json.encode
loads = msgspec.json.decode


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with what the log knows of it."""

    project: UUID
    position: int
    stream: UUID
    version: int
    recorded_at: datetime
    issued_by: UUID
    type: str
    schema_version: int
    entity_id: UUID | None
    command_id: UUID
    correlation_id: UUID | None
    content_id: UUID | None
    event: Any


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append to ``stream``; ``touches``: further entities that it relies on."""

    stream: StreamRef
    event: object
    touches: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class NewCommand:
    """One command's events. ``expected``: the version of ``on`` that the person had seen, None to skip the check."""

    id: UUID
    request: bytes
    on: StreamRef
    events: tuple[NewEvent, ...]
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """Positions of one command's events, ``last < first`` when there are none; ``version`` of its stream then."""

    first: int
    last: int
    version: int


class Stale(Exception):
    """Somebody appended to a stream since it was read: read it and judge again."""


@dataclass
class Known(Exception):
    """Some of the commands were written before; nothing was written now."""

    commands: Mapping[UUID, Written]


@dataclass
class Reused(Exception):
    """This command id was used before, with another body."""

    command: UUID


@dataclass
class Conflict(Exception):
    """Somebody changed the same entity, or the whole stream, since the person looked."""

    command: UUID
    actual: int
    since: Sequence[Recorded] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Store:
    """The log in PostgreSQL, read and written through Django's connection."""

    catalog: Catalog

    def append(
        self,
        project: UUID,
        issued_by: UUID,
        commands: Sequence[NewCommand],
        *,
        seen: Mapping[StreamRef, int | None],
        correlation: UUID | None = None,
    ) -> list[Written]:
        """Append the commands' events in order: all or nothing.

        ``seen`` names every stream that was read or is written, with the version that was read.

        Raises:
            Stale, Known, Reused, Conflict: nothing was written.
        """
        streams = list(seen)
        index = {ref: n for n, ref in enumerate(streams)}
        contents: list[tuple[Any, ...]] = []
        body = [self._command(project, index, command, contents) for command in commands]
        head = [
            {"id": ref.id, "kind": ref.kind, "subject": ref.subject, "owner": ref.owner, "seen": seen[ref]} for ref in streams
        ]
        arguments = (project, issued_by, correlation, dumps(head).decode(), dumps(body).decode())
        if contents:
            with transaction.atomic():
                _insert_contents(contents)
                answer = _call_append(arguments)
                if answer["status"] != "ok":
                    transaction.set_rollback(True)
        else:
            answer = _call_append(arguments)
        return self._answer(project, commands, answer)

    def _command(
        self, project: UUID, index: Mapping[StreamRef, int], command: NewCommand, contents: list[tuple[Any, ...]]
    ) -> dict[str, Any]:
        events = [self._event(project, index, new, contents) for new in command.events]
        return {
            "id": command.id,
            "request": command.request.hex(),
            "expected": command.expected,
            "on": index[command.on],
            "events": events,
        }

    def _event(
        self, project: UUID, index: Mapping[StreamRef, int], new: NewEvent, contents: list[tuple[Any, ...]]
    ) -> dict[str, Any]:
        encoded = self.catalog.encode(new.event)
        row: dict[str, Any] = {
            "s": index[new.stream],
            "type": encoded.type,
            "sv": encoded.schema_version,
            "entity": encoded.entity,
            "payload": encoded.payload,
        }
        if new.touches:
            row["touches"] = new.touches
        if encoded.private:
            row["content"], row["commitment"] = _seal(project, new, encoded.private, contents)
        return row

    def _answer(self, project: UUID, commands: Sequence[NewCommand], answer: Mapping[str, Any]) -> list[Written]:
        match answer["status"]:
            case "ok":
                return [Written(o["first"], o["last"], o["version"]) for o in answer["outcomes"]]
            case "stale":
                raise Stale
            case "reused":
                raise Reused(UUID(answer["command"]))
            case "known":
                raise Known(self._known(project, commands, answer["commands"]))
        command = next(c for c in commands if str(c.id) == answer["command"])
        since = [r for r in self.read([command.on], after=command.expected or 0) if r.version in set(answer["since"])]
        raise Conflict(command.id, answer["actual"], since)

    def _known(self, project: UUID, commands: Sequence[NewCommand], known: Mapping[str, Any]) -> dict[UUID, Written]:
        on = {str(command.id): command.on for command in commands}
        versions = self._versions_at(project, [(on[key].id, row["last"]) for key, row in known.items()])
        return {UUID(k): Written(r["first"], r["last"], versions.get((on[k].id, r["last"]), 0)) for k, r in known.items()}

    def _versions_at(self, project: UUID, wanted: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], int]:
        sql = """SELECT w.stream, w.last, coalesce(max(e.version), 0)
                   FROM unnest(%s::uuid[], %s::bigint[]) AS w (stream, last)
                   LEFT JOIN es.event e ON e.project = %s AND e.stream = w.stream AND e.position <= w.last
                  GROUP BY 1, 2"""
        with connection.cursor() as cursor:
            cursor.execute(sql, [[stream for stream, _ in wanted], [last for _, last in wanted], project])
            return {(stream, last): version for stream, last, version in cursor.fetchall()}

    def known(self, project: UUID, asked: Mapping[UUID, tuple[bytes, StreamRef]]) -> dict[UUID, Written]:
        """What was written before under these command ids with the same request."""
        sql = """SELECT command_id, request, first_position, last_position FROM es.command
                 WHERE project = %s AND command_id = ANY (%s)"""
        with connection.cursor() as cursor:
            cursor.execute(sql, [project, list(asked)])
            rows = [row for row in cursor.fetchall() if row[1] == asked[row[0]][0]]
        versions = self._versions_at(project, [(asked[key][1].id, last) for key, _, _, last in rows])
        return {
            key: Written(first, last, versions.get((asked[key][1].id, last), 0)) for key, _, first, last in rows
        }

    def read(
        self, streams: Sequence[StreamRef], *, after: int = 0, at: int | None = None, after_each: Sequence[int] | None = None
    ) -> list[Recorded]:
        """Events of some streams of one project in order of position, after a version, up to position ``at``.

        ``after_each`` gives each stream a version of its own.
        """
        if not streams:
            return []
        sql = f"""SELECT {_COLUMNS} FROM unnest(%s::uuid[], %s::int[]) AS w (stream, after)
                  JOIN es.event e ON e.project = %s AND e.stream = w.stream AND e.version > w.after
                  {self._content_join()}
                 WHERE %s::bigint IS NULL OR e.position <= %s ORDER BY e.position"""
        ids = [ref.id for ref in streams]
        afters = list(after_each) if after_each is not None else [after] * len(ids)
        return list(self._rows(sql, [ids, afters, streams[0].project, at, at]))

    def latest(self, project: UUID, streams: Sequence[UUID], *, at: int | None = None) -> list[Recorded]:
        """What makes the streams' state at a position, in order: the last event of each entity, and of the events
        that concern a whole stream the last of each type. Folding these equals folding everything."""
        sql = f"""SELECT {_COLUMNS} FROM (
                    SELECT DISTINCT ON (stream, entity_id, CASE WHEN entity_id IS NULL THEN type END) * FROM es.event
                     WHERE project = %s AND stream = ANY (%s) AND (%s::bigint IS NULL OR position <= %s)
                     ORDER BY stream, entity_id, CASE WHEN entity_id IS NULL THEN type END, version DESC) e
                  {self._content_join()} ORDER BY e.position"""
        return list(self._rows(sql, [project, list(streams), at, at]))

    def after(self, project: UUID, position: int, *, limit: int, streams: Sequence[UUID] | None = None) -> list[Recorded]:
        """The next events of a project's log, or of some of its streams."""
        only = "" if streams is None else "AND e.stream = ANY (%s)"
        sql = f"""SELECT {_COLUMNS} FROM es.event e {self._content_join()}
                  WHERE e.project = %s AND e.position > %s {only} ORDER BY e.position LIMIT %s"""
        rest = [] if streams is None else [list(streams)]
        return list(self._rows(sql, [project, position, *rest, limit]))

    def head(self, project: UUID) -> int:
        """The last position of a project's log, 0 when it is empty."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(position) FROM es.event WHERE project = %s", [project])
            return cursor.fetchone()[0] or 0

    def _content_join(self) -> str:
        lazy = ",".join(f"'{name}'" for name in sorted(self.catalog.lazy_types)) or "''"
        return f"""LEFT JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id
                   AND e.type NOT IN ({lazy})"""

    def _rows(self, sql: str, parameters: Sequence[Any]) -> Iterator[Recorded]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            for row in cursor.fetchall():
                yield self.recorded(row)

    def recorded(self, row: Sequence[Any]) -> Recorded:
        """A row of ``_COLUMNS`` as a value."""
        *known, type_, schema_version, entity, command, correlation, content, payload, body = row
        private = loads(body) if body is not None else None
        event = self.catalog.decode(type_, schema_version, loads(payload), private)
        return Recorded(*known, type_, schema_version, entity, command, correlation, content, event)


_COLUMNS = """e.project, e.position, e.stream, e.version, e.recorded_at, e.issued_by, e.type, e.schema_version, e.entity_id,
              e.command_id, e.correlation_id, e.content_id, e.payload::text, c.body"""


def _call_append(arguments: Sequence[Any]) -> Mapping[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT es.append(%s, %s, %s, %s::jsonb, %s::jsonb)::text", arguments)
        answer: Mapping[str, Any] = loads(cursor.fetchone()[0])
        return answer


def _seal(project: UUID, new: NewEvent, private: Mapping[str, Any], contents: list[tuple[Any, ...]]) -> tuple[UUID, str]:
    content, salt, body = uuid_utils.uuid7(), os.urandom(16), dumps(private)
    text = private.get("text")
    digest = hashlib.sha256(text.encode()).digest() if isinstance(text, str) else None
    contents.append((project, content, new.stream.subject, salt, body, digest))
    return content, hashlib.sha256(salt + body).hexdigest()


def _insert_contents(contents: Sequence[tuple[Any, ...]]) -> None:
    sql = """INSERT INTO es.content (project, content_id, subject, salt, body, digest)
             SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[])"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in zip(*contents, strict=True)])


@contextmanager
def alone(project: UUID) -> Iterator[None]:
    """Nobody else appends to the project's log meanwhile: a transaction that holds the lock which append takes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s::text, 7001))", [project])
        yield


def read_content(project: UUID, content: UUID) -> Mapping[str, Any] | None:
    """The private part of an event, None once it is erased."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM es.content WHERE project = %s AND content_id = %s", [project, content])
        row = cursor.fetchone()
    return loads(row[0]) if row else None


def streams_of(project: UUID, *, kind: str, subject: UUID | None = None) -> list[StreamRef]:
    """The project's streams of one kind, of one subject or of all."""
    sql = """SELECT project, kind, subject, owner FROM es.stream
             WHERE project = %s AND kind = %s AND (%s::uuid IS NULL OR subject = %s) ORDER BY owner NULLS FIRST, subject"""
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
