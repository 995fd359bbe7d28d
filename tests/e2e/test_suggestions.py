"""What machines suggest: gone through by key, taken, fixed and rejected, alone and together, by a person only."""

from collections.abc import Callable
from typing import Any

import pytest
import uuid_utils.compat as uuid_utils
from playwright.sync_api import Page, expect

from tests.e2e.test_everybody import faults
from tests.support.story import Story, eventually, mark

SENTENCE = "Assad took the town of Al-Bukamal in the east of Syria."
pytestmark = pytest.mark.browser
TEXT = f"{SENTENCE}\nPutin and Assad met in Sochi; Hariri did not come.\n{SENTENCE}"


def a_source(story: Story, project: str, settings: dict[str, Any], name: str) -> str:
    source = str(uuid_utils.uuid7())
    story.command(project, "define_source", {"source": source, "name": name, "settings": settings})
    return source


def answers(story: Story, project: str, document: str) -> list[Any]:
    events = story.events(project, document)
    return [each["data"] for each in events if each["type"] == "suggestion_answered"]


def test_suggestions_are_answered_by_key_and_together(story: Story, open_page: Callable[..., Page]) -> None:
    project = story.project("Suggestions")
    document = story.document(project, "War report", TEXT)
    actor = str(uuid_utils.uuid7())
    entity = {"entity": actor, "entity_type": "actor", "name": "Bashar al-Assad", "aliases": ["Assad"]}
    story.command(project, "add_entity", {**entity, "attributes": {"actor_type": "person"}})
    a_source(story, project, {"kind": "dictionary"}, "Names")
    expression = {"label": "location", "expression": "Al-Bukamal|Sochi|Hariri"}
    a_source(story, project, {"kind": "patterns", "patterns": [expression]}, "Places by pattern")
    alice, link = story.member(project, "sal", "annotator")
    page = open_page()
    eventually(page, lambda: len(story.view(project, document)["suggestions"]) == 2, seconds=20)
    story.sign_in(page, link)
    story.open(page, project, document)
    expect(page.get_by_text("7 suggestions")).to_be_visible()
    assert faults(page, "suggestions") == []

    # One after the other: taken, rejected, taken with another label.
    page.keyboard.press("s")
    bar = page.get_by_role("status").filter(has_text="1 / 7")
    expect(bar).to_contain_text("Assad")
    expect(bar).to_contain_text("Names")
    assert faults(page, "suggestions") == []
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 / 6")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("status").filter(has_text="Hariri")).to_be_visible()
    page.keyboard.press("1")
    eventually(page, lambda: len(answers(story, project, document)) == 2)
    first, second = answers(story, project, document)
    assert (first["answer"], second["answer"]) == ("accepted", "changed")
    assert first["latency_ms"] > 0
    marks = story.annotations(project, document, alice)
    assert sorted((each["label"], each["origin"]) for each in marks) == [("actor", "suggestion")] * 2
    assert any(each["entity"] == actor for each in marks)

    # A rejected one stays away, also after a reload, until that is undone.
    page.keyboard.press("x")
    eventually(page, lambda: len(answers(story, project, document)) == 3)
    page.reload()
    expect(page.get_by_text("4 suggestions")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    page.keyboard.press("u")
    expect(page.get_by_text("5 suggestions")).to_be_visible()

    # All places at once, with a preview.
    page.get_by_role("button", name="Together…").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Label").select_option(label="Location")
    assert faults(page, "suggestions") == []
    dialog.get_by_role("button", name="Accept 3").click()
    eventually(page, lambda: len(story.annotations(project, document, alice)) == 5)

    # What is marked in a sentence is offered where it stands again.
    mark(page, "the town of Al-Bukamal", "2")
    page.keyboard.press("Escape")
    expect(page.get_by_text("3 suggestions")).to_be_visible()
    page.keyboard.press("Shift+Enter")
    dialog.get_by_label("Suggested by").select_option(label="Same as above")
    dialog.get_by_role("button", name="Accept 1").click()
    eventually(page, lambda: len(story.annotations(project, document, alice)) == 7)
    copied = [each for each in story.annotations(project, document, alice) if each["origin"] == "propagated"]
    assert [each["label"] for each in copied] == ["location"]


def test_a_phone_answers_with_fingers(story: Story, open_page: Callable[..., Page]) -> None:
    project = story.project("Suggestions on a phone")
    document = story.document(project, "تقرير", "زار الرئيس سوريا وعاد من سوريا. Assad took the town.")
    place = {"entity": str(uuid_utils.uuid7()), "entity_type": "location", "name": "سوريا", "aliases": []}
    story.command(project, "add_entity", {**place, "attributes": {"location_type": "country"}})
    a_source(story, project, {"kind": "dictionary"}, "Names")
    _, link = story.member(project, "sia", "annotator")
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    eventually(page, lambda: len(story.view(project, document)["suggestions"]) == 1, seconds=20)
    story.sign_in(page, link)
    story.open(page, project, document)
    page.keyboard.press("s")
    assert faults(page, "suggestions") == []
    page.get_by_role("button", name="Accept").tap()
    page.get_by_role("button", name="Reject").tap()
    eventually(page, lambda: len(answers(story, project, document)) == 2)
    assert [each["answer"] for each in answers(story, project, document)] == ["accepted", "rejected"]
