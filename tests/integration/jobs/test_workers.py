"""Celery's workers on a real broker. What hints do or fail to do changes when work is done, never what comes out."""

import random
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import redis
from django.conf import settings
from django.db import connection

from annotator import hints
from annotator.projections.registry import REGISTRY
from annotator.queries.jobs import worker_seen_seconds
from annotator.tasks import project_events, run_job, sweep
from events.rebuild import replayed_hash
from tests.integration.jobs.corpus import a_document, jsonl, many
from tests.integration.jobs.helpers import an_export, an_import, counts, seen
from tests.integration.jobs.processes import running, until
from tests.support.people import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey_url")]


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushall()
        yield client


def is_current(world: World) -> bool:
    return all(lag.position == lag.head for lag in REGISTRY.lags(UUID(world.project)))


def equals_a_replay(world: World) -> bool:
    project = UUID(world.project)
    with connection.cursor() as cursor:
        return all(
            projection.state_hash(cursor, REGISTRY.live(name), project) == replayed_hash(projection, project)
            for name, projection in REGISTRY.projections.items()
        )


def test_workers_fold_and_do_jobs_as_soon_as_they_are_told(world: World, broker: redis.Redis) -> None:
    with running("-m", "annotator.config.worker"):
        until(lambda: worker_seen_seconds() is not None)
        world.alice.do(world.project, world.annotation("Al-Bukamal"), world.finish())
        until(lambda: is_current(world), seconds=20)
        made = an_export(world)
        hints.job_waits(made)
        until(lambda: seen(world, made)["state"] == "done", seconds=20)
        assert seen(world, made)["notice"] is None


def test_hints_that_are_lost_doubled_or_late_change_nothing(world: World, broker: redis.Redis) -> None:
    chance = random.Random(7)
    made = an_import(world, jsonl(*(a_document(f"d{n}") for n in range(40))))
    tasks: list[Callable[[], object]] = [
        lambda: project_events(world.project),
        sweep,
        lambda: run_job(str(made)),
    ]
    for n in range(40):
        world.alice.do(world.project, world.annotation(chance.choice(["Al-Bukamal", "Putin", "Iran"])))
        if n % 10 == 0:
            broker.flushall()
        for _ in range(chance.randint(0, 2)):
            chance.choice(tasks)()
    for each in tasks:
        each()
    assert is_current(world)
    assert equals_a_replay(world)
    assert seen(world, made)["state"] == "done"
    assert counts(world)["document_imported"] == 41


def test_a_grown_log_is_told_to_feeds_and_not_too_often_to_workers(
    world: World, broker: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "QUIET_MILLISECONDS", 60_000)
    hints.forget_told(UUID(world.project))
    time.sleep(5 * hints.BREATH)  # what the world's making had to tell is told
    broker.flushall()
    with broker.pubsub() as listener:  # type: ignore[no-untyped-call]
        listener.psubscribe(hints.ALL)
        listener.get_message(timeout=1.0)
        for _ in range(3):
            world.alice.do(world.project, world.annotation("Al-Bukamal"))
        heard: list[int] = []

        def all_heard() -> bool:
            message = listener.get_message(timeout=0.1)
            if message and message["type"] == "pmessage":
                heard.append(int(message["data"]))
            return bool(heard) and heard[-1] == REGISTRY.lags(UUID(world.project))[0].head

        until(all_heard, seconds=5)
        assert broker.llen("live") == 1


def test_a_broker_that_is_away_delays_no_request(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    (outcome,) = world.alice.do(world.project, world.annotation("Al-Bukamal"))
    assert outcome["status"] == "accepted"
    hints.job_waits(an_import(world, many(1)))
