"""Jobs: what is under way, what came of it, and the files they made."""

from base64 import b64encode
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.view import View, answer
from annotator.application.access import Access, NotKnown
from annotator.jobs.files import StoredFile, find, pieces
from annotator.queries.jobs import JobView, job, jobs


class Jobs(View):
    """The jobs of a project."""

    @operation("list_jobs", answer=list[JobView])
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """The newest imports and exports: the caller's own, and for managers everybody's."""
        return answer(jobs(project, account=whose(self.access)))


class OneJob(View):
    """One job."""

    @operation("read_job", answer=JobView)
    def get(self, request: Request, project: UUID, job: UUID) -> HttpResponse:
        """How far a job is, what came of it, and whether a worker is there to do it."""
        return answer(known_job(self.access, job))


class JobFile(View):
    """What a job made."""

    @operation("download_job_file", media_type="application/zip")
    def get(self, request: Request, project: UUID, job: UUID) -> StreamingHttpResponse:
        """The file of an export."""
        file = find(job, "result") if known_job(self.access, job)["file"] else None
        if file is None:
            raise NotKnown
        return _download(file)


def whose(access: Access) -> UUID | None:
    """Whose jobs the caller may see; None: everybody's."""
    return None if access.is_at_least("manager") else access.account


def known_job(access: Access, job_id: UUID) -> JobView:
    """A job that the caller may see.

    Raises:
        NotKnown
    """
    found = job(access.project_id, job_id, account=whose(access))
    if found is None:
        raise NotKnown
    return found


def _download(file: StoredFile) -> StreamingHttpResponse:
    body: Iterator[bytes] = pieces(file)
    return StreamingHttpResponse(
        body,
        content_type=file.media_type,
        headers={
            "Content-Length": str(file.size),
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Repr-Digest": f"sha-256=:{_base64(file.sha256)}:",
        },
    )


def _base64(sha256: str) -> str:
    return b64encode(bytes.fromhex(sha256)).decode()
