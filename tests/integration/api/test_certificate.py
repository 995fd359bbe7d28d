"""Any gold label opens its certificate: now, and as it was at any position."""

from typing import Any
from uuid import UUID

import pytest

from annotator.application.learning import learn
from tests.support.people import World, new_id

pytestmark = pytest.mark.django_db


def marked(world: World) -> None:
    """Alice and Bob agree on Assad and differ in a boundary; Bob's is a suggestion that he took."""
    for person, where in ((world.alice, "Al-Bukamal"), (world.bob, "Al-Bukamal 🚀")):
        person.do(
            world.project,
            world.annotation("Assad", label="actor", attributes={"mention": "named"}),
            world.annotation(where, origin="suggestion" if person is world.bob else "hand"),
            world.finish(),
        )


def gold(world: World, quote: str) -> dict[str, Any]:
    labels = world.carol.get(f"{world.document_path}/gold").ok()["labels"]
    return next(label for label in labels if label["quote"] == quote)


def certificate(world: World, id_: str, at: int | None = None) -> dict[str, Any]:
    query = "" if at is None else f"?at={at}"
    answer: dict[str, Any] = world.carol.get(f"{world.document_path}/gold/{id_}/certificate{query}").ok()
    return answer


def test_a_certificate_tells_votes_policy_schema_and_chain(world: World) -> None:
    marked(world)
    found = certificate(world, gold(world, "Assad")["id"])
    assert [(vote["name"], vote["answer"]) for vote in found["votes"]] == sorted(
        [("Alice", "same"), ("Bob", "same")],
        key=lambda vote: {"Alice": world.alice.id, "Bob": world.bob.id}[vote[0]],
    )
    assert (found["status"], found["confidence"], found["calibrated_on"]) == ("agreed", 1.0, 0)
    assert found["policy"] == {
        "version": 0,
        "policy": {
            "kind": "majority",
            "threshold": 0.5,
            "auto_accept": None,
            "boundary": "exact",
            "without": [],
        },
        "set_by": None,
        "name": "",
        "position": None,
    }
    assert found["text"]["version"] == 1
    assert len(found["chain"]) == 64
    cited = {event["position"]: event["hash"] for event in found["events"]}
    assert {vote["position"] for vote in found["votes"]} < cited.keys()
    assert found["schema"]


def test_a_certificate_tells_who_decided_and_why_and_what_the_others_said(world: World) -> None:
    marked(world)
    item = world.carol.get(f"{world.document_path}/curation").ok()["items"][-1]
    chosen = item["candidates"][0]
    before = world.carol.get(world.path).ok()["position"]
    decision = {
        "decision": new_id(),
        "item": item["item"],
        "verdict": "accept",
        "annotation": {name: chosen[name] for name in ("label", "spans", "attributes", "entity")},
        "quote": chosen["quote"],
        "votes": [vote for candidate in item["candidates"] for vote in candidate["votes"]] + item["against"],
        "reason": "guideline_gap",
        "note": "The rocket is no place.",
    }
    world.carol.do(world.project, world.about("decide_item", **decision))
    label = gold(world, chosen["quote"])
    found = certificate(world, label["id"])
    told = found["decisions"][0]
    assert (told["name"], told["reason"], told["note"], told["stale"]) == (
        "Carol",
        "guideline_gap",
        "The rocket is no place.",
        False,
    )
    assert sorted(vote["answer"] for vote in found["votes"]) == ["near", "same"]
    assert {vote["mark"]["origin"] for vote in found["votes"]} == {"hand", "suggestion"}
    path = f"{world.document_path}/gold/{label['id']}/certificate?at={before}"
    assert world.carol.get(path).status == 404
    world.bob.do(world.project, world.about("reopen_set"))
    assert certificate(world, label["id"])["decisions"][0]["stale"]
    assert not certificate(world, label["id"], at=told["position"])["decisions"][0]["stale"]


def test_a_certificate_names_what_was_known_of_the_annotators(world: World) -> None:
    marked(world)
    world.mona.do(world.project, {"type": "set_policy", "data": {"policy": {"kind": "model", "text": False}}})
    position = learn(UUID(world.project))
    found = certificate(world, gold(world, "Assad")["id"])
    assert found["learned"]["position"] == position
    assert found["learned"]["reproduced"]
    assert (found["policy"]["version"], found["policy"]["name"]) == (1, "Mona")
    assert all(0 < vote["reliability"] < 1 for vote in found["votes"])
