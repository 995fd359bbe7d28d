"""Gold by policies that know the annotators: what was learned is named by the log, and told again to the byte."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from django.db import connection

from annotator import hints
from annotator.application import learning
from annotator.application.learning import is_due, learn, learn_if_due
from annotator.jobs.exporting import Wanted, write_export
from annotator.log import STORE
from annotator.projections import learned, rules
from annotator.projections.registry import REGISTRY
from annotator.queries.gold import gold
from annotator.tasks import learning as tasks
from events.rebuild import replayed_hash
from tests.integration.projections.histories import Step, Town

pytestmark = pytest.mark.django_db(transaction=True)

MODEL: Step = ("mona", "set_policy", None, {"policy": {"kind": "model", "text": True}})
SPANS: Step = ("mona", "set_policy", None, {"policy": {"kind": "model", "text": False, "tau": 0.5}})
WEIGHTED: Step = ("mona", "set_policy", None, {"policy": {"kind": "weighted", "threshold": 0.4}})


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture(autouse=True)
def rested() -> Iterator[None]:
    learning._rests_until.clear()
    yield
    learning._rests_until.clear()


def forget() -> None:
    """As in another process."""
    learned._known.clear()
    rules._known.clear()


def the_gold(project: UUID, at: int | None = None) -> bytes:
    found = gold(project, uuid5(project, "document 0"), at=at)
    assert found is not None
    assert found["labels"]
    return msgspec.json.encode({**found, "position": 0})


@pytest.mark.parametrize("policy", [MODEL, SPANS, WEIGHTED], ids=["text", "spans", "weighted"])
def test_what_was_learned_is_used_from_its_event_on_and_told_again_without_the_cache(
    town: Town, policy: Step, tmp_path: Any
) -> None:
    project = town.live_through([policy])
    before, then = STORE.head(project), the_gold(project)
    position = learn(project)
    assert position == before + 1
    now = the_gold(project)
    assert the_gold(project, at=before) == then != now
    label = msgspec.json.decode(now)["labels"][0]
    assert label["provenance"]["reliability"]["learned_from"] == before
    assert label["provenance"]["policy_version"] == 1

    def exported() -> bytes:
        with (tmp_path / "export.zip").open("w+b") as file:
            write_export(Wanted(project=project, format="jsonl", at=position), file)
            file.seek(0)
            made: bytes = file.read()
            return made

    first = exported()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM annotator_learned WHERE project = %s", [project])
    forget()
    assert the_gold(project) == now
    assert exported() == first


def test_live_rows_equal_a_replay_and_fold_in_any_pieces(town: Town) -> None:
    project = town.live_through([MODEL])
    learn(project)
    REGISTRY.catch_up(project)
    projection = REGISTRY.projections["gold"]
    with connection.cursor() as cursor:
        live = projection.state_hash(cursor, REGISTRY.live("gold"), project)
        cursor.execute("DELETE FROM annotator_learned WHERE project = %s", [project])
        cursor.execute(
            "SELECT DISTINCT policy_version, learned_from FROM read.gold_document WHERE project = %s",
            [project],
        )
        assert cursor.fetchall() == [(1, STORE.head(project) - 1)]
    forget()
    assert replayed_hash(projection, project) == live


def test_going_to_another_policy_and_back_gives_the_same(town: Town) -> None:
    project = town.live_through([MODEL])
    learn(project)

    def without_version() -> Any:
        found = msgspec.json.decode(the_gold(project))
        for label in (*found["labels"], *found["links"]):
            for name in ("policy_version", "reliability"):
                del label["provenance"][name]
        return found

    before = without_version()
    town.go_on(project, [WEIGHTED])
    learn(project)
    assert without_version() != before
    town.go_on(project, [MODEL])
    learn(project)
    assert without_version() == before


def test_it_is_learned_when_there_is_something_to_learn_and_only_then(town: Town) -> None:
    project = town.live_through([])
    assert not is_due(project)
    town.go_on(project, [MODEL])
    assert learn_if_due(project) == STORE.head(project)
    assert not is_due(project)
    assert learn_if_due(project) is None
    town.go_on(project, [("bob", "finish_set", 1, {})])
    assert is_due(project)


def test_saying_twice_what_was_learned_says_it_once(town: Town) -> None:
    project = town.live_through([MODEL])
    assert learn(project)
    at = STORE.head(project)
    town.go_on(project, [("alice", "reopen_set", 0, {"reason": "slip"})])
    assert learn(project) == at + 2
    learning._rests_until.clear()
    learn_if_due(project)
    assert STORE.head(project) == at + 2


def test_what_no_event_names_is_dropped_and_the_past_keeps_what_it_rests_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = town.live_through([MODEL])
    first = learn(project)
    assert first
    then = the_gold(project)
    town.go_on(project, [("alice", "reopen_set", 0, {"reason": "slip"})])
    with monkeypatch.context() as overtaken:
        overtaken.setattr(learning, "_say", lambda *_: None)
        learn(project)
    assert states(project) == 2
    town.go_on(project, [("alice", "finish_set", 0, {})])
    assert learn(project)
    assert states(project) == 2  # what the two events name
    forget()
    with monkeypatch.context() as kept_alone:
        kept_alone.setattr(learned, "learned_at", None)  # nothing needs to be learned again
        assert the_gold(project, at=first) == then


def states(project: UUID) -> int:
    sql = """SELECT count(*), (SELECT count(DISTINCT position) FROM annotator_learned_said WHERE project = %s)
               FROM annotator_learned WHERE project = %s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, project])
        bodies, said = cursor.fetchone()
    assert bodies == said
    return int(bodies)


def test_a_worker_that_looks_around_learns(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    project = town.live_through([MODEL])
    told: list[UUID] = []
    monkeypatch.setattr(hints, "answers_wait", told.append)
    for alone in (False, True):
        monkeypatch.setattr(tasks, "_next_look", 0.0)
        tasks.look_around(alone=alone)
        assert is_due(project) != alone
    assert project in told
    assert msgspec.json.decode(the_gold(project))["labels"][0]["provenance"]["reliability"]


def test_what_cannot_be_learned_stops_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    project = town.live_through([MODEL])
    monkeypatch.setattr(learning, "learn", lambda project: 1 / 0)
    assert learn_if_due(project) is None
    assert the_gold(project)
