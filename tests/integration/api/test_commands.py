"""The one door for changes, over HTTP."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.support.people import API, Person, World, a_person, a_world, new_id, with_token

pytestmark = pytest.mark.django_db


def test_a_batch_gives_each_command_its_outcome(world: World) -> None:
    good, bad = world.annotation("Al-Bukamal"), world.annotation("Iran")
    bad["data"]["quote"] = "Iraq"
    first, second, third, fourth = world.alice.send(
        world.project,
        good,
        bad,
        {"type": "no_such_command", "data": {}},
        world.about("add_annotation", label="actor", shape="round"),
    )
    assert first["status"] == "accepted"
    assert first["last"] == first["first"]
    assert second["status"] == third["status"] == fourth["status"] == "refused"
    assert second["problem"]["type"] == "urn:palimpsest:quote-differs"
    assert second["problem"]["pointer"] == "/commands/1/data/quote"
    assert (third["problem"]["status"], third["problem"]["pointer"]) == (400, "/commands/2/type")
    assert fourth["problem"]["pointer"].startswith("/commands/3/data/")


def test_the_position_includes_all_that_was_written(world: World) -> None:
    answer = world.alice.ask(
        "POST", f"{world.path}/commands", {"commands": [{"id": new_id(), **world.annotation("Assad")}]}
    ).ok()
    assert answer["position"] == answer["outcomes"][0]["last"] == world.alice.get(world.path).ok()["position"]


def test_a_retry_is_told_the_first_answer_again(world: World) -> None:
    command = {"id": new_id(), **world.annotation("Assad")}
    (first,) = world.alice.send(world.project, command)
    (again,) = world.alice.send(world.project, command)
    assert again == {**first, "status": "duplicate"}


def test_a_command_twice_in_a_batch_is_done_once(world: World) -> None:
    command = {"id": new_id(), **world.annotation("Assad")}
    other = {**command, **world.annotation("Putin")}
    first, again, misuse = world.alice.send(world.project, command, command, other)
    assert (first["status"], again["status"], misuse["status"]) == ("accepted", "duplicate", "refused")
    assert again["first"] == first["first"]
    assert misuse["problem"]["type"] == "urn:palimpsest:command-id-reused"


def test_a_command_id_serves_one_request_only(world: World) -> None:
    id_ = new_id()
    world.alice.do(world.project, {"id": id_, **world.annotation("Assad")})
    (outcome,) = world.alice.send(world.project, {"id": id_, **world.annotation("Putin")})
    assert outcome["status"] == "refused"
    assert (outcome["problem"]["status"], outcome["problem"]["pointer"]) == (422, "/commands/0/id")


def test_another_accounts_command_id_serves_nobody_else(world: World) -> None:
    command = {"id": new_id(), **world.annotation("Assad")}
    world.alice.do(world.project, command)
    (outcome,) = world.bob.send(world.project, command)
    assert outcome["status"] == "refused"
    assert outcome["first"] is None


@pytest.mark.django_db(transaction=True)
def test_the_same_command_fifty_times_at_once_is_done_once(world: World) -> None:
    alice = with_token(world.alice)
    body = json.dumps({"commands": [{"id": new_id(), **world.annotation("Assad")}]})

    def send(_: int) -> Any:
        try:
            response = Client().post(
                f"{API}{world.path}/commands", body, content_type="application/json", headers=alice.headers
            )
            return response.json()["outcomes"][0]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(send, range(50)))
    assert [outcome["status"] for outcome in outcomes].count("accepted") == 1
    assert {outcome["status"] for outcome in outcomes} == {"accepted", "duplicate"}
    assert len({(outcome["first"], outcome["last"], outcome["version"]) for outcome in outcomes}) == 1
    (shown,) = world.alice.get(world.document_path).ok()["sets"]
    assert len(shown["annotations"]) == 1


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_lose_nothing_and_clash_only_on_the_same_thing(world: World) -> None:
    alice = with_token(world.alice)

    def mark(number: int) -> Any:
        try:
            command = {"id": new_id(), "expected": 0, **world.annotation("Assad")}
            person = Person("Alice", alice.account, Client(), alice.headers)
            return person.send(world.project, command)[0]["status"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(mark, range(40))) == {"accepted"}
    (shown,) = world.alice.get(world.document_path).ok()["sets"]
    assert (len(shown["annotations"]), shown["version"]) == (40, 40)


def test_a_conflict_tells_what_happened_meanwhile() -> None:
    world = a_world(shared=True)
    annotation = new_id()
    (added,) = world.alice.do(world.project, world.annotation("Assad", annotation=annotation))
    change = {**world.annotation("Putin", annotation=annotation), "type": "change_annotation"}
    world.bob.do(world.project, {**change, "expected": added["version"]})
    (clash,) = world.alice.send(
        world.project,
        {**world.about("remove_annotation", annotation=annotation), "expected": added["version"]},
    )
    assert clash["status"] == "conflict"
    assert clash["problem"]["status"] == 409
    assert clash["version"] == 2
    assert [(event["type"], event["author"]) for event in clash["since"]] == [
        ("annotation_changed", world.bob.id)
    ]
    (again,) = world.alice.send(
        world.project,
        {**world.about("remove_annotation", annotation=annotation), "expected": clash["version"]},
    )
    assert again["status"] == "accepted"


def test_a_link_to_what_was_removed_meanwhile_does_not_win() -> None:
    world = a_world(shared=True)
    claim, actor = new_id(), new_id()
    *_, seen = world.alice.do(
        world.project,
        world.annotation(
            "Iran’s forces helped",
            label="claim",
            annotation=claim,
            attributes={"claim_type": "factual", "polarity": "asserts", "attribution": "author"},
        ),
        world.annotation("Assad", label="actor", annotation=actor, attributes={"mention": "named"}),
    )
    world.bob.do(world.project, world.about("remove_annotation", annotation=actor))
    link = world.about("add_link", link=new_id(), type="claimant", **{"from": claim, "to": actor})
    (outcome,) = world.alice.send(world.project, {**link, "expected": seen["version"]})
    assert outcome["status"] in ("conflict", "refused")


def test_many_conflicts_in_one_batch_are_each_told() -> None:
    world = a_world(shared=True)
    annotations = [new_id() for _ in range(30)]
    world.alice.do(world.project, *(world.annotation("Assad", annotation=each) for each in annotations))
    changes = [
        {**world.annotation("Putin", annotation=each), "type": "change_annotation"} for each in annotations
    ]
    world.bob.do(world.project, *changes)
    outcomes = world.alice.send(
        world.project,
        *({**world.about("remove_annotation", annotation=each), "expected": 30} for each in annotations),
    )
    assert {outcome["status"] for outcome in outcomes} == {"conflict"}


def test_a_batch_of_more_than_five_hundred_is_refused_whole(world: World) -> None:
    commands = [{"id": new_id(), **world.annotation("Assad")} for _ in range(501)]
    answer = world.alice.ask("POST", f"{world.path}/commands", {"commands": commands})
    assert (answer.status, answer.body["pointer"]) == (400, "/commands")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/commands"),
        ([], ""),
        ({"commands": []}, "/commands"),
        ({"commands": [{}]}, "/commands/0/id"),
        ({"commands": [{"id": "x", "type": "finish_set", "data": {}}]}, "/commands/0/id"),
        ({"commands": [{"id": new_id(), "type": 1, "data": {}}]}, "/commands/0/type"),
        ({"commands": [{"id": new_id(), "type": "finish_set", "data": []}]}, "/commands/0/data"),
        (
            {"commands": [{"id": new_id(), "type": "finish_set", "data": {}, "expected": -1}]},
            "/commands/0/expected",
        ),
        (
            {"commands": [{"id": new_id(), "type": "finish_set", "data": {}, "expected": "1"}]},
            "/commands/0/expected",
        ),
        (
            {"commands": [{"id": new_id(), "type": "finish_set", "data": {}, "position": 7}]},
            "/commands/0/position",
        ),
        (
            {"commands": [{"id": new_id(), "type": "finish_set", "data": {}, "issued_by": new_id()}]},
            "/commands/0/issued_by",
        ),
    ],
)
def test_an_envelope_of_the_wrong_shape_is_pointed_at(world: World, body: Any, pointer: str) -> None:
    answer = world.alice.ask("POST", f"{world.path}/commands", body)
    assert (answer.status, answer.body["pointer"]) == (400, pointer)


def test_commands_about_a_document_name_it(world: World) -> None:
    (missing,) = world.alice.send(world.project, {"type": "finish_set", "data": {}})
    assert missing["problem"]["pointer"] == "/commands/0/document"
    (unknown,) = world.alice.send(world.project, {"type": "finish_set", "document": new_id(), "data": {}})
    assert unknown["problem"]["type"] == "urn:palimpsest:document-unknown"
    (differs,) = world.mona.send(
        world.project,
        {
            "type": "import_document",
            "document": new_id(),
            "data": {"document": new_id(), "title": "", "text": "x"},
        },
    )
    assert differs["problem"]["type"] == "urn:palimpsest:documents-differ"


def test_a_text_can_be_marked_in_the_batch_that_imports_it(world: World) -> None:
    document = new_id()
    marked = {
        "annotation": new_id(),
        "label": "location",
        "spans": [[0, 5]],
        "quote": "Aleppo"[:5],
        "text_version": 1,
    }
    world.mona.do(
        world.project,
        {"type": "import_document", "data": {"document": document, "title": "", "text": "Aleppo fell."}},
        {"type": "add_annotation", "document": document, "data": marked},
    )
    shown = world.mona.get(f"{world.path}/documents/{document}").ok()
    assert [each["spans"] for each in shown["sets"][0]["annotations"]] == [[[0, 5]]]


def test_importing_the_same_again_changes_nothing_and_another_text_is_refused(world: World) -> None:
    data = {"document": world.document, "title": "An article", "text": world.text}
    same, other = world.mona.send(
        world.project,
        {"type": "import_document", "data": data},
        {"type": "import_document", "data": {**data, "text": "something else"}},
    )
    assert (same["status"], same["last"] < same["first"]) == ("accepted", True)
    assert other["problem"]["type"] == "urn:palimpsest:document-exists"


def test_a_new_project_starts_with_the_default_schema_once(db: None) -> None:
    mona, project = a_person("Mona"), new_id()
    create = {"type": "create_project", "data": {"name": "News"}}
    mona.do(project, create)
    schema = mona.get(f"/projects/{project}/schema").ok()
    assert [label["key"] for label in schema["labels"]] == ["actor", "location", "claim"]
    renamed = {"type": "define_label", "data": {"key": "location", "name": "Place", "color": "#000000"}}
    mona.do(project, renamed)
    mona.do(project, create)  # the same settings under a new command id: nothing is to be done
    again = mona.get(f"/projects/{project}/schema").ok()
    assert again["version"] == schema["version"] + 1
    assert again["labels"][1]["name"] == "Place"


def test_a_project_that_brings_a_schema_gets_no_other(db: None) -> None:
    mona, project = a_person("Mona"), new_id()
    mona.do(
        project,
        {"type": "create_project", "data": {"name": "News"}},
        {"type": "define_label", "data": {"key": "thing", "name": "Thing"}},
    )
    schema = mona.get(f"/projects/{project}/schema").ok()
    assert ([label["key"] for label in schema["labels"]], schema["entity_types"]) == (["thing"], [])


def test_a_member_can_be_named_by_user_name(world: World) -> None:
    assert world.oscar.account is not None
    name = world.oscar.account.username
    world.mona.do(world.project, {"type": "set_member", "data": {"username": name, "role": "viewer"}})
    assert world.oscar.get(world.path).ok()["role"] == "viewer"
    (unknown,) = world.mona.send(
        world.project, {"type": "set_member", "data": {"username": "?", "role": "viewer"}}
    )
    assert unknown["problem"]["pointer"] == "/commands/0/data/username"
    (nobody,) = world.mona.send(
        world.project, {"type": "set_member", "data": {"member": new_id(), "role": "viewer"}}
    )
    assert nobody["problem"]["type"] == "urn:palimpsest:account-unknown"


def test_the_last_manager_stays(world: World) -> None:
    leave, step_down = world.mona.send(
        world.project,
        {"type": "remove_member", "data": {"member": world.mona.id}},
        {"type": "set_member", "data": {"member": world.mona.id, "role": "viewer"}},
    )
    assert leave["problem"]["type"] == step_down["problem"]["type"] == "urn:palimpsest:last-manager"


def test_managers_write_for_authors_without_a_login_only(world: World) -> None:
    ghost, machine = new_id(), new_id()
    world.mona.do(
        world.project,
        {"type": "add_author", "data": {"author": ghost, "author_class": "human"}},
        {"type": "add_author", "data": {"author": machine, "author_class": "machine"}},
        {**world.annotation("Assad"), "author": ghost},
        {**world.annotation("Assad"), "author": machine},
    )
    refused = [
        *world.mona.send(
            world.project,
            {**world.annotation("Assad"), "author": world.alice.id},
            {**world.annotation("Assad"), "author": new_id()},
            {"type": "add_author", "data": {"author": world.alice.id, "author_class": "human"}},
        ),
        *world.carol.send(world.project, {**world.annotation("Assad"), "author": ghost}),
        *world.bob.send(world.project, {**world.annotation("Assad"), "author": world.alice.id}),
    ]
    assert {outcome["status"] for outcome in refused} == {"refused"}
    owners = {each["author"] for each in world.mona.get(world.document_path).ok()["sets"]}
    assert owners == {ghost, machine}


def test_a_machines_account_is_an_author_of_its_class(world: World) -> None:
    robot = a_person("Robot", author_class="machine")
    world.mona.do(world.project, {"type": "set_member", "data": {"member": robot.id, "role": "annotator"}})
    robot.do(world.project, world.annotation("Assad"), world.finish())
    curation = world.carol.get(f"{world.document_path}/curation").ok()
    assert curation["voters"] == []


def test_a_shared_project_has_one_set_for_all() -> None:
    world = a_world(shared=True)
    world.alice.do(world.project, world.annotation("Assad"))
    world.bob.do(world.project, world.annotation("Putin"))
    (shown,) = world.alice.get(world.document_path).ok()["sets"]
    assert (shown["shared"], shown["author"], len(shown["annotations"])) == (True, None, 2)


def test_an_archived_project_takes_no_commands(world: World) -> None:
    world.mona.do(world.project, {"type": "archive_project", "data": {}})
    (outcome,) = world.alice.send(world.project, world.annotation("Assad"))
    assert outcome["problem"]["type"] == "urn:palimpsest:project-is-archived"


TEXTS = {
    "emoji": "Before 👨‍👩‍👧‍👦 and after 🚀 it.",
    "combining": "Cafe\u0301 and n\u0303andu\u0301.",
    "line ends": "One line\u2028two\u0085three\x0bfour\x0cfive.",
    "spaces": "A\u00a0b\u202fc\u200bd\ufeffe.",
    "bidi": "He said \u202bשלום\u202c and \u2067عربي\u2069 left.",
    "arabic": "قال الرئيس إنّ الجيش دخل البوكمال.",
    "astral": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 text 𠜎.",
}


@pytest.mark.parametrize("name", TEXTS)
def test_offsets_count_code_points_whatever_the_text(name: str) -> None:
    text = TEXTS[name]
    world = a_world(text=text)
    spans = [[start, start + 1] for start in range(len(text)) if not text[start].isspace()]
    commands = [
        {
            "type": "add_annotation",
            "document": world.document,
            "data": {
                "annotation": new_id(),
                "label": "location",
                "spans": [[start, end]],
                "quote": text[start:end],
                "text_version": 1,
            },
        }
        for start, end in spans
    ]
    world.alice.do(world.project, *commands)
    shown = world.alice.get(world.document_path).ok()
    assert (shown["text"], shown["document"]["length"]) == (text, len(text))
    assert [each["spans"][0] for each in shown["sets"][0]["annotations"]] == spans


def test_carriage_returns_are_refused_with_their_place(world: World) -> None:
    data = {"document": new_id(), "title": "", "text": "one\r\ntwo"}
    (outcome,) = world.mona.send(world.project, {"type": "import_document", "data": data})
    assert outcome["problem"]["pointer"] == "/commands/0/data/text"
    assert outcome["problem"]["facts"]["offset"] == 3
