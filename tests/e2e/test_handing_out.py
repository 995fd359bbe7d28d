"""Two people ask for documents: each gets another one, finishes it in one key, skips one, and a manager sees it all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_everybody import faults
from tests.support.story import Story, mark, status

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_two_people_work_through_a_project_and_never_on_the_same(story: Story, open_page: Open) -> None:
    project = story.project("Handed out")
    for word in ("Amman", "Beirut", "Cairo", "Damascus"):
        story.document(project, f"From {word}", f"A report from {word} arrived today.")
    story.command(project, "set_handing_out", {"overlap": 1, "lease_minutes": 30, "order": "oldest"})
    _, nadia_link = story.member(project, "nadia", "annotator")
    _, omar_link = story.member(project, "omar", "annotator")
    nadia, omar = open_page(), open_page(viewport={"width": 390, "height": 800})
    for page, link in ((nadia, nadia_link), (omar, omar_link)):
        story.sign_in(page, link)
        page.goto(f"{story.running.url}/p/{project}/work")
        page.get_by_role("button", name="Next document").click()
        expect(page.locator("main p").first).to_be_visible()
    expect(nadia.locator("main p").first).to_contain_text("Amman")
    expect(omar.locator("main p").first).to_contain_text("Beirut")

    mark(nadia, "Amman", "a")
    nadia.keyboard.press("Shift+d")  # done, and the next one
    expect(nadia.locator("main p").first).to_contain_text("Cairo")
    nadia.keyboard.press("Shift+k")
    dialog = nadia.get_by_role("dialog", name="Skip this document")
    expect(dialog).to_be_visible()
    found = faults(nadia, "skip")
    dialog.get_by_label("Why?").select_option("too_long")
    dialog.get_by_label("In your own words").fill("Not before lunch.")
    dialog.get_by_role("button", name="Skip, and next document").click()
    expect(nadia.locator("main p").first).to_contain_text("Damascus")
    nadia.keyboard.press("Shift+d")  # nothing to mark is an answer, too
    expect(nadia.get_by_role("heading", name="Your work", exact=True)).to_be_visible()
    expect(nadia.get_by_text("Nothing is left for you here")).to_be_visible()
    expect(nadia.get_by_text("Not before lunch.")).to_be_visible()

    found += faults(nadia, "your work")
    expect(status(omar)).to_be_visible()
    omar.goto(f"{story.running.url}/p/{project}/work")
    expect(omar.get_by_text("Begun; yours until")).to_be_visible()
    found += faults(omar, "your work on a phone")
    carol = open_page(color_scheme="dark")
    story.sign_in(carol, story.running.link_of("carol"))
    carol.goto(f"{story.running.url}/p/{project}/assignment")
    expect(carol.get_by_text("2 of 4 seats are finished.")).to_be_visible()
    found += faults(carol, "assignment")
    assert found == []
    board = story.manager.get(f"/api/v1/projects/{project}/assignment")
    rows = {row["name"]: row for row in board["people"]}
    assert (rows["Nadia"]["finished"], rows["Nadia"]["skipped"], rows["Omar"]["in_work"]) == (2, 1, 1)
    assert [each["note"] for each in board["skipped"]] == ["Not before lunch."]
