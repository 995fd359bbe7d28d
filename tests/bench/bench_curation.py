"""The curation screen on a hard document, and agreement on many: ``python -m tests.bench.bench_curation``.

Eight annotators have finished a text with 500 candidates, of which few are agreed. The browser is timed from the
navigation to the first question on the screen, with the caches that a second visit has.
"""

import random
import time
from collections.abc import Iterator

import uuid_utils.compat as uuid_utils
from playwright.sync_api import Page

from tests.bench.bench_service import Bench
from tests.bench.figures import head, milliseconds, quantile, row
from tests.support.browser import running_browser
from tests.support.client import Client
from tests.support.service import Service, service

ANNOTATORS = 8
CANDIDATES = 500
LENGTH = 40_000
TIMES = 30
VISITS = 5

Mark = tuple[int, int, str]


def main() -> None:
    """Print the rows of curation."""
    head()
    with service() as running:
        bench = Bench(running)
        document = a_hard_document(bench, running)
        path = f"{bench.path}/documents/{document}/curation"
        found = bench.manager.get(path)
        candidates = sum(len(item["candidates"]) for item in found["items"])
        what = f"{len(found['voters'])} annotators, {candidates} candidates"
        before = running.processor_seconds("web")
        taken = milliseconds(_timed(bench.manager, path))
        spent = (running.processor_seconds("web") - before) / (TIMES + 1)
        row(f"curation of a document, {what} (API)", taken, "p95 ≤ 100 ms")
        row("of that, processor time in the web process", f"{1000 * spent:.0f} ms", "≤ 40 ms")
        row(f"open the curation screen, {what}", _shown(running, bench, document), "≤ 700 ms")
        agreement = _timed(bench.manager, f"{bench.path}/agreement?document={document}", times=5)
        row("agreement of that document (API)", milliseconds(agreement), "≤ 1 s")


def a_hard_document(bench: Bench, running: Service) -> str:
    """A document that all annotators have finished; its id."""
    document, text = bench.document(LENGTH)
    rng = random.Random(5)
    places = _places(text)
    for n in range(ANNOTATORS):
        client = Client(running.url, running.token(f"curated{n}"))
        account = str(client.get("/api/v1/session")["account"]["id"])
        bench.command("set_member", {"member": account, "role": "annotator"})
        marks = [mark for place in places if (mark := _seen(place, rng))]
        commands = [_add(mark, text, str(document)) for mark in marks]
        for at in range(0, len(commands), 500):
            client.post(f"{bench.path}/commands", {"commands": commands[at : at + 500]})
        bench.command("finish_set", {}, document=document, by=client)
    return str(document)


def _places(text: str) -> list[list[Mark]]:
    """Where something is to be marked, each with the readings that people have of it."""
    words = list(_words(text))
    step = max(3, len(words) // (CANDIDATES * 2 // 3))
    found = []
    for n in range(0, len(words) - 3, step):
        start, end = words[n][0], words[n + 1][1]
        wide, other = (start, words[n + 2][1], "actor"), (start, end, "location")
        found.append([(start, end, "actor"), wide if n // step % 2 else other])
    return found


def _words(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for word in text.split(" "):
        if word.strip():
            yield at + len(word) - len(word.lstrip()), at + len(word.rstrip())
        at += len(word) + 1


def _seen(place: list[Mark], rng: random.Random) -> Mark | None:
    drawn = rng.random()
    return place[0] if drawn < 0.6 else place[1] if drawn < 0.85 else None


def _add(mark: Mark, text: str, document: str) -> dict[str, object]:
    start, end, label = mark
    data = {
        "annotation": str(uuid_utils.uuid7()),
        "label": label,
        "spans": [[start, end]],
        "quote": text[start:end],
        "text_version": 1,
    }
    return {"id": str(uuid_utils.uuid7()), "type": "add_annotation", "document": document, "data": data}


def _timed(client: Client, path: str, *, times: int = TIMES) -> list[float]:
    client.get(path)
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        client.get(path)
        taken.append(time.perf_counter() - begun)
    return taken


def _shown(running: Service, bench: Bench, document: str) -> str:
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(running.url + running.link_of("manager"))
        url = f"{running.url}/p/{bench.project}/d/{document}/curate"
        visits = [_visit(page, url) for _ in range(VISITS + 1)][1:]
        keys = [_step(page) for _ in range(10)]
    return f"p50 {quantile(visits, 0.5):.0f} ms; next conflict by key p50 {quantile(keys, 0.5):.0f} ms"


def _visit(page: Page, url: str) -> float:
    """Milliseconds from the navigation to a frame that shows the question and the lanes."""
    page.goto(url, wait_until="commit")
    page.wait_for_selector("article button[aria-pressed]")
    page.wait_for_selector("main p button, main [data-lane], main p")
    return float(page.evaluate("new Promise(done => requestAnimationFrame(() => done(performance.now())))"))


def _step(page: Page) -> float:
    """Milliseconds from the key to a frame in which another question is open."""
    script = """() => new Promise(done => {
      const name = () => document.querySelector('article')?.getAttribute('aria-label');
      const before = name(), begun = performance.now();
      document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}));
      const look = () => name() === before ? requestAnimationFrame(look) : done(performance.now() - begun);
      requestAnimationFrame(look);
    })"""
    return float(page.evaluate(script))


if __name__ == "__main__":
    main()
