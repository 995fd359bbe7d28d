"""What to review first, how well annotators work, and what comes back to them."""

from typing import Any
from uuid import UUID

import pytest

from annotator.projections.registry import REGISTRY
from tests.support.people import Answer, Person, World, new_id

pytestmark = pytest.mark.django_db


def folded(world: World) -> None:
    REGISTRY.catch_up(UUID(world.project))


def marked(world: World) -> None:
    """Both mark Assad; Alice alone marks Iran, and the two differ in the end of a place."""
    both: dict[str, Any] = {"label": "actor", "attributes": {"mention": "named"}}
    world.alice.do(
        world.project,
        world.annotation("Assad", **both),
        world.annotation("Iran", **both),
        world.annotation("Al-Bukamal"),
        world.finish(),
    )
    world.bob.do(
        world.project, world.annotation("Assad", **both), world.annotation("Al-Bukamal 🚀"), world.finish()
    )


def queue(world: World, query: str = "") -> dict[str, Any]:
    folded(world)
    page: dict[str, Any] = world.carol.get(f"{world.path}/queue{query}").ok()
    return page


def decide(world: World, quote: str, verdict: str = "accept") -> dict[str, Any]:
    """Carol's decision about the candidate with this quote, with the votes as they are."""
    items = world.carol.get(f"{world.document_path}/curation").ok()["items"]
    item, chosen = next((i, c) for i in items for c in i["candidates"] if c["quote"] == quote)
    data = {
        "decision": new_id(),
        "item": item["item"],
        "verdict": verdict,
        "annotation": {name: chosen[name] for name in ("label", "spans", "attributes", "entity")},
        "quote": quote,
        "votes": [vote for c in item["candidates"] for vote in c["votes"]] + item["against"],
        "reason": "guideline_gap",
        "note": "See page 3.",
    }
    world.carol.do(world.project, world.about("decide_item", **data))
    return data


def closed(world: World) -> dict[str, Any]:
    """Alice's place is right, Iran is none; curation is finished."""
    decide(world, "Iran", "reject")
    decision = decide(world, "Al-Bukamal")
    world.carol.do(world.project, world.about("finish_curation"))
    folded(world)
    return decision


# The queue


def test_what_is_disputed_comes_first_and_a_settled_item_is_drawn_for_a_check(world: World) -> None:
    marked(world)
    page = queue(world)
    assert [(entry["reason"], entry["conflict"]) for entry in page["results"]] == [
        ("disputed", "boundary"),
        ("disputed", "existence"),
        ("spot_check", None),
    ]
    boundary, existence, _ = page["results"]
    assert boundary["uncertainty"] == 2 * existence["uncertainty"] == 1.0
    assert existence["gain"] == 2 * existence["uncertainty"]  # an attribute hangs on it
    assert page["counts"] == {
        "disputed": 2, "stale": 0, "appeals": 0, "decided": 0, "settled": 1, "doubtful": 0,
    }  # fmt: skip
    assert page["policy"]["kind"] == "majority"


def test_the_queue_can_be_filtered_and_comes_in_pages(world: World) -> None:
    marked(world)
    labels = [entry["label"] for entry in queue(world, "?label=location&spot_checks=0")["results"]]
    assert labels == ["location"]
    assert queue(world, "?conflict=boundary&only=disputed")["results"][0]["label"] == "location"
    assert queue(world, f"?document={new_id()}")["results"] == []
    first = queue(world, "?only=disputed&limit=1")
    rest = queue(world, f"?only=disputed&limit=1&cursor={first['next']}")
    assert (len(first["results"]), len(rest["results"]), rest["next"]) == (1, 1, None)
    assert first["results"] != rest["results"]
    assert [entry["reason"] for entry in queue(world, "?only=spot_check")["results"]] == ["spot_check"]


def test_a_decision_leaves_the_queue_and_comes_back_when_its_votes_change(world: World) -> None:
    marked(world)
    decide(world, "Al-Bukamal")
    assert [entry["label"] for entry in queue(world, "?spot_checks=0")["results"]] == ["actor"]
    world.bob.do(world.project, world.about("reopen_set"))
    page = queue(world, "?only=stale")
    assert [entry["reason"] for entry in page["results"]] == ["stale"]
    labels = world.carol.get(f"{world.document_path}/gold").ok()["labels"]
    assert [label["quote"] for label in labels if label["status"] == "decided"] == ["Al-Bukamal"]


def test_auto_accept_is_a_policy_that_can_be_taken_back(world: World) -> None:
    marked(world)

    def disputed(**policy: Any) -> int:
        data = {"policy": {"kind": "majority", **policy}}
        world.mona.do(world.project, {"type": "set_policy", "data": data})
        return int(queue(world)["counts"]["disputed"])

    assert disputed(threshold=0.4) == 0  # half of two is enough, and nothing is asked
    assert disputed(threshold=0.4, auto_accept=0.8) == 2
    assert queue(world)["policy"]["auto_accept"] == 0.8
    assert disputed(threshold=0.4) == 0


# Quality


def test_managers_see_everybodys_quality_and_annotators_their_own(world: World) -> None:
    marked(world)
    closed(world)
    everybody = world.mona.get(f"{world.path}/quality").ok()
    assert [(one["name"], one["marks"], one["f1"]) for one in everybody] == [
        ("Alice", 3, 0.8),
        ("Bob", 2, 0.5),
    ]
    alice = everybody[0]
    assert (alice["precision"], alice["recall"], alice["low"], alice["reliability"]) == (
        0.6667,
        1.0,
        None,
        None,
    )
    assert alice["speed"]["marks"] == 3
    assert [period["documents"] for period in alice["periods"]] == [1]
    assert [one["name"] for one in world.bob.get(f"{world.path}/quality").ok()] == ["Bob"]
    assert world.carol.get(f"{world.path}/quality").ok() == []


def test_a_blind_annotator_learns_of_closed_documents_alone(world: World) -> None:
    marked(world)
    folded(world)
    assert world.alice.get(f"{world.path}/quality").ok() == []
    closed(world)
    assert world.alice.get(f"{world.path}/quality").ok()[0]["f1"] == 0.8


# Back to the annotators


def mine(world: World, person: Person) -> Answer:
    return person.get(f"{world.document_path}/my-results")


def test_each_sees_what_became_of_the_own_marks_and_why_once_it_is_closed(world: World) -> None:
    marked(world)
    assert mine(world, world.bob).status == 403
    closed(world)
    found = mine(world, world.bob).ok()
    assert [(mark["quote"], mark["outcome"]) for mark in found["marks"]] == [
        ("Assad", "kept"),
        ("Al-Bukamal 🚀", "bounds"),
    ]
    changed = found["marks"][1]
    assert changed["gold"]["quote"] == "Al-Bukamal"
    assert (changed["why"]["verdict"], changed["why"]["reason"], changed["why"]["note"]) == (
        "accept", "guideline_gap", "See page 3.",
    )  # fmt: skip
    dropped = [mark for mark in mine(world, world.alice).ok()["marks"] if mark["outcome"] == "dropped"]
    assert [mark["why"]["verdict"] for mark in dropped] == ["reject"]
    assert found["score"]["f1"] == 0.5
    assert found["score"]["lenient_f1"] == 1.0
    assert [one["document"] for one in world.bob.get(f"{world.path}/my-results").ok()] == [world.document]
    assert mine(world, world.carol).status == 403
    assert world.alice.id not in str(mine(world, world.bob).body)


def test_an_appeal_is_an_entry_of_the_queue_until_it_is_answered(world: World) -> None:
    marked(world)
    appeal = {"appeal": new_id(), "item": "", "note": "The rocket belongs to it."}
    item = world.carol.get(f"{world.document_path}/curation").ok()["items"][1]["item"]
    appeal["item"] = item
    (early,) = world.bob.send(world.project, world.about("make_appeal", **appeal))
    assert early["problem"]["type"] == "urn:palimpsest:not-yet-curated"
    closed(world)
    world.bob.do(world.project, world.about("make_appeal", **appeal))
    (outsider,) = world.mona.send(world.project, world.about("make_appeal", **{**appeal, "appeal": new_id()}))
    assert outsider["problem"]["type"] == "urn:palimpsest:no-part-in-it"
    first = queue(world)["results"][0]
    assert (first["reason"], first["item"], first["appeals"]) == ("appeal", item, 1)
    (told,) = world.carol.get(f"{world.document_path}/appeals").ok()
    assert (told["name"], told["note"], told["answer"]) == ("Bob", "The rocket belongs to it.", None)
    answered = {"appeal": appeal["appeal"], "answer": "dismissed", "note": "It does not."}
    world.carol.do(world.project, world.about("answer_appeal", **answered))
    assert queue(world)["counts"]["appeals"] == 0
    (seen,) = mine(world, world.bob).ok()["appeals"]
    assert (seen["answer"], seen["answer_note"], seen["note"]) == (
        "dismissed", "It does not.", "The rocket belongs to it.",
    )  # fmt: skip
    assert mine(world, world.alice).ok()["appeals"] == []
    history = world.bob.get(f"{world.document_path}/history").ok()["results"]
    assert not [event for event in history if event["type"].startswith("appeal")]


# Tests for annotators


def test_a_document_with_gold_is_a_test_with_a_score(world: World) -> None:
    marked(world)
    closed(world)
    assert world.mona.get(f"{world.path}/training").ok()["documents"] == []
    world.mona.do(world.project, world.about("set_training", training=True))
    newcomer = world.carol  # a curator may annotate, too
    newcomer.do(world.project, world.annotation("Al-Bukamal"), world.finish())
    folded(world)
    found = newcomer.get(f"{world.path}/training").ok()
    assert found["ready"] == [world.document]
    ((name, f1),) = [(one["name"], one["score"]["f1"]) for one in found["results"]]
    assert (name, f1) == ("Carol", 0.6667)
    everybody = world.mona.get(f"{world.path}/training").ok()["results"]
    assert [one["name"] for one in everybody] == ["Alice", "Bob", "Carol"]
    result = mine(world, newcomer).ok()
    assert result["training"]
    assert [missed["gold"]["quote"] for missed in result["missed"]] == ["Assad"]
