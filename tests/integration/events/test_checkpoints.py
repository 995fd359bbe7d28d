"""Workers come, go, die and come twice; each event counts once, and one that cannot be folded waits for a person."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection
from psycopg import errors

from events.checkpoints import ATTEMPTS, retry
from events.projection import Registry
from tests.integration.events.notebook import STORE, a_book, a_command, a_note, an_id
from tests.integration.events.tallies import FAULTS, REGISTRY, LaterTally, Tally, checkpoint, tally
from tests.integration.events.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project() -> Iterator[UUID]:
    REGISTRY.install()
    yield (made := an_id())
    FAULTS.pop(made, None)


def write(project: UUID, *labels: str) -> None:
    book = a_book(project)
    notes = [a_note(label=label) for label in labels]
    STORE.append(project, an_id(), [a_command(book, *notes)], seen={book: None})


def consume(project: UUID, **limit: int) -> int:
    return REGISTRY.consume(Tally(), REGISTRY.live("tally"), project, **limit)


def due_now(project: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE es.checkpoint SET next_attempt_at = now() WHERE project = %s", [project])


def fails_at(*positions: int) -> Any:
    def fault(_: Any, after: int, upto: int) -> None:
        for position in positions:
            if after < position <= upto:
                raise ValueError(f"cannot read {position}")

    return fault


def kills_at(position: int) -> Any:
    """As a worker that the system ends: its connection is gone, and nobody is left to tell why."""

    def fault(cursor: Any, after: int, upto: int) -> None:
        if after < position <= upto:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    return fault


def test_a_step_folds_the_next_events_and_moves_the_checkpoint(project: UUID) -> None:
    write(project, "actor", "claim", "actor")
    assert consume(project, limit=2) == 2
    assert (tally(project), checkpoint(project)["position"]) == ({"actor": 1, "claim": 1}, 2)
    assert consume(project) == 1
    assert consume(project) == 0
    assert (tally(project), checkpoint(project)["position"]) == ({"actor": 2, "claim": 1}, 3)


def test_projects_are_behind_until_somebody_folds_them(project: UUID) -> None:
    write(project, "actor", "claim")
    assert project in REGISTRY.lagging()
    lags = {lag.name: (lag.position, lag.head) for lag in REGISTRY.lags(project)}
    assert lags == {"tally": (0, 2), "tnotes": (0, 2)}
    time.sleep(0.05)
    assert all(lag.seconds >= 0.05 for lag in REGISTRY.lags(project))
    assert REGISTRY.catch_up(project) == 4
    assert project not in REGISTRY.lagging()
    assert all(lag.seconds == 0 for lag in REGISTRY.lags(project))


def test_many_workers_at_once_fold_each_event_once(project: UUID) -> None:
    written = threading.Event()

    def work() -> None:
        while not written.is_set() or checkpoint(project)["position"] < STORE.head(project):
            consume(project, limit=7)

    def append() -> None:
        for _ in range(60):
            write(project, "actor", "claim", "actor")
        written.set()

    at_once([append, *[work] * 5])
    assert tally(project) == {"actor": 120, "claim": 60}
    assert checkpoint(project)["attempts"] == 0


def test_workers_that_wait_for_a_slow_one_are_not_counted_against_it(project: UUID) -> None:
    write(project, "actor")
    FAULTS[project] = lambda *_: time.sleep(0.3)
    assert sorted(at_once([partial(consume, project)] * 12)) == [0] * 11 + [1]
    assert (checkpoint(project)["parked_at"], checkpoint(project)["attempts"]) == (None, 0)


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(project: UUID) -> None:
    write(project, *["actor"] * 10)
    FAULTS[project] = kills_at(4)
    with pytest.raises(OperationalError):
        at_once([partial(consume, project)])
    assert (tally(project), checkpoint(project)["attempts"]) == ({}, 1)
    del FAULTS[project]
    while checkpoint(project)["position"] < 10:
        consume(project)
    assert tally(project) == {"actor": 10}
    assert checkpoint(project)["attempts"] == 0


def test_an_event_that_cannot_be_folded_is_found_and_parked_and_others_go_on(project: UUID) -> None:
    other = an_id()
    write(project, *["actor"] * 10)
    write(other, "actor")
    FAULTS[project] = fails_at(7)
    for tried in range(1, ATTEMPTS + 1):
        assert consume(project) == (6 if tried == 1 else 0)
        state = checkpoint(project)
        assert (state["position"], state["error_position"], state["attempts"]) == (6, 7, tried)
        assert state["error"] == "ValueError: cannot read 7"
        assert (state["parked_at"] is not None) == (tried == ATTEMPTS)
        assert consume(project) == 0  # waits, and longer each time
        assert checkpoint(project)["attempts"] == tried
        due_now(project)
    assert consume(other) == 1
    assert tally(project) == {"actor": 6}
    parked = {lag.name: (lag.parked, lag.error_position) for lag in REGISTRY.lags(project)}
    assert parked["tally"] == (True, 7)
    consume_notes(project)
    assert project not in REGISTRY.lagging()

    del FAULTS[project]
    assert consume(project) == 0
    assert retry(project, "tally") == 1
    assert project in REGISTRY.lagging()
    assert consume(project) == 4
    assert tally(project) == {"actor": 10}
    assert checkpoint(project)["error"] is None


def consume_notes(project: UUID) -> None:
    notes = REGISTRY.projections["tnotes"]
    REGISTRY.consume(notes, REGISTRY.live("tnotes"), project)


def test_two_events_that_cannot_be_folded_are_found_one_after_the_other(project: UUID) -> None:
    write(project, *["actor"] * 9)
    FAULTS[project] = fails_at(3, 6)
    consume(project)
    assert checkpoint(project)["error_position"] == 3
    FAULTS[project] = fails_at(6)
    retry(project, "tally")
    consume(project)
    assert (checkpoint(project)["position"], checkpoint(project)["error_position"]) == (5, 6)


def test_an_event_that_kills_its_workers_is_found_and_parked(project: UUID) -> None:
    write(project, *["actor"] * 6)
    FAULTS[project] = kills_at(4)
    killed = 0
    while checkpoint(project).get("parked_at") is None:
        due_now(project)
        try:
            at_once([partial(consume, project)])
        except OperationalError:
            killed += 1
        assert killed <= ATTEMPTS + 1
    state = checkpoint(project)
    assert (state["position"], state["error_position"]) == (3, 4)
    assert "died" in state["error"]
    assert tally(project) == {"actor": 3}


def test_a_full_disk_is_no_events_fault(project: UUID) -> None:
    write(project, "actor", "claim")

    def full(*_: Any) -> None:
        raise OperationalError("no space") from errors.DiskFull("no space left on device")

    FAULTS[project] = full
    for _ in range(ATTEMPTS + 2):
        assert consume(project) == 0
        assert checkpoint(project)["error"] == "OperationalError: no space"
        due_now(project)
    assert (checkpoint(project)["parked_at"], checkpoint(project)["attempts"]) == (None, 0)
    del FAULTS[project]
    assert consume(project) == 2
    assert checkpoint(project)["error"] is None


def test_a_statement_that_takes_too_long_is_found_like_any_other_fault(project: UUID) -> None:
    write(project, "actor", "actor", "actor")

    def slow(cursor: Any, after: int, upto: int) -> None:
        if after < 2 <= upto:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(1)")

    FAULTS[project] = slow
    consume(project)
    assert (checkpoint(project)["error_position"], checkpoint(project)["attempts"]) == (2, 1)


def test_rows_that_other_code_made_stand_still(project: UUID) -> None:
    write(project, "actor")
    later = Registry([LaterTally()])
    assert later.outdated() == ["tally"]
    assert later.catch_up(project) == 0
    assert project not in later.lagging()
    assert tally(project) == {}
    assert REGISTRY.outdated() == []


def test_a_generation_that_is_gone_is_left_alone(project: UUID) -> None:
    write(project, "actor")
    assert REGISTRY.consume(Tally(), 999_999, project) == 0


def test_a_projection_that_takes_all_the_time_leaves_the_others_a_batch(project: UUID) -> None:
    for projection in REGISTRY.projections:
        assert checkpoint(project, projection).get("position", 0) == 0
    REGISTRY.catch_up(project, keep_going=lambda: False)
    for projection in REGISTRY.projections:
        assert checkpoint(project, projection)["position"] == STORE.head(project)
