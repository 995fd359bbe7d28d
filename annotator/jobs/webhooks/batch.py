"""What one delivery says: events and changes of gold after a position, up to a bounded next one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec

from annotator.application.access import Access, visible
from annotator.application.history import Wanted
from annotator.application.told import told
from annotator.domain.webhook import Subscribed
from annotator.jobs.models import Webhook
from annotator.log import HANDLER
from annotator.queries.events import EventView, moment
from annotator.queries.gold_changes import DocumentChanges, gold_changes
from annotator.queries.log import events_after, head
from events.store import Recorded
from events.streams import StreamRef

WINDOW = 1_000  # events of the log that are looked at for one delivery
MOST = 100  # events in one delivery
SIZE = 1 << 19  # bytes of events, beyond which a delivery takes no further one
DOCUMENTS = 50  # of gold in one delivery


@dataclass(frozen=True, slots=True)
class Batch:
    """What is told of (``after``, ``upto``]; of gold from ``place`` on, and ``next`` where more of it follows."""

    after: int
    upto: int
    place: int
    next: int | None
    events: Sequence[EventView]
    gold: Sequence[DocumentChanges]

    @property
    def is_empty(self) -> bool:
        return not self.events and not self.gold


class Data(msgspec.Struct, frozen=True):
    """The `data` of a delivery. With `more`, further gold up to the same position follows in the next one."""

    project: str
    webhook: str
    after: int
    upto: int
    more: bool
    events: Sequence[EventView]
    gold: Sequence[DocumentChanges]


class Message(msgspec.Struct, frozen=True):
    """A delivery's body; `type` is `project.advanced`, or `webhook.test` for one that was asked for."""

    type: str
    timestamp: str
    data: Data


def next_batch(hook: Subscribed, row: Webhook) -> Batch:
    """What comes next; a delivery that was begun is made again of the same stretch, unless the wish has changed."""
    project, after = row.project, row.position
    last = head(project) if row.sending is None else row.sending
    upto, events = _events(project, hook, after, last)
    if row.sending is not None and row.place:
        upto = row.sending  # its events were told; of its gold there is more
    if not hook.gold or upto == after:
        return Batch(after, upto, 0, None, events, ())
    found = gold_changes(project, before=after, after=upto, place=row.place, limit=DOCUMENTS)
    return Batch(after, upto, row.place, found.next, () if row.place else events, found.documents)


def message_of(row: Webhook, batch: Batch) -> tuple[str, bytes]:
    """A delivery's id and body; sent again, it has the same id, after a redelivery a new one."""
    name = f"{row.round}/{batch.after}/{batch.upto}/{batch.place}"
    data = Data(
        project=str(row.project),
        webhook=str(row.webhook),
        after=batch.after,
        upto=batch.upto,
        more=batch.next is not None,
        events=batch.events,
        gold=batch.gold,
    )
    return f"msg_{uuid5(row.webhook, name).hex}", _encoded("project.advanced", data)


def test_message(row: Webhook) -> tuple[str, bytes]:
    """A delivery that says nothing, to see whether one arrives."""
    data = Data(str(row.project), str(row.webhook), row.position, row.position, False, (), ())
    return f"msg_{uuid5(row.webhook, datetime.now(UTC).isoformat()).hex}", _encoded("webhook.test", data)


def _encoded(type_: str, data: Data) -> bytes:
    return msgspec.json.encode(Message(type_, moment(datetime.now(UTC)), data))


def _events(project: UUID, hook: Subscribed, after: int, last: int) -> tuple[int, list[EventView]]:
    """The events to tell, and up to where the log was looked at for them."""
    if not hook.events:
        return min(last, after + WINDOW), []
    wanted = Wanted(frozenset(hook.kinds) or None, frozenset(hook.types) or None)
    access = _access(project, hook)
    found: list[EventView] = []
    size, upto = 0, after
    for recorded in _window(project, after):
        if recorded.position > last or len(found) >= MOST or size >= SIZE:
            break
        upto = recorded.position
        if wanted.holds(recorded) and visible(access, recorded):
            view = told(access, recorded)
            size += len(msgspec.json.encode(view))
            found.append(view)
    return upto, found


def _window(project: UUID, after: int) -> Iterator[Recorded]:
    """The next events, few at a time: where all are told, one delivery is full after the first few."""
    end = after + WINDOW
    while after < end and (page := events_after(project, after, limit=min(MOST + 1, end - after))):
        yield from page
        after = page[-1].position


def _access(project: UUID, hook: Subscribed) -> Access:
    """A webhook knows what managers know, whoever they are by now."""
    ref = StreamRef(project, "project")
    state: Any = HANDLER.states([ref])[ref][1]
    return Access(project, UUID(hook.webhook), "manager", state)
