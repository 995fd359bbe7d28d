"""Keys and language follow the person, and nobody else."""

import pytest

from tests.support.people import Person, World

PATH = "/session/preferences"
USUAL = {"keys": {}, "single_keys": True, "language": ""}


def test_preferences_are_the_usual_until_somebody_chooses(world: World) -> None:
    assert world.alice.ask("GET", PATH).ok() == USUAL


def test_what_one_chooses_is_there_on_the_next_machine_and_is_nobody_elses(world: World) -> None:
    chosen = {"keys": {"undo": ["Ctrl+z", "w"], "done": []}, "single_keys": False, "language": "it"}
    assert world.alice.ask("POST", PATH, chosen).ok() == chosen
    assert world.alice.ask("GET", PATH).ok() == chosen
    assert world.bob.ask("GET", PATH).ok() == USUAL


def test_choosing_again_leaves_nothing_of_before(world: World) -> None:
    world.alice.ask("POST", PATH, {"keys": {"undo": ["w"]}, "language": "it"}).ok()
    world.alice.ask("POST", PATH, {"language": "en"}).ok()
    assert world.alice.ask("GET", PATH).ok() == {**USUAL, "language": "en"}


@pytest.mark.parametrize(
    "body",
    [
        {"keys": {"undo": "w"}},
        {"keys": {"Undo it": ["w"]}},
        {"keys": {"undo": [""]}},
        {"keys": {"undo": ["a", "b", "c", "d", "e"]}},
        {"keys": {f"a{k}": ["x"] for k in range(201)}},
        {"language": "<script>"},
        {"colour": "red"},
    ],
)
def test_what_is_no_preference_is_refused(world: World, body: object) -> None:
    assert world.alice.ask("POST", PATH, body).status == 400
    assert world.alice.ask("GET", PATH).ok() == USUAL


def test_nobody_has_no_preferences(nobody: Person) -> None:
    assert nobody.ask("GET", PATH).status == 401
