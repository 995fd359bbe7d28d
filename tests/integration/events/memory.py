"""The log as a list: what the one in PostgreSQL must do, without a database and in the simplest way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from events.catalog import Catalog
from events.reading import Tail
from events.store import Conflict, Known, NewCommand, Recorded, Reused, Stale, Written
from events.streams import StreamRef


@dataclass(frozen=True)
class Entry:
    request: bytes
    on: UUID
    written: Written


@dataclass
class MemoryLog:
    """One process, one thread; contents are never erased."""

    catalog: Catalog
    events: dict[UUID, list[Recorded]] = field(default_factory=dict)
    commands: dict[tuple[UUID, UUID], Entry] = field(default_factory=dict)
    versions: dict[UUID, int] = field(default_factory=dict)

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
        for ref, version in seen.items():
            if version is not None and version != self._version(ref):
                raise Stale(ref.id, self._version(ref))
        self._check_known(project, commands)
        for command in commands:
            self._check_conflict(command, set(aware))
        return [self._write(project, issued_by, command, correlation) for command in commands]

    def known(self, project: UUID, asked: Mapping[UUID, tuple[bytes, StreamRef]]) -> dict[UUID, Written]:
        found = {key: self.commands.get((project, key)) for key in asked}
        return {
            key: entry.written for key, entry in found.items() if entry and entry.request == asked[key][0]
        }

    def read(
        self,
        streams: Sequence[StreamRef],
        *,
        after: int = 0,
        at: int | None = None,
        after_each: Sequence[int] | None = None,
    ) -> list[Recorded]:
        if not streams:
            return []
        limits = dict(zip((ref.id for ref in streams), after_each or [after] * len(streams), strict=True))
        return [
            each
            for each in self._log(streams[0].project)
            if each.stream in limits
            and each.version > limits[each.stream]
            and (at is None or each.position <= at)
        ]

    def latest(self, project: UUID, streams: Sequence[UUID], *, at: int | None = None) -> list[Recorded]:
        last: dict[Any, Recorded] = {}
        for each in self._log(project):
            if each.stream in streams and (at is None or each.position <= at):
                last[each.stream, each.entity_id, None if each.entity_id else each.type] = each
        return sorted(last.values(), key=lambda each: each.position)

    def after(
        self, project: UUID, position: int, *, limit: int, streams: Sequence[UUID] | None = None
    ) -> list[Recorded]:
        some = [each for each in self._log(project) if streams is None or each.stream in streams]
        return [each for each in some if each.position > position][:limit]

    def head(self, project: UUID) -> int:
        return len(self._log(project))

    def tails(self, streams: Sequence[StreamRef], versions: Sequence[int]) -> Mapping[StreamRef, Tail]:
        found = {}
        for ref, version in zip(streams, versions, strict=True):
            events = self.read([ref])
            same = str(events[version - 1]).encode() if 0 < version <= len(events) else b""
            found[ref] = Tail(same, events[version:], str(events[-1]).encode() if events else b"")
        return found

    def _log(self, project: UUID) -> list[Recorded]:
        return self.events.setdefault(project, [])

    def _version(self, ref: StreamRef) -> int:
        return self.versions.get(ref.id, 0)

    def _check_known(self, project: UUID, commands: Sequence[NewCommand]) -> None:
        known = {}
        for command in commands:
            if entry := self.commands.get((project, command.id)):
                if entry.request != command.request:
                    raise Reused(command.id)
                known[command.id] = entry.written
        if known:
            raise Known(known)

    def _check_conflict(self, command: NewCommand, aware: set[UUID]) -> None:
        version = self._version(command.on)
        if command.expected is None or command.expected == version:
            return
        touched = {self.catalog.encode(new.event).entity for new in command.events}
        touched |= {entity for new in command.events for entity in new.touches}
        since = [
            each
            for each in self.read([command.on], after=command.expected)
            if touched
            and (None in touched or each.entity_id is None or each.entity_id in touched)
            and each.command_id not in aware
        ]
        if since or command.expected > version:
            raise Conflict(command.id, version, since)

    def _write(
        self, project: UUID, issued_by: UUID, command: NewCommand, correlation: UUID | None
    ) -> Written:
        log = self._log(project)
        first = len(log) + 1
        for new in command.events:
            encoded = self.catalog.encode(new.event)
            event = self.catalog.decode(
                encoded.type,
                encoded.schema_version,
                encoded.payload,
                None if encoded.type in self.catalog.lazy_types else encoded.private,
            )
            log.append(
                Recorded(
                    project,
                    len(log) + 1,
                    new.stream.id,
                    self._version(new.stream) + 1,
                    datetime.now(UTC),
                    issued_by,
                    encoded.type,
                    encoded.schema_version,
                    encoded.entity,
                    command.id,
                    correlation,
                    None,
                    event,
                )
            )
            self.versions[new.stream.id] = self._version(new.stream) + 1
        written = Written(first, len(log), self._version(command.on))
        self.commands[project, command.id] = Entry(command.request, command.on.id, written)
        return written
