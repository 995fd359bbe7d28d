"""The workspace in a real browser: ``python -m tests.bench.bench_ui``.

The clock of the page runs from the navigation, or from the press of the key, to the frame after the annotations
have been drawn. Server, browser and this program share the machine; the browser draws without a graphics card.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import uuid_utils.compat as uuid_utils
from playwright.sync_api import Browser, Page

from tests.bench.figures import head, milliseconds, row
from tests.support.browser import running_browser
from tests.support.client import Client
from tests.support.service import service
from tests.support.story import Story

OPENED = 5  # times each document is opened
MARKED = 20  # labels given by key
BATCH = 250  # commands of one request
WORDS = [
    "government",
    "forces",
    "city",
    "river",
    "minister",
    "border",
    "agreement",
    "north",
    "Damascus",
    "Tehran",
    "said",
    "people",
    "council",
    "village",
    "accordo",
    "governo",
    "presidente",
    "fonti",
    "locali",
    "confine",
]

# Runs in the page before anything of it: when annotations were first drawn, and how long a key took.
CLOCK = """
window.clock = {shown: 0, keys: [], begun: 0};
document.addEventListener('keydown', (event) => { if (event.key === 'a') clock.begun = event.timeStamp; }, true);
new MutationObserver((changes) => {
  const fresh = changes.some((c) => [...c.addedNodes].some((n) =>
    n.nodeType === 1 && (n.matches('.tv-item') || n.querySelector('.tv-item'))));
  if (!fresh) return;
  requestAnimationFrame(() => setTimeout(() => {
    if (clock.shown === 0) clock.shown = performance.now();
    if (clock.begun > 0) { clock.keys.push(performance.now() - clock.begun); clock.begun = 0; }
  }));
}).observe(document, {childList: true, subtree: true});
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How big a document is: characters of its text and annotations in it, and what is wanted of it."""

    name: str
    characters: int
    spans: int
    open_goal: str
    key_goal: str


SIZES = (
    Size("50 spans, 8 KB", 8_000, 50, "≤ 0.3 s", "≤ 32 ms"),
    Size("3,000 spans, 200 KB", 200_000, 3_000, "≤ 0.7 s", "≤ 32 ms"),
    Size("3,000 spans, 5 MB", 5_000_000, 3_000, "usable", "≤ 32 ms"),
)


def main() -> None:
    """Print the rows of the browser."""
    head()
    with (
        service() as running,
        running_browser() as browser,
        Client(running.url, running.token("carol")) as manager,
    ):
        story = Story(running, manager)
        project = story.project("Figures")
        _, link = story.member(project, "anna", "annotator")
        page = _page(browser)
        story.sign_in(page, link)
        for size in SIZES:
            document = _document(story, project, size)
            shown = [_open(page, f"{running.url}/p/{project}/d/{document}") for _ in range(OPENED)]
            row(f"navigation to annotations shown: {size.name}", milliseconds(shown), size.open_goal)
            row(f"label key to annotation shown: {size.name}", milliseconds(_keys(page)), size.key_goal)


def _page(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(CLOCK)
    page.set_default_timeout(120_000)
    return page


def _document(story: Story, project: str, size: Size) -> str:
    """A document with annotations spread evenly, a third of them overlapping the next."""
    text = _text(size.characters)
    document = story.document(project, size.name, text)
    with story.acting_as("anna") as anna:
        for batch in _batches(document, text, size.spans):
            answer = anna.post(f"/api/v1/projects/{project}/commands", {"commands": batch})
            assert all(each["status"] == "accepted" for each in answer["outcomes"]), answer
    return document


def _text(characters: int) -> str:
    chance = random.Random(7)
    paragraphs: list[str] = []
    length = 0
    while length < characters:
        paragraphs.append(" ".join(chance.choices(WORDS, k=60)) + ".")
        length += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs)


def _batches(document: str, text: str, spans: int) -> Iterator[list[dict[str, Any]]]:
    step = len(text) // spans
    commands = []
    for n in range(spans):
        start = text.index(" ", n * step) + 1
        end = text.index(" ", start + (step if n % 3 == 0 and step < 200 else 10))
        # A mark does not go beyond its paragraph here.
        if "\n" in text[start:end]:
            end = text.index("\n", start)
        data: dict[str, Any] = {
            "annotation": str(uuid_utils.uuid7()),
            "label": ("actor", "location", "claim")[n % 3],
            "spans": [[start, end]],
            "quote": text[start:end],
            "attributes": {},
            "text_version": 1,
        }
        commands.append(
            {"id": str(uuid_utils.uuid7()), "type": "add_annotation", "document": document, "data": data}
        )
    for k in range(0, len(commands), BATCH):
        yield commands[k : k + BATCH]


def _open(page: Page, url: str) -> float:
    """Seconds from the navigation to the frame with annotations."""
    page.goto(url)
    _until(page, "clock.shown > 0")
    return float(page.evaluate("clock.shown")) / 1000


def _keys(page: Page) -> list[float]:
    """Seconds from each press of a label's key to the frame with the new annotation."""
    page.locator(".tv").focus()
    for n in range(MARKED):
        # On from the annotation just made, to two words of the next line.
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("a")
        _until(page, f"clock.keys.length > {n}")
        page.wait_for_timeout(50)
    return [float(each) / 1000 for each in page.evaluate("clock.keys")]


def _until(page: Page, condition: str) -> None:
    """Ask the page again and again: its policy lets nobody else evaluate a text."""
    for _ in range(3_000):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise AssertionError(condition)


if __name__ == "__main__":
    main()
