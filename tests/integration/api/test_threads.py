"""Comments over the API: who reads which, who is told of them, and what erasure takes."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from annotator.projections.registry import REGISTRY
from events.rebuild import replayed_hash
from tests.support.people import Person, World, a_world, new_id


def say(world: World, person: Person, body: str, **data: Any) -> dict[str, str]:
    """A new thread; its ids."""
    ids = {"thread": new_id(), "comment": new_id()}
    author = {"author": data.pop("owner")} if "owner" in data else {}
    told = {**ids, "room": "set", "body": body, **data}
    (outcome,) = send(world, person, {**world.about("open_thread", **told), **author})
    assert outcome["status"] == "accepted", outcome
    return ids


def send(world: World, person: Person, command: dict[str, Any]) -> list[dict[str, Any]]:
    return person.send(world.project, command)


def answer(world: World, person: Person, thread: str, body: str, **data: Any) -> str:
    comment = new_id()
    author = {"author": data.pop("owner")} if "owner" in data else {}
    told = {"thread": thread, "comment": comment, "room": "set", "body": body, **data}
    person.do(world.project, {**world.about("add_comment", **told), **author})
    return comment


def threads(world: World, person: Person) -> list[Any]:
    return list(person.get(f"{world.document_path}/threads").ok()["results"])


def bodies(world: World, person: Person) -> list[str | None]:
    return [comment["body"] for thread in threads(world, person) for comment in thread["comments"]]


def notices(world: World, person: Person) -> Any:
    REGISTRY.catch_up(UUID(world.project))
    return person.get("/notices").ok()


def test_a_question_about_ones_own_mark_is_answered_by_a_curator(world: World) -> None:
    mark = new_id()
    world.alice.do(world.project, world.annotation("Assad", label="actor", annotation=mark))
    ids = say(world, world.alice, "With the title?", about={"kind": "annotation", "id": mark})
    answer(world, world.carol, ids["thread"], "Yes.", owner=world.alice.id)
    (found,) = threads(world, world.alice)
    assert (found["room"], found["owner"], found["about"]["id"]) == ("set", world.alice.id, mark)
    assert [each["body"] for each in found["comments"]] == ["With the title?", "Yes."]
    assert [each["name"] for each in found["comments"]] == ["Alice", "Carol"]


def test_in_a_blind_project_no_comment_tells_an_annotator_of_anothers_marks(world: World) -> None:
    ids = say(world, world.alice, "Is Al-Bukamal one place?")
    say(world, world.carol, "Bob has it otherwise.", room="curation", about={"kind": "item", "id": "x"})
    say(world, world.carol, "Read the guideline.", room="everybody")
    assert bodies(world, world.bob) == ["Read the guideline."]
    assert bodies(world, world.carol) == [
        "Read the guideline.",
        "Bob has it otherwise.",
        "Is Al-Bukamal one place?",
    ]
    told = [each["data"].get("body") for each in world.events(world.bob) if "comment" in each["type"]]
    told += [
        each["data"].get("body")
        for each in world.events(world.bob, f"{world.document_path}/history")
        if "comment" in each["type"]
    ]
    assert set(told) == {"Read the guideline."}
    rooms = world.bob.get(f"{world.document_path}/threads").ok()["rooms"]
    assert [(each["room"], each["owner"], each["may_write"]) for each in rooms] == [
        ("set", world.bob.id, True),
        ("everybody", None, False),
    ]
    assert {person["name"] for room in rooms for person in room["people"]} == {"Mona", "Carol"}
    answering = {"thread": ids["thread"], "comment": new_id(), "room": "set", "body": "Me too."}
    for extra in ({"author": world.alice.id}, {}):
        (outcome,) = send(world, world.bob, {**world.about("add_comment", **answering), **extra})
        assert outcome["status"] == "refused"
    blind = {"thread": new_id(), "comment": new_id(), "room": "everybody", "body": "I marked Assad."}
    (outcome,) = send(world, world.bob, world.about("open_thread", **blind))
    assert outcome["problem"]["type"].endswith("room-is-blind")
    call = {**blind, "room": "set", "mentions": [world.alice.id]}
    (outcome,) = send(world, world.bob, world.about("open_thread", **call))
    assert outcome["problem"]["type"].endswith("mentioned-cannot-read")


def test_where_all_see_all_they_talk_to_each_other() -> None:
    world = a_world(blind=False)
    ids = say(world, world.alice, "Who sees this?")
    answer(world, world.bob, ids["thread"], "I do.", owner=world.alice.id, mentions=[world.alice.id])
    assert bodies(world, world.bob) == ["Who sees this?", "I do."]


test_where_all_see_all_they_talk_to_each_other = pytest.mark.django_db(
    test_where_all_see_all_they_talk_to_each_other
)


def test_a_thread_is_settled_by_either_side_and_comments_are_changed_by_their_authors(world: World) -> None:
    ids = say(world, world.alice, "With the titel?")
    world.alice.do(
        world.project,
        world.about("edit_comment", comment=ids["comment"], room="set", body="With the title?"),
        world.about("resolve_thread", thread=ids["thread"], room="set"),
    )
    (found,) = threads(world, world.carol)
    (comment,) = found["comments"]
    assert (found["resolved"], found["resolved_by"], comment["body"]) == (
        True,
        world.alice.id,
        "With the title?",
    )
    assert comment["edited_at"]
    world.alice.do(world.project, world.about("delete_comment", comment=ids["comment"], room="set"))
    (found,) = threads(world, world.carol)
    assert (found["comments"][0]["deleted"], found["comments"][0]["body"]) == (True, None)


def test_whom_a_comment_concerns_is_told_until_they_have_seen_it(world: World) -> None:
    ids = say(world, world.alice, "Carol, which one?", mentions=[world.carol.id])
    (notice,) = notices(world, world.carol)["results"]
    assert (notice["reason"], notice["body"], notice["unread"]) == ("mention", "Carol, which one?", True)
    assert (notice["project_name"], notice["title"]) == ("News", "An article")
    assert notices(world, world.bob)["results"] == []
    answer(world, world.carol, ids["thread"], "The first.", owner=world.alice.id)
    hers = notices(world, world.alice)
    assert (hers["unread"], hers["results"][0]["reason"]) == (1, "reply")
    seen = {"position": hers["results"][0]["position"]}
    world.alice.ask("POST", f"{world.path}/notices/read", seen).ok()
    assert notices(world, world.alice)["unread"] == 0


def test_a_curator_who_writes_about_a_set_reaches_its_author(world: World) -> None:
    say(world, world.carol, "Look at the third line.", owner=world.alice.id)
    (notice,) = notices(world, world.alice)["results"]
    assert (notice["reason"], notice["room"]) == ("set", "set")
    world.mona.do(world.project, {"type": "remove_member", "data": {"member": world.alice.id}})
    assert notices(world, world.alice)["results"] == []


def test_who_whom_and_gone_are_the_same_folded_at_once_and_bit_by_bit(world: World) -> None:
    ids = say(world, world.alice, "One?", mentions=[world.carol.id])
    notices(world, world.carol)
    comment = answer(world, world.carol, ids["thread"], "Two.", owner=world.alice.id)
    notices(world, world.carol)
    edit = {"comment": comment, "room": "set", "body": "Two!", "mentions": [world.mona.id]}
    world.carol.do(world.project, {**world.about("edit_comment", **edit), "author": world.alice.id})
    world.alice.do(world.project, world.about("delete_comment", comment=ids["comment"], room="set"))
    REGISTRY.catch_up(UUID(world.project))
    assert [each["reason"] for each in notices(world, world.mona)["results"]] == ["mention"]
    assert notices(world, world.carol)["results"] == []
    projection = REGISTRY.projections["notices"]
    with connection.cursor() as cursor:
        live = projection.state_hash(cursor, REGISTRY.live("notices"), UUID(world.project))
    assert live == replayed_hash(projection, UUID(world.project))


@pytest.mark.parametrize("scope", ["document", "account"])
def test_erasing_a_document_or_a_person_takes_their_comments_for_good(world: World, scope: str) -> None:
    ids = say(world, world.alice, "My own words.")
    answer(world, world.carol, ids["thread"], "Hers.", owner=world.alice.id)
    subject = world.document if scope == "document" else world.alice.id
    wish = {"id": new_id(), "scope": scope, "subject": subject, "basis": "subject_request"}
    preview = world.mona.ask(
        "POST", f"{world.path}/erasures/preview", {"scope": scope, "subject": subject}
    ).ok()
    assert preview["kinds"]["thread"] == (2 if scope == "document" else 1)
    world.mona.ask("POST", f"{world.path}/erasures", wish).ok()
    left = [None, None] if scope == "document" else [None, "Hers."]
    assert bodies(world, world.carol) == left
    told = [each["data"]["body"] for each in world.events(world.mona) if each["type"] == "comment_added"]
    assert "My own words." not in told
