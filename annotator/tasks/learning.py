"""Learning from annotators' answers, beside everything else."""

import time
from uuid import UUID

from celery import shared_task

from annotator import hints
from annotator.application.learning import is_due, learn_if_due, projects_that_learn
from annotator.jobs.heartbeat import beating

LOOK_SECONDS = 30.0

_next_look = 0.0  # on the monotonic clock


@shared_task(name="annotator.tasks.learn", ignore_result=True)
def learn(project: str) -> None:
    """Learn how reliable a project's annotators are, if enough has come."""
    with beating():
        learn_if_due(UUID(project))


def hint_if_due(project: UUID) -> None:
    """Ask a worker to learn, if there is something to learn."""
    if is_due(project):
        hints.answers_wait(project)


def look_around(*, alone: bool = False) -> None:
    """What no hint announced: answers that have waited for long, or were there when the policy changed.

    ``alone``: there is nobody to tell, so it is done here.
    """
    global _next_look
    if time.monotonic() < _next_look:
        return
    _next_look = time.monotonic() + LOOK_SECONDS
    for project in projects_that_learn():
        if alone:
            learn_if_due(project)
        else:
            hint_if_due(project)
