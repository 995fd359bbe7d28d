"""A set comes back to what it was by new events; nothing that happened since is taken out of the log."""

from typing import Any

import pytest

from annotator.accounts.caller import CALLERS
from tests.support.people import Person, World, a_world, new_id

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    CALLERS.clear()
    return a_world(blind=False)


def seen(world: World, person: Person, at: int | None = None) -> dict[str, Any]:
    """What a set holds, without what tells how it came about."""
    query = "" if at is None else f"?at={at}"
    sets = person.get(world.document_path + query).ok()["sets"]
    mine = next((each for each in sets if each["mine"]), None)
    if mine is None:
        return {"annotations": {}, "links": {}, "labels": {}}

    def plain(rows: list[dict[str, Any]]) -> dict[str, Any]:
        told = ("position", "version")
        return {row["id"]: {key: value for key, value in row.items() if key not in told} for row in rows}

    marks, links = plain(mine["annotations"]), plain(mine["links"])
    return {"annotations": marks, "links": links, "labels": mine["document_labels"]}


def restore(world: World, person: Person, at: int, **more: Any) -> dict[str, Any]:
    body = {"id": new_id(), "at": at, **more}
    done: dict[str, Any] = person.ask("POST", f"{world.document_path}/restoration", body).ok()
    return done


def previewed(world: World, person: Person, at: int, **more: str) -> dict[str, Any]:
    query = "&".join(f"{key}={value}" for key, value in {"at": at, **more}.items())
    shown: dict[str, Any] = person.get(f"{world.document_path}/restoration?{query}").ok()
    return shown


def lived(world: World) -> tuple[int, dict[str, str]]:
    """A morning's work, then an afternoon that changes, removes and adds."""
    ids = {name: new_id() for name in ("assad", "claim", "link", "iran", "place")}
    world.alice.do(
        world.project,
        world.annotation("Assad", label="actor", annotation=ids["assad"]),
        world.annotation("took Al-Bukamal", label="claim", annotation=ids["claim"]),
        world.about(
            "add_link", link=ids["link"], type="claimant", **{"from": ids["claim"], "to": ids["assad"]}
        ),
        world.annotation("Al-Bukamal", annotation=ids["place"]),
    )
    then = world.mona.get(world.path).ok()["position"]
    changed = world.annotation("Syrian army", label="actor", annotation=ids["assad"])
    world.alice.do(
        world.project,
        {**changed, "type": "change_annotation"},
        world.about("remove_annotation", annotation=ids["claim"]),
        world.annotation("Iran", label="actor", annotation=ids["iran"]),
    )
    return then, ids


def test_a_preview_says_what_would_be_added_changed_and_removed(world: World) -> None:
    then, ids = lived(world)
    now = seen(world, world.alice)
    shown = previewed(world, world.alice, then)
    assert [mark["id"] for mark in shown["added"]] == [ids["claim"]]
    assert [(each["before"]["quote"], each["after"]["quote"]) for each in shown["changed"]] == [
        ("Syrian army", "Assad")
    ]
    assert [mark["quote"] for mark in shown["removed"]] == ["Iran"]
    assert shown["links"] == {"added": 1, "changed": 0, "removed": 0}
    assert seen(world, world.alice) == now


def test_a_set_comes_back_and_the_restoration_can_be_undone(world: World) -> None:
    then, _ = lived(world)
    before = seen(world, world.alice)
    done = restore(world, world.alice, then, expected=previewed(world, world.alice, then)["version"])
    assert done["refused"] == []
    assert seen(world, world.alice) == seen(world, world.alice, then) != before
    undone = restore(world, world.alice, done["before"])
    assert undone["refused"] == []
    assert seen(world, world.alice) == before
    assert previewed(world, world.alice, done["before"])["added"] == []


def test_one_annotation_comes_back_with_its_links_and_the_rest_stays(world: World) -> None:
    then, ids = lived(world)
    restore(world, world.alice, then, annotation=ids["claim"])
    marks = seen(world, world.alice)
    assert {*marks["annotations"]} == {ids["assad"], ids["claim"], ids["place"], ids["iran"]}
    old = seen(world, world.alice, then)["annotations"]
    assert marks["annotations"][ids["assad"]]["spans"] != old[ids["assad"]]["spans"]
    assert {*marks["links"]} == {ids["link"]}


def test_what_was_changed_after_the_preview_is_a_conflict_and_not_overwritten(world: World) -> None:
    then, ids = lived(world)
    version = previewed(world, world.alice, then)["version"]
    moved = world.annotation("Syrian", label="actor", annotation=ids["assad"])
    world.alice.do(world.project, {**moved, "type": "change_annotation"})
    done = restore(world, world.alice, then, expected=version)
    # The link that would hang on the annotation is refused with it; and what could be done is not done either.
    assert [problem["type"] for problem in done["refused"]] == ["urn:palimpsest:conflict"] * 2
    marks = seen(world, world.alice)["annotations"]
    assert marks[ids["assad"]]["spans"] == moved["data"]["spans"]
    assert {*marks} == {ids["assad"], ids["place"], ids["iran"]}


def test_marks_of_another_text_stay_as_they_are_now(world: World) -> None:
    then, ids = lived(world)
    world.mona.do(world.project, world.about("add_text_version", text=world.text + " So it was."))
    shown = previewed(world, world.alice, then)
    assert ids["claim"] in [mark["id"] for mark in shown["impossible"]]
    assert shown["added"] == []


def test_a_finished_set_says_so_and_refuses(world: World) -> None:
    then, _ = lived(world)
    world.alice.do(world.project, world.finish())
    assert previewed(world, world.alice, then)["finished"] is True
    done = restore(world, world.alice, then)
    assert done["accepted"] == 0
    assert "urn:palimpsest:set-is-finished" in {problem["type"] for problem in done["refused"]}


def test_nobody_restores_anothers_set(world: World) -> None:
    then, _ = lived(world)
    done = restore(world, world.bob, then, author=world.alice.id)
    assert {problem["type"] for problem in done["refused"]} == {"urn:palimpsest:forbidden"}
    late = world.alice.ask("POST", f"{world.document_path}/restoration", {"id": new_id(), "at": 10_000})
    assert (late.status, late.body["type"]) == (422, "urn:palimpsest:not-reached")
