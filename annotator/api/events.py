"""Events as pages: the history of a document, and the whole log for those who cannot hold a stream open."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.parameters import Parameters, Position, Uuid
from annotator.api.view import View, answer
from annotator.api.waiting import Wait, wait_until
from annotator.application.access import Access, NotKnown
from annotator.application.history import EVERYTHING, Wanted, next_events, next_events_of
from annotator.application.told import told
from annotator.queries.events import EventView
from annotator.queries.log import head

Page = Annotated[int, Meta(ge=1, le=1000)]
Names = Annotated[
    str, Meta(pattern="^[a-z_]+(,[a-z_]+)*$", max_length=1000, description="Names, with commas between")
]


class HistoryParameters(Parameters, frozen=True):
    """Events after a position."""

    after: Position = 0
    limit: Page = 500


class EventsParameters(HistoryParameters, frozen=True):
    """Events after a position, of one document or of all; of some `kinds` of streams and `types` of events."""

    document: Uuid | None = None
    kinds: Names | None = None
    types: Names | None = None
    wait: Wait = 0


class EventsOut(msgspec.Struct, frozen=True):
    """Events in order. `next` is the `after` of the next page, null at the end; `head` is the log's end."""

    results: Sequence[EventView]
    next: int | None
    head: int


class History(View):
    """What happened to a document."""

    @operation("read_history", answer=EventsOut, parameters=HistoryParameters)
    def get(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """The events about a document that the caller may see: text, sets, curation."""
        asked = self.parameters(HistoryParameters)
        return _page(self.access, document, asked)


class Events(View):
    """What happened in a project."""

    @operation("list_events", answer=EventsOut, parameters=EventsParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """The events after a position that the caller may see; the live feed says the same as it happens."""
        asked = self.parameters(EventsParameters)
        wait_until(lambda: head(project) > asked.after, asked.wait)
        document = UUID(asked.document) if asked.document else None
        return _page(self.access, document, asked, _wanted(asked.kinds, asked.types))


def _wanted(kinds: str | None, types: str | None) -> Wanted:
    def parts(names: str | None) -> frozenset[str] | None:
        return frozenset(names.split(",")) if names else None

    return Wanted(parts(kinds), parts(types))


def _page(
    access: Access, document: UUID | None, asked: HistoryParameters, wanted: Wanted = EVERYTHING
) -> HttpResponse:
    end = head(access.project_id)
    if document is None:
        found, place = next_events(access, asked.after, limit=asked.limit, wanted=wanted)
    else:
        page = next_events_of(access, document, asked.after, limit=asked.limit)
        if page is None:
            raise NotKnown
        found, place = [each for each in page[0] if wanted.holds(each)], page[1]
    return answer(EventsOut([told(access, each) for each in found], place, end))
