"""What there is to review, and how well annotators work."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.cursor import decode_cursor, encode_cursor
from annotator.api.operation import operation
from annotator.api.parameters import Cursor, Parameters, Text, Uuid
from annotator.api.position import AtLeast, Moment, position_of, wait_for
from annotator.api.view import View, answer
from annotator.domain.policy import Policy
from annotator.queries.acceptance import AcceptancesView, read_acceptance
from annotator.queries.board import read_model_position
from annotator.queries.quality import QualityView, read_quality
from annotator.queries.queue import Asked, Only, QueueCounts, QueueEntry, queue_counts, read_queue


class QueueParameters(Parameters, frozen=True):
    """Which items; `spot_checks` is the share of entries that are drawn by chance from what is settled."""

    only: Only = ""
    label: Text = ""
    conflict: Text = ""
    language: Text = ""
    document: Uuid | None = None
    spot_checks: Annotated[float, Meta(ge=0, le=1)] = 0.1
    cursor: Cursor = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    at_least: AtLeast = None


class QueuePage(msgspec.Struct, frozen=True):
    """Items in the order in which to review them. `policy` says what needs no curator, by its `auto_accept`.

    `position` is what the list includes of the log.
    """

    results: Sequence[QueueEntry]
    next: str | None
    counts: QueueCounts
    policy: Policy
    policy_version: int
    position: int


class Queue(View):
    """What to review first."""

    @operation("read_queue", answer=QueuePage, parameters=QueueParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Items by what a decision is expected to put right: appeals, stale decisions, disputes, doubts, spot checks."""
        given = self.parameters(QueueParameters)
        asked = Asked(
            project=project,
            only=given.only,
            label=given.label,
            conflict=given.conflict,
            language=given.language,
            document=UUID(given.document) if given.document else None,
            spot_checks=given.spot_checks,
            offset=decode_cursor(given.cursor),
            limit=given.limit,
        )
        position = wait_for(lambda: read_model_position(project, "gold"), given.at_least)
        found, following = read_queue(asked)
        state = self.access.project
        page = QueuePage(
            results=found,
            next=encode_cursor(following),
            counts=queue_counts(asked),
            policy=state.policy,
            policy_version=state.policy_version,
            position=position,
        )
        return answer(page)


class Quality(View):
    """How well annotators work."""

    @operation("read_quality", answer=list[QualityView])
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Of everybody for managers; of themselves for all others, who learn of closed documents alone if blind."""
        mine = None if self.access.is_at_least("manager") else self.access.account
        at = read_model_position(project, "gold")
        blind = not self.access.sees_all_sets
        return answer(read_quality(project, at=at, author=mine, closed_only=blind))


class Acceptance(View):
    """What people make of suggestions."""

    @operation("read_acceptance", answer=AcceptancesView, parameters=Moment)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Answers to suggestions per source, person and label: of everybody for managers, of themselves for all others."""
        mine = None if self.access.is_at_least("manager") else self.access.account
        at = position_of(project, self.parameters(Moment))
        return answer(read_acceptance(project, at=at, author=mine))
