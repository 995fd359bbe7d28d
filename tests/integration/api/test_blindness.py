"""In a blind project nothing of another annotator's work reaches an annotator, by any way."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from annotator.log import HANDLER, STORE
from annotator.projections.registry import REGISTRY
from tests.support.people import Person, World, a_world, new_id

pytestmark = pytest.mark.django_db

CANARY = "canary-of-bob"
CLAIM = {"claim_type": "factual", "polarity": "asserts", "attribution": "author", "note": CANARY}

# A log has one row of positions for all, so that a reader can say how far it has read. They tell that
# something happened in the project, never what, by whom or where.
POSITIONS = {"position", "head"}


def normal(value: Any) -> Any:
    """An answer without the log's own numbers."""
    if isinstance(value, dict):
        return {key: normal(each) for key, each in value.items() if key not in POSITIONS}
    if isinstance(value, list):
        return [normal(each) for each in value]
    return value


PATHS = (
    "/projects",
    "{project}",
    "{project}/schema",
    "{project}/members",
    "{project}/authors",
    "{project}/register",
    "{project}/jobs",
    "{project}/events?limit=1000",
    "{project}/events?limit=1000&document={id}",
    "{project}/documents",
    "{project}/documents?status=none",
    "{project}/documents?status=open",
    "{project}/documents?status=finished",
    "{project}/documents?status=disputed",
    "{project}/documents?q=article",
    "{document}",
    "{document}/history",
    "{document}/curation",
    "{document}/gold",
)


def everything(world: World, person: Person) -> dict[str, tuple[int, Any]]:
    """What the API shows somebody, in each answer."""
    REGISTRY.catch_up(UUID(world.project))
    seen = {}
    for path in PATHS:
        answer = person.get(path.format(project=world.path, document=world.document_path, id=world.document))
        seen[path] = (answer.status, normal(answer.body))
        # Gold is what the votes come to, words included; who gave them it does not say.
        assert path.endswith("/gold") or CANARY not in answer.raw.decode(), path
        assert world.bob.id not in answer.raw.decode(), path
    return seen


def bob_works(world: World) -> str:
    """Bob marks, finishes and reopens; Carol decides; the annotation that can be asked for."""
    annotation = new_id()
    world.bob.do(
        world.project,
        world.annotation("Iran’s forces helped", label="claim", attributes=CLAIM),
        world.annotation("Putin", label="actor", annotation=annotation, attributes={"mention": "named"}),
        world.finish(),
        world.about("reopen_set", reason=CANARY),
        world.finish(),
    )
    decision = {
        "decision": new_id(),
        "item": "x",
        "verdict": "accept",
        "annotation": {"label": "actor", "spans": [[0, 3]], "attributes": {"mention": "named"}},
        "quote": "The",
        "votes": [{"author": world.bob.id, "annotation": annotation, "version": 2}],
        "note": CANARY,
    }
    world.carol.do(world.project, world.about("decide_item", **decision), world.about("finish_curation"))
    return annotation


@pytest.mark.parametrize("works_herself", [False, True])
def test_an_annotator_sees_the_same_whether_or_not_others_have_worked(
    world: World, *, works_herself: bool
) -> None:
    if works_herself:
        world.alice.do(
            world.project, world.annotation("Assad", label="actor", attributes={"mention": "named"})
        )
    before = everything(world, world.alice)
    bob_works(world)
    assert everything(world, world.alice) == before


def test_a_viewer_sees_gold_but_no_sets_and_no_votes(world: World) -> None:
    bob_works(world)
    seen = everything(world, world.victor)
    assert seen["{document}"][1]["sets"] == []
    status, gold = seen["{document}/gold"]
    assert status == 200
    assert [label["status"] for label in gold["labels"]] != []
    assert all(label["provenance"]["votes"] == [] for label in gold["labels"])
    kinds = {event["stream"]["kind"] for event in seen["{document}/history"][1]["results"]}
    assert kinds == {"document"}


def test_curators_and_managers_see_it_all(world: World) -> None:
    bob_works(world)
    for person in (world.carol, world.mona):
        assert CANARY in person.get(world.document_path).raw.decode()
        assert CANARY in person.get(f"{world.document_path}/history").raw.decode()
        assert CANARY in person.get(f"{world.document_path}/curation").raw.decode()


def test_a_finished_annotator_sees_gold_without_the_voters(world: World) -> None:
    bob_works(world)
    assert world.alice.get(f"{world.document_path}/gold").status == 403
    world.alice.do(world.project, world.finish())
    answer = world.alice.get(f"{world.document_path}/gold")
    assert answer.status == 200
    assert world.bob.id not in answer.raw.decode()
    world.alice.do(world.project, world.about("reopen_set"))
    assert world.alice.get(f"{world.document_path}/gold").status == 403


def test_another_annotators_marks_are_as_unknown_as_any(world: World) -> None:
    taken, free = bob_works(world), new_id()
    makers: list[Callable[[str], dict[str, Any]]] = [
        lambda id_: world.about("remove_annotation", annotation=id_),
        lambda id_: {**world.annotation("Assad", annotation=id_), "type": "change_annotation"},
        lambda id_: world.about("add_link", link=new_id(), type="claimant", **{"from": id_, "to": id_}),
        lambda id_: {**world.finish(), "author": id_},
        lambda id_: {**world.finish(), "author": world.bob.id if id_ == taken else new_id()},
    ]
    for make in makers:
        answers = []
        for id_ in (taken, free):
            (outcome,) = world.alice.send(world.project, make(id_))
            text = json.dumps(
                normal({key: each for key, each in outcome.items() if key not in ("id", "first", "last")})
            )
            answers.append(text.replace(id_, "…"))
        assert answers[0] == answers[1]


def test_the_same_id_in_two_sets_does_not_clash(world: World) -> None:
    taken = bob_works(world)
    (outcome,) = world.alice.send(
        world.project, {**world.annotation("Assad", annotation=taken), "expected": 0}
    )
    assert (outcome["status"], outcome["version"]) == ("accepted", 1)


def test_without_blindness_annotators_see_each_other() -> None:
    world = a_world(blind=False)
    bob_works(world)
    assert CANARY in world.alice.get(world.document_path).raw.decode()
    assert CANARY in world.alice.get(f"{world.document_path}/history").raw.decode()
    assert world.alice.get(f"{world.document_path}/gold").status == 200


def test_becoming_blind_hides_what_was_seen(world: World) -> None:
    open_world = a_world(blind=False)
    bob_works(open_world)
    open_world.mona.do(
        open_world.project, {"type": "change_project", "data": {"name": "News", "blind": True}}
    )
    HANDLER.cache.clear()
    everything(open_world, open_world.alice)
    past = STORE.head(UUID(open_world.project)) - 1
    assert CANARY not in open_world.alice.get(f"{open_world.document_path}?at={past}").raw.decode()


def test_a_split_does_not_tell_whose_annotations_it_concerns(world: World) -> None:
    entity, annotation = new_id(), new_id()
    kind = {"entity_type": "location", "attributes": {"location_type": "country"}}
    world.carol.do(
        world.project,
        {"type": "add_entity", "data": {"entity": entity, "name": "Syria", **kind}},
        {
            "type": "split_entity",
            "data": {
                "entity": entity,
                "new": {"entity": new_id(), "name": "Assyria", **kind},
                "annotations": [annotation],
            },
        },
    )
    assert annotation in json.dumps(list(world.events(world.carol)))
    seen = list(world.events(world.alice))
    assert "entity_split" in {event["type"] for event in seen}
    assert annotation not in json.dumps(seen)


def test_a_page_of_a_hidden_log_still_leads_to_its_end(world: World) -> None:
    for _ in range(3):
        world.bob.do(world.project, *(world.annotation("Assad") for _ in range(60)))
    world.alice.do(world.project, world.annotation("Putin"))
    page = world.alice.get(f"{world.path}/events?limit=10&after=30").ok()
    assert page["next"] is not None
    found: list[dict[str, Any]] = []
    after: int | None = 30
    while after is not None:
        page = world.alice.get(f"{world.path}/events?limit=10&after={after}").ok()
        found += page["results"]
        after = page["next"]
    assert [event["type"] for event in found] == ["annotation_added"]
