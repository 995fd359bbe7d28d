"""What goes into the log, what comes out, and what may stand in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.streams import StreamRef


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An event with what the log knows of it."""

    # Read by the thousand, and a frozen dataclass takes ten times as long to make.

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


@dataclass
class Stale(Exception):
    """Somebody appended to a stream since it was read: read it and judge again."""

    stream: UUID
    actual: int


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


class Locked(Exception):
    """Another append to this project has not ended within the connection's patience."""
