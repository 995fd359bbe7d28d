"""A rebuild gives the same rows again, under load, and readers never see less than before."""

import threading
from collections.abc import Generator, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from events.projection import _SHAPE, Projection, Registry
from events.rebuild import (
    AlreadyRebuilding,
    Cancelled,
    Differs,
    Faulty,
    MadeByOtherCode,
    Progress,
    cancel,
    live_hash,
    rebuild,
    repair,
    replayed_hash,
)
from tests.integration.events.notebook import STORE, NoteRemoved, a_book, a_command, a_note, an_id
from tests.integration.events.tallies import FAULTS, REGISTRY, LaterTally, Notes, Tally, checkpoint, tally
from tests.integration.events.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ["tally", "tnotes"]


@pytest.fixture
def project() -> Iterator[UUID]:
    REGISTRY.install()
    made = an_id()
    write(made, 5)
    write(made, 4)
    yield made
    FAULTS.pop(made, None)


def write(project: UUID, count: int) -> None:
    book, notes = a_book(project), [an_id() for _ in range(count)]
    events = [a_note(note, label=("actor", "claim")[n % 2]) for n, note in enumerate(notes)]
    STORE.append(project, an_id(), [a_command(book, *events, NoteRemoved(str(notes[0])))], seen={book: 0})


def generations(name: str = "tally") -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT generation, state FROM es.projection WHERE name = %s ORDER BY 1", [name])
        return [(generation, state) for generation, state in cursor.fetchall()]


def tables(name: str = "tally") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'read' AND tablename ~ %s", [f"^{name}_g"]
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_rebuild_gives_the_same_rows_in_a_new_generation(project: UUID, name: str) -> None:
    REGISTRY.catch_up(project)
    before, old = live_hash(REGISTRY, name, project), REGISTRY.live(name)
    steps = list(rebuild(REGISTRY, name))
    assert steps[0].done == 0
    assert steps[-1] == Progress(steps[-1].total, steps[-1].total)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert live_hash(REGISTRY, name, project) == before
    assert (generations(name), tables(name)) == ([(old + 1, "live")], 1)


def test_a_long_log_is_loaded_by_all_cores_into_the_same_table(
    project: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shape() -> list[object]:
        table = f"read.tnotes_g{REGISTRY.live('tnotes')}"
        with connection.cursor() as cursor:
            cursor.execute(_SHAPE.replace("k.contype <> 'n'", "k.contype = 'c'"), [table])
            return list(cursor.fetchall())

    REGISTRY.catch_up(project)
    before, declared = live_hash(REGISTRY, "tnotes", project), shape()
    loaded, anew = list[tuple[bool, bool]](), Notes._loaded_anew

    def noted(notes: Notes, cursor: Any, base: str, generation: int, *rest: Any) -> bool:
        cursor.execute(f"SELECT FROM {notes.table(base, generation)} LIMIT 1")
        held = bool(cursor.rowcount)
        loaded.append((held, anew(notes, cursor, base, generation, *rest)))
        return loaded[-1][1]

    monkeypatch.setattr("events.projection.LARGE", 0)
    monkeypatch.setattr(Notes, "_loaded_anew", noted)
    list(rebuild(REGISTRY, "tnotes"))
    assert (False, True) in loaded
    assert (True, True) not in loaded, "a later project's rows would replace those of the ones before"
    assert live_hash(REGISTRY, "tnotes", project) == before
    assert shape() == declared
    REGISTRY.catch_up(project)


@pytest.mark.parametrize("name", NAMES)
def test_rows_do_not_depend_on_the_steps_they_were_folded_in(project: UUID, name: str) -> None:
    projection = REGISTRY.projections[name]
    while REGISTRY.consume(projection, REGISTRY.live(name), project, limit=2):
        pass
    position, live = live_hash(REGISTRY, name, project)
    assert (position, live) == (STORE.head(project), replayed_hash(projection, project))


@pytest.mark.parametrize("name", NAMES)
def test_a_replay_gives_the_state_at_any_position(project: UUID, name: str) -> None:
    projection, hashes = REGISTRY.projections[name], []
    for at in range(STORE.head(project) + 1):
        hashes.append(replayed_hash(projection, project, at=at))
        assert live_hash(REGISTRY, name, project) == (at, hashes[at])
        REGISTRY.consume(projection, REGISTRY.live(name), project, limit=1)
    assert len(set(hashes)) == len(hashes)
    assert tables(name) == 1


def test_a_rebuild_folds_what_no_worker_has_folded_yet(project: UUID) -> None:
    list(rebuild(REGISTRY, "tally"))
    assert checkpoint(project)["position"] == STORE.head(project)
    assert sum(tally(project).values()) == STORE.head(project)


def test_rows_that_somebody_changed_are_found_and_kept_until_one_asks_otherwise(project: UUID) -> None:
    REGISTRY.catch_up(project)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE read.tally SET events = events + 1 WHERE project = %s AND label = 'actor'", [project]
        )
    wrong, before = tally(project), generations()
    with pytest.raises(Differs, match=f"{project} differs in tally at position {STORE.head(project)}"):
        list(rebuild(REGISTRY, "tally"))
    assert (tally(project), generations(), tables()) == (wrong, before, 1)
    list(rebuild(REGISTRY, "tally", compare=False))
    assert tally(project) == {**wrong, "actor": wrong["actor"] - 1}


def test_one_projects_rows_can_be_repaired_alone(project: UUID) -> None:
    REGISTRY.consume(Tally(), REGISTRY.live("tally"), project, limit=4)
    right, other = tally(project), an_id()
    write(other, 3)
    REGISTRY.catch_up(other)
    assert repair(REGISTRY, "tally", project) is False
    with connection.cursor() as cursor:
        cursor.execute("UPDATE read.tally SET events = events + 1")
    wrong = tally(other)
    assert repair(REGISTRY, "tally", project) is True
    assert (tally(project), tally(other)) == (right, wrong)
    assert checkpoint(project)["position"] == 4
    assert repair(REGISTRY, "tally", other) is True
    assert repair(REGISTRY, "tally", an_id()) is False
    list(rebuild(REGISTRY, "tally", compare=False))
    with pytest.raises(MadeByOtherCode):
        repair(Registry([LaterTally()]), "tally", project)


def test_a_rebuild_under_load_loses_nothing_and_readers_never_go_back(project: UUID) -> None:
    rebuilt, began = threading.Event(), REGISTRY.live("tally")

    def append() -> None:
        while not rebuilt.is_set():
            write(project, 3)

    def work() -> None:
        while not rebuilt.is_set():
            REGISTRY.catch_up(project)

    def look() -> list[int]:
        seen = []
        while not rebuilt.is_set():
            seen.append(sum(tally(project).values()))
        return seen

    def build() -> None:
        try:
            for _ in range(3):
                list(rebuild(REGISTRY, "tally"))
        finally:
            rebuilt.set()

    REGISTRY.catch_up(project)
    *_, seen, _ = at_once([append, work, work, look, build])
    assert seen == sorted(seen or ())
    assert seen
    assert seen[0] > 0
    assert REGISTRY.live("tally") == began + 3
    REGISTRY.catch_up(project)
    for name in NAMES:
        assert live_hash(REGISTRY, name, project)[1] == replayed_hash(REGISTRY.projections[name], project)
    assert sum(tally(project).values()) == STORE.head(project)


def test_closing_a_rebuild_cancels_it(project: UUID) -> None:
    before, going = generations(), rebuild(REGISTRY, "tally")
    next(going)
    assert generations()[-1][1] == "building"
    going.close()
    assert (generations(), tables()) == (before, 1)


def test_a_rebuild_can_be_cancelled_from_elsewhere(project: UUID) -> None:
    before, going = generations(), rebuild(REGISTRY, "tally")
    next(going)
    assert at_once([lambda: cancel("tally")]) == [True]
    with pytest.raises(Cancelled):
        list(going)
    assert (generations(), tables()) == (before, 1)
    assert cancel("tally") is False


def test_only_one_rebuild_of_a_projection_runs(project: UUID) -> None:
    going = rebuild(REGISTRY, "tally")
    next(going)

    def another() -> None:
        with pytest.raises(AlreadyRebuilding):
            next(rebuild(REGISTRY, "tally"))

    at_once([another])
    list(going)


def test_what_a_killed_rebuild_leaves_is_cleaned_by_the_next(project: UUID) -> None:
    def killed() -> None:
        going = rebuild(REGISTRY, "tally")
        next(going)
        with connection.cursor() as cursor, pytest.raises(Exception, match="terminating"):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        leaked.append(going)  # not closed: whoever could clean up is gone

    leaked: list[Generator[Progress, None, None]] = []
    at_once([killed])
    assert generations()[-1][1] == "building"
    list(rebuild(REGISTRY, "tally"))
    assert [state for _, state in generations()] == ["live"]
    assert tables() == 1
    leaked.pop().close()


def test_an_event_that_cannot_be_folded_ends_the_rebuild_and_is_named(project: UUID) -> None:
    REGISTRY.catch_up(project)
    before = generations()

    def fault(_: object, after: int, upto: int) -> None:
        if after < 3 <= upto:
            raise ValueError("cannot read 3")

    FAULTS[project] = fault
    with pytest.raises(Faulty, match=f"project {project} .*cannot read 3"):
        list(rebuild(REGISTRY, "tally"))
    assert (generations(), tables()) == (before, 1)


def test_new_code_with_other_columns_takes_the_place_of_the_old(project: UUID) -> None:
    REGISTRY.catch_up(project)
    later = Registry([LaterTally(), Notes()])
    assert later.outdated() == ["tally"]
    list(rebuild(later, "tally"))
    assert later.outdated() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT remark, sum(events) FROM read.tally WHERE project = %s GROUP BY 1", [project])
        assert cursor.fetchall() == [("new", STORE.head(project))]
    assert REGISTRY.consume(Tally(), later.live("tally"), project) == 0
    list(rebuild(REGISTRY, "tally"))
    assert REGISTRY.outdated() == []


def test_keys_and_indexes_are_there_after_a_rebuild(project: UUID) -> None:
    for name in NAMES:
        before = _indexes(REGISTRY.projections[name])
        list(rebuild(REGISTRY, name))
        assert _indexes(REGISTRY.projections[name]) == before


def _indexes(projection: Projection) -> list[str]:
    generation = REGISTRY.live(projection.name)
    sql = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'read' AND tablename = %s ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{projection.name}_g{generation}"])
        found = [row[0].replace(f"_g{generation}", "") for row in cursor.fetchall()]
    assert found
    return sorted(each.split(" ON ", 1)[1] for each in found)
