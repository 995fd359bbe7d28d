"""What is marked in the browser is what training reads: emoji, combining marks, no-break spaces, bidi, Arabic."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
import spacy
from playwright.sync_api import Page, expect
from spacy.tokens import DocBin

from tests.support.story import Story, mark, quote_of, status

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
LINES = (
    ("😀 Presidents 👩‍👩‍👧 met", "Presidents"),
    ("Cafe\u0301 owners in Bogota\u0301 agree", "Bogota\u0301"),
    ("Price:\u00a0ten\u00a0dollars for Ryad", "Ryad"),
    ("before \u200fحزب الله\u200f after", "الله"),
    ("قال الرئيس بشار الأسد إن الحرب انتهت", "الرئيس"),
    ("一 𝔘nicode 𝔏etters end", "𝔏etters"),
)
TEXT = "\n".join(line for line, _ in LINES)


def test_quotes_are_the_same_in_browser_log_export_and_spacy(story: Story, open_page: Open) -> None:
    project = story.project("Offsets")
    document = story.document(project, "Offsets", TEXT)
    author, link = story.member(project, "mira", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    for _, quote in LINES:
        mark(page, quote, "a")
    expect(status(page)).to_contain_text("Saved at")
    view = story.view(project, document)
    assert view["text"] == TEXT
    found = sorted(story.annotations(project, document, author), key=lambda a: int(a["spans"][0][0]))
    assert [quote_of(view, a) for a in found] == [quote for _, quote in LINES]
    for annotation, (line, quote) in zip(found, LINES, strict=True):
        start = TEXT.index(line) + line.index(quote)
        assert annotation["spans"] == [[start, start + len(quote)]]

    page.keyboard.press("d")
    _read_by_spacy(story, project)


def _read_by_spacy(story: Story, project: str) -> None:
    made = story.manager.post(f"/api/v1/projects/{project}/exports", {"format": "docbin", "source": "sets"})
    job = story.finished(project, made["id"])
    with zipfile.ZipFile(io.BytesIO(story.manager.raw("GET", job["file"]["url"]))) as whole:
        manifest = json.loads(whole.read("manifest.json"))
        name = next(each["name"] for each in manifest["files"] if each["name"].endswith(".spacy"))
        docs = list(DocBin().from_bytes(whole.read(name)).get_docs(spacy.blank("xx").vocab))
    assert docs[0].text == TEXT
    spans = sorted(docs[0].spans["actor"], key=lambda span: span.start_char)
    assert [span.text for span in spans] == [quote for _, quote in LINES]
