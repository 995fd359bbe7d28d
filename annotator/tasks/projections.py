"""Following the logs of projects."""

import time
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from celery import shared_task

from annotator import hints
from annotator.application.segmenting import segment_new
from annotator.jobs.heartbeat import beating
from annotator.jobs.suggesting.asking import ask_if_due
from annotator.projections.registry import REGISTRY
from annotator.tasks.learning import hint_if_due
from annotator.tasks.webhooks import hint_if_due as hint_webhooks
from events.handler import Busy

SECONDS = 2.0
"""A task ends after about so long and asks for another at the end of the queue: a huge import starves nobody's edits."""


JUST_NOW = 0.5  # seconds

_done_at: dict[UUID, float] = {}
"""When this worker last brought a project to its head; of projects of the last moments."""


@shared_task(name="annotator.tasks.project_events", ignore_result=True)
def project_events(project: str) -> None:
    """Bring the read models of a project up to the head of its log.

    A message that comes twice would hold up all projects behind it, so one that nobody told anew costs next to nothing.
    """
    if not hints.forget_told(UUID(project)) and _is_just_done(UUID(project)):
        return
    with beating():
        is_done = catch_up(UUID(project), seconds=SECONDS)
    hint_webhooks(UUID(project))
    if is_done:
        _done_at[UUID(project)] = time.monotonic()
        hint_if_due(UUID(project))
        ask_if_due(UUID(project))
    else:
        hints.more_to_fold(UUID(project))


def _is_just_done(project: UUID) -> bool:
    limit = time.monotonic() - JUST_NOW
    for each in [each for each, at in _done_at.items() if at < limit]:
        del _done_at[each]
    return project in _done_at


def catch_up(project: UUID, *, seconds: float) -> bool:
    """Fold what there is, and segment new texts, for about so long; False when there was no time for all of it."""
    in_time = _until(time.monotonic() + seconds)
    REGISTRY.catch_up(project, keep_going=in_time)
    if in_time():
        with suppress(Busy):  # whoever writes now leaves time later
            if segment_new(project, keep_going=in_time):
                REGISTRY.catch_up(project, keep_going=in_time)
    return in_time()


def _until(end: float) -> Callable[[], bool]:
    return lambda: time.monotonic() < end
