"""Rebuilding a read model as a job: in slices, so that others get their turn, and a killed worker loses none of it."""

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from annotator import hints
from annotator.jobs import queue
from annotator.jobs.queue import EVERYWHERE, Task
from annotator.projections.registry import REGISTRY
from annotator.queries.events import moment
from events.rebuild import AlreadyRebuilding, cancel, clean, rebuild

CANCELLED = "It was cancelled; the live rows were kept."
SHOWN = 20
_TELLS_EVERY = 0.5  # seconds


class RebuildView(msgspec.Struct, frozen=True):
    """A rebuild; `done` and `total` count events, `total` is null until it is known."""

    id: UUID
    projection: str
    state: str
    done: int
    total: int | None
    created_at: str
    finished_at: str | None
    error: str | None


def start(account: UUID, name: str, *, compare: bool) -> UUID:
    """Have a projection rebuilt; one that waits or runs already is that one."""
    sql = """SELECT id FROM annotator_job WHERE kind = 'rebuild' AND state IN ('waiting', 'running') AND name = %s
              ORDER BY created_at LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [name])
        row = cursor.fetchone()
    if row is not None:
        return UUID(str(row[0]))
    job = queue.add(EVERYWHERE, account, "rebuild", name=name, options={"compare": compare})
    hints.job_waits(job, queue="rebuild")
    return job


def run_rebuild(task: Task, end: float) -> bool:
    """Carry it on until the end or for its turn; whether it is finished.

    Raises:
        AlreadyRebuilding, Cancelled, Differs, Faulty: the live rows were kept.
    """
    told = 0.0
    with closing(
        rebuild(REGISTRY, task.name, compare=bool(task.options.get("compare", True)), keep=True)
    ) as steps:
        for progress in steps:
            now = time.monotonic()
            if now - told >= _TELLS_EVERY or progress.done == progress.total:
                told = now
                queue.advance(task, done=progress.done, total=progress.total, cursor={"done": progress.done})
            if now >= end:
                return False
    return True


def stop(job: UUID) -> bool:
    """Cancel a rebuild that waits or runs; whether there was one."""
    sql = """UPDATE annotator_job SET state = 'failed', error = %s, runner = NULL, finished_at = now()
              WHERE id = %s AND kind = 'rebuild' AND state IN ('waiting', 'running') RETURNING name"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [CANCELLED, job])
        row = cursor.fetchone()
    if row is None:
        return False
    cancel(row[0])
    with suppress(AlreadyRebuilding):  # then it notices, and cleans up by itself
        clean(REGISTRY, row[0])
    return True


def rebuilds() -> Sequence[RebuildView]:
    """The newest rebuilds."""
    sql = """SELECT id, name, state, done, total, created_at, finished_at, error FROM annotator_job
              WHERE kind = 'rebuild' ORDER BY created_at DESC, id DESC LIMIT %s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [SHOWN])
        return [_view(*row) for row in cursor.fetchall()]


def _view(*row: Any) -> RebuildView:
    id_, name, state, done, total, created, ended, error = row
    return RebuildView(id_, name, state, done, total, moment(created), ended and moment(ended), error)
