"""Workers are killed amid their work; what comes out is what would have come out without it."""

import signal
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from annotator.jobs import queue
from annotator.jobs.work import work_on
from annotator.projections.registry import REGISTRY
from events.rebuild import replayed_hash
from tests.integration.jobs.corpus import many
from tests.integration.jobs.helpers import an_export, an_import, counts, report, seen
from tests.integration.jobs.processes import end, running, until
from tests.support.people import World

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENTS = 2_500


def folded(project: UUID) -> int:
    """How far the read models have come, all of them together."""
    return sum(lag.position for lag in REGISTRY.lags(project))


def test_an_import_goes_on_where_its_killed_worker_was(world: World) -> None:
    made = an_import(world, many(DOCUMENTS))
    for _ in range(3):
        before = seen(world, made)["progress"]["done"]
        with running("manage.py", "sweep") as worker:
            until(lambda before=before: seen(world, made)["progress"]["done"] > before)  # type: ignore[misc]
            end(worker, signal.SIGKILL)
    found = report(world, made)
    assert (found["rows"], found["accepted"], found["rejected"]) == (DOCUMENTS, DOCUMENTS, 0)
    happened = counts(world)
    assert happened["document_imported"] == DOCUMENTS + 1
    assert happened["annotation_added"] == DOCUMENTS
    assert happened["set_finished"] == DOCUMENTS
    assert chain_breaks(world) == []


def test_read_models_of_a_killed_worker_equal_a_replay(world: World) -> None:
    report(world, an_import(world, many(DOCUMENTS)))
    project = UUID(world.project)
    for _ in range(3):
        before = folded(project)
        with running("manage.py", "sweep") as worker:
            until(lambda before=before: folded(project) > before)  # type: ignore[misc]
            end(worker, signal.SIGKILL)
    REGISTRY.catch_up(project)
    for name, projection in REGISTRY.projections.items():
        with connection.cursor() as cursor:
            live = projection.state_hash(cursor, REGISTRY.live(name), project)
        assert live == replayed_hash(projection, project), name


def test_a_job_in_other_hands_is_left_alone(world: World) -> None:
    made = an_import(world, many(DOCUMENTS))
    with running("manage.py", "sweep"):
        until(lambda: seen(world, made)["state"] == "running")
        assert work_on(made) == "elsewhere"
        until(lambda: seen(world, made)["state"] == "done")
    assert counts(world)["document_imported"] == DOCUMENTS + 1


def test_a_job_that_kills_its_workers_is_given_up(world: World) -> None:
    made = an_export(world)
    for _ in range(queue.ATTEMPTS):
        with queue.taken(made) as task:
            assert task is not None  # and here the worker dies
    call_command("sweep")
    found = seen(world, made)
    assert found["state"] == "failed"
    assert "killed its worker" in (found["error"] or "")


def chain_breaks(world: World) -> list[object]:
    """What is wrong with the project's log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM es.verify(%s)", [world.project])
        return list(cursor.fetchall())
