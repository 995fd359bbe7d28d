"""What many actors sent and what they were told, and whether a log agrees with it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

import psycopg


@dataclass(frozen=True, slots=True)
class Sent:
    """A command as it left an actor: what its one event must say."""

    project: UUID
    command: UUID
    event: str
    entity: UUID
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """An event as the log has it."""

    position: int
    stream: UUID
    version: int
    recorded_at: datetime
    event: str
    command: UUID
    entity: UUID | None
    payload: Mapping[str, Any]


@dataclass
class History:
    """Grows under many threads. A command that is neither acknowledged nor declined has an unknown outcome."""

    sent: dict[UUID, Sent] = field(default_factory=dict)
    acknowledged: dict[UUID, int] = field(default_factory=dict)
    declined: set[UUID] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    acks: list[tuple[float, float, UUID]] = field(default_factory=list)
    slowest: float = 0.0
    resent: int = 0
    _lock: Lock = field(default_factory=Lock)

    def sends(self, commands: Iterable[Sent]) -> None:
        with self._lock:
            self.sent.update((each.command, each) for each in commands)

    def acknowledges(self, command: UUID, position: int) -> None:
        """The answer says that the command's event is at this position, now or from an earlier time."""
        with self._lock:
            before = self.acknowledged.setdefault(command, position)
            if before != position:
                self.wrong.append(f"{command} was first acknowledged at {before}, then at {position}")
            if command in self.declined:
                self.wrong.append(f"{command} was declined, and acknowledged later")

    def declines(self, command: UUID) -> None:
        """The answer says that the command changed nothing, and never will."""
        with self._lock:
            self.declined.add(command)
            if command in self.acknowledged:
                self.wrong.append(f"{command} was acknowledged, and declined later")

    def answered(self, status: int, begun: float, ended: float, project: UUID) -> None:
        """A request was answered, or failed (status 0)."""
        with self._lock:
            self.answers[status] += 1
            self.slowest = max(self.slowest, ended - begun)
            if status == 200:
                self.acks.append((begun, ended, project))

    def tells(self, what: str) -> None:
        with self._lock:
            self.wrong.append(what)

    def resends(self) -> None:
        with self._lock:
            self.resent += 1

    def first_ack(self, after: float) -> float | None:
        """When the first request that was begun after a moment was acknowledged."""
        with self._lock:
            return min((ended for begun, ended, _ in self.acks if begun >= after), default=None)

    def latencies(self, after: float, before: float, project: UUID | None = None) -> list[float]:
        """Seconds of the acknowledged requests that were begun between two moments."""
        with self._lock:
            return [e - b for b, e, p in self.acks if after <= b < before and project in (None, p)]


OF_THE_SERVICE = frozenset({"text_segmented"})
"""Types of events that workers write by themselves."""


def read_log(connection: psycopg.Connection, project: UUID) -> list[Row]:
    """A project's events by position."""
    sql = """SELECT position, stream, version, recorded_at, type, command_id, entity_id, payload
               FROM es.event WHERE project = %s ORDER BY position"""
    return [Row(*row) for row in connection.execute(sql, [project]).fetchall()]


def disagreements(history: History, project: UUID, rows: Sequence[Row], prepared: int = 0) -> list[str]:
    """Every promise that a project's log breaks: acknowledged ⊆ log ⊆ sent, each once, in one gapless order.

    ``prepared`` is the position that the log had before anybody sent anything.
    """
    mine = {key: each for key, each in history.sent.items() if each.project == project}
    return [
        *_lost(history, mine, rows),
        *_invented(mine, rows[prepared:]),
        *_doubled(mine, rows),
        *_disordered(rows),
    ]


def _lost(history: History, mine: Mapping[UUID, Sent], rows: Sequence[Row]) -> Iterable[str]:
    at = {row.command: row.position for row in reversed(rows)}
    for command, position in history.acknowledged.items():
        if command in mine and at.get(command) != position:
            yield f"lost: {command} was acknowledged at {position}, the log has it at {at.get(command)}"


def _invented(mine: Mapping[UUID, Sent], rows: Sequence[Row]) -> Iterable[str]:
    for row in rows:
        sent = mine.get(row.command)
        if row.event in OF_THE_SERVICE:
            continue
        if sent is None:
            yield f"invented: nobody sent {row.command} at {row.position}"
        elif (row.event, row.entity) != (sent.event, sent.entity) or not _says(row.payload, sent.payload):
            yield f"changed: {row.command} at {row.position} is not what was sent"


def _says(found: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    return all(found.get(name) == value for name, value in sent.items())


def _doubled(mine: Mapping[UUID, Sent], rows: Sequence[Row]) -> Iterable[str]:
    counted = Counter(row.command for row in rows if row.command in mine)
    for command, times in counted.items():
        if times > 1:
            yield f"doubled: {command} is in the log {times} times"
    begun = Counter(row.entity for row in rows if row.event.endswith("_added") and row.command in mine)
    for entity, times in begun.items():
        if times > 1:
            yield f"doubled: {entity} began {times} times"


def _disordered(rows: Sequence[Row]) -> Iterable[str]:
    versions: Counter[UUID] = Counter()
    for n, row in enumerate(rows, 1):
        versions[row.stream] += 1
        if row.position != n:
            yield f"gap: position {row.position} where {n} would follow"
            return
        if row.version != versions[row.stream]:
            yield f"gap: version {row.version} at {n} where {versions[row.stream]} would follow"
            return
        if n > 1 and row.recorded_at < rows[n - 2].recorded_at:
            yield f"backwards: {n} was recorded before the event before it"
            return
