"""Mentions of an entity of the register."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.position import Moment, position_of
from annotator.api.view import View, answer
from annotator.application.access import NotKnown
from annotator.queries.mentions import MentionsView, read_mentions


class MentionsParameters(Moment, frozen=True):
    """Which page."""

    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Mentions(View):
    """Where an entity is mentioned."""

    @operation("list_mentions", answer=MentionsView, parameters=MentionsParameters)
    def get(self, request: Request, project: UUID, entity: UUID) -> HttpResponse:
        """An entity with its mentions in all sets that the caller may see, document by document."""
        asked = self.parameters(MentionsParameters)
        access = self.access
        found = read_mentions(
            project,
            entity,
            at=position_of(project, asked),
            account=access.account,
            sees_set=access.sees_set,
            offset=asked.offset,
            limit=asked.limit,
        )
        if found is None:
            raise NotKnown
        return answer(found)
