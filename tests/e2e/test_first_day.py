"""From the printed link to a gold file: what a newcomer does on the first day."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.story import Story, click, eventually, mark, quote_of, status

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_the_printed_link_opens_the_real_article(story: Story, open_page: Open) -> None:
    page = open_page()
    page.goto(story.running.sign_in_url)
    expect(page.get_by_text("Con la liberazione di Al-Bukamal").first).to_be_visible()
    again = open_page()
    again.goto(story.running.sign_in_url)
    expect(again.get_by_text("This link was used already")).to_be_visible()
    expect(again.get_by_text("Con la liberazione")).to_have_count(0)


def test_marks_are_saved_undone_and_redone(story: Story, open_page: Open) -> None:
    project = story.project("Marks")
    text = "The minister said the border is open.\nHezbollah denied it."
    document = story.document(project, "Marks", text)
    author, link = story.member(project, "dora", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, "minister", "a")
    mark(page, "the border is open", "c")
    expect(status(page)).to_contain_text("Saved at")
    view = story.view(project, document)
    found = story.annotations(project, document, author)
    assert {quote_of(view, a) for a in found} == {"minister", "the border is open"}

    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name=re.compile("^Redo"))).to_be_enabled()
    eventually(page, lambda: len(story.annotations(project, document, author)) == 1)
    page.reload()
    expect(page.locator("main p").first).to_be_visible()
    page.keyboard.press("Control+Shift+Z")
    eventually(page, lambda: len(story.annotations(project, document, author)) == 2)


def test_a_claim_is_linked_to_who_made_it_by_keyboard(story: Story, open_page: Open) -> None:
    project = story.project("Links")
    document = story.document(project, "Links", "The minister said the border is open.")
    author, link = story.member(project, "enzo", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    mark(page, "minister", "a")
    mark(page, "the border is open", "c")
    click(page, "border is")
    page.keyboard.press("l")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Which link?")).to_be_visible()
    page.keyboard.press("1")

    def links() -> list[str]:
        sets = [each for each in story.view(project, document)["sets"] if each["author"] == author]
        return [each["type"] for each in sets[0]["links"]] if sets else []

    eventually(page, lambda: links() == ["claimant"])


def test_a_second_browser_sees_the_mark_as_it_is_made(story: Story, open_page: Open) -> None:
    project = story.project("Two", blind=False)
    document = story.document(project, "Two", "Two people read one article about Damascus.")
    _, link_one = story.member(project, "fatima", "annotator")
    _, link_two = story.member(project, "giulia", "annotator")
    one, two = open_page(), open_page()
    story.sign_in(one, link_one)
    story.sign_in(two, link_two)
    story.open(one, project, document)
    story.open(two, project, document)
    two.get_by_role("tab", name="Spans").click()
    mark(one, "Two people", "a")
    other = two.get_by_role("checkbox", name=re.compile("Fatima"))
    expect(other).to_be_visible()
    expect(two.get_by_text("Fatima (1)")).to_be_visible()


def test_a_blind_annotator_sees_nothing_of_others(story: Story, open_page: Open) -> None:
    project = story.project("Blind")
    document = story.document(project, "Blind", "Nobody sees what the other marks here.")
    _, link_one = story.member(project, "hugo", "annotator")
    _, link_two = story.member(project, "ines", "annotator")
    one, two = open_page(), open_page()
    bodies: list[str] = []
    story.sign_in(two, link_two)
    two.on(
        "response", lambda r: bodies.append(r.text()) if "/api/" in r.url and "/feed" not in r.url else None
    )
    story.open(two, project, document)
    story.sign_in(one, link_one)
    story.open(one, project, document)
    mark(one, "Nobody", "a")
    expect(status(one)).to_contain_text("Saved at")
    two.reload()
    expect(two.locator("main p").first).to_be_visible()
    two.wait_for_timeout(1_500)
    annotation = story.view(project, document)["sets"][0]["annotations"][0]["id"]
    assert bodies
    assert not any(annotation in body for body in bodies)
    expect(two.get_by_text("Hugo")).to_have_count(0)


def test_a_curator_decides_a_conflict_and_gold_follows(story: Story, open_page: Open) -> None:
    project, document = story.sample, story.sample_document()
    path = f"/api/v1/projects/{project}/documents/{document}/curation"
    before = story.manager.get(path)
    disputed = [each for each in before["items"] if each["status"] == "disputed"]
    assert disputed, "the sample has decisions to take"
    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    story.open(page, project, document, "/curate")
    expect(page.get_by_text(re.compile(r"\d+ to decide|\d+ open")).first).to_be_visible()
    page.keyboard.press("1")

    def decided() -> bool:
        now = story.manager.get(path)
        return len([i for i in now["items"] if i["status"] == "decided"]) > len(
            [i for i in before["items"] if i["status"] == "decided"]
        )

    eventually(page, decided)
    now = story.manager.get(path)
    ours = {label["id"] for label in now["gold"] if label["status"] == "decided"}
    assert ours - {label["id"] for label in before["gold"] if label["status"] == "decided"}


def test_the_slider_moves_through_the_documents_history(story: Story, open_page: Open) -> None:
    project, document = story.sample, story.sample_document()
    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    story.open(page, project, document, "/history")
    slider = page.get_by_role("slider").first
    slider.focus()
    last = slider.get_attribute("aria-valuetext")
    page.keyboard.press("Home")
    expect(slider).not_to_have_attribute("aria-valuetext", last or "")
    page.keyboard.press("PageUp")
    expect(page).to_have_url(re.compile(r"[?&]at=\d+"))


def test_gold_is_exported_with_a_manifest_and_the_same_bytes_again(
    story: Story, open_page: Open, tmp_path: Path
) -> None:
    page = open_page()
    story.sign_in(page, story.running.link_of("carol"))
    page.goto(f"{story.running.url}/p/{story.sample}/export")
    at = story.manager.get(f"/api/v1/projects/{story.sample}")["position"]
    files = []
    for name in ("one", "two"):
        page.get_by_role("button", name=re.compile("^Export")).last.click()
        link = page.get_by_role("link", name=re.compile("Download")).first
        expect(link).to_be_visible(timeout=30_000)
        with page.expect_download() as download:
            link.click()
        files.append(tmp_path / f"{name}.zip")
        download.value.save_as(files[-1])
    assert files[0].read_bytes() == files[1].read_bytes()
    with zipfile.ZipFile(files[0]) as whole:
        manifest = json.loads(whole.read("manifest.json"))
        assert manifest["origin"]["position"] <= at
        lines = [
            json.loads(line)
            for each in manifest["files"]
            if each["name"].endswith(".jsonl")
            for line in whole.read(each["name"]).splitlines()
        ]
    text = next(line["text"] for line in lines if line["kind"] == "document")
    marked = [line for line in lines if line["kind"] == "annotation"]
    assert marked
    for line in marked:
        assert " ".join(text[a:b] for a, b in line["spans"]) == line["quote"]
