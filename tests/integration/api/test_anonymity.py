"""An anonymous project: curators decide on marks without learning, in any answer, whose they are."""

from typing import Any

import pytest

from tests.support.people import Person, World, a_world, new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    """Alice and Bob have finished, and differ; Alice has asked something."""
    world = a_world(anonymous=True)
    world.alice.do(world.project, world.annotation("Al-Bukamal"), world.annotation("Putin", label="actor"))
    said = {"thread": new_id(), "comment": new_id(), "room": "set", "body": "One place?"}
    world.alice.do(world.project, world.about("open_thread", **said), world.finish())
    world.bob.do(world.project, world.annotation("Al-Bukamal", label="actor"), world.finish())
    return world


def disputed(world: World, person: Person) -> Any:
    found = person.get(f"{world.document_path}/curation").ok()
    return next(item for item in found["items"] if item["status"] == "disputed")


def decision(item: Any, **changes: Any) -> dict[str, Any]:
    chosen = item["candidates"][0]
    votes = [vote for each in item["candidates"] for vote in each["votes"]] + item["against"]
    annotation = {key: chosen[key] for key in ("label", "spans", "attributes", "entity")}
    made = {"decision": new_id(), "item": item["item"], "verdict": "accept", "quote": chosen["quote"]}
    return {**made, "annotation": annotation, "votes": votes, **changes}


def test_no_answer_to_a_curator_names_who_marked_what(world: World) -> None:
    world.carol.do(world.project, world.about("decide_item", **decision(disputed(world, world.carol))))
    gold = world.carol.get(f"{world.document_path}/gold").ok()["labels"][0]["id"]
    paths = ["", "/history", "/curation", "/gold", f"/gold/{gold}/certificate", "/appeals", "/threads"]
    asked = [f"{world.document_path}{path}" for path in paths]
    asked += [f"{world.path}/events?after=0", f"{world.path}/agreement", f"{world.path}/authors"]
    asked += [f"{world.path}/gold/changes?after=0", f"{world.path}/queue"]
    for path in asked:
        raw = world.carol.get(path).raw.decode()
        # Who takes part is known; what is theirs is not.
        lines = (
            [each for each in world.carol.get(path).body.get("results", []) if isinstance(each, dict)]
            if (path.endswith("after=0") and "events" in path)
            else None
        )
        told = (
            raw
            if lines is None
            else "".join(str(each) for each in lines if each["stream"]["kind"] != "project")
        )
        for person in (world.alice, world.bob):
            assert person.id not in told, path
            assert person.name not in told, path


def test_pseudonyms_hold_for_a_document_and_managers_see_through_them(world: World) -> None:
    first = world.carol.get(f"{world.document_path}/curation").ok()["voters"]
    sets = world.carol.get(world.document_path).ok()["sets"]
    assert [voter["name"] for voter in first] == ["A", "B"] or [v["name"] for v in first] == ["B", "A"]
    assert {each["author"] for each in sets} == {voter["author"] for voter in first}
    world.bob.do(world.project, world.about("reopen_set"), world.annotation("Putin"), world.finish())
    assert world.carol.get(f"{world.document_path}/curation").ok()["voters"] == first
    names = {each["name"] for each in world.mona.get(f"{world.document_path}/curation").ok()["voters"]}
    assert names == {"Alice", "Bob"}
    assert world.alice.get(world.document_path).ok()["sets"][0]["author"] == world.alice.id


def test_the_log_names_the_voters_that_a_curator_knows_by_letters(world: World) -> None:
    item = disputed(world, world.carol)
    world.carol.do(world.project, world.about("decide_item", **decision(item)))
    (made,) = [each for each in world.events(world.mona) if each["type"] == "decision_made"]
    assert {vote["author"] for vote in made["data"]["votes"]} == {world.alice.id, world.bob.id}
    assert not disputed_stale(world)


def disputed_stale(world: World) -> bool:
    return any(item["stale"] for item in world.carol.get(f"{world.document_path}/curation").ok()["items"])


def test_a_curator_answers_an_annotator_known_by_a_letter(world: World) -> None:
    (thread,) = world.carol.get(f"{world.document_path}/threads").ok()["results"]
    said = {"thread": thread["thread"], "comment": new_id(), "room": "set", "body": "Yes."}
    answer = {**world.about("add_comment", **said), "author": thread["owner"]}
    world.carol.do(world.project, answer)
    (hers,) = world.alice.get(f"{world.document_path}/threads").ok()["results"]
    assert [each["body"] for each in hers["comments"]] == ["One place?", "Yes."]


def test_what_would_show_it_by_a_side_door_is_a_managers(world: World) -> None:
    export = world.carol.ask("POST", f"{world.path}/exports", {"format": "jsonl", "source": "gold"})
    assert (export.status, export.body["type"]) == (403, "urn:palimpsest:authors-hidden")
    policy = {"kind": "majority", "threshold": 0.5, "without": [world.bob.id]}
    assert world.carol.ask("POST", f"{world.path}/what-if", {"policy": policy}).status == 403
    path = f"{world.document_path}/restoration?author={world.bob.id}"
    assert world.carol.get(path).status == 404
    assert (
        world.mona.ask("POST", f"{world.path}/exports", {"format": "jsonl", "source": "gold"}).status == 202
    )


def test_a_curation_is_not_finished_while_something_is_open(world: World) -> None:
    (refused,) = world.carol.send(world.project, world.about("finish_curation"))
    assert refused["problem"]["type"] == "urn:palimpsest:curation-is-open"
    open_ = [
        item["item"]
        for item in world.carol.get(f"{world.document_path}/curation").ok()["items"]
        if item["status"] == "disputed"
    ]
    assert sorted(refused["problem"]["facts"]["items"]) == sorted(open_)
    assert refused["problem"]["facts"]["count"] == len(open_)
    while any(
        i["status"] == "disputed" for i in world.carol.get(f"{world.document_path}/curation").ok()["items"]
    ):
        item = disputed(world, world.carol)
        none = {"verdict": "none_of_these", "annotation": None, "quote": None}
        world.carol.do(world.project, world.about("decide_item", **decision(item, **none)))
    world.carol.do(world.project, world.about("finish_curation"))
