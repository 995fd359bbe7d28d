"""A dead network, a reload, a killed server: what was marked is in the log, once."""

import os
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.story import Story, click, mark, quote_of, status

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
WORDS = ("Amman", "Beirut", "Cairo", "Damascus", "Erbil", "Falluja")
TEXT = "\n".join(f"A report from {word} arrived today." for word in WORDS)


def test_edits_without_a_network_are_kept_over_a_reload_and_sent_later(story: Story, open_page: Open) -> None:
    project = story.project("Offline")
    document = story.document(project, "Offline", TEXT)
    author, link = story.member(project, "jana", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, WORDS[0], "a")
    expect(status(page)).to_contain_text("Saved at")
    page.context.set_offline(True)
    for word in WORDS[1:]:
        mark(page, word, "a")
    expect(status(page)).to_contain_text("5 waiting")
    assert len(story.annotations(project, document, author)) == 1
    page.close()  # as a crash would
    page.context.set_offline(False)
    back = page.context.new_page()
    story.open(back, project, document)
    expect(status(back)).to_contain_text("Saved at", timeout=20_000)
    view = story.view(project, document)
    quotes = sorted(quote_of(view, a) for a in story.annotations(project, document, author))
    assert quotes == sorted(WORDS)
    added = [e for e in story.events(project, document) if e["type"] == "annotation_added"]
    assert len(added) == len(WORDS), "each once"


def test_edits_survive_a_killed_web_server(story: Story, open_page: Open) -> None:
    project = story.project("Killed")
    document = story.document(project, "Killed", TEXT)
    author, link = story.member(project, "karim", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    for n, word in enumerate(WORDS):
        if n == 2:
            os.kill(story.running.pids_now()["web"], signal.SIGKILL)
        mark(page, word, "a")
    expect(status(page)).to_contain_text("Saved at", timeout=30_000)
    expect(status(page)).not_to_contain_text("waiting", timeout=30_000)
    story.manager.reconnect()
    view = story.view(project, document)
    assert sorted(quote_of(view, a) for a in story.annotations(project, document, author)) == sorted(WORDS)


def test_a_clash_is_shown_and_loses_nothing(story: Story, open_page: Open) -> None:
    project = story.project("Clash")
    document = story.document(project, "Clash", "The clash is about Homs and nothing else.")
    author, link = story.member(project, "lea", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, "Homs", "a")
    expect(status(page)).to_contain_text("Saved at")
    for path in ("**/feed*", "**/events*"):
        page.route(path, lambda route: route.abort())
    page.reload()
    expect(page.locator("main p").first).to_be_visible()

    elsewhere = story.annotations(project, document, author)[0]
    change = {
        key: elsewhere[key] for key in ("label", "spans", "attributes", "entity", "origin", "text_version")
    }
    change |= {"annotation": elsewhere["id"], "label": "claim", "quote": "Homs", "attributes": {}}
    with story.acting_as("lea") as same_person:
        story.command(project, "change_annotation", change, document, by=same_person)

    click(page, "Homs")
    page.keyboard.press("x")  # at once: what was clicked is what is removed
    expect(page.get_by_role("region", name="Edits that were not applied")).to_be_visible()
    assert [a["label"] for a in story.annotations(project, document, author)] == ["claim"]
