"""Read models are rebuilt by workers in slices, can be cancelled, cause nothing else, and parked ones can be retried."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from annotator import hints
from annotator.accounts.caller import CALLERS
from annotator.config.worker import WORKERS
from annotator.jobs import queue
from annotator.jobs.queue import queue_of
from annotator.jobs.rebuilding import CANCELLED, rebuilds, start, stop
from annotator.jobs.work import work_on
from annotator.projections.board import Board
from annotator.projections.registry import REGISTRY
from annotator.tasks import projections
from annotator.tasks.projections import project_events
from events import checkpoints, notifier
from events import rebuild as rebuilding
from events.rebuild import live_hash, repair, replayed_hash
from tests.support.people import Person, World, a_person, a_world, new_id

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> Iterator[World]:
    CALLERS.clear()
    made = a_world()
    made.alice.do(made.project, made.annotation("Al-Bukamal"), made.finish())
    REGISTRY.catch_up(UUID(made.project))
    yield made
    for name in REGISTRY.projections:
        rebuilding.cancel(name)
        rebuilding.clean(REGISTRY, name)


@pytest.fixture
def operator() -> Person:
    CALLERS.clear()
    return a_person("Olga", is_staff=True)


def unfinished(name: str = "board") -> list[tuple[int, int]]:
    """Generations that are not live, with the events that went into each."""
    sql = """SELECT p.generation, coalesce(sum(c.position), 0)::bigint FROM es.projection p
               LEFT JOIN es.checkpoint c ON c.projection = p.name AND c.generation = p.generation
              WHERE p.name = %s AND p.state <> 'live' GROUP BY 1 ORDER BY 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [name])
        return [(generation, done) for generation, done in cursor.fetchall()]


def test_a_rebuild_rests_between_slices_and_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "CHUNK", 3)
    job, before = start(UUID(world.mona.id), "board", compare=True), REGISTRY.live("board")
    assert work_on(job, seconds=0) == "rests"
    (begun,) = unfinished()
    assert work_on(job, seconds=0) == "rests"
    assert unfinished()[0][0] == begun[0]
    filled = [done for _, done in unfinished()]
    monkeypatch.undo()  # other tests' logs are long: the rest in steps as always
    while (ending := work_on(job, seconds=2)) == "rests":
        filled += [done for _, done in unfinished()]
    assert ending == "done", rebuilds()[0].error
    assert filled == sorted(filled)
    assert (REGISTRY.live("board"), unfinished()) == (begun[0], [])
    assert begun[0] > before
    position, found = live_hash(REGISTRY, "board", UUID(world.project))
    assert found == replayed_hash(Board(), UUID(world.project), at=position)


def test_the_live_queue_and_peoples_jobs_come_before_a_rebuild(world: World) -> None:
    job = start(UUID(world.mona.id), "board", compare=True)
    assert start(UUID(world.mona.id), "board", compare=True) == job
    assert [queue_of(kind) for each, kind in queue.waiting() if each == job] == ["rebuild"]
    assert WORKERS == {"live": ("live",), "bulk": ("export", "rebuild")}
    assert stop(job)


def test_a_rebuild_that_is_cancelled_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "CHUNK", 3)
    before = live_hash(REGISTRY, "board", UUID(world.project))
    job = start(UUID(world.mona.id), "board", compare=True)
    work_on(job, seconds=0)
    assert unfinished() != []
    assert stop(job)
    assert unfinished() == []
    assert work_on(job) == "elsewhere"
    assert rebuilds()[0].error == CANCELLED
    assert live_hash(REGISTRY, "board", UUID(world.project)) == before
    assert not stop(job)


def test_rows_that_differ_are_told_and_the_live_ones_kept(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE read.board SET title = 'tampered' WHERE project = %s", [world.project])
    job = start(UUID(world.mona.id), "board", compare=True)
    assert work_on(job) == "failed"
    assert f"project {world.project} differs in board" in (rebuilds()[0].error or "")
    assert work_on(start(UUID(world.mona.id), "board", compare=False)) == "done"


def test_staff_starts_watches_and_cancels_a_rebuild(operator: Person, world: World) -> None:
    job = operator.ask("POST", "/rebuilds", {"projection": "board"}).ok()["id"]
    (shown,) = operator.get("/rebuilds").ok()["results"]
    assert (shown["id"], shown["projection"], shown["state"]) == (job, "board", "waiting")
    assert operator.ask("DELETE", f"/rebuilds/{job}").ok()["results"][0]["error"] == CANCELLED
    again = operator.ask("POST", "/rebuilds", {"projection": "board"}).ok()["id"]
    assert work_on(UUID(again)) == "done"
    shown = operator.get("/rebuilds").ok()["results"][0]
    assert shown["state"] == "done"
    assert shown["done"] == shown["total"] > 0
    assert operator.ask("POST", "/rebuilds", {"projection": "nothing"}).status == 422


def test_rebuild_repair_and_replay_have_no_effect_on_anything_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(hints._BROKER, "try_to", lambda work: sent.append(work))
    heard: list[int] = []

    def listen(project: UUID, position: int) -> None:
        heard.append(position)

    notifier.subscribe(listen)
    counts = """SELECT (SELECT count(*) FROM es.event), (SELECT count(*) FROM es.command),
                       (SELECT count(*) FROM annotator_job)"""

    def counted() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(counts)
            return cursor.fetchone()

    before = counted()
    try:
        for name, projection in REGISTRY.projections.items():
            list(rebuilding.rebuild(REGISTRY, name))
            assert repair(REGISTRY, name, UUID(world.project)) is False
            replayed_hash(projection, UUID(world.project))
    finally:
        notifier.unsubscribe(listen)
    assert (sent, heard, counted()) == ([], [], before)


def test_a_huge_backlog_takes_turns_with_the_edits_of_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    big, small = world, a_world()
    for _ in range(5):
        data = {"document": new_id(), "title": "x", "text": "x"}
        big.mona.do(big.project, {"type": "import_document", "data": data})
    waiting = [big.project, small.project]
    monkeypatch.setattr(checkpoints, "BATCH", 2)
    monkeypatch.setattr(projections, "SECONDS", 0.0)
    monkeypatch.setattr(hints, "more_to_fold", lambda project: waiting.append(str(project)))
    turns: list[str] = []
    while waiting and len(turns) < 200:
        turns.append(waiting.pop(0))
        project_events(turns[-1])
        if turns.count(big.project) < 2:
            monkeypatch.setattr(projections, "SECONDS", 0.01)
    first_small = turns.index(small.project)
    assert first_small == 1, "the small project did not wait for the end of the big one"
    for each in (big, small):
        assert {lag.head - lag.position for lag in REGISTRY.lags(UUID(each.project))} == {0}


def test_no_more_hints_wait_than_the_live_queue_may_hold(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pipeline:
        def __init__(self, waiting: int) -> None:
            self.waiting = waiting

        def pipeline(self, **_: Any) -> "Pipeline":
            return self

        def publish(self, *_: Any) -> None: ...
        def set(self, *_: Any, **__: Any) -> None: ...
        def llen(self, *_: Any) -> None: ...
        def execute(self) -> list[Any]:
            return [1, True, self.waiting]

    sent: list[str] = []
    monkeypatch.setattr(hints._BROKER, "send", lambda task, arguments, queue: sent.append(task))
    hints._wake(Pipeline(hints.MOST_WAITING), project=UUID(world.project), position=1)  # type: ignore[arg-type]
    assert sent == []
    hints._wake(Pipeline(hints.MOST_WAITING - 1), project=UUID(world.project), position=1)  # type: ignore[arg-type]
    assert sent == ["annotator.tasks.project_events"]


def test_a_parked_projection_is_shown_with_its_event_and_tries_again_on_a_click(
    world: World, operator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = UUID(world.project)

    def fail(*_: Any) -> None:
        raise ValueError("cannot be folded")

    with monkeypatch.context() as broken:
        broken.setattr(Board, "apply", fail)
        position = world.mona.get(world.path).ok()["position"] + 1
        world.mona.do(world.project, world.about("change_document", title="Another"))
        for _ in range(checkpoints.ATTEMPTS):
            REGISTRY.catch_up(project)
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE es.checkpoint SET next_attempt_at = NULL WHERE project = %s", [project]
                )
    for person in (world.mona, operator):
        CALLERS.clear()
        rows = person.get("/readyz").ok()["projections"]
        (row,) = [each for each in rows if each["project"] == world.project and each["name"] == "board"]
        assert (row["state"], row["error_position"], row["attempts"]) == (
            "parked",
            position,
            checkpoints.ATTEMPTS,
        )
        assert "cannot be folded" in row["error"]
    tried = world.mona.ask("POST", f"{world.path}/retries", {"projection": "board"}).ok()
    assert tried == {"waiting": 1}
    REGISTRY.catch_up(project)
    assert {lag.head - lag.position for lag in REGISTRY.lags(project)} == {0}
