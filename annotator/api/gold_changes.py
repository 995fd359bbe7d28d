"""How gold changed between two moments: for people who compare releases, and for pipelines that follow along."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.cursor import decode_cursor, encode_cursor
from annotator.api.operation import operation
from annotator.api.parameters import Cursor, Parameters, Position
from annotator.api.position import reached
from annotator.api.problems import Problem
from annotator.api.view import View, answer_about
from annotator.api.waiting import Wait, wait_until
from annotator.application.access import Access
from annotator.queries.gold_changes import DocumentChanges, gold_changes
from annotator.queries.log import head
from annotator.queries.release import position_named

WINDOW = 1_000  # events that one round of following looks at
Page = Annotated[int, Meta(ge=1, le=200)]
Named = Annotated[
    str, Meta(min_length=1, max_length=100, description="A position, or a release by id or name")
]


class DiffParameters(Parameters, frozen=True):
    """Two moments; by default from the beginning to now."""

    before: Named = "0"
    after: Named | None = None
    cursor: Cursor = ""
    limit: Page = 50


class DiffOut(msgspec.Struct, frozen=True):
    """Documents whose gold differs, in order of import. A page may be short, even empty, and still have a `next`."""

    before: int
    after: int
    results: Sequence[DocumentChanges]
    next: str | None


class FollowParameters(Parameters, frozen=True):
    """What came after a position. `upto` and `cursor` are those of the answer before, where it had a cursor."""

    after: Position = 0
    upto: Position | None = None
    cursor: Cursor = ""
    limit: Page = 50
    wait: Wait = 0


class ChangesOut(msgspec.Struct, frozen=True):
    """Changes of gold from `after` to `upto`. With a `cursor`, ask again for the same two and this cursor; without
    one, the next `after` is `upto`. `head` is the log's end."""

    after: int
    upto: int
    head: int
    results: Sequence[DocumentChanges]
    cursor: str | None


class GoldDiff(View):
    """Two moments beside each other."""

    @operation("diff_gold", answer=DiffOut, parameters=DiffParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Which gold labels were added, removed and changed between two releases or positions, and why."""
        check_follows(self.access)
        asked = self.parameters(DiffParameters)
        before = _named(project, asked.before, "before")
        after = head(project) if asked.after is None else _named(project, asked.after, "after")
        place = decode_cursor(asked.cursor)
        found = gold_changes(project, before=before, after=after, place=place, limit=asked.limit)
        view = DiffOut(before, after, found.documents, encode_cursor(found.next))
        return answer_about(self.access, None, view)


class GoldChanges(View):
    """What became of gold since."""

    @operation("follow_gold", answer=ChangesOut, parameters=FollowParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Documents whose gold has changed since a position, with what was added, removed and changed."""
        check_follows(self.access)
        asked = self.parameters(FollowParameters)
        reached(project, asked.after, parameter="after")
        wait_until(lambda: head(project) > asked.after, asked.wait)
        end = reached(project, asked.upto, parameter="upto")
        upto = end if asked.upto is not None else min(end, asked.after + WINDOW)
        place = decode_cursor(asked.cursor)
        found = gold_changes(project, before=asked.after, after=upto, place=place, limit=asked.limit)
        cursor = encode_cursor(found.next)
        view = ChangesOut(asked.after, upto, head(project), found.documents, cursor)
        return answer_about(self.access, None, view)


def check_follows(access: Access) -> None:
    """Raises:
    Problem: the project is blind, and the caller annotates in it.
    """
    if not access.follows_gold:
        title = (
            "In a blind project annotators see the gold of a document once their own set of it is finished."
        )
        raise Problem(403, "gold-hidden", title)


def _named(project: UUID, wanted: str, parameter: str) -> int:
    found = position_named(project, wanted)
    if found is None:
        title = "The project has no such release, and it is no position."
        raise Problem(400, "release-unknown", title, parameter=parameter)
    return reached(project, found, parameter=parameter)
