"""The Celery application. A task is only a hint that there is work; what is done is in the database.

So nothing here tries to be reliable: no results, no scheduled tasks, no retries of a
publication. A hint that is lost costs the few seconds until the next sweep.
"""

import os
import time
from typing import Any

import kombu
from celery import Celery
from celery.app.amqp import AMQP
from kombu.exceptions import OperationalError

from annotator.config.environment import environment

if environment().process != "beat":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")

SWEEP_SECONDS = 5.0
SIGN_SECONDS = 10.0  # between looks for logs whose next checkpoint is due
PUBLISH_SECONDS = 0.2
RELIEF_SECONDS = 1.0
LONGEST_PAUSE = 2.0
QUEUES = ("live", "rebuild", "export")


class Hints(Celery):
    """Publishes without waiting: a broker that does not answer is left alone for a moment."""

    resting_until = 0.0  # on the monotonic clock

    def send_task(self, *args: Any, **options: Any) -> Any:
        """Sends the hint, or drops it; None when it was dropped."""
        if not environment().redis_url or time.monotonic() < self.resting_until:
            return None
        try:
            return super().send_task(*args, **{**options, "retry": False})
        except (OperationalError, OSError):
            self.resting_until = time.monotonic() + RELIEF_SECONDS
            return None


class Link(kombu.Connection):
    """Comes back soon after a broker that was away for long: the pauses between attempts stay short."""

    def ensure_connection(self, *args: Any, **options: Any) -> Any:
        pauses = {"interval_start": 0.5, "interval_step": 0.5, "interval_max": LONGEST_PAUSE}
        return super().ensure_connection(*args, **{**pauses, **options})


class Messages(AMQP):
    Connection = Link


def broker_url(redis_url: str) -> str:
    """Celery's name for what redis-py is told."""
    return redis_url.replace("unix://", "redis+socket://", 1) or "memory://"


app = Hints("palimpsest", amqp=Messages)
app.conf.update(
    broker_url=broker_url(environment().redis_url),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "socket_connect_timeout": PUBLISH_SECONDS,
        "socket_timeout": PUBLISH_SECONDS,
        "max_retries": 0,  # of a publisher: it would sleep between them, amid somebody's request
        # Long past any chunk of work: redelivery is never waited for, the sweep comes sooner.
        "visibility_timeout": 3600,
        "queue_order_strategy": "priority",
    },
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_acks_late=True,
    task_reject_on_worker_lost=False,  # a task that kills its worker must not come back for ever
    task_publish_retry=False,
    task_default_queue="live",
    task_create_missing_queues=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    beat_scheduler="celery.beat:Scheduler",  # in memory: nothing on disk that a kill could spoil
    beat_max_loop_interval=1,
    beat_schedule={
        "sweep": {
            "task": "annotator.tasks.sweep",
            "schedule": SWEEP_SECONDS,
            "options": {"queue": "live", "expires": 4 * SWEEP_SECONDS},
        },
        "sign": {
            "task": "annotator.tasks.sign",
            "schedule": SIGN_SECONDS,
            "options": {"queue": "live", "expires": 4 * SIGN_SECONDS},
        },
    },
)
if environment().process != "beat":  # it only knows the tasks' names, and so needs no Django
    app.autodiscover_tasks(["annotator"])
