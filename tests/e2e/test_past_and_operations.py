"""A past state comes back by a click and goes again; staff rebuilds what is computed; a manager erases for good."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import uuid_utils.compat as uuid_utils
from playwright.sync_api import Page, expect

from tests.support.story import Story

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TEXT = "Assad took Al-Bukamal. Iran helped, as Putin had promised."


def a_mark(quote: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(quote)
    spans = [[start, start + len(quote)]]
    return {
        "annotation": str(uuid_utils.uuid7()),
        "label": "actor",
        "spans": spans,
        "quote": quote,
        "text_version": 1,
        **more,
    }


def test_a_past_state_is_compared_restored_and_taken_back(story: Story, open_page: Open) -> None:
    project = story.project("Past")
    document = story.document(project, "Past", TEXT)
    author, link = story.member(project, "petra", "annotator")
    assad, iran = a_mark("Assad"), a_mark("Iran")
    with story.acting_as("petra") as petra:

        def do(name: str, data: dict[str, Any]) -> None:
            command = {"id": str(uuid_utils.uuid7()), "type": name, "document": document, "data": data}
            (outcome,) = petra.post(f"/api/v1/projects/{project}/commands", {"commands": [command]})[
                "outcomes"
            ]
            assert outcome["status"] == "accepted", outcome

        do("add_annotation", assad)
        then = story.view(project, document)["position"]
        do("remove_annotation", {"annotation": assad["annotation"]})
        do("add_annotation", iran)

        page = open_page()
        story.sign_in(page, link)
        story.open(page, project, document, f"/history?at={then}&compare=true")
        expect(page.get_by_text("1 added · 1 removed · 0 changed")).to_be_visible()
        do("add_annotation", a_mark("Putin"))
        expect(page.get_by_text("2 added · 1 removed · 0 changed")).to_be_visible()  # it follows live

        page.get_by_role("button", name="Restore this state…").click()
        dialog = page.get_by_role("dialog", name="Restore a past state")
        expect(dialog.get_by_text("1 mark comes back")).to_be_visible()
        expect(dialog.get_by_text("2 marks go")).to_be_visible()
        dialog.get_by_role("button", name="Restore", exact=True).click()
        expect(dialog.get_by_text("It is restored.")).to_be_visible()
        assert [each["id"] for each in story.annotations(project, document, author)] == [assad["annotation"]]
        dialog.get_by_role("button", name="Undo").click()
        expect(dialog.get_by_text("Everything is as it was.")).to_be_visible()
        found = {quote["id"] for quote in story.annotations(project, document, author)}
        assert (len(found), assad["annotation"] in found, iran["annotation"] in found) == (2, False, True)


def test_staff_rebuilds_and_a_manager_erases(story: Story, open_page: Open) -> None:
    project = story.project("Operations")
    document = story.document(project, "To be erased", TEXT)
    story.command(project, "add_annotation", a_mark("Iran"), document)
    _, link = story.member(project, "vivian", "viewer")
    reader = open_page()
    story.sign_in(reader, link)
    story.open(reader, project, document)
    expect(reader.get_by_text("Al-Bukamal").first).to_be_visible()
    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    page.goto(f"{story.running.url}/status")
    page.get_by_role("button", name="Rebuild board").click()
    done = page.get_by_role("listitem", name="board").first
    expect(done.get_by_text("done")).to_be_visible(timeout=20_000)

    story.open(page, project, document)
    page.get_by_role("button", name="Erase this document…").click()
    dialog = page.get_by_role("dialog", name="Erase a document")
    # Where its words begin is kept beside the text as soon as a worker has seen to it.
    expect(dialog.get_by_text(re.compile("[23] texts and notes go"))).to_be_visible()
    expect(dialog.get_by_text("1 mark stays and loses its quote")).to_be_visible()
    erase = dialog.get_by_role("button", name="Erase for good")
    expect(erase).to_be_disabled()
    dialog.get_by_label("Legal reason").select_option("The person asked for it")
    dialog.get_by_label("I know that nobody can bring it back").check()
    erase.click()
    for each in (page, reader):  # also where it was open all the time
        expect(each.get_by_text("The text of this document was erased.")).to_be_visible()
        expect(each.get_by_text("Al-Bukamal")).to_have_count(0)
    assert story.view(project, document)["text"] is None
