"""A corrected article: marks move along with their words, and those that are lost go to a queue."""

from typing import Any
from uuid import UUID

import pytest

from annotator.projections.registry import REGISTRY
from tests.support.people import Person, World, a_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return a_world()


def marks(world: World, person: Person) -> dict[str, tuple[int, str]]:
    """By quote's label: text version and what is marked now."""
    found = person.get(world.document_path).ok()
    (mine,) = [each for each in found["sets"] if each["mine"]]
    return {
        each["id"]: (each["text_version"], " ".join(found["text"][start:end] for start, end in each["spans"]))
        for each in mine["annotations"]
    }


def orphans(world: World, person: Person) -> list[dict[str, Any]]:

    REGISTRY.catch_up(UUID(world.project))
    found: list[dict[str, Any]] = person.get(f"{world.path}/orphans").ok()["results"]
    return found


def corrected(world: World) -> str:
    text = "Corrected: " + world.text.replace("took Al-Bukamal 🚀", "took the town of Abu Kamal").replace(
        "Iran’s", "Teheran’s"
    )
    world.mona.do(world.project, world.about("add_text_version", text=text, reason="typo"))
    return text


def test_marks_move_with_their_words_and_the_others_wait(world: World) -> None:
    world.alice.do(
        world.project,
        world.annotation("Putin", label="actor", annotation="01a2139d-0000-7000-8000-000000000001"),
        world.annotation("Al-Bukamal", annotation="01a2139d-0000-7000-8000-000000000002"),
        world.finish(),
    )
    corrected(world)
    found = marks(world, world.alice)
    assert found["01a2139d-0000-7000-8000-000000000001"] == (2, "Putin")
    assert found["01a2139d-0000-7000-8000-000000000002"][0] == 1
    (orphan,) = orphans(world, world.alice)
    assert (orphan["annotation"], orphan["was"]["quote"]) == (
        "01a2139d-0000-7000-8000-000000000002",
        "Al-Bukamal",
    )
    assert "Kamal" in orphan["suggestion"]["quote"]
    assert orphans(world, world.bob) == []
    assert [each["author"] for each in orphans(world, world.carol)] == [world.alice.id]


def test_an_orphan_is_moved_to_the_suggestion_or_dropped(world: World) -> None:
    lost = [world.annotation("Al-Bukamal"), world.annotation("Al-Bukamal", label="actor")]
    world.alice.do(world.project, *lost)
    corrected(world)
    first, second = orphans(world, world.alice)
    moved = {
        "annotation": first["annotation"],
        "label": first["label"],
        "spans": first["suggestion"]["spans"],
        "quote": first["suggestion"]["quote"],
        "text_version": 2,
    }
    world.alice.do(world.project, world.about("change_annotation", **moved))
    world.alice.do(world.project, world.about("remove_annotation", annotation=second["annotation"]))
    assert orphans(world, world.alice) == []
    assert list(marks(world, world.alice).values()) == [(2, first["suggestion"]["quote"])]


def test_a_text_without_anything_alike_has_no_suggestion(world: World) -> None:
    world.alice.do(world.project, world.annotation("Al-Bukamal"))
    world.mona.do(world.project, world.about("add_text_version", text="次の文章。"))
    (orphan,) = orphans(world, world.alice)
    assert orphan["suggestion"] is None
    events = [event["type"] for event in world.events(world.mona)]
    assert events.count("annotation_changed") == 0
