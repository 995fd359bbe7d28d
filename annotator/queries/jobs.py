"""Jobs as the outside sees them, and when a worker was last seen."""

from datetime import datetime
from typing import Any, Literal, TypedDict
from uuid import UUID

import msgspec
from django.db import connection

from annotator.queries.events import moment
from annotator.queries.what_if import WhatIf, quoted

State = Literal["waiting", "running", "done", "failed"]
SILENT_SECONDS = 20.0
"""A worker that is well is seen every five seconds."""


class Progress(TypedDict):
    """Bytes of an import (addresses of a list), documents of an export; ``total`` is null until it is known."""

    done: int
    total: int | None


class FileView(TypedDict):
    """What a job made."""

    url: str
    name: str
    size: int
    sha256: str


class JobView(TypedDict):
    """An import or an export. ``notice`` says in words what keeps it waiting."""

    id: str
    project: str
    kind: str
    state: State
    name: str
    options: dict[str, Any]
    progress: Progress
    created_at: str
    started_at: str | None
    finished_at: str | None
    report: dict[str, Any] | None
    error: str | None
    notice: str | None
    worker_seen_seconds: float | None
    file: FileView | None


def jobs(project: UUID, *, account: UUID | None = None, limit: int = 100) -> list[JobView]:
    """The newest imports and exports of a project, of one account or of all."""
    where = """j.project = %s AND j.kind IN ('import', 'export') AND (%s::uuid IS NULL OR j.account = %s)
             ORDER BY j.created_at DESC, j.id DESC LIMIT %s"""
    return _jobs(where, [project, account, account, limit])


def job(project: UUID, job_id: UUID, *, account: UUID | None = None) -> JobView | None:
    """One job of a project, None when there is none or it is another account's."""
    found = _jobs(
        "j.project = %s AND j.id = %s AND (%s::uuid IS NULL OR j.account = %s)",
        [project, job_id, account, account],
    )
    if not found:
        return None
    (one,) = found
    if one["kind"] == "what_if" and one["report"] is not None:
        # No text is kept with a job: what was erased since is not quoted any more.
        told = quoted(project, msgspec.convert(one["report"], WhatIf))
        one["report"] = msgspec.to_builtins(told)
    return one


def worker_seen_seconds() -> float | None:
    """Seconds since a worker last looked for work, by the database's clock; None when none was ever seen."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN)
        return _seconds(cursor.fetchone()[0])


def worker_notice() -> str | None:
    """What keeps jobs waiting, in words; None when a worker is there."""
    return _notice("waiting", worker_seen_seconds())


_SEEN = (
    "SELECT extract(epoch FROM now() - max(seen_at))::float8 FROM annotator_heartbeat WHERE name = 'worker'"
)


def _jobs(where: str, values: list[Any]) -> list[JobView]:
    sql = f"""SELECT j.id, j.project, j.kind, j.state, j.name, j.options::text, j.done, j.total, j.created_at, j.started_at,
                     j.finished_at, j.report::text, j.error, ({_SEEN}), f.name, f.size, f.sha256
                FROM annotator_job j
                LEFT JOIN annotator_jobfile f ON f.job_id = j.id AND f.role = 'result' AND f.kept AND j.state = 'done'
               WHERE {where}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_view(row) for row in cursor.fetchall()]


def _view(row: Any) -> JobView:
    (
        id_,
        project,
        kind,
        state,
        name,
        options,
        done,
        total,
        created,
        started,
        finished,
        report,
        error,
        seen,
        *file,
    ) = row
    seconds = _seconds(seen)
    return {
        "id": str(id_),
        "project": str(project),
        "kind": kind,
        "state": state,
        "name": name,
        "options": msgspec.json.decode(options),
        "progress": {"done": done, "total": total},
        "created_at": moment(created),
        "started_at": _moment(started),
        "finished_at": _moment(finished),
        "report": None if report is None else msgspec.json.decode(report),
        "error": error,
        "notice": _notice(state, seconds),
        "worker_seen_seconds": seconds,
        "file": _file(project, id_, *file),
    }


def _notice(state: State, seen: float | None) -> str | None:
    if state not in ("waiting", "running") or (seen is not None and seen < SILENT_SECONDS):
        return None
    told = (
        "No worker has been seen yet"
        if seen is None
        else f"No worker has been seen for {round(seen)} seconds"
    )
    return f"{told}; the job waits and goes on as soon as one runs: python manage.py sweep --every 1"


def _file(
    project: UUID, job_id: UUID, name: str | None, size: int | None, sha256: str | None
) -> FileView | None:
    if name is None or size is None or sha256 is None:
        return None
    return {
        "url": f"/api/v1/projects/{project}/jobs/{job_id}/file",
        "name": name,
        "size": size,
        "sha256": sha256,
    }


def _seconds(found: float | None) -> float | None:
    return None if found is None else round(max(0.0, found), 1)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else moment(at)
