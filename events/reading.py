"""Reading the log: by stream, by state, by position."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from events.catalog import Catalog
from events.database import array, prepared
from events.streams import StreamRef
from events.values import Recorded


@dataclass(slots=True)
class Tail:
    """What a stream holds after a version. ``hash`` is that of the event of this version, empty when there is none."""

    hash: bytes = b""
    events: list[Recorded] = field(default_factory=list)
    last_hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads events through Django's connection, as values of the catalog."""

    catalog: Catalog

    def read(
        self,
        streams: Sequence[StreamRef],
        *,
        after: int = 0,
        at: int | None = None,
        after_each: Sequence[int] | None = None,
    ) -> list[Recorded]:
        """Events of some streams of one project in order of position, after a version, up to position ``at``.

        ``after_each`` gives each stream a version of its own.
        """
        if not streams:
            return []
        sql = f"""SELECT {self._columns()}
                    FROM (SELECT unnest(%s::uuid[]) AS stream, unnest(%s::int[]) AS after) w
                   CROSS JOIN LATERAL (
                         SELECT * FROM es.event
                          WHERE project = %s AND stream = w.stream AND version > w.after {_upto(at)}
                          ORDER BY version OFFSET 0) e
                   ORDER BY e.position"""
        afters = after_each if after_each is not None else [after] * len(streams)
        project, ids = streams[0].project, array(ref.id for ref in streams)
        return list(self._rows(sql, [project, ids, array(afters), project, *_at(at)]))

    def latest(self, project: UUID, streams: Sequence[UUID], *, at: int | None = None) -> list[Recorded]:
        """What makes the streams' state at a position, in order: the last event of each entity, and of the events
        that concern a whole stream the last of each type. Folding these equals folding everything."""
        sql = f"""SELECT {self._columns()}
                    FROM (SELECT unnest(%s::uuid[]) AS stream) w
                   CROSS JOIN LATERAL (
                         SELECT DISTINCT ON (entity_id, CASE WHEN entity_id IS NULL THEN type END) *
                           FROM es.event WHERE project = %s AND stream = w.stream {_upto(at)}
                          ORDER BY entity_id, CASE WHEN entity_id IS NULL THEN type END, version DESC) e
                   ORDER BY e.position"""
        return list(self._rows(sql, [project, array(streams), project, *_at(at)]))

    def after(
        self, project: UUID, position: int, *, limit: int, streams: Sequence[UUID] | None = None
    ) -> list[Recorded]:
        """The next events of a project's log, or of some of its streams."""
        only = "" if streams is None else "AND e.stream = ANY (%s::uuid[])"
        sql = f"""SELECT {self._columns()} FROM es.event e
                   WHERE e.project = %s AND e.position > %s {only} ORDER BY e.position LIMIT %s"""
        some = [] if streams is None else [array(streams)]
        return list(self._rows(sql, [project, project, position, *some, limit]))

    def head(self, project: UUID) -> int:
        """The last position of a project's log, 0 when it is empty."""
        sql = "SELECT position FROM es.event WHERE project = %s ORDER BY position DESC LIMIT 1"
        with prepared() as cursor:
            row = cursor.execute(sql, [project], prepare=True).fetchone()
        return int(row[0]) if row else 0

    def tails(self, streams: Sequence[StreamRef], versions: Sequence[int]) -> Mapping[StreamRef, Tail]:
        """What each stream holds after a version, with the hash that shows whether that version is still the same."""
        tails = {ref.id: Tail() for ref in streams}
        since = dict(zip(tails, versions, strict=True))
        lazy = array(sorted(self.catalog.lazy_types))
        values = [streams[0].project, array(tails), array(versions), lazy]
        sql = "SELECT * FROM es.tails(%s, %s::uuid[], %s::int[], %s::text[])"
        with prepared() as cursor:
            for hash_, *row in cursor.execute(sql, values, prepare=True, binary=True):
                _, _, stream, version, *_ = row
                tail = tails[stream]
                tail.last_hash = hash_
                if version == since[stream]:
                    tail.hash = hash_
                else:
                    tail.events.append(self.recorded(row))
        return {ref: tails[ref.id] for ref in streams}

    def recorded(self, row: Sequence[Any]) -> Recorded:
        """A row of the columns that every statement here selects, as a value."""
        *known, payload, body = row
        known.append(self.catalog.decode_json(row[6], row[7], payload, body))
        return Recorded(*known)

    def _rows(self, sql: str, values: Sequence[Any]) -> Iterator[Recorded]:
        with prepared() as cursor:
            cursor.execute(sql, values, prepare=True, binary=True)
            return map(self.recorded, cursor.fetchall())

    def _columns(self) -> str:
        """Begins with the project among the statement's values.

        A body is looked up for its row, where there is one: a join would be planned by what all rows are like.
        """
        lazy = ", ".join(f"'{name}'" for name in sorted(self.catalog.lazy_types)) or "''"
        return f"""e.project, e.position, e.stream, e.version, e.recorded_at, e.issued_by, e.type, e.schema_version,
                   e.entity_id, e.command_id, e.correlation_id, e.content_id, e.payload::text,
                   CASE WHEN e.content_id IS NOT NULL AND e.type NOT IN ({lazy}) THEN (
                     SELECT c.body FROM es.content c WHERE c.project = %s AND c.content_id = e.content_id) END"""


def _upto(at: int | None) -> str:
    return "" if at is None else "AND position <= %s"


def _at(at: int | None) -> list[int]:
    return [] if at is None else [at]
