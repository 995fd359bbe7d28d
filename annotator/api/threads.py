"""Threads of comments about a document, and what concerns the caller. Comments are made by commands."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.body import read_json
from annotator.api.operation import operation
from annotator.api.position import Moment, position_of
from annotator.api.view import View, answer, answer_about
from annotator.application.access import NotKnown
from annotator.application.rooms import rooms_of, sees_everywhere
from annotator.queries.accounts import AccountView, names_of
from annotator.queries.notices import NoticeView, keep_read, notices_of
from annotator.queries.threads import Room, ThreadView, read_threads


class RoomView(msgspec.Struct, frozen=True):
    """A room that the caller may enter: whose set it is about, whether they may write there, whom they may call."""

    room: Room
    owner: UUID | None
    name: str
    may_write: bool
    people: Sequence[AccountView]


class ThreadsOut(msgspec.Struct, frozen=True):
    """The threads that the caller may read, the newest first, and the rooms they may enter."""

    position: int
    results: Sequence[ThreadView]
    rooms: Sequence[RoomView]


class NoticesOut(msgspec.Struct, frozen=True):
    """What concerns the caller, the newest first; `unread` counts what is new of it."""

    results: Sequence[NoticeView]
    unread: int


class NoticesReadIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Up to which position of the project's log the caller has seen what concerns them."""

    position: Annotated[int, Meta(ge=0, le=2**63 - 1)]


class Threads(View):
    """The threads about a document."""

    @operation("list_threads", answer=ThreadsOut, parameters=Moment)
    def get(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """Comments on the document, its marks and its curation, as far as the caller may read them."""
        at = position_of(project, self.parameters(Moment))
        found = read_threads(project, document, sees=self.access.sees_room, at=at)
        if found is None:
            raise NotKnown
        rooms = list(rooms_of(self.access))
        names = names_of({each for _, owner, _, people in rooms for each in (*people, owner) if each})
        shown = [
            RoomView(room, owner, names.get(owner, "") if owner else "", may_write, _people(people, names))
            for room, owner, may_write, people in rooms
        ]
        return answer_about(self.access, document, ThreadsOut(at, found, shown))


def _people(people: set[UUID], names: Mapping[UUID, str]) -> list[AccountView]:
    views = [AccountView(each, names.get(each, "")) for each in people]
    return sorted(views, key=lambda view: (view.name, view.id))


class Notices(View):
    """What concerns the caller."""

    @operation("list_notices", answer=NoticesOut)
    def get(self, request: Request) -> HttpResponse:
        """Comments that call the caller, answer them, or are about their sets, over all their projects."""
        found = notices_of(self.caller.id, sees_everywhere(self.caller.id))
        return answer(NoticesOut(found, sum(each.unread for each in found)))


class NoticesRead(View):
    """How far the caller has seen them."""

    @operation("mark_notices_read", body=NoticesReadIn, answer=NoticesReadIn)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Remember, with the caller's account, up to where notices of the project were seen."""
        asked = read_json(request._request, NoticesReadIn)
        keep_read(self.access.account, project, asked.position)
        return answer(asked)
