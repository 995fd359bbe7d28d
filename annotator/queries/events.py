"""Events as the outside sees them. Histories, polling and the live feed all tell an event by `event_view`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict
from uuid import UUID

from annotator.domain.catalog import event_data
from annotator.log import STORE
from annotator.queries.streams import refs_of
from events.store import Recorded
from events.streams import StreamRef


class StreamView(TypedDict):
    """The stream an event stands in."""

    id: str
    kind: str
    subject: str | None
    owner: str | None


class EventView(TypedDict):
    """One event; ``data`` is its payload with the erasable part, as far as it was not erased."""

    position: int
    version: int
    stream: StreamView
    recorded_at: str
    author: str
    type: str
    schema_version: int
    entity: str | None
    command: str
    data: dict[str, Any]


def event_view(recorded: Recorded, stream: StreamRef) -> EventView:
    """An event in plain JSON. A text is left out: it is read with its document."""
    data = event_data(recorded.event)
    if recorded.type in STORE.catalog.lazy_types:
        for field in type(recorded.event).PRIVATE:
            data.pop(field, None)
    return {
        "position": recorded.position,
        "version": recorded.version,
        "stream": _stream_view(stream),
        "recorded_at": moment(recorded.recorded_at),
        "author": str(recorded.issued_by),
        "type": recorded.type,
        "schema_version": recorded.schema_version,
        "entity": _text(recorded.entity_id),
        "command": str(recorded.command_id),
        "data": data,
    }


def event_views(recorded: Sequence[Recorded]) -> list[EventView]:
    """Events of one project in plain JSON."""
    streams = refs_of(recorded[0].project, (r.stream for r in recorded)) if recorded else {}
    return [event_view(r, streams[r.stream]) for r in recorded]


def moment(at: datetime) -> str:
    """A time in ISO 8601, in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _stream_view(stream: StreamRef) -> StreamView:
    return {
        "id": str(stream.id),
        "kind": stream.kind,
        "subject": _text(stream.subject),
        "owner": _text(stream.owner),
    }


def _text(found: UUID | None) -> str | None:
    return None if found is None else str(found)
