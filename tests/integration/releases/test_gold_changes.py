"""What became of gold between two moments, and why."""

from typing import Any

import pytest

from tests.integration.releases.releasing import release
from tests.support.people import World, new_id

pytestmark = pytest.mark.django_db(transaction=True)


def diff(world: World, before: object, after: object | None = None) -> list[dict[str, Any]]:
    query = f"before={before}" + ("" if after is None else f"&after={after}")
    page = world.victor.get(f"{world.path}/gold/diff?{query}").ok()
    assert page["next"] is None
    return [change for document in page["results"] for change in document["changes"]]


def told(changes: list[dict[str, Any]]) -> list[tuple[str, str | None, list[str]]]:
    return [
        (each["change"], (each["after"] or each["before"])["quote"], each["why"])
        for each in changes
        if (each["after"] or each["before"])["kind"] == "label"
    ]


def test_a_vote_a_decision_and_a_policy_are_told_apart(world: World) -> None:
    release(world, "1.0")
    world.bob.do(world.project, world.about("reopen_set"), world.annotation("Iran"), world.finish())
    release(world, "2.0")
    assert told(diff(world, "1.0", "2.0")) == [("added", "Iran", ["vote"])]
    assert told(diff(world, "2.0", "1.0")) == [("removed", "Iran", ["vote"])]

    item = next(
        each
        for each in world.carol.get(f"{world.document_path}/curation").ok()["items"]
        if each["candidates"][0]["quote"] == "Iran"
    )
    decision = {
        "decision": new_id(),
        "item": item["item"],
        "verdict": "none_of_these",
        "reason": "other",
        "votes": [vote for each in item["candidates"] for vote in each["votes"]],
    }
    world.carol.do(world.project, world.about("decide_item", **decision))
    release(world, "3.0")
    assert told(diff(world, "2.0", "3.0")) == [("removed", "Iran", ["decision"])]
    assert told(diff(world, "1.0", "3.0")) == []

    world.alice.do(world.project, world.about("reopen_set"), world.annotation("Assad"), world.finish())
    release(world, "4.0")
    policy = {"kind": "majority", "threshold": 0.4}
    world.mona.do(world.project, {"type": "set_policy", "data": {"policy": policy}})
    assert told(diff(world, "3.0", "4.0")) == []
    assert told(diff(world, "4.0")) == [("added", "Assad", ["policy"])]


def test_other_bounds_of_one_label_are_a_change_with_what_was_before(world: World) -> None:
    release(world, "1.0")
    for person in (world.alice, world.bob):
        mark = next(
            each["data"]["annotation"]
            for each in world.events(person)
            if each["type"] == "annotation_added"
            and world.text[slice(*each["data"]["spans"][0])] == "Al-Bukamal"
        )
        wider = world.annotation("took Al-Bukamal", annotation=mark)
        person.do(
            world.project, world.about("reopen_set"), {**wider, "type": "change_annotation"}, world.finish()
        )
    (change,) = diff(world, "1.0")
    assert (change["change"], change["why"]) == ("changed", ["vote"])
    assert "spans" in change["fields"]
    assert (change["before"]["quote"], change["after"]["quote"]) == ("Al-Bukamal", "took Al-Bukamal")


def test_archived_documents_lose_their_gold_and_new_ones_bring_it(world: World) -> None:
    release(world, "1.0")
    world.mona.do(world.project, world.about("archive_document"))
    assert told(diff(world, "1.0")) == [("removed", "Al-Bukamal", ["document"])]
    assert told(diff(world, 0, "1.0")) == [("added", "Al-Bukamal", ["document"])]


def test_gold_is_followed_from_position_to_position(world: World) -> None:
    after, seen = 0, []
    for quote in (None, "Iran", "Assad"):
        if quote:
            for person in (world.alice, world.bob):
                marks = [] if (quote, person) == ("Iran", world.alice) else [world.annotation(quote)]
                person.do(world.project, world.about("reopen_set"), *marks, world.finish())
        page = world.victor.get(f"{world.path}/gold/changes?after={after}").ok()
        assert (page["cursor"], page["upto"]) == (None, page["head"])
        after = page["upto"]
        seen.append([told(each["changes"]) for each in page["results"]])
    assert seen == [
        [[("added", "Al-Bukamal", ["document"])]],
        [[("added", "Iran", ["vote"])]],
        [[("added", "Assad", ["vote"])]],
    ]
    assert world.victor.get(f"{world.path}/gold/changes?after={after}").ok()["results"] == []


def test_pages_are_bounded_and_miss_nothing(world: World) -> None:
    documents = [world.document]
    for number in range(4):
        document = new_id()
        documents.append(document)
        world.mona.do(
            world.project,
            {
                "type": "import_document",
                "data": {"document": document, "title": str(number), "text": world.text},
            },
        )
        for person in (world.alice, world.bob):
            mark = {**world.annotation("Putin"), "document": document}
            person.do(world.project, mark, {"type": "finish_set", "document": document, "data": {}})
    found: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        page = world.carol.get(f"{world.path}/gold/diff?limit=2&cursor={cursor}").ok()
        found += [each["document"] for each in page["results"]]
        cursor, pages = page["next"], pages + 1
    assert (found, pages) == (documents, 3)


def test_annotators_of_a_blind_project_follow_no_gold(world: World) -> None:
    for path in ("gold/diff?before=1", "gold/changes?after=0"):
        assert world.alice.get(f"{world.path}/{path}").status == 403
    for query in ("before=none", "before=99999", "after=99999"):
        assert world.carol.get(f"{world.path}/gold/diff?{query}").status == 400


def test_events_can_be_asked_for_by_kind_and_type(world: World) -> None:
    def types(query: str) -> set[str]:
        return {each["type"] for each in world.carol.get(f"{world.path}/events?{query}").ok()["results"]}

    assert types("types=set_finished") == {"set_finished"}
    assert types("kinds=document") == {"document_imported", "text_added"} | types("types=languages_set")
    assert types(f"document={world.document}&types=text_added,set_finished") == {"text_added", "set_finished"}
    assert world.carol.get(f"{world.path}/events?types=A").status == 400
    head = world.carol.get(f"{world.path}/events?limit=1").ok()["head"]
    assert world.carol.get(f"{world.path}/events?after={head}&wait=1").ok()["results"] == []
