"""What the reads show, now and at any past moment."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.projections.registry import REGISTRY
from tests.support.people import Person, World, a_person, a_world, new_id

pytestmark = pytest.mark.django_db

CLAIM = {"claim_type": "factual", "polarity": "asserts", "attribution": "author", "note": "a remark"}


def caught_up(world: World) -> None:
    """Let the workers' read models reach the end of the log."""
    REGISTRY.catch_up(UUID(world.project))


def test_a_document_shows_text_sets_links_and_labels(world: World) -> None:
    world.mona.do(
        world.project,
        {"type": "define_document_label", "data": {"key": "topic", "name": "Topic", "values": ["war"]}},
    )
    claim, actor, link = new_id(), new_id(), new_id()
    world.alice.do(
        world.project,
        world.annotation("Iran’s forces helped", label="claim", annotation=claim, attributes=CLAIM),
        world.annotation("Putin", label="actor", annotation=actor, attributes={"mention": "named"}),
        world.about("add_link", link=link, type="claimant", **{"from": claim, "to": actor}),
        world.about("set_document_label", label="topic", value="war"),
        world.finish(),
    )
    shown = world.alice.get(world.document_path).ok()
    assert (shown["text"], shown["document"]["title"]) == (world.text, "An article")
    (own,) = shown["sets"]
    assert (own["author"], own["name"], own["mine"], own["shared"]) == (world.alice.id, "Alice", True, False)
    assert (own["status"], own["version"], own["document_labels"]) == ("finished", 5, {"topic": "war"})
    assert [(each["id"], each["attributes"]) for each in own["annotations"]] == [
        (claim, CLAIM),
        (actor, {"mention": "named"}),
    ]
    assert [(each["id"], each["from"], each["to"]) for each in own["links"]] == [(link, claim, actor)]


def test_removed_things_are_not_shown(world: World) -> None:
    annotation = new_id()
    world.alice.do(world.project, world.annotation("Putin", annotation=annotation))
    world.alice.do(world.project, world.about("remove_annotation", annotation=annotation))
    (own,) = world.alice.get(world.document_path).ok()["sets"]
    assert (own["annotations"], own["version"]) == ([], 2)


def test_the_past_is_shown_as_it_was(world: World) -> None:
    annotation = new_id()
    (added,) = world.alice.do(world.project, world.annotation("Putin", annotation=annotation))
    changed = {**world.annotation("Assad", annotation=annotation), "type": "change_annotation"}
    world.alice.do(world.project, changed, world.finish())
    now = world.alice.get(world.document_path).ok()["sets"][0]
    past = world.alice.get(f"{world.document_path}?at={added['last']}").ok()
    assert past["position"] == added["last"]
    assert (past["sets"][0]["status"], now["status"]) == ("open", "finished")
    assert past["sets"][0]["annotations"][0]["spans"] != now["annotations"][0]["spans"]
    assert world.alice.get(f"{world.document_path}?at={added['last'] - 1}").ok()["sets"] == []
    assert world.alice.get(f"{world.document_path}?at=0").status == 404


def test_a_new_text_leaves_the_old_one_readable(world: World) -> None:
    before = world.mona.get(world.document_path).ok()
    world.mona.do(world.project, world.about("add_text_version", text="Corrected.", reason="typo"))
    after = world.mona.get(world.document_path).ok()
    assert (after["text"], after["document"]["text_version"]) == ("Corrected.", 2)
    past = world.mona.get(f"{world.document_path}?at={before['position']}").ok()
    assert past == before


def test_an_empty_text_is_a_text() -> None:
    world = a_world(text="")
    shown = world.alice.get(world.document_path).ok()
    assert (shown["text"], shown["document"]["length"]) == ("", 0)


def test_the_schema_and_the_register_have_a_past_too(world: World) -> None:
    entity = new_id()
    before = world.alice.get(world.path).ok()["position"]
    world.alice.do(
        world.project,
        {
            "type": "add_entity",
            "data": {
                "entity": entity,
                "entity_type": "location",
                "name": "Al-Bukamal",
                "aliases": ["البوكمال", "Abu Kamál"],
                "attributes": {"location_type": "populated_place"},
            },
        },
    )
    world.mona.do(world.project, {"type": "retire_label", "data": {"key": "claim"}})
    register = world.alice.get(f"{world.path}/register?q=abu kamal").ok()
    assert [(each["id"], each["name"]) for each in register["entities"]] == [(entity, "Al-Bukamal")]
    assert world.alice.get(f"{world.path}/register?q=البوكمال").ok()["entities"] == register["entities"]
    assert world.alice.get(f"{world.path}/register?type=actor").ok()["entities"] == []
    assert world.alice.get(f"{world.path}/register?at={before}").ok()["entities"] == []
    schema = world.alice.get(f"{world.path}/schema").ok()
    assert [label["retired"] for label in schema["labels"]] == [False, False, True]
    past = world.alice.get(f"{world.path}/schema?at={before}").ok()
    assert [label["retired"] for label in past["labels"]] == [False, False, False]


def test_merged_entities_point_to_the_one_that_stays(world: World) -> None:
    one, other = new_id(), new_id()
    kind = {"entity_type": "location", "attributes": {"location_type": "country"}}
    world.carol.do(
        world.project,
        {"type": "add_entity", "data": {"entity": one, "name": "Syria", **kind}},
        {"type": "add_entity", "data": {"entity": other, "name": "Siria", **kind}},
        {"type": "merge_entities", "data": {"entity": other, "into": one}},
    )
    found = {
        each["id"]: each["merged_into"] for each in world.carol.get(f"{world.path}/register").ok()["entities"]
    }
    assert found == {one: None, other: one}


def test_projects_are_listed_at_once_and_after_the_workers_came_by(world: World) -> None:
    for _ in range(2):
        (row,) = world.alice.get("/projects").ok()["results"]
        assert (row["id"], row["name"], row["role"], row["documents"]) == (
            world.project,
            "News",
            "annotator",
            1,
        )
        assert world.oscar.get("/projects").ok()["results"] == []
        caught_up(world)
    world.mona.do(world.project, {"type": "remove_member", "data": {"member": world.alice.id}})
    assert world.alice.get("/projects").ok()["results"] == []
    world.mona.do(world.project, {"type": "change_project", "data": {"name": "Old news"}})
    assert world.bob.get("/projects").ok()["results"][0]["name"] == "Old news"


def test_documents_come_in_pages_that_hold_still(world: World) -> None:
    imported = [world.document]
    for number in range(7):
        document = new_id()
        data = {"document": document, "title": f"Article {number}", "text": "x"}
        world.mona.do(world.project, {"type": "import_document", "data": data})
        imported.append(document)
    caught_up(world)
    first = world.alice.get(f"{world.path}/documents?limit=3").ok()
    later = {"document": new_id(), "title": "later", "text": "x"}
    world.mona.do(world.project, {"type": "import_document", "data": later})
    caught_up(world)
    found, cursor = [row["document"] for row in first["results"]], first["next"]
    while cursor:
        page = world.alice.get(f"{world.path}/documents?limit=3&cursor={cursor}").ok()
        found += [row["document"] for row in page["results"]]
        cursor = page["next"]
    assert found == [*imported, later["document"]]


def test_documents_are_filtered(world: World) -> None:
    other = new_id()
    data = {
        "document": other,
        "title": "L’esercito è a Qāmišlī",
        "text": "abcdef",
        "languages": [{"start": 0, "end": 6, "lang": "it"}],
    }
    world.mona.do(world.project, {"type": "import_document", "data": data})
    world.alice.do(world.project, {"type": "finish_set", "document": other, "data": {}})
    world.mona.do(world.project, {"type": "archive_document", "document": world.document, "data": {}})
    caught_up(world)

    def found(person: Person, query: str) -> list[str]:
        return [row["document"] for row in person.get(f"{world.path}/documents?{query}").ok()["results"]]

    assert found(world.alice, "q=qamisli ESERCITO") == [other]
    assert found(world.alice, "q=qam") == [other]
    assert found(world.alice, "q=' | x") == []
    assert found(world.alice, "language=it") == [other]
    assert found(world.alice, "language=en") == []
    assert found(world.alice, "status=finished") == [other]
    assert found(world.bob, "status=finished") == []
    assert found(world.bob, "status=none") == [other]
    assert found(world.alice, "status=archived") == [world.document]


def test_a_read_waits_a_little_for_the_position_it_was_asked_for(world: World) -> None:
    head = world.alice.get(world.path).ok()["position"]
    late = world.alice.get(f"{world.path}/documents?at_least={head}").ok()
    assert late["position"] == 0
    caught_up(world)
    assert world.alice.get(f"{world.path}/documents?at_least={head}").ok()["position"] == head
    assert world.alice.get(f"{world.document_path}?at_least={head}").ok()["position"] == head


def test_curators_see_what_is_disputed_and_decide_it(world: World) -> None:
    world.alice.do(
        world.project,
        world.annotation("Assad", label="actor", attributes={"mention": "named"}),
        world.finish(),
    )
    world.bob.do(world.project, world.annotation("Assad"), world.finish())
    curation = world.carol.get(f"{world.document_path}/curation").ok()
    assert [voter["name"] for voter in sorted(curation["voters"], key=lambda v: str(v["name"]))] == [
        "Alice",
        "Bob",
    ]
    (item,) = curation["items"]
    assert (item["status"], item["conflict"]) == ("disputed", "label")
    candidate = next(each for each in item["candidates"] if each["label"] == "actor")
    decision = {
        "decision": new_id(),
        "item": item["item"],
        "verdict": "accept",
        "annotation": {key: candidate[key] for key in ("label", "spans", "attributes", "entity")},
        "quote": candidate["quote"],
        "votes": [vote for each in item["candidates"] for vote in each["votes"]],
        "note": "He acts.",
    }
    world.carol.do(world.project, world.about("decide_item", **decision))
    after = world.carol.get(f"{world.document_path}/curation").ok()
    assert after["items"][0]["status"] == "decided"
    assert (after["items"][0]["decision"]["author"], after["items"][0]["decision"]["note"]) == (
        world.carol.id,
        "He acts.",
    )
    gold = world.victor.get(f"{world.document_path}/gold").ok()
    assert [(each["label"], each["quote"], each["status"]) for each in gold["labels"]] == [
        ("actor", "Assad", "decided")
    ]
    assert world.carol.get(f"{world.document_path}/curation?at={curation['position']}").ok() == curation
    caught_up(world)
    (row,) = world.carol.get(f"{world.path}/documents").ok()["results"]
    assert (row["disputed"], row["decided"], row["gold"], row["sets"], row["finished"]) == (0, 1, 1, 2, 2)


def test_the_history_tells_everything_in_order(world: World) -> None:
    world.alice.do(world.project, world.annotation("Assad"), world.finish())
    history = world.mona.get(f"{world.document_path}/history").ok()
    types = [event["type"] for event in history["results"]]
    assert types == ["document_imported", "text_added", "annotation_added", "set_finished"]
    assert history["next"] is None
    assert "text" not in history["results"][1]["data"]
    first = world.mona.get(f"{world.document_path}/history?limit=1").ok()
    rest = world.mona.get(f"{world.document_path}/history?limit=10&after={first['next']}").ok()
    assert first["results"] + rest["results"] == history["results"]
    positions = [event["position"] for event in world.events(world.mona)]
    assert positions == list(range(1, history["head"] + 1))


def test_foreign_documents_are_unknown_ones(world: World) -> None:
    other = a_world()
    unknown = world.mona.get(f"{world.path}/documents/{new_id()}")
    for path in ("", "/history", "/curation", "/gold"):
        foreign = world.mona.get(f"{world.path}/documents/{other.document}{path}")
        assert (foreign.status, foreign.raw) == (404, unknown.raw)


# The law of time: a state and the events after it make the later state.


def told(view: dict[str, Any], event: dict[str, Any]) -> None:
    """Apply one event to a document's view, as a browser does."""
    stream, data, type_ = event["stream"], event["data"], event["type"]
    stamp = {"version": event["version"], "position": event["position"]}
    if stream["kind"] == "document":
        head = view["document"]
        head["version"] = event["version"]
        match type_:
            case "document_changed":
                head.update({**data, "meta": data["meta"] or {}})
            case "document_archived" | "document_restored":
                head["archived"] = type_ == "document_archived"
            case "languages_set":
                head["languages"] = data["languages"]
        return
    if stream["kind"] != "annotation_set":
        return
    found = next((each for each in view["sets"] if each["author"] == stream["owner"]), None)
    if found is None:
        found = {
            "author": stream["owner"],
            "status": "open",
            "annotations": [],
            "links": [],
            "document_labels": {},
            "answers": [],
        }
        view["sets"].append(found)
    found["version"] = event["version"]
    plain = {key: value for key, value in data.items() if key != "undoes"}
    match type_:
        case "annotation_added" | "annotation_changed":
            id_ = plain.pop("annotation")
            kept = [each for each in found["annotations"] if each["id"] != id_]
            found["annotations"] = [*kept, {"id": id_, **plain, **stamp}]
        case "annotation_removed":
            found["annotations"] = [each for each in found["annotations"] if each["id"] != data["annotation"]]
        case "link_added" | "link_changed":
            id_ = plain.pop("link")
            kept = [each for each in found["links"] if each["id"] != id_]
            found["links"] = [*kept, {"id": id_, **plain, **stamp}]
        case "link_removed":
            found["links"] = [each for each in found["links"] if each["id"] != data["link"]]
        case "suggestion_answered":
            kept = [each for each in found["answers"] if each["suggestion"] != data["suggestion"]]
            shown = {key: data[key] for key in ("suggestion", "answer", "annotation")}
            found["answers"] = [*kept, shown]
        case "suggestion_reoffered":
            found["answers"] = [each for each in found["answers"] if each["suggestion"] != data["suggestion"]]
        case "set_finished" | "set_reopened":
            found["status"] = "finished" if type_ == "set_finished" else "open"


def comparable(view: dict[str, Any]) -> Any:
    sets = {
        each["author"]: {key: value for key, value in each.items() if key not in ("name", "mine", "shared")}
        for each in view["sets"]
    }
    return view["document"], view["text"], sets


NAMES = st.integers(0, 3)
DOINGS = st.one_of(
    st.tuples(st.just("add"), NAMES, st.sampled_from(["Assad", "Putin", "🚀", "Iran"])),
    st.tuples(st.just("change"), NAMES, st.sampled_from(["Syrian", "Al-Bukamal"])),
    st.tuples(st.just("remove"), NAMES, st.just("")),
    st.tuples(st.just("link"), NAMES, st.just("")),
    st.tuples(st.just("reject"), NAMES, st.just("")),
    st.tuples(st.just("reoffer"), NAMES, st.just("")),
    st.tuples(st.just("finish"), NAMES, st.just("")),
    st.tuples(st.just("reopen"), NAMES, st.just("")),
    st.tuples(st.just("title"), NAMES, st.text("abcé", min_size=1, max_size=3)),
    st.tuples(st.just("archive"), NAMES, st.just("")),
    st.tuples(st.just("restore"), NAMES, st.just("")),
)


def command(world: World, ids: list[str], doing: tuple[str, int, str]) -> dict[str, Any]:
    what, number, text = doing
    match what:
        case "add":
            return world.annotation(text, annotation=ids[number])
        case "change":
            return {**world.annotation(text, annotation=ids[number]), "type": "change_annotation"}
        case "remove":
            return world.about("remove_annotation", annotation=ids[number])
        case "link":
            ends = {"from": ids[number], "to": ids[(number + 1) % 4]}
            return world.about("add_link", link=ids[4 + number], type="near", **ends)
        case "reject":
            said = {"suggestion": ids[number], "source": ids[7], "source_version": 1, "label": "actor"}
            return world.about("reject_suggestion", **said)
        case "reoffer":
            return world.about("reoffer_suggestion", suggestion=ids[number])
        case "finish":
            return world.finish()
        case "reopen":
            return world.about("reopen_set", reason="more")
        case "title":
            return world.about("change_document", title=text)
        case _:
            return world.about(f"{what}_document")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(doings=st.lists(st.tuples(st.booleans(), DOINGS), min_size=1, max_size=25), data=st.data())
def test_a_state_and_the_events_after_it_make_the_later_state(
    db: None, doings: list[tuple[bool, tuple[str, int, str]]], data: st.DataObject
) -> None:
    world = a_world()
    world.mona.do(world.project, {"type": "define_link_type", "data": {"key": "near", "name": "Near"}})
    ids = {person.id: [new_id() for _ in range(8)] for person in (world.mona, world.carol)}
    first = world.mona.get(world.path).ok()["position"]
    for hers, doing in doings:
        person = world.carol if hers and doing[0] not in ("title", "archive", "restore") else world.mona
        person.send(world.project, command(world, ids[person.id], doing))
    last = world.mona.get(world.path).ok()["position"]
    early = data.draw(st.integers(first, last))
    late = data.draw(st.integers(early, last))
    view = world.mona.get(f"{world.document_path}?at={early}").ok()
    for event in world.mona.get(f"{world.document_path}/history?after={early}&limit=1000").ok()["results"]:
        if event["position"] <= late:
            told(view, event)
    assert comparable(view) == comparable(world.mona.get(f"{world.document_path}?at={late}").ok())


def test_a_stranger_has_no_projects(db: None) -> None:
    assert a_person("Zoe").get("/projects").ok() == {"results": [], "next": None}
