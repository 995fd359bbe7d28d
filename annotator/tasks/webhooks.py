"""Telling webhooks."""

from uuid import UUID

from celery import shared_task

from annotator import hints
from annotator.jobs.heartbeat import beating
from annotator.jobs.webhooks.delivering import deliver
from annotator.jobs.webhooks.rows import due

SECONDS = 20.0


@shared_task(name="annotator.tasks.tell_webhook", ignore_result=True)
def tell_webhook(project: str, webhook: str) -> None:
    """Tell a webhook for a while, and ask for another turn if it is not up to date by then."""
    with beating():
        ending = deliver((UUID(project), UUID(webhook)), seconds=SECONDS)
    if ending == "rests":
        hints.webhook_waits(UUID(project), UUID(webhook))


def hint_if_due(project: UUID) -> None:
    """Ask a worker to tell the webhooks of a project that has grown."""
    for key in due(project):
        hints.webhook_waits(*key)
