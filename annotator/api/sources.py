"""Sources of suggestions: which there are, how they fare, and asking one."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.body import read_json
from annotator.api.operation import operation
from annotator.api.problems import Problem
from annotator.api.view import View, answer
from annotator.application.access import NotKnown
from annotator.jobs.suggesting.asking import ask
from annotator.queries.sources import SourcesView, read_sources
from annotator.queries.suggestions import sources_of


class RunIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which documents to ask about; all of them where it is null."""

    documents: Annotated[Sequence[UUID], Meta(min_length=1, max_length=10_000)] | None = None


class RunOut(msgspec.Struct, frozen=True):
    """The job that asks."""

    job: UUID


class AllSources(View):
    """The sources of suggestions of a project."""

    @operation("list_sources", answer=SourcesView)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Every source with what became of its last asking, and how many of its suggestions stand."""
        return answer(read_sources(project))


class SourceRuns(View):
    """Asking a source."""

    @operation("ask_source", body=RunIn, answer=RunOut, status=202)
    def post(self, request: Request, project: UUID, source: UUID) -> HttpResponse:
        """Ask a source about some documents or all of them; a parked one is tried again."""
        asked = read_json(request._request, RunIn)
        known = sources_of(project).sources.get(str(source))
        if known is None:
            raise NotKnown
        if not known.active or known.kind == "file":
            title = "A retired source, or one that is a file, cannot be asked."
            raise Problem(409, "source-not-asked", title)
        job = ask(project, self.access.account, source, asked.documents)
        return answer(RunOut(job), status=202)
