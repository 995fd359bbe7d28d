"""Addresses out of the page: a webhook that a manager sets up, and articles fetched off the web."""

from collections.abc import Callable, Iterator

import pytest
from palimpsest.webhooks import verify
from playwright.sync_api import Page, expect

from tests.e2e.test_everybody import faults
from tests.support.story import Story, eventually
from tests.support.web import Told, Web, a_web

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web("127.0.0.2") as found:
        yield found


def test_a_webhook_is_told_of_a_release_and_articles_come_off_the_web(
    story: Story, open_page: Open, web: Web
) -> None:
    web.answers["/hook"] = Told(b"", 204)
    article = "The council met on Monday and decided about the bridge. " * 8
    web.answers["/1"] = Told(
        f"<html><title>Council</title><article><p>{article}</p></article></html>".encode()
    )
    project = story.project("Pipelines")
    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))

    page.goto(f"{story.running.url}/p/{project}/settings")
    page.get_by_role("button", name="Add a webhook").click()
    dialog = page.get_by_role("dialog", name="Add a webhook")
    dialog.get_by_label("Name").fill("Training")
    dialog.get_by_label("Address").fill(f"{web.url}/hook")
    dialog.get_by_label("It is told").select_option("chosen")
    barriers = faults(page, "form")
    dialog.get_by_label("It is told").select_option("releases")
    dialog.get_by_role("button", name="Add it").click()
    shown = page.get_by_role("dialog", name="The secret of the webhook")
    secret = shown.locator("code").inner_text()
    shown.get_by_role("button", name="Done").click()
    card = page.get_by_role("article", name="Training")
    card.get_by_role("button", name="Send a test").click()
    expect(card.get_by_role("status")).to_contain_text("204")
    assert barriers + faults(page, "webhooks") == []
    story.command(project, "make_release", {"release": project, "name": "1.0"})
    eventually(page, lambda: len(web.asked) == 2)
    told = [verify(asked.body, asked.headers, secret) for asked in web.asked]
    assert [each["type"] for each in told] == ["webhook.test", "project.advanced"]
    assert told[1]["data"]["events"][0]["data"]["name"] == "1.0"
    expect(card.get_by_text("up to date")).to_be_visible()
    card.get_by_role("button", name="Remove…").click()
    page.get_by_role("button", name="Remove it").click()
    expect(card).to_be_hidden()

    page.goto(f"{story.running.url}/p/{project}/import")
    page.get_by_role("textbox", name="Addresses").fill(f"{web.url}/1\n{web.url}/gone")
    page.get_by_role("button", name="Fetch these addresses").click()
    expect(page.get_by_text("1 new document")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("It answered 404.")).to_be_visible()
