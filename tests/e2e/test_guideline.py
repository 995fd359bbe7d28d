"""The guideline: a manager writes it, an annotator reads what it says of the label in hand and what changed since."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.story import Story, eventually, mark

pytestmark = pytest.mark.browser

TEXT = "# Rules\nMark what is there.\n\n## Actor\nWho acts.\n\n## Where\nPlaces on a map."


def test_a_guideline_is_written_read_by_label_and_read_again_when_it_has_changed(
    story: Story, open_page: Callable[..., Page]
) -> None:
    project = story.project("Guided")
    document = story.document(project, "Border", "The minister said the border is open.")
    _, link = story.member(project, "gina", "annotator")
    manager, annotator = open_page(), open_page()
    story.sign_in(manager, story.running.link_of("carol"))
    story.sign_in(annotator, link)

    manager.goto(f"{story.running.url}/p/{project}/guideline")
    manager.get_by_role("button", name="Write it").click()
    manager.get_by_label("Text, in Markdown").fill(TEXT)
    manager.get_by_text("Preview", exact=True).click()
    expect(manager.get_by_role("heading", name="Actor")).to_be_visible()
    manager.get_by_role("button", name="Make it version 1").click()
    expect(manager.get_by_role("link", name="Version 1")).to_be_visible()

    manager.goto(f"{story.running.url}/p/{project}/schema")
    manager.get_by_role("button", name="Change Location").click()
    manager.get_by_label("Section of the guideline").select_option("where")
    guideline = f"/api/v1/projects/{project}/guideline"
    eventually(manager, lambda: story.manager.get(guideline)["labels"].get("location") == "where")

    story.open(annotator, project, document)
    mark(annotator, "The minister", "1")
    annotator.keyboard.press("g")
    panel = annotator.get_by_role("region", name="Guideline")
    expect(panel).to_contain_text("You have not read this guideline yet")
    expect(panel).to_contain_text("Who acts.")
    expect(panel).not_to_contain_text("Places on a map")
    panel.get_by_role("button", name="I have read it").click()
    expect(panel.get_by_role("button", name="I have read it")).to_have_count(0)

    changed = {
        "text": TEXT.replace("Who acts.", "Who acts, with the title."),
        "based_on": 1,
        "note": "Titles",
    }
    story.command(project, "write_guideline", changed)
    story.open(annotator, project, document)
    annotator.get_by_role("tab", name="Guideline, changed since you read it").click()
    panel = annotator.get_by_role("region", name="Guideline")
    expect(panel).to_contain_text("1 section has changed since you read version 1")
    panel.get_by_role("link", name="What changed").click()
    expect(annotator.get_by_role("insertion")).to_contain_text("with the title")
