"""Hints that there is work. None of them is needed: whoever misses one finds the work a few seconds later by itself.

A hint must never hold up the request that gives it: a broker that does not answer within a fifth of a second is
left alone for a second.
"""

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)

PATIENCE = 0.2  # seconds
REST = 1.0  # seconds
BREATH = 0.01  # seconds between two tellings
QUIET_MILLISECONDS = 5_000
"""Until a worker has taken the task, it is told at most this often that a project has grown: a task folds all there is."""
MOST_WAITING = 1_000
"""Tasks that may wait for the workers of the live queue; what is not told then, the sweep finds."""
JOB_QUIET_MILLISECONDS = 15_000

WAKE = "wake:"
TOLD = "wake-task:"
TOLD_JOB = "wake-job:"
ALL = "wake:*"
HERE = "here:"
"""Of each project: key and channel of who is in it now."""
ALL_HERE = "here:*"

Send = Callable[[str, list[Any], str], object]


class _Broker:
    """Connection to the broker, and whether it is worth trying."""

    def __init__(self) -> None:
        self.send: Send = lambda task, arguments, queue: None
        self._resting_until = 0.0

    def try_to(self, work: Callable[[redis.Redis], object]) -> None:
        """Do it if the broker answers; what goes wrong is nobody's fault and nobody's business."""
        if not settings.REDIS_URL or time.monotonic() < self._resting_until:
            return
        try:
            work(_client(settings.REDIS_URL))
        except Exception as error:
            self._resting_until = time.monotonic() + REST
            logger.info("A hint was lost: %s", error)


_BROKER = _Broker()


class _Teller:
    """Tells of grown logs from a thread of its own, so that no request waits, many appends at once in one breath."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Also in a forked process, which has neither the thread nor whoever held the locks."""
        self._grown: dict[UUID, int] = {}
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None

    def tell(self, project: UUID, position: int) -> None:
        """Have it told soon."""
        with self._lock:
            self._grown[project] = max(position, self._grown.get(project, 0))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
                self._thread.start()
        self._woken.set()

    def flush(self) -> None:
        """Tell what is not told yet: at the end of a process, whose thread may not get to it."""
        with self._telling:
            with self._lock:
                grown, self._grown = self._grown, {}
            for project, position in grown.items():
                _BROKER.try_to(partial(_wake, project=project, position=position))

    def _run(self) -> None:
        while self._woken.wait():
            self._woken.clear()
            self.flush()
            time.sleep(BREATH)


_TELLER = _Teller()
atexit.register(_TELLER.flush)
os.register_at_fork(after_in_child=_TELLER.begin_anew)


def install(send: Send) -> None:
    """Give the way to send a task: its name, its arguments and its queue."""
    _BROKER.send = send


def project_grew(project: UUID, position: int) -> None:
    """Tell open feeds and workers, after the commit, that a project's log has reached a position."""
    transaction.on_commit(lambda: _TELLER.tell(project, position))


def job_waits(job: UUID, *, queue: str = "export") -> None:
    """Tell the workers, after the commit, that there is a job."""
    transaction.on_commit(
        lambda: _BROKER.try_to(lambda _: _send("annotator.tasks.run_job", str(job), queue=queue))
    )


def job_still_waits(job: UUID, *, queue: str = "export") -> None:
    """Tell the workers once more, but not at every sweep: one that is busy for long would find a heap of hints."""

    def tell(client: redis.Redis) -> None:
        if client.set(f"{TOLD_JOB}{job}", 1, nx=True, px=JOB_QUIET_MILLISECONDS):
            _send("annotator.tasks.run_job", str(job), queue=queue)

    _BROKER.try_to(tell)


def webhook_waits(project: UUID, webhook: UUID) -> None:
    """Tell the workers, after the commit, that a webhook has something to be told."""
    transaction.on_commit(lambda: _BROKER.try_to(lambda _: _tell_webhook(project, webhook)))


def webhook_still_waits(project: UUID, webhook: UUID) -> None:
    """Tell the workers once more, but not at every sweep."""

    def tell(client: redis.Redis) -> None:
        if client.set(f"{TOLD_JOB}{project}/{webhook}", 1, nx=True, px=JOB_QUIET_MILLISECONDS):
            _tell_webhook(project, webhook)

    _BROKER.try_to(tell)


def _tell_webhook(project: UUID, webhook: UUID) -> None:
    _send("annotator.tasks.tell_webhook", str(project), str(webhook), queue="export")


def sweep() -> None:
    """Ask a worker to look for work."""
    _BROKER.try_to(lambda _: _send("annotator.tasks.sweep", queue="live"))


def more_to_fold(project: UUID) -> None:
    """Ask a worker to carry on with a project."""
    _BROKER.try_to(lambda _: _send("annotator.tasks.project_events", str(project), queue="live"))


def answers_wait(project: UUID) -> None:
    """Ask a worker to learn from a project's annotators."""
    _BROKER.try_to(lambda _: _send("annotator.tasks.learn", str(project), queue="rebuild"))


def forget_told(project: UUID) -> bool:
    """From now on the next event tells the workers again; False when none has told them since the last time."""
    told: list[object] = []
    _BROKER.try_to(lambda client: told.append(client.delete(f"{TOLD}{project}")))
    return told != [0]


def _wake(client: redis.Redis, project: UUID, position: int) -> None:
    pipeline = client.pipeline(transaction=False)
    pipeline.publish(f"{WAKE}{project}", position)
    pipeline.set(f"{TOLD}{project}", position, nx=True, px=QUIET_MILLISECONDS)
    pipeline.llen("live")
    _, is_news, waiting = pipeline.execute()
    if is_news and waiting < MOST_WAITING:
        _send("annotator.tasks.project_events", str(project), queue="live")


def _send(task: str, *arguments: Any, queue: str) -> None:
    _BROKER.send(task, list(arguments), queue)


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry_on_timeout=False, retry=None
    )
