"""What operators do to read models: rebuild them beside the live ones, and let parked ones try again."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator import hints
from annotator.api.body import read_json
from annotator.api.operation import operation
from annotator.api.problems import Problem
from annotator.api.view import View, answer
from annotator.application.access import NotKnown
from annotator.jobs.rebuilding import RebuildView, rebuilds, start, stop
from annotator.projections.registry import REGISTRY
from events.checkpoints import retry

Name = Annotated[str, Meta(max_length=100)]


class RebuildsOut(msgspec.Struct, frozen=True):
    """The newest rebuilds, the projections that there are, and those whose rows another release made."""

    projections: Sequence[str]
    outdated: Sequence[str]
    results: Sequence[RebuildView]


class RebuildIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to rebuild. Without `compare` the new rows are taken even if they differ."""

    projection: Name
    compare: bool = True


class StartedOut(msgspec.Struct, frozen=True):
    """The job that does it."""

    id: UUID


class RetryIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which projection tries again."""

    projection: Name


class RetriedOut(msgspec.Struct, frozen=True):
    """How many had been waiting."""

    waiting: int


class Rebuilds(View):
    """Rebuilds of read models, for all projects together."""

    @operation("list_rebuilds", answer=RebuildsOut)
    def get(self, request: Request) -> HttpResponse:
        """What is being rebuilt and what was, newest first."""
        return answer(RebuildsOut(sorted(REGISTRY.projections), REGISTRY.outdated(), rebuilds()))

    @operation("start_rebuild", body=RebuildIn, answer=StartedOut, status=202)
    def post(self, request: Request) -> HttpResponse:
        """Have a read model folded anew beside the live one, compared, and put in its place at once."""
        asked = read_json(request._request, RebuildIn)
        _known(asked.projection)
        with transaction.atomic():
            job = start(self.caller.id, asked.projection, compare=asked.compare)
        return answer(StartedOut(job), status=202)


class OneRebuild(View):
    """One rebuild."""

    @operation("cancel_rebuild", answer=RebuildsOut)
    def delete(self, request: Request, job: UUID) -> HttpResponse:
        """Stop a rebuild; the live rows stay as they are."""
        if not stop(job):
            raise NotKnown
        return answer(RebuildsOut(sorted(REGISTRY.projections), REGISTRY.outdated(), rebuilds()))


class Retries(View):
    """Projections that are parked at an event, or wait after an error."""

    @operation("retry_projection", body=RetryIn, answer=RetriedOut)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Let a projection of the project try again at once."""
        asked = read_json(request._request, RetryIn)
        _known(asked.projection)
        waiting = retry(project, asked.projection)
        hints.more_to_fold(project)
        return answer(RetriedOut(waiting))


def _known(name: str) -> None:
    if name not in REGISTRY.projections:
        title = "There is no projection of this name."
        facts = {"known": sorted(REGISTRY.projections)}
        raise Problem(422, "projection-unknown", title, pointer="/projection", facts=facts)
