"""Carrying jobs on."""

from uuid import UUID

from celery import shared_task

from annotator import hints
from annotator.jobs.heartbeat import beating
from annotator.jobs.queue import kind_of, queue_of
from annotator.jobs.work import work_on


@shared_task(name="annotator.tasks.run_job", ignore_result=True)
def run_job(job: str) -> None:
    """Carry a job on for a while, and ask for another turn if it is not done by then."""
    with beating():
        ending = work_on(UUID(job))
    if ending == "rests":
        hints.job_waits(UUID(job), queue=queue_of(kind_of(UUID(job))))
