"""A day without a mouse: marking, splitting, joining, spreading, finding actions, and keys of one's own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.story import Story, eventually, mark, quote_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def _walk_to(page: Page, word: str) -> None:
    """With the arrow keys to a word; the page speaks where one is."""
    for _ in range(60):
        if page.locator(".tv-spoken").inner_text().split(",")[0] == word:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(word)


def test_a_text_is_marked_joined_split_and_spread_without_a_mouse(story: Story, open_page: Open) -> None:
    project = story.project("Hands")
    text = "Iran met Syria. The minister of Iran spoke.\nLater iran and Iranian papers wrote of Iran again."
    document = story.document(project, "Hands", text)
    author, link = story.member(project, "kaya", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)

    def marked() -> list[str]:
        view = story.view(project, document)
        return sorted(quote_of(view, a) for a in story.annotations(project, document, author))

    page.locator(".tv").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    _walk_to(page, "Iran")
    page.keyboard.press("a")
    eventually(page, lambda: marked() == ["Iran"])

    page.keyboard.press("Shift+A")
    dialog = page.get_by_role("dialog", name="Mark all occurrences")
    expect(dialog.get_by_role("listitem")).to_have_count(3)
    dialog.get_by_role("listitem").nth(1).get_by_role("checkbox").press("Space")
    dialog.get_by_role("button", name="Mark 2").press("Enter")
    eventually(page, lambda: marked() == ["Iran", "Iran", "Iran"])
    origins = sorted(a["origin"] for a in story.annotations(project, document, author))
    assert origins == ["hand", "propagated", "propagated"]
    page.keyboard.press("Control+z")
    page.keyboard.press("u")
    eventually(page, lambda: marked() == ["Iran"])
    page.keyboard.press("Control+Shift+Z")
    eventually(page, lambda: marked() == ["Iran", "Iran"])

    page.keyboard.press("Escape")
    _walk_to(page, "minister")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+R")  # the last label again
    eventually(page, lambda: "minister of Iran" in marked())
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("p")
    selected = page.get_by_role("region", name=re.compile("^Selected"))
    expect(selected.locator("blockquote")).to_have_text("minister of Iran")


def test_words_are_taken_out_of_a_span_and_parts_become_spans(story: Story, open_page: Open) -> None:
    project = story.project("Parts")
    document = story.document(project, "Parts", "The old grey minister left. Nobody wept.")
    author, link = story.member(project, "lena", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)

    def spans() -> list[list[list[int]]]:
        return sorted(a["spans"] for a in story.annotations(project, document, author))

    mark(page, "old grey minister", "a")
    eventually(page, lambda: spans() == [[[4, 21]]])
    page.keyboard.press("ArrowLeft")
    _walk_to(page, "grey")
    page.keyboard.press("Shift+S")
    eventually(page, lambda: spans() == [[[4, 7], [13, 21]]])
    page.keyboard.press("Shift+J")
    eventually(page, lambda: spans() == [[[4, 21]]])
    page.keyboard.press("u")
    eventually(page, lambda: spans() == [[[4, 7], [13, 21]]])
    page.keyboard.press("Shift+S")
    eventually(page, lambda: spans() == [[[4, 7]], [[13, 21]]])


def test_every_action_is_found_by_its_name_and_keys_follow_the_person(story: Story, open_page: Open) -> None:
    project = story.project("Actions")
    document = story.document(project, "Actions", "The border is open, said the minister.")
    author, link = story.member(project, "malika", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, "minister", "a")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Do or find").fill("rem")
    page.keyboard.press("Enter")
    eventually(page, lambda: story.annotations(project, document, author) == [])
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Do or find").fill("keys")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Change keys…").click()
    page.get_by_role("button", name="Change: Undo").click()
    page.keyboard.press("n")
    expect(page.get_by_text("n is taken already: Next span")).to_be_visible()
    page.keyboard.press("w")
    expect(page.get_by_role("button", name="As usual: Undo")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    page.keyboard.press("w")
    eventually(page, lambda: len(story.annotations(project, document, author)) == 1)

    elsewhere = open_page()
    story.sign_in(elsewhere, story.running.link_of("malika"))
    story.open(elsewhere, project, document)
    elsewhere.locator(".tv").focus()
    elsewhere.keyboard.press("u")  # no longer undoes anything
    elsewhere.keyboard.press("w")
    eventually(elsewhere, lambda: story.annotations(project, document, author) == [])


def test_done_tells_what_may_have_been_forgotten(story: Story, open_page: Open) -> None:
    project = story.project("Forgotten")
    document = story.document(project, "Forgotten", "The minister said the border is open.")
    _, link = story.member(project, "nora", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, "the border is open", "c")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog", name="Done")
    expect(dialog).to_contain_text("1 span marked: Claim 1.")
    expect(dialog.get_by_text(re.compile("has no link"))).to_be_visible()
    dialog.get_by_role("button", name="the border is open").first.click()
    expect(page.get_by_role("region", name="Selected: Claim")).to_be_visible()
