"""The page for everybody: in one's own language, with assistive technology, on a phone, at 200 %, from right to left."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.story import Story, click, mark

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
ROOMS = ("", "/members", "/schema", "/guideline", "/register", "/import", "/export", "/settings")


def faults(page: Page, where: str) -> list[str]:
    """What axe finds on the page, in a line each."""
    # Through the protocol and not by a script tag, which the page's policy refuses.
    page.evaluate(AXE.read_text("utf-8"))
    found: Any = page.evaluate(f"axe.run(document, {json.dumps(RULES)})")
    return [
        f"{where}: {each['id']}: {each['nodes'][0]['html'][:200]} ({each['nodes'][0]['failureSummary'][:200]})"
        for each in found["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_has_a_barrier_that_axe_knows(story: Story, open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{story.running.url}/signin")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    found = faults(page, "sign in")
    story.sign_in(page, story.running.link_of("carol"))
    expect(page.get_by_role("main")).to_be_visible()
    found += faults(page, "projects")
    for room in ROOMS:
        page.goto(f"{story.running.url}/p/{story.sample}{room}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".mantine-Loader-root")).to_have_count(0)
        found += faults(page, room or "documents")
    for part in ("", "/history", "/curate"):
        story.open(page, story.sample, story.sample_document(), part)
        found += faults(page, part or "workspace")
    assert found == []


def test_nothing_that_opens_over_the_workspace_has_a_barrier(story: Story, open_page: Open) -> None:
    project = story.project("Barriers")
    document = story.document(project, "Barriers", "Iran met Syria.\nThe minister of Iran spoke.")
    _, link = story.member(project, "olga", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, "Iran met Syria", "c")
    mark(page, "minister of Iran", "a")
    found = faults(page, "marked")
    for key, name in (("Control+k", "All actions"), ("?", "Keys"), ("Shift+A", "Mark all occurrences")):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        found += faults(page, name)
        if name == "Keys":
            page.get_by_role("button", name="Change keys…").click()
            found += faults(page, "Your keys")
            page.get_by_role("button", name="Close", exact=True).click()
        else:
            page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.get_by_role("dialog", name="Done")).to_be_visible()
    found += faults(page, "Done")
    assert found == []


def test_the_page_speaks_italian_and_remembers_it_with_the_account(story: Story, open_page: Open) -> None:
    story.running.account("pia", "Pia")
    page = open_page()
    story.sign_in(page, story.running.link_of("pia"))
    page.get_by_role("button", name="Account: Pia").click()
    page.get_by_role("menuitemradio", name="Italiano").click()
    expect(page.get_by_text("Non fai ancora parte di alcun progetto")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "it"
    elsewhere = open_page()
    story.sign_in(elsewhere, story.running.link_of("pia"))
    expect(elsewhere.get_by_text("Non fai ancora parte di alcun progetto")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 640])
def test_nothing_is_cut_off_on_a_phone_or_at_two_hundred_per_cent(
    story: Story, open_page: Open, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 700}, has_touch=True)
    story.sign_in(page, story.running.link_of("carol"))
    story.open(page, story.sample, story.sample_document())
    wide = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert page.evaluate(wide) <= 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(wide) <= 0
    expect(page.get_by_role("button", name="Done")).to_be_in_viewport()


def test_colours_of_the_system_keep_lines_letters_and_tints(story: Story, open_page: Open) -> None:
    project = story.project("Forced")
    document = story.document(project, "Forced", "Iran met Syria.")
    _, link = story.member(project, "quinn", "annotator")
    page = open_page(forced_colors="active")
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, "Iran", "a")
    click(page, "Syria")
    expect(page.locator(".tv-bar").first).to_have_css("stroke", "rgb(0, 0, 0)")
    expect(page.locator(".tv-fill").first).to_be_attached()


def test_on_paper_the_whole_text_has_its_marks(story: Story, open_page: Open) -> None:
    project = story.project("Paper")
    text = "\n".join(f"Paragraph {n} about Iran and its minister." for n in range(120))
    document = story.document(project, "Paper", text)
    _, link = story.member(project, "rosa", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, "Iran", "a")
    page.keyboard.press("Shift+A")
    page.get_by_role("button", name="Mark 119").click()
    expect(page.get_by_text("120", exact=True)).to_be_visible()
    assert page.locator(".tv-item").count() < 120
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".tv-item")).to_have_count(120)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf())) > 3
    page.evaluate("dispatchEvent(new Event('afterprint'))")
