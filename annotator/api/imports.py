"""Starting an import: the file is the body, as it is; what becomes of it is a job."""

import json
import tempfile
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator import hints
from annotator.api.disk import check_space
from annotator.api.jobs import known_job
from annotator.api.operation import operation
from annotator.api.parameters import Parameters, Text, Uuid
from annotator.api.problems import Problem
from annotator.api.view import View, answer
from annotator.formats.options import BadOptions, parse_options
from annotator.formats.registry import UnknownFormat, find, formats
from annotator.jobs import files, queue
from annotator.jobs.files import pieces_of
from annotator.queries.jobs import JobView

BIGGEST = 2 << 30  # bytes of a file
IN_MEMORY = 4 << 20  # bytes of a file that are not worth one on disk
GROWTH = 3  # times the bytes of a file: it is kept, its text is, and what is built of that

Options = Annotated[str, Meta(max_length=4000, description="The format's options as a JSON object")]


class ImportParameters(Parameters, frozen=True):
    """What the file is; without a format it is told from the beginning of the file and its name."""

    format: Text = ""
    name: Text = ""
    options: Options = ""
    dry_run: Annotated[bool, Meta(description="Say what would happen, and write nothing")] = False
    of: Annotated[
        Uuid | None, Meta(description="Take the file of this rehearsal; the body is empty then")
    ] = None


class Imports(View):
    """Files on their way in."""

    @operation(
        "start_import",
        body="application/octet-stream",
        answer=JobView,
        parameters=ImportParameters,
        status=202,
    )
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Take in a file. Marks in it become sets of the authors that it names, never gold."""
        asked = self.parameters(ImportParameters)
        wanted = {"format": asked.format or None, "options": _options(asked), "dry_run": asked.dry_run}
        if asked.of is not None:
            return answer(self._carried_out(project, UUID(asked.of), asked, wanted), status=202)
        check_space(GROWTH * int(request.META.get("CONTENT_LENGTH") or 0))
        name = asked.name or "upload"
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as held:
            hold(request._request, held)
            with transaction.atomic():
                job = queue.add(project, self.access.account, "import", name=name, options=wanted)
                files.store(job, "upload", pieces_of(held), name=name, media_type="application/octet-stream")
                hints.job_waits(job)
        return answer(known_job(self.access, job), status=202)

    def _carried_out(
        self, project: UUID, rehearsal: UUID, asked: ImportParameters, wanted: dict[str, Any]
    ) -> JobView:
        """An import of the file that was tried; what is not said anew stays as it was in the trial."""
        tried = known_job(self.access, rehearsal)
        if tried["kind"] != "import" or tried["state"] != "done" or not tried["options"].get("dry_run"):
            title = "Only a rehearsal that has ended can be carried out."
            raise Problem(409, "no-rehearsal", title, parameter="of")
        wanted["format"] = wanted["format"] or tried["options"].get("format")
        wanted["options"] = wanted["options"] if asked.options else tried["options"].get("options", {})
        with transaction.atomic():
            job = queue.add(project, self.access.account, "import", name=tried["name"], options=wanted)
            if not files.hand_over(of=rehearsal, to=job):
                title = "The file of the rehearsal is gone; upload it again."
                raise Problem(409, "file-gone", title, parameter="of")
            queue.take_up_fetched(job, of=rehearsal)
            hints.job_waits(job)
        return known_job(self.access, job)


def _options(asked: ImportParameters) -> dict[str, Any]:
    options = _json(asked.options)
    if not asked.format:
        return options
    try:
        reader = find(asked.format).reader
    except UnknownFormat:
        reader = None
    if reader is None:
        known = [key for key, form in formats().items() if form.reader]
        title = "There is no format of this name that can be read."
        raise Problem(400, "format-unknown", title, parameter="format", facts={"known": known})
    try:
        parse_options(reader.options, options)
    except BadOptions as error:
        raise Problem(
            400, "bad-options", "The options do not fit.", detail=str(error), parameter="options"
        ) from None
    return options


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Problem(400, "bad-parameter", "The options must be a JSON object.", parameter="options")
    return found


def hold(request: HttpRequest, held: Any) -> None:
    """Take the whole body first: a slow sender must not keep a transaction open."""
    size = 0
    while piece := request.read(files.CHUNK):
        size += len(piece)
        if size > BIGGEST:
            raise Problem(
                400, "too-big", f"The file is bigger than {BIGGEST} bytes.", pointer="", offset=BIGGEST
            )
        held.write(piece)
    if size == 0:
        raise Problem(400, "empty", "The file is empty.", pointer="")
    held.seek(0)
