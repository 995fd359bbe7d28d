"""Reports of agreement: made at once where that is quick, else by a worker, and kept under their keys."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from annotator import hints
from annotator.domain.measures.parts import Finished, gamma_of
from annotator.domain.measures.sums import Disorder
from annotator.jobs import queue
from annotator.jobs.queue import Task
from annotator.queries.agreement import AgreementReport, Asked, key_of, read_report

AT_ONCE = 10_000
"""Events up to which a report is made while the request waits."""

KEPT_DAYS = 30


class ReportState(msgspec.Struct, frozen=True):
    """A report, or how far it is. ``report`` may be an older one while a newer is made."""

    report: AgreementReport | None
    done: int = 0
    total: int | None = None
    error: str | None = None


def wanted(project: UUID, account: UUID, at: int, asked: Asked) -> ReportState:
    """The report if it is there or quickly made; else a worker is asked for it, once."""
    found = _kept(project, key_of(project, at, asked))
    if found is not None:
        return found
    if not asked.gamma and at <= AT_ONCE:
        return ReportState(read_report(project, at, asked))
    _ask(project, account, at, asked)
    return ReportState(_newest(project, asked))


def _kept(project: UUID, key: str) -> ReportState | None:
    sql = """SELECT state, done, total, report::text, error FROM annotator_job
              WHERE project = %s AND kind = 'agreement' AND name = %s ORDER BY created_at DESC LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, key])
        row = cursor.fetchone()
    if row is None:
        return None
    state, done, total, report, error = row
    made = msgspec.json.decode(report, type=AgreementReport) if state == "done" else None
    return ReportState(made, done, total, error if state == "failed" else None)


def _newest(project: UUID, asked: Asked) -> AgreementReport | None:
    """The newest report of the same wish at an earlier position: better than none while one waits."""
    sql = """SELECT report::text FROM annotator_job
              WHERE project = %s AND kind = 'agreement' AND state = 'done' AND options -> 'asked' = %s::jsonb
              ORDER BY created_at DESC LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, msgspec.json.encode(asked).decode()])
        row = cursor.fetchone()
    return msgspec.json.decode(row[0], type=AgreementReport) if row else None


def _ask(project: UUID, account: UUID, at: int, asked: Asked) -> None:
    options = {"at": at, "asked": msgspec.to_builtins(asked)}
    with transaction.atomic():
        _forget_old(project)
        job = queue.add(project, account, "agreement", name=key_of(project, at, asked), options=options)
        hints.job_waits(job)


def _forget_old(project: UUID) -> None:
    sql = """DELETE FROM annotator_job WHERE project = %s AND kind = 'agreement' AND state IN ('done', 'failed')
                AND created_at < now() - make_interval(days => %s)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, KEPT_DAYS])


def run_report(task: Task, time_is_up: Callable[[], None]) -> dict[str, Any]:
    """Make the job's report. What gamma is made of is kept on the way, so that a killed job goes on from there;
    ``time_is_up`` raises when others are to have their turn."""
    asked = msgspec.convert(task.options["asked"], Asked, strict=False)
    kept: dict[str, list[float] | None] = dict(task.cursor.get("gamma", {}))

    def disorder(finished: Finished, seed: int) -> Disorder | None:
        if finished.document not in kept:
            found = gamma_of(finished, seed=seed)
            made = None if found is None else [found.observed, found.expected, found.bound, found.least]
            kept[finished.document] = made
            queue.advance(task, done=len(kept), total=None, cursor={"gamma": kept})
            time_is_up()
        known = kept[finished.document]
        return None if known is None else Disorder(*known)

    def progress(done: int, total: int | None) -> None:
        if not asked.gamma and done % 200 == 0:
            queue.advance(task, done=done, total=total)

    made = read_report(task.project, task.options["at"], asked, progress=progress, disorder=disorder)
    report: dict[str, Any] = msgspec.to_builtins(made)
    return report
