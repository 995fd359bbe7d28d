"""Signing what the logs are, before anybody could rewrite it."""

import time

from celery import shared_task

from annotator.jobs.heartbeat import beating
from events.signing import sign_due

SECONDS = 20.0


@shared_task(name="annotator.tasks.sign", ignore_result=True)
def sign() -> None:
    """Sign the logs that have grown by 1,000 events, or waited for 10 minutes, since the last time."""
    end = time.monotonic() + SECONDS
    with beating():
        sign_due(keep_going=lambda: time.monotonic() < end)
