"""Handing out documents: the next one, what waits for the caller, and how the work of all stands."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.body import read_json
from annotator.api.operation import operation
from annotator.api.view import View, answer
from annotator.application.handing_out import catch_up, free_documents, hand_out, next_document
from annotator.domain.project import Order
from annotator.queries.seats import (
    MOST,
    PersonView,
    SeatView,
    SessionView,
    SkipView,
    own_seats,
    people_at_work,
    seats_left,
    session_of,
    skipped_documents,
)


class NextIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`besides` is a document that the caller leaves for now."""

    besides: UUID | None = None


class NextOut(msgspec.Struct, frozen=True):
    """The document at which the caller has a seat now; null when nothing is left for them."""

    document: UUID | None


class WorkOut(msgspec.Struct, frozen=True):
    """What waits for the caller, how many more there are (at most 200 are counted), and what they did of late."""

    waiting: Sequence[SeatView]
    free: int
    finished: int
    skipped: Sequence[SkipView]
    session: SessionView


class HandingOutView(msgspec.Struct, frozen=True):
    """How documents are handed out."""

    overlap: int
    lease_minutes: int
    order: Order
    seed: int


class AssignmentOut(msgspec.Struct, frozen=True):
    """How the work stands. `left` of all `seats` are not finished; `days_left` is null while nobody has a pace."""

    rules: HandingOutView
    people: Sequence[PersonView]
    skipped: Sequence[SkipView]
    seats: int
    left: int
    days_left: float | None


class HandOutIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Documents for several people in even shares: those named, or the next ones in the project's order."""

    people: Annotated[list[UUID], Meta(min_length=1, max_length=100)]
    documents: Annotated[list[UUID], Meta(max_length=500)] = []
    most: Annotated[int, Meta(ge=1, le=500)] = 100


class HandedOut(msgspec.Struct, frozen=True):
    """How many seats were given; documents without a free seat, or in no language of these people, are left out."""

    given: int


class Next(View):
    """The next document."""

    @operation("next_document", body=NextIn, answer=NextOut)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Give the caller a seat at a document: one that waits for them, else the next that has one free."""
        asked = read_json(request._request, NextIn)
        return answer(NextOut(next_document(self.access, besides=asked.besides)))


class Work(View):
    """The caller's own work."""

    @operation("read_work", answer=WorkOut)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """What waits for the caller, and a summary of what they did since their last pause."""
        catch_up(project)
        account, rules = self.access.account, self.access.project.handing_out
        mine = people_at_work(project, {account: ()}, rules.lease_minutes)[0]
        work = WorkOut(
            waiting=own_seats(project, account, rules.lease_minutes),
            free=len(free_documents(self.access, account, most=MOST)),
            finished=mine.finished,
            skipped=skipped_documents(project, account),
            session=session_of(project, account),
        )
        return answer(work)


class Assignment(View):
    """The work of all."""

    @operation("read_assignment", answer=AssignmentOut)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Who works on what, how fast, what was skipped, and when it will be done at this pace."""
        catch_up(project)
        state = self.access.project
        rules = state.handing_out
        members = {
            UUID(member): state.skills.get(member, ())
            for member, role in state.members.items()
            if role != "viewer"
        }
        people = people_at_work(project, members, rules.lease_minutes)
        seats, left = seats_left(project, rules.overlap)
        pace = sum(each.pace for each in people)
        return answer(
            AssignmentOut(
                rules=HandingOutView(rules.overlap, rules.lease_minutes, rules.order, rules.seed),
                people=people,
                skipped=skipped_documents(project),
                seats=seats,
                left=left,
                days_left=round(left / pace, 1) if pace else None,
            )
        )


class HandOut(View):
    """Documents for several people."""

    @operation("hand_out", body=HandOutIn, answer=HandedOut)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Give documents to people in even shares, by the languages that they annotate in."""
        asked = read_json(request._request, HandOutIn)
        given = hand_out(self.access, asked.people, documents=asked.documents, most=asked.most)
        return answer(HandedOut(len(given)))
