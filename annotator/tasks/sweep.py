"""The sweep finds all work that no hint announced: the only thing that must run for everything to get done."""

import time
from collections.abc import Callable
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.db import connection

from annotator import hints
from annotator.jobs import queue
from annotator.jobs.files import drop_old_results
from annotator.jobs.heartbeat import beating
from annotator.jobs.webhooks.delivering import deliver
from annotator.jobs.webhooks.rows import due
from annotator.jobs.work import work_on
from annotator.projections.registry import REGISTRY
from annotator.tasks.learning import look_around
from annotator.tasks.projections import catch_up
from annotator.tasks.suggestions import look_for_sources
from events.signing import sign_due

SECONDS = 20.0
TURN_SECONDS = 2.0
"""One project's turn, so that none waits for ever behind a big one; and one job's, where one process does everything."""


@shared_task(name="annotator.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Look for work: projects that are behind are folded here, jobs are told to whoever does them."""
    with beating():
        if _take_turn():
            _sweep()


def _sweep() -> None:
    try:
        _fold_all(time.monotonic() + SECONDS, turn=TURN_SECONDS)
        for job, kind in queue.waiting():
            hints.job_still_waits(job, queue=queue.queue_of(kind))
        for key in due():
            hints.webhook_still_waits(*key)
        look_around()
        look_for_sources()
        drop_old_results()
    finally:
        _end_turn()


def sweep_alone(*, keep_going: Callable[[], bool] = lambda: True) -> bool:
    """Do a turn of everything there is, without any broker; whether there is more to do."""
    with beating():
        behind = _fold_all(time.monotonic() + SECONDS, turn=TURN_SECONDS, keep_going=keep_going)
        endings = [work_on(job, seconds=TURN_SECONDS) for job in queue.to_do() if keep_going()]
        endings += [deliver(key, seconds=TURN_SECONDS) for key in due() if keep_going()]
        sign_due(keep_going=keep_going)
        look_around(alone=True)
        look_for_sources()
        drop_old_results()
    return keep_going() and (behind or "rests" in endings)


@worker_ready.connect
def look_for_work(**_: Any) -> None:
    """A worker that starts does not wait for the next beat."""
    hints.sweep()


def _fold_all(end: float, *, turn: float, keep_going: Callable[[], bool] = lambda: True) -> bool:
    """Fold every project that is behind; whether some still are."""
    behind = False
    for project in REGISTRY.lagging():
        left = min(turn, end - time.monotonic())
        if left <= 0 or not keep_going():
            return True
        if not catch_up(project, seconds=left):
            behind = True
            hints.more_to_fold(project)
    return behind


# Two sweeps at once would do no harm, only the same work twice.
def _take_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(7004)")
        return bool(cursor.fetchone()[0])


def _end_turn() -> None:
    if connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(7004)")
