"""Places at hand: found in the gazetteer, shown on a map, moved by key; their card with every mention."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_everybody import faults
from tests.support.story import Story, eventually, mark

pytestmark = pytest.mark.browser
TEXT = "The road from Damasco to Beirut was closed. In Damasco nobody spoke."


def test_a_place_is_taken_from_the_gazetteer_and_moved_by_key(
    story: Story, open_page: Callable[..., Page]
) -> None:
    project = story.project("Places")
    document = story.document(project, "Roads", TEXT)
    _, link = story.member(project, "polina", "curator")
    gazetteer = f"/api/v1/projects/{project}/gazetteer?q=Damasco"
    page = open_page()
    story.sign_in(page, link)
    eventually(page, lambda: bool(story.manager.get(gazetteer)["ready"]), seconds=40)

    story.open(page, project, document)
    mark(page, "Damasco", "2")
    page.keyboard.press("e")
    expect(page.get_by_role("combobox", name="Location")).to_be_focused()
    page.keyboard.type("Damasco")
    place = page.get_by_role("option").filter(has_text="GeoNames").first
    expect(place).to_contain_text("Damascus")
    expect(page.get_by_text("GeoNames, CC BY 4.0")).to_be_visible()
    place.click()
    expect(page.get_by_role("application", name="Map: Damascus")).to_be_visible()
    assert faults(page, "picker") == []

    page.get_by_role("link", name="All mentions").click()
    expect(page.get_by_role("heading", level=1, name="Damascus")).to_be_visible()
    expect(page.get_by_text("1 mention")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="The road from Damasco")).to_be_visible()
    assert faults(page, "card") == []

    page.get_by_role("button", name="Edit names and facts").click()
    dialog = page.get_by_role("dialog")
    point = dialog.get_by_role("application")
    point.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("+")
    assert faults(page, "map") == []
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()

    def entry() -> Any:
        found = story.manager.get(f"/api/v1/projects/{project}/register")["entities"]
        return found[0]["attributes"]

    eventually(page, lambda: entry()["resolution"] == "manual")
    assert 33.6 < entry()["lat"] < 34.6
    assert entry()["geonames_id"] == 170654


def test_a_manager_makes_a_source_of_suggestions(story: Story, open_page: Callable[..., Page]) -> None:
    project = story.project("Sources")
    story.document(project, "Roads", TEXT)
    _, link = story.member(project, "sofia", "manager")
    page = open_page()
    story.sign_in(page, link)
    page.goto(f"{story.running.url}/p/{project}/suggestions")
    page.get_by_role("button", name="New source").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Kind").select_option(label="Regular expressions")
    dialog.get_by_label("Expressions").fill("location: (Damasco")
    dialog.get_by_role("button", name="Let it suggest").click()
    expect(dialog.get_by_role("alert")).to_contain_text("RE2")
    assert faults(page, "new source") == []
    dialog.get_by_label("Expressions").fill("location: Damasco|Beirut")
    dialog.get_by_role("button", name="Let it suggest").click()
    row = page.get_by_role("row").filter(has_text="Regular expressions")
    expect(row).to_contain_text("3 suggestions", timeout=20_000)
    assert faults(page, "sources") == []
