"""A manager gives the present state a name for good, and sees what gold holds since the beginning."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.story import Story

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_a_release_is_made_cited_and_compared(story: Story, open_page: Open) -> None:
    project = story.project("To cite")
    story.document(project, "Cited", "Iran met Syria.")
    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    page.goto(f"{story.running.url}/p/{project}/releases")
    page.get_by_role("button", name="Make a release").click()
    page.get_by_label("Name").fill("1.0")
    page.get_by_label("Licence").fill("CC-BY-4.0")
    page.get_by_role("button", name="Make it").click()
    card = page.get_by_role("article", name="1.0")
    expect(card).to_contain_text("CC-BY-4.0")
    expect(card).to_contain_text("Release 1.0 [annotated corpus]")
    expect(page.get_by_text("The gold is the same")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept("A wrong schema."))
    card.get_by_role("button", name="Withdraw").click()
    expect(card).to_contain_text("A wrong schema.")
