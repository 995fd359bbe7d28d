"""Starting an export: gold or sets, as of any position, in any format that can be written."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator import hints
from annotator.api.body import read_json
from annotator.api.jobs import known_job
from annotator.api.operation import operation
from annotator.api.problems import Problem
from annotator.api.view import View, answer
from annotator.application.access import Access
from annotator.formats.options import BadOptions, parse_options
from annotator.formats.registry import UnknownFormat, find, formats
from annotator.jobs import queue
from annotator.queries.jobs import JobView
from annotator.queries.log import head
from annotator.queries.release import find_release


class ExportIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to export: a `release`, by its id or name, or everything up to `at`, by default up to now.

    `signed`: the zip holds a signature of its manifest; without it, its bytes are the same on every server.
    """

    format: Annotated[str, Meta(max_length=100)]
    source: Literal["gold", "sets"] = "gold"
    at: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None
    release: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    signed: bool = True
    options: dict[str, Any] = {}


class Exports(View):
    """Files on their way out."""

    @operation("start_export", body=ExportIn, answer=JobView, status=202)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Make a file of gold or of everybody's sets; the same wish gives the same bytes."""
        asked = read_json(request._request, ExportIn)
        _check_names(self.access)
        _check_options(asked)
        # The position is fixed now: a job that waits must not include what comes later.
        wanted = {**msgspec.to_builtins(asked), "at": _position(project, asked)}
        with transaction.atomic():
            name = f"{asked.source} as {asked.format}" + (f", {asked.release}" if asked.release else "")
            job = queue.add(project, self.access.account, "export", name=name, options=wanted)
            hints.job_waits(job)
        return answer(known_job(self.access, job), status=202)


def _check_names(access: Access) -> None:
    """Files name authors by their accounts.

    Raises:
        Problem
    """
    if access.hides_authors:
        title = (
            "Exports say who marked what, which curators of an anonymous project do not learn; ask a manager."
        )
        raise Problem(403, "authors-hidden", title)


def _check_options(asked: ExportIn) -> None:
    try:
        writer = find(asked.format).writer
    except UnknownFormat:
        writer = None
    if writer is None:
        known = [key for key, form in formats().items() if form.writer]
        title = "There is no format of this name that can be written."
        raise Problem(422, "format-unknown", title, pointer="/format", facts={"known": known})
    try:
        parse_options(writer.options, asked.options)
    except BadOptions as error:
        raise Problem(
            422, "bad-options", "The options do not fit.", detail=str(error), pointer="/options"
        ) from None


def _position(project: UUID, asked: ExportIn) -> int:
    at = asked.at
    if asked.release is not None:
        found = find_release(project, asked.release)
        if found is None:
            raise Problem(422, "release-unknown", "The project has no such release.", pointer="/release")
        if at not in (None, found.position):
            title = "A release has a position of its own; leave this one out."
            raise Problem(422, "bad-shape", title, pointer="/at", facts={"position": found.position})
        return found.position
    now = head(project)
    if at is not None and at > now:
        title = "The log has not reached this position."
        raise Problem(422, "not-reached", title, pointer="/at", facts={"position": now})
    return now if at is None else at
