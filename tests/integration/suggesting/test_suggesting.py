"""Sources of suggestions: asked by jobs, followed by themselves, read with the document, and never a vote."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from annotator.jobs import queue
from annotator.jobs.suggesting.asking import ask_if_due
from annotator.jobs.work import work_on
from tests.support.people import World, new_id

pytestmark = pytest.mark.django_db


def define(world: World, settings: dict[str, Any], source: str | None = None, name: str = "Names") -> str:
    """A source of suggestions."""
    source = source or new_id()
    world.mona.do(
        world.project,
        {"type": "define_source", "data": {"source": source, "name": name, "settings": settings}},
    )
    return source


def name_actor(world: World, name: str, *aliases: str) -> str:
    """An actor of the register."""
    entity = new_id()
    data = {
        "entity": entity,
        "entity_type": "actor",
        "name": name,
        "aliases": list(aliases),
        "attributes": {"actor_type": "person"},
    }
    world.mona.do(world.project, {"type": "add_entity", "data": data})
    return entity


def follow(world: World) -> int:
    """Ask what is due, and see it done; how many sources were asked."""
    with connection.cursor() as cursor:  # time passes
        cursor.execute("UPDATE annotator_suggested SET ran_at = now() - interval '1 minute'")
    jobs = ask_if_due(UUID(world.project))
    assert [work_on(job) for job in jobs] == ["done"] * len(jobs)
    return len(jobs)


def said(world: World, person: Any = None) -> list[tuple[str, str, str | None]]:
    """What is suggested to somebody: the label, the words, the entity."""
    view = (person or world.alice).get(world.document_path).ok()
    return [
        (each["label"], " ".join(world.text[start:end] for start, end in each["spans"]), each["entity"])
        for source in view["suggestions"]
        for each in source["suggestions"]
    ]


def test_the_dictionary_suggests_what_the_register_names(world: World) -> None:
    assad = name_actor(world, "Bashar al-Assad", "Assad")
    define(world, {"kind": "dictionary"})
    assert follow(world) == 1
    assert said(world) == [("actor", "Assad", assad)]
    assert said(world, world.victor) == []  # who only views is told nothing of how marks come about
    assert follow(world) == 0


def test_a_source_follows_names_texts_and_its_own_definition(world: World) -> None:
    source = define(world, {"kind": "dictionary"})
    follow(world)
    assert said(world) == []
    putin = name_actor(world, "Putin")
    assert follow(world) == 1
    assert said(world) == [("actor", "Putin", putin)]
    document = new_id()
    more = {"document": document, "title": "Another", "text": "Putin again."}
    world.mona.do(world.project, {"type": "import_document", "data": more})
    assert follow(world) == 1
    view = world.alice.get(f"{world.path}/documents/{document}").ok()
    assert [each["spans"] for each in view["suggestions"][0]["suggestions"]] == [[[0, 5]]]
    define(world, {"kind": "dictionary", "labels": ["location"]}, source)
    assert follow(world) == 1
    assert said(world) == []
    world.mona.do(world.project, {"type": "retire_source", "data": {"source": source}})
    assert follow(world) == 0


def test_names_of_an_entity_that_was_merged_mean_the_one_that_stays(world: World) -> None:
    one, other = name_actor(world, "Bashar"), name_actor(world, "Assad")
    world.mona.do(world.project, {"type": "merge_entities", "data": {"entity": other, "into": one}})
    define(world, {"kind": "dictionary"})
    follow(world)
    assert said(world) == [("actor", "Assad", one)]


def test_patterns_suggest_what_they_match(world: World) -> None:
    pattern = {"label": "actor", "expression": r"(?P<mark>\pL+)’s forces"}
    define(world, {"kind": "patterns", "patterns": [pattern]})
    follow(world)
    assert said(world) == [("actor", "Iran", None)]


def test_a_source_is_asked_about_some_documents(world: World) -> None:
    name_actor(world, "Assad")
    source = define(world, {"kind": "dictionary"})
    path = f"{world.path}/sources/{source}/runs"
    job = world.mona.ask("POST", path, {"documents": [world.document]}).ok()["job"]
    assert work_on(UUID(job)) == "done"
    report = world.mona.get(f"{world.path}/jobs/{job}").ok()["report"]
    assert (report["documents"], report["suggestions"], report["changed"]) == (1, 1, 1)
    (view,) = world.mona.get(f"{world.path}/sources").ok()["sources"]
    assert (view["documents"], view["suggestions"], view["parked"]) == (1, 1, None)


def test_a_text_of_another_version_has_none_until_the_source_was_asked_again(world: World) -> None:
    name_actor(world, "Assad")
    define(world, {"kind": "dictionary"})
    follow(world)
    world.mona.do(world.project, world.about("add_text_version", text=f"Again: {world.text}"))
    assert world.alice.get(world.document_path).ok()["suggestions"] == []
    follow(world)
    world.text = f"Again: {world.text}"
    assert [each[1] for each in said(world)] == ["Assad"]


def test_a_taken_suggestion_is_told_with_its_origin_and_others_hear_nothing_of_it(world: World) -> None:
    assad = name_actor(world, "Assad")
    source = define(world, {"kind": "dictionary"})
    follow(world)
    ((suggestion,),) = [
        each["suggestions"] for each in world.alice.get(world.document_path).ok()["suggestions"]
    ]
    answers = {
        "suggestion": suggestion["id"],
        "source": source,
        "source_version": 1,
        "label": "actor",
        "latency_ms": 640,
    }
    taken = world.annotation("Assad", label="actor", entity=assad, origin="suggestion", answers=answers)
    world.alice.do(world.project, taken)
    rejected = {**answers, "latency_ms": 120}
    world.bob.do(world.project, world.about("reject_suggestion", **rejected))
    history = list(world.events(world.alice, f"{world.document_path}/history"))
    assert [each["data"]["answer"] for each in history if each["type"] == "suggestion_answered"] == [
        "accepted"
    ]
    (own,) = world.alice.get(world.document_path).ok()["sets"]
    assert [(each["suggestion"], each["answer"]) for each in own["answers"]] == [
        (suggestion["id"], "accepted")
    ]
    answered = [each["data"] for each in world.events(world.carol) if each["type"] == "suggestion_answered"]
    assert sorted(each["answer"] for each in answered) == ["accepted", "rejected"]


def test_what_people_make_of_suggestions_is_counted_per_source_person_and_label(world: World) -> None:
    name_actor(world, "Assad")
    name_actor(world, "Putin")
    source = define(world, {"kind": "dictionary"})
    follow(world)
    first, second = world.alice.get(world.document_path).ok()["suggestions"][0]["suggestions"]
    about = {"source": source, "source_version": 1, "label": "actor"}
    answers = {**about, "suggestion": first["id"], "latency_ms": 900}
    taken = world.annotation(
        "Assad", label="actor", entity=first["entity"], origin="suggestion", answers=answers
    )
    world.alice.do(world.project, taken)
    for person, suggestion, latency in ((world.alice, second, 100), (world.bob, first, 300)):
        said_no = {**about, "suggestion": suggestion["id"], "latency_ms": latency}
        person.do(world.project, world.about("reject_suggestion", **said_no))
    world.bob.do(world.project, world.about("reject_suggestion", **{**about, "suggestion": second["id"]}))
    world.bob.do(world.project, world.about("reoffer_suggestion", suggestion=second["id"]))
    path = f"{world.path}/quality/suggestions"
    seen = world.mona.get(path).ok()
    (by_source,), (by_label,) = seen["sources"], seen["labels"]
    counts = ("accepted", "changed", "rejected", "median_ms", "hasty")
    assert (by_source["name"], *(by_source[key] for key in counts)) == ("Names", 1, 0, 2, 300, 2)
    assert (by_label["key"], by_label["rejected"]) == ("actor", 2)
    assert {each["name"]: (each["accepted"], each["rejected"]) for each in seen["people"]} == {
        "Alice": (1, 1),
        "Bob": (0, 1),
    }
    own = world.bob.get(path).ok()
    assert [(each["name"], each["rejected"]) for each in own["people"]] == [("Bob", 1)]


def test_a_killed_job_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    name_actor(world, "Putin")
    texts = [{"document": new_id(), "title": str(n), "text": f"Putin {n}"} for n in range(5)]
    world.mona.do(world.project, *({"type": "import_document", "data": each} for each in texts))
    define(world, {"kind": "dictionary"})
    monkeypatch.setattr("annotator.jobs.suggesting.making.LOCAL_BATCH", 2)
    (job,) = ask_if_due(UUID(world.project))
    turns = 0
    while work_on(job, seconds=0.0) == "rests":
        turns += 1
    assert turns >= 1
    assert queue.to_do() == []
    (view,) = world.mona.get(f"{world.path}/sources").ok()["sources"]
    assert view["documents"] == 6
