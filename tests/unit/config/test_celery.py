"""Hints to workers: sent if the broker is there, dropped at once if it is not."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.config import celery, worker
from annotator.config.celery import app, broker_url

ROOT = Path(__file__).resolve().parents[3]
MEASURE = """
import json, time
from annotator.config.celery import app
def hint():
    begun = time.monotonic()
    assert app.send_task("annotator.tasks.sweep", queue="live") is None
    return time.monotonic() - begun
hint()  # loads what the first publication needs
app.resting_until = 0.0
print(json.dumps([hint(), hint()]))
"""


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "resting_until", 0.0)


def test_the_broker_that_redis_py_reaches_is_named_as_celery_likes() -> None:
    assert broker_url("unix:///run/valkey.sock") == "redis+socket:///run/valkey.sock"
    assert broker_url("redis://host:6379/0") == "redis://host:6379/0"


def test_only_json_is_accepted_and_nothing_is_stored() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None


def test_every_queue_has_a_worker() -> None:
    assert sorted(queue for queues in worker.WORKERS.values() for queue in queues) == sorted(celery.QUEUES)


def test_a_hint_to_a_broker_that_never_answers_costs_a_moment_and_the_next_ones_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        environment = {**os.environ, "REDIS_URL": url, "PALIMPSEST_PROCESS": "beat"}
        done = subprocess.run([sys.executable, "-c", MEASURE], env=environment, cwd=ROOT, capture_output=True)
    first, next_one = json.loads(done.stdout)
    assert 0.1 < first < 1.0
    assert next_one < 0.05


def test_without_a_broker_no_connection_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(celery, "environment", lambda: _NoBroker())
    monkeypatch.setattr("celery.Celery.send_task", lambda *_, **__: pytest.fail("it was sent"))
    assert app.send_task("annotator.tasks.sweep", queue="live") is None


class _NoBroker:
    redis_url = ""
    home = Path("/nowhere")


def test_a_worker_that_has_held_much_memory_leaves_after_its_task(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    try:
        monkeypatch.setattr(worker, "LARGEST", 2**40)
        worker._leave_if_grown()
        assert told == []
        monkeypatch.setattr(worker, "LARGEST", 1)
        worker._leave_if_grown()
        assert told == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)
