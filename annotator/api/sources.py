"""Sources of suggestions: which there are, how they fare, and asking one."""

import tempfile
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
import uuid_utils.compat as uuid_utils
from django.db import transaction
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator import hints
from annotator.api.body import read_json
from annotator.api.imports import IN_MEMORY, hold
from annotator.api.operation import operation
from annotator.api.parameters import Parameters, Text
from annotator.api.problems import Problem
from annotator.api.view import View, answer
from annotator.application.access import NotKnown
from annotator.application.envelope import enclose
from annotator.application.handle import handle
from annotator.domain.sources import DefineSource, FileSettings
from annotator.jobs import files, queue
from annotator.jobs.suggesting.asking import ask
from annotator.queries.sources import SourcesView, read_sources
from annotator.queries.suggestions import sources_of


class RunIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which documents to ask about; all of them where it is null."""

    documents: Annotated[Sequence[UUID], Meta(min_length=1, max_length=10_000)] | None = None


class RunOut(msgspec.Struct, frozen=True):
    """The job that asks."""

    job: UUID


class FileParameters(Parameters, frozen=True):
    """How the file is called, and its format, which is otherwise told from its beginning and name."""

    name: Text = ""
    format: Text = ""


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


class SourceFile(View):
    """The file of a source that is one."""

    @operation(
        "give_source_file",
        answer=RunOut,
        body="application/octet-stream",
        parameters=FileParameters,
        status=202,
    )
    def post(self, request: Request, project: UUID, source: UUID) -> HttpResponse:
        """Take in a file that marks, in any annotated format: a new version of the source, whose suggestions it gives.

        Its documents are found by their text.
        """
        asked = self.parameters(FileParameters)
        known = sources_of(project).sources.get(str(source))
        if known is None:
            raise NotKnown
        settings = known.settings
        if not isinstance(settings, FileSettings):
            raise Problem(409, "source-not-asked", "This source is no file.")
        name = asked.name or "upload"
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as held:
            hold(request._request, held)
            with transaction.atomic():
                options = {
                    "source": str(source),
                    "documents": None,
                    "everything": True,
                    "format": asked.format or None,
                }
                job = queue.add(project, self.access.account, "suggest", name=name, options=options)
                kept = files.store(
                    job, "upload", files.pieces_of(held), name=name, media_type="application/octet-stream"
                )
                newer = msgspec.structs.replace(settings, file=name[:500], sha256=kept.sha256)
                command = DefineSource(source=str(source), name=known.name, settings=newer)
                (outcome,) = handle(
                    self.access.account, project, [enclose(command, id=uuid_utils.uuid7())]
                ).outcomes
                if outcome.error is not None:
                    raise outcome.error
                hints.job_waits(job)
        return answer(RunOut(job), status=202)
