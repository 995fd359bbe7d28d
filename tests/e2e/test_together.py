"""People meet: they see who is here, talk about marks without breaking the blind rule, and call each other."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_everybody import faults
from tests.support.story import Story, click, mark, status

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_an_annotator_asks_a_curator_answers_and_another_annotator_learns_nothing(
    story: Story, open_page: Open
) -> None:
    project = story.project("Talk")
    document = story.document(
        project, "Talk", "The minister said the border is open.\nقال الوزير إن الحدود مفتوحة."
    )
    _, ada_link = story.member(project, "ada", "annotator")
    _, ben_link = story.member(project, "ben", "annotator")
    ada, ben, carol = open_page(), open_page(), open_page()
    story.sign_in(carol, story.running.link_of("carol"))
    story.sign_in(ada, ada_link)
    story.sign_in(ben, ben_link)

    carol.goto(f"{story.running.url}/p/{project}/guideline")
    story.open(ada, project, document)
    story.open(ben, project, document)
    here = ada.get_by_role("button", name="Who is here: 2")
    expect(here).to_be_visible()
    here.click()
    told = ada.get_by_role("dialog", name="Who is here")
    expect(told).to_contain_text("Carol")
    expect(told).to_contain_text("1 annotator")
    expect(told).not_to_contain_text("Ben")
    found = faults(ada, "who is here")
    ada.keyboard.press("Escape")

    mark(ada, "The minister", "1")
    ada.keyboard.press("Shift+C")
    field = ada.get_by_role("textbox", name="Comment")
    expect(field).to_be_focused()
    field.press_sequentially("With the title? @Car")
    ada.get_by_role("option", name="Carol").click()
    ada.keyboard.press("Control+Enter")
    thread = ada.get_by_role("article", name="Thread by Ada")
    expect(thread).to_contain_text("With the title? @Carol")
    found += faults(ada, "comments")

    bell = carol.get_by_role("button", name="Comments that concern me: 1 new")
    expect(bell).to_be_visible(timeout=10_000)
    bell.click()
    carol.get_by_role("link", name="Ada calls you").click()
    asked = carol.get_by_role("article", name="Thread by Ada")
    asked.get_by_role("button", name="Answer").click()
    asked.get_by_role("textbox", name="Answer").fill("Yes, with the title.")
    asked.get_by_role("button", name="Answer").click()

    expect(thread).to_contain_text("Yes, with the title.")
    expect(ada.get_by_role("button", name="Comments that concern me: 1 new")).to_be_visible(timeout=10_000)
    thread.get_by_role("button", name="Resolve the thread").click()
    expect(thread).to_have_count(0)
    ada.get_by_role("switch", name="Show resolved ones, too (1)").check()
    expect(thread).to_contain_text("resolved")

    ben.get_by_role("tab", name="Comments").click()
    expect(ben.get_by_text("Nobody has said anything yet")).to_be_visible()
    assert "title" not in ben.locator("body").inner_text()
    assert found == []


def test_two_people_write_one_set_and_a_clash_shows_both_versions(story: Story, open_page: Open) -> None:
    project = story.project("One set", shared=True)
    document = story.document(project, "One set", "The minister spoke in Homs about the border.")
    pages = []
    for name in ("eva", "leo"):
        page = open_page()
        story.sign_in(page, story.member(project, name, "annotator")[1])
        story.open(page, project, document)
        pages.append(page)
    eva, leo = pages
    mark(eva, "Homs", "2")
    expect(leo.get_by_role("button", name="Location: Homs")).to_be_attached()
    mark(leo, "the border", "2")
    expect(eva.get_by_role("button", name="Location: the border")).to_be_attached()

    for path in ("**/feed*", "**/events*"):
        leo.route(path, lambda route: route.abort())
    leo.reload()
    expect(leo.get_by_role("button", name="Location: Homs")).to_be_attached()
    click(eva, "Homs")
    expect(eva.get_by_role("region", name="Selected: Location")).to_be_visible()
    eva.keyboard.press("r")
    expect(eva.get_by_role("heading", name="New label")).to_be_visible()
    eva.keyboard.press("1")
    expect(eva.get_by_role("button", name="Actor: Homs")).to_be_attached()
    expect(status(eva)).to_contain_text("Saved at")
    click(leo, "Homs")
    expect(leo.get_by_role("region", name="Selected: Location")).to_be_visible()
    leo.keyboard.press("r")
    expect(leo.get_by_role("heading", name="New label")).to_be_visible()
    leo.keyboard.press("3")
    clash = leo.get_by_role("region", name="Edits that were not applied")
    expect(clash).to_contain_text("Yours")
    expect(clash).to_contain_text("Claim")
    expect(clash).to_contain_text("Actor")
    (shared,) = [each for each in story.view(project, document)["sets"] if each["shared"]]
    assert sorted(each["label"] for each in shared["annotations"]) == ["actor", "location"]
