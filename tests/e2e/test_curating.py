"""Two annotators differ in every way, a curator decides by keys, a vote changes afterwards."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import uuid_utils.compat as uuid_utils
from playwright.sync_api import Page, expect

from tests.support.client import Client
from tests.support.story import Story, eventually, quote_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

TEXT = "The minister said the border is open. Hezbollah denied it in Damascus. Iran and Russia helped."


class Annotator:
    """Somebody who marks by the API."""

    def __init__(self, story: Story, project: str, document: str, name: str) -> None:
        self.story, self.project, self.document = story, project, document
        self.account, self.link = story.member(project, name, "annotator")
        self.client: Client = story.acting_as(name)

    def do(self, name: str, data: dict[str, Any]) -> None:
        self.story.command(self.project, name, data, self.document, by=self.client)

    def mark(self, quote: str, label: str, **attributes: str) -> str:
        """The id of the new annotation."""
        start, id_ = TEXT.index(quote), str(uuid_utils.uuid7())
        spans = [[start, start + len(quote)]]
        data = {"annotation": id_, "label": label, "spans": spans, "quote": quote, "text_version": 1}
        self.do("add_annotation", {**data, "attributes": attributes})
        return id_


def test_a_curator_decides_every_type_of_conflict_and_gold_and_certificate_follow(
    story: Story, open_page: Open
) -> None:
    project = story.project("Every conflict")
    document = story.document(project, "Every conflict", TEXT)
    nora = Annotator(story, project, document, "nora")
    omar = Annotator(story, project, document, "omar")
    claims, actors = [], []
    for one in (nora, omar):
        claims.append(one.mark("the border is open", "claim"))
        actors.append(one.mark("Iran", "actor", mention="named"))
    nora.do(
        "add_link",
        {"link": str(uuid_utils.uuid7()), "type": "claimant", "from": claims[0], "to": actors[0]},
    )
    nora.mark("The minister", "actor", mention="nominal")
    omar.mark("minister", "actor", mention="nominal")
    nora.mark("Hezbollah", "actor", mention="named")
    omar.mark("Hezbollah", "actor", mention="nominal")
    nora.mark("Damascus", "location")
    changed = omar.mark("Damascus", "actor", mention="named")
    nora.mark("Russia", "actor", mention="named")
    for one in (nora, omar):
        one.do("finish_set", {})

    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    story.open(page, project, document, "/curate")
    expect(page.get_by_text("To decide 5")).to_be_visible()
    how = {
        "Different edges": ["m", "Enter"],
        "Different attributes": ["2"],
        "Different labels": ["2"],
        "Marked by some only": ["x"],
        "Different links": ["1"],
    }
    question = page.locator("article")
    for left in range(4, -1, -1):
        words = question.locator("header").inner_text()
        (conflict,) = [name for name in how if name in words]
        for key in how.pop(conflict):
            page.keyboard.press(key)
        expect(page.get_by_text(f"To decide {left}")).to_be_visible()
    assert not how
    expect(page.get_by_role("button", name="Curation done")).to_be_enabled()

    path = f"/api/v1/projects/{project}/documents/{document}/gold"
    gold = {
        (label["quote"], label["label"]): label["attributes"] for label in story.manager.get(path)["labels"]
    }
    assert gold["The minister", "actor"]["mention"] == "nominal"
    assert gold["Hezbollah", "actor"]["mention"] == "nominal"
    assert ("Damascus", "location") in gold
    assert not any(quote == "Russia" for quote, _ in gold)
    assert len(story.manager.get(path)["links"]) == 1

    # A vote changes: the screen shows it without a reload, and the decision stands.
    omar.do("reopen_set", {})
    omar.do("remove_annotation", {"annotation": changed})
    omar.mark("Damascus", "location")
    omar.do("finish_set", {})
    expect(page.get_by_text("votes changed since").first).to_be_visible()
    expect(page.get_by_text("To decide 1")).to_be_visible()
    page.get_by_text(re.compile("^Gold \\d")).click()
    page.get_by_role("button", name="Damascus decided").click()
    certificate = page.get_by_role("dialog")
    expect(certificate.get_by_text("Accepted")).to_be_visible()
    expect(certificate.get_by_text("by Carol")).to_be_visible()
    expect(certificate.get_by_text("votes changed since")).to_be_visible()
    expect(certificate.get_by_text("Omar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(certificate).to_have_count(0)
    page.get_by_role("button", name="the border is open → Iran decided").click()
    expect(certificate.get_by_text("Where this link comes from")).to_be_visible()
    expect(certificate.get_by_text("Nora linked", exact=False)).to_be_visible()
    expect(certificate.get_by_text("Omar not linked", exact=False)).to_be_visible()


def test_two_curators_do_not_overwrite_each_other(story: Story, open_page: Open) -> None:
    project = story.project("Two curators")
    document = story.document(project, "Two curators", TEXT)
    paul = Annotator(story, project, document, "paul")
    rita = Annotator(story, project, document, "rita")
    paul.mark("Damascus", "location")
    rita.mark("Damascus", "actor", mention="named")
    for one in (paul, rita):
        one.do("finish_set", {})
    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    # This page hears nothing of what others do: the answer to its own decision has to say so.
    page.route("**/feed*", lambda route: route.abort())
    page.route("**/events?*", lambda route: route.abort())
    story.open(page, project, document, "/curate")
    expect(page.get_by_text("To decide 1")).to_be_visible()
    item = story.manager.get(f"/api/v1/projects/{project}/documents/{document}/curation")["items"][0]
    data = {"decision": str(uuid_utils.uuid7()), "item": item["item"], "verdict": "none_of_these"}
    story.command(project, "decide_item", data, document)
    page.keyboard.press("1")
    expect(page.get_by_text("Somebody else decided this meanwhile")).to_be_visible()
    expect(page.get_by_text("None of these by Carol")).to_be_visible()
    now = story.manager.get(f"/api/v1/projects/{project}/documents/{document}/curation")["items"][0]
    assert [each["verdict"] for each in now["decisions"]] == ["none_of_these"]
    page.keyboard.press("1")
    expect(page.get_by_text("Accepted by Carol")).to_be_visible()


KEYS = {
    "Different edges": "1",
    "Different attributes": "1",
    "Different labels": "2",
    "Marked by some only": "x",
    "Different links": "1",
}


def test_what_differs_in_the_sample_is_decided_and_a_vote_that_changes_afterwards_shows(
    story: Story, open_page: Open
) -> None:
    project, document = story.sample, story.sample_document()
    path = f"/api/v1/projects/{project}/documents/{document}"
    before = _decisions(story, path)
    open_ = _undecided(story, path)

    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    story.open(page, project, document, "/curate")
    types = set()
    while waiting := {item["item"] for item in _undecided(story, path)}:
        item = _shown(page.url)
        if item not in waiting:
            # What was decided last has raised another question, such as a link between two labels that stand now.
            page.keyboard.press("j")
            page.wait_for_url(partial(_shows_another, item))
            continue
        words = page.locator("article header").inner_text()
        (conflict,) = [name for name in KEYS if name in words]
        types.add(conflict)
        page.keyboard.press(KEYS[conflict])
        eventually(page, partial(_is_decided, story, path, item))
    expect(page.get_by_text("To decide 0")).to_be_visible()
    assert types == set(KEYS)

    # Bob takes back what he said of a mark that Carol took: her decision stands, and is flagged.
    taken = {
        made["item"]: made for made in _decisions(story, path).values() if made["decision"] not in before
    }
    bob = story.acting_as("bob")
    view = bob.get(path)
    marks = {row["id"]: row for one in view["sets"] for row in one["annotations"] if row["attributes"]}
    label, row = next(
        (label, marks[vote["annotation"]])
        for label in story.manager.get(f"{path}/gold")["labels"]
        if label["provenance"]["item"] in taken and label["provenance"]["decision"]
        for vote in label["provenance"]["votes"]
        if vote["annotation"] in marks
    )
    own = _again(view, row)
    story.command(project, "reopen_set", {"reason": "slip"}, document, by=bob)
    story.command(project, "change_annotation", {**own, "attributes": {}}, document, by=bob)
    story.command(project, "finish_set", {}, document, by=bob)
    expect(page.get_by_text("To decide 1")).to_be_visible()
    expect(page.get_by_text("votes changed since").first).to_be_visible()
    after = story.manager.get(f"{path}/gold")["labels"]
    (place,) = [n for n, one in enumerate(after) if one["id"] == label["id"]]
    assert after[place]["status"] == "decided"
    page.get_by_text(re.compile("^Gold \\d")).click()
    rows = page.get_by_role("list", name="Gold")
    # Only rows in sight exist; each is 42 pixels high.
    rows.evaluate("(list, y) => { list.parentElement.scrollTop = y; }", 42 * place)
    rows.locator(f"li[aria-posinset='{place + 1}'] button").click()
    certificate = page.get_by_role("dialog")
    expect(certificate.get_by_text("by Carol").first).to_be_visible()
    expect(certificate.get_by_text("votes changed since").first).to_be_visible()
    expect(certificate.get_by_role("listitem").filter(has_text="Bob")).to_have_count(1)

    # Other stories find the sample as it was.
    story.command(project, "reopen_set", {"reason": "slip"}, document, by=bob)
    story.command(project, "change_annotation", own, document, by=bob)
    story.command(project, "finish_set", {}, document, by=bob)
    for made in taken.values():
        story.command(project, "withdraw_decision", {"decision": made["decision"]}, document)
    assert {item["item"] for item in _undecided(story, path)} == {item["item"] for item in open_}


def _shown(url: str) -> str:
    """The item in the screen's address."""
    return parse_qs(urlsplit(url).query).get("item", [""])[0]


def _shows_another(item: str, url: str) -> bool:
    return _shown(url) not in ("", item)


def _is_decided(story: Story, path: str, item: str) -> bool:
    return item not in {one["item"] for one in _undecided(story, path)}


def _undecided(story: Story, path: str) -> list[dict[str, Any]]:
    found = story.manager.get(f"{path}/curation")
    return [one for one in (*found["items"], *found["links"]) if one["status"] == "disputed" or one["stale"]]


def _decisions(story: Story, path: str) -> dict[str, dict[str, Any]]:
    found = story.manager.get(f"{path}/curation")
    made = [each for item in found["items"] for each in item["decisions"]]
    made += [link["decision"] for link in found["links"] if link["decision"]]
    return {each["decision"]: each for each in made}


def _again(view: Any, row: dict[str, Any]) -> dict[str, Any]:
    same = ("label", "spans", "attributes", "entity", "text_version")
    return {"annotation": row["id"], "quote": quote_of(view, row), **{name: row[name] for name in same}}
