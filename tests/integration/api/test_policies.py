"""Trying a policy beside the live one, promoting it as one event, and the history of policies."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from annotator.api import policies
from annotator.application.learning import learn
from annotator.jobs.work import work_on
from annotator.projections.registry import REGISTRY
from tests.support.people import World

pytestmark = pytest.mark.django_db

MODEL = {"kind": "model", "text": False, "tau": 0.5}


@pytest.fixture
def world(world: World) -> World:
    """Alice marks Assad, Iran and a place; Bob Assad and the place with a rocket."""
    world.alice.do(
        world.project,
        world.annotation("Assad", label="actor"),
        world.annotation("Iran", label="actor"),
        world.annotation("Al-Bukamal"),
        world.finish(),
    )
    world.bob.do(
        world.project,
        world.annotation("Assad", label="actor"),
        world.annotation("Al-Bukamal 🚀"),
        world.finish(),
    )
    REGISTRY.catch_up(UUID(world.project))
    return world


def tried(world: World, **policy: Any) -> dict[str, Any]:
    answer = world.carol.ask("POST", f"{world.path}/what-if", {"policy": policy}).ok()
    assert answer["job"] is None
    result: dict[str, Any] = answer["result"]
    return result


def gold(world: World) -> set[tuple[str, str]]:
    labels = world.carol.get(f"{world.document_path}/gold").ok()["labels"]
    return {(label["label"], label["quote"]) for label in labels}


def quotes(world: World, found: dict[str, Any], side: str) -> set[tuple[str, str]]:
    sides = [flip[side] for flip in found["flips"] if flip[side]]
    assert all(one["quote"] == world.text[slice(*one["spans"][0])] for one in sides)
    return {(one["label"], one["quote"]) for one in sides}


def test_a_lower_threshold_shows_what_would_appear_and_changes_nothing(world: World) -> None:
    before, position = gold(world), world.carol.get(world.path).ok()["position"]
    found = tried(world, kind="majority", threshold=0.4)
    assert found["changes"] == {"appears": 2}
    assert quotes(world, found, "after") == {("actor", "Iran"), ("location", "Al-Bukamal 🚀")}
    assert (found["labels"], found["disputed"]) == ({"before": 1, "after": 3}, {"before": 2, "after": 0})
    assert found["against_gold"]["after"] > found["against_gold"]["before"]
    assert (gold(world), world.carol.get(world.path).ok()["position"]) == (before, position)


def test_a_policy_without_an_annotator_counts_the_others_alone(world: World) -> None:
    found = tried(world, kind="majority", without=[world.bob.id])
    assert quotes(world, found, "after") == {("actor", "Iran"), ("location", "Al-Bukamal")}
    assert found["agreement"] == {"before": 0.4, "after": None}
    assert [(one["name"], one["after"]) for one in found["authors"]] == [("Alice", 1.0), ("Bob", None)]


def test_what_was_tried_is_what_promoting_gives(world: World) -> None:
    found = tried(world, **MODEL)
    appears, gone = quotes(world, found, "after"), quotes(world, found, "before")
    before = gold(world)
    world.mona.do(world.project, {"type": "set_policy", "data": {"policy": MODEL}})
    learn(UUID(world.project))
    assert gold(world) == (before - gone) | appears


def test_other_weights_decide_otherwise(world: World) -> None:
    found = tried(world, kind="weighted", weights={world.alice.id: 9, world.bob.id: 1})
    assert quotes(world, found, "after") == {("actor", "Iran"), ("location", "Al-Bukamal")}


def test_what_takes_long_is_a_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = tried(world, kind="majority", threshold=0.4)
    monkeypatch.setattr(policies, "AT_ONCE", 0)
    body = {"policy": {"kind": "majority", "threshold": 0.4}}
    answer = world.carol.ask("POST", f"{world.path}/what-if", body).ok()
    assert answer["result"] is None
    job = answer["job"]["id"]
    assert work_on(UUID(job)) == "done"
    assert world.carol.get(f"{world.path}/jobs/{job}").ok()["report"] == at_once
    with connection.cursor() as cursor:
        cursor.execute("SELECT report::text FROM annotator_job WHERE id = %s", [job])
        assert "Bukamal" not in cursor.fetchone()[0]  # what is kept must not outlive an erasure


def test_the_history_of_policies_tells_who_set_which(world: World) -> None:
    for policy in (MODEL, {"kind": "majority"}, MODEL):
        world.mona.do(world.project, {"type": "set_policy", "data": {"policy": policy}})
    position = learn(UUID(world.project))
    found = world.carol.get(f"{world.path}/policies").ok()
    told = [(one["version"], one["policy"]["kind"], one["name"]) for one in found["versions"]]
    assert told == [(3, "model", "Mona"), (2, "majority", "Mona"), (1, "model", "Mona"), (0, "majority", "")]
    assert [one["position"] for one in found["learned"]] == [position]
    early = world.carol.get(f"{world.path}/policies?at={found['versions'][2]['position']}").ok()
    assert (early["current"], early["learned"]) == (1, [])


def test_a_policy_that_makes_no_sense_is_refused(world: World) -> None:
    for policy in ({"kind": "magic"}, {"kind": "model", "tau": 2}, {"kind": "majority", "without": ["x"]}):
        assert world.carol.ask("POST", f"{world.path}/what-if", {"policy": policy}).status == 400
        (outcome,) = world.mona.send(world.project, {"type": "set_policy", "data": {"policy": policy}})
        assert outcome["status"] == "refused"
