"""What a manager changes about a project, and what annotators then see."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.story import Story, click, eventually, mark

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_a_project_is_renamed_and_archived(story: Story, open_page: Open) -> None:
    project = story.project("Old name")
    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    page.goto(f"{story.running.url}/p/{project}/settings")
    page.get_by_label("Name").fill("New name")
    page.get_by_label("Blind").press("Space")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="New name")).to_be_visible()
    eventually(page, lambda: story.manager.get(f"/api/v1/projects/{project}")["blind"] is False)
    page.get_by_role("button", name="Archive this project…").click()
    page.get_by_role("button", name="Archive it").click()
    expect(page.get_by_text("Archived: it can be read, not changed.")).to_be_visible()
    assert story.manager.get(f"/api/v1/projects/{project}")["archived"] is True


def test_a_label_asks_for_what_the_manager_wants_to_know(story: Story, open_page: Open) -> None:
    project = story.project("Questions")
    document = story.document(project, "Questions", "The minister spoke.")
    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    page.goto(f"{story.running.url}/p/{project}/schema")
    page.get_by_role("button", name="Change Claim").click()
    dialog = page.get_by_role("dialog", name="Change the label")
    dialog.get_by_role("button", name="New attribute").click()
    dialog.get_by_label("Name").last.fill("How sure")
    values = dialog.get_by_label("Values").last
    for value in ("low", "high"):
        values.fill(value)
        values.press("Enter")
    dialog.get_by_label("Required").last.check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()

    _, link = story.member(project, "sara", "annotator")
    annotator = open_page()
    story.sign_in(annotator, link)
    story.open(annotator, project, document)
    mark(annotator, "The minister spoke", "c")
    group = annotator.get_by_role("group", name="How sure")
    expect(group).to_contain_text("missing")
    group.get_by_role("radio", name="high").check()
    expect(group).not_to_contain_text("missing")


def test_a_claims_frame_is_filled_from_what_is_marked(story: Story, open_page: Open) -> None:
    project = story.project("Frame")
    document = story.document(project, "Frame", "The minister said in Homs that the border is open.")
    author, link = story.member(project, "tara", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, "minister", "a")
    mark(page, "Homs", "2")
    mark(page, "the border is open", "c")
    click(page, "border is")
    for slot, words in (("Claimant", "minister"), ("Location", "Homs")):
        page.get_by_role("combobox", name=slot).fill(words[:3])
        page.keyboard.press("Enter")

    def links() -> list[str]:
        sets = [each for each in story.view(project, document)["sets"] if each["author"] == author]
        return sorted(each["type"] for each in sets[0]["links"])

    eventually(page, lambda: links() == ["claimant", "location"])
