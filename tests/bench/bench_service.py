"""Requests against the whole product: ``python -m tests.bench.bench_service``.

The clients run in threads of this process on the same machine, so a part of each core is theirs.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid_utils

from annotator.domain.commands import encode_command
from annotator.domain.default_schema import default_schema_commands
from tests.bench.figures import head, milliseconds, row
from tests.support.client import Client
from tests.support.service import Service, service

SENTENCES = (
    "Government forces entered the city on the western bank of the river on Thursday. ",
    "Il presidente ha detto che l'accordo con il governo è vicino. ",
    "The minister promised to reopen the border crossing within a week. ",
    "Secondo fonti locali gli abitanti hanno lasciato i villaggi. ",
)
ANNOTATORS = 8
COUNTED = ("web", "postgres", "worker")
EDITS = 400  # of each annotator
DOCUMENTS = 10_000


def main() -> None:
    """Print the rows of the whole service; with the argument ``edits`` those of single edits alone."""
    head()
    with service() as running:
        if sys.argv[1:] == ["edits"]:
            Bench(running).edits()
            return
        row(
            "first start to first page, migrations and sample included",
            f"{running.start_seconds:.1f} s",
            "≤ 8 s",
        )
        time.sleep(15)
        row("memory idle, all processes, PSS", f"{running.memory() / 2**20:.0f} MB", "≤ 400 MB")
        bench = Bench(running)
        bench.edits()
        bench.opening(spans=50, length=4_000, goal="p95 ≤ 10 ms", times=300)
        bench.opening(spans=3_000, length=200_000, goal="p50 ≤ 40 ms", times=60)
        Bench(running).bulk_plain()
        Bench(running).bulk_marked()


class Bench:
    """One project with its people."""

    def __init__(self, running: Service) -> None:
        self.running = running
        self.project = uuid_utils.uuid7()
        self.manager = Client(running.url, running.token("manager"))
        self.path = f"/api/v1/projects/{self.project}"
        self.command(
            "create_project", {"name": "Bench", "languages": ["en", "it"], "blind": True, "shared": False}
        )
        for name, data in _schema():
            self.command(name, data)

    def command(
        self, name: str, data: dict[str, Any], *, document: UUID | None = None, by: Client | None = None
    ) -> Any:
        """Send one command; the answer's outcome must be acceptance."""
        body = {"id": str(uuid_utils.uuid7()), "type": name, "data": data}
        if document:
            body["document"] = str(document)
        answer = (by or self.manager).post(f"{self.path}/commands", {"commands": [body]})
        outcome = answer["outcomes"][0]
        if outcome["status"] != "accepted":
            raise RuntimeError(f"{name}: {outcome}")
        return outcome

    def document(self, length: int) -> tuple[UUID, str]:
        """Import one article of about ``length`` code points, in paragraphs of four sentences."""
        text = _text(length)
        document = uuid_utils.uuid7()
        self.command("import_document", _article(document, "Bench article", text), document=document)
        return document, text

    def edits(self) -> None:
        """One span, from request to acknowledgement: eight annotators at once, then one alone."""
        document, text = self.document(100_000)
        people = [self._annotator(f"annotator{n}") for n in range(ANNOTATORS)]
        before = {name: self.running.processor_seconds(name) for name in COUNTED}
        begun = time.perf_counter()
        _together([lambda c=c: self._mark(c, document, text, EDITS) for c in people])  # type: ignore[misc]
        seconds = time.perf_counter() - begun
        spent = {name: self.running.processor_seconds(name) - before[name] for name in COUNTED}
        taken = [s for client in people for s in client.seconds]
        rate = f"{ANNOTATORS * EDITS / seconds:.0f}/s, {milliseconds(taken)}"
        row("one span, 8 annotators at once", rate, "≥ 600/s, p95 ≤ 25 ms")
        each = (f"{name} {1000 * value / (ANNOTATORS * EDITS):.1f} ms" for name, value in spent.items())
        row("the same, processor time of each, following it included", ", ".join(each), "–")
        one = people[0]
        one.seconds.clear()
        self._mark(one, document, text, EDITS)
        row("one span, one annotator alone", milliseconds(one.seconds), "p50 ≤ 4 ms, p95 ≤ 8 ms")

    def opening(self, *, spans: int, length: int, goal: str, times: int) -> None:
        """Open a document now and at a past position."""
        document, text = self.document(length)
        client = self._annotator(f"reader{spans}")
        self._mark(client, document, text, spans, batch=500)
        at = client.get(f"{self.path}/documents/{document}")["position"]
        self.document(1_000)
        name = f"open {length:,} characters with {spans:,} spans"
        for label, query in ((name, ""), (f"{name}, at a past position", f"?at={at}")):
            client.seconds.clear()
            for _ in range(times):
                view = client.raw("GET", f"{self.path}/documents/{document}{query}")
            found = len(json.loads(view)["sets"][0]["annotations"])
            if found != spans:
                raise RuntimeError(f"{found} annotations, not {spans}")
            row(label, milliseconds(client.seconds), goal)

    def bulk_plain(self) -> None:
        """Import 10,000 articles."""
        size, seconds = self._import("plain", spans=0)
        row(f"import 10,000 articles ({size / 1e6:.0f} MB)", f"{seconds:.1f} s", "≤ 2.5 s")
        self._wait_for_the_board("plain")

    def bulk_marked(self) -> None:
        """Import 10,000 articles with 40,000 spans, list them, export them."""
        _, seconds = self._import("marked", spans=4)
        row("the same with 40,000 spans", f"{seconds:.1f} s", "≤ 5 s")
        self._wait_for_the_board("marked")
        self._list()
        for form, goal in (("jsonl", "≤ 1.5 s"), ("conll2003", "≤ 3 s")):
            begun = time.perf_counter()
            job = self.manager.post(f"{self.path}/exports", {"format": form, "source": "sets"})
            self._finished(job["id"])
            row(f"export those as {form}", f"{time.perf_counter() - begun:.1f} s", goal)

    def _wait_for_the_board(self, name: str) -> None:
        for _ in range(200):
            if self.manager.get(f"{self.path}/documents?limit=1&q={name}%2010,000")["results"]:
                break
            time.sleep(0.1)

    def _list(self) -> None:
        self.manager.seconds.clear()
        for n in range(100):
            self.manager.get(f"{self.path}/documents?limit=50&status=open&q=marked%20{n}")
        row("list a page of 10,000 documents, filtered", milliseconds(self.manager.seconds), "p95 ≤ 15 ms")

    def _import(self, name: str, *, spans: int) -> tuple[int, float]:
        text = _text(2_700)
        found = _words(text, spans)
        marks = [{"start": a, "end": b, "label": "actor"} for a, b in found]
        lines = [
            json.dumps(
                {
                    "id": f"{name}-{n}",
                    "title": f"{name} {n + 1:,}",
                    "text": f"{n:06d} {text}"[: len(text)],
                    "spans": marks,
                }
            )
            for n in range(DOCUMENTS)
        ]
        body = "\n".join(lines).encode()
        begun = time.perf_counter()
        answer = self.manager.raw("POST", f"{self.path}/imports?format=jsonl&name={name}.jsonl", body)
        self._finished(json.loads(answer)["id"])
        return len(body), time.perf_counter() - begun

    def _finished(self, job: str) -> None:
        while True:
            now = self.manager.get(f"{self.path}/jobs/{job}")
            if now["state"] == "done":
                return
            if now["state"] == "failed":
                raise RuntimeError(now["error"])
            time.sleep(0.02)

    def _annotator(self, name: str) -> Client:
        client = Client(self.running.url, self.running.token(name))
        me = client.get("/api/v1/session")["account"]["id"]
        self.command("set_member", {"member": me, "role": "annotator"})
        client.seconds.clear()
        return client

    def _mark(self, client: Client, document: UUID, text: str, count: int, *, batch: int = 1) -> None:
        version = client.get(f"{self.path}/documents/{document}")["document"]["text_version"]
        client.seconds.clear()
        places = _words(text, count)
        for n in range(0, count, batch):
            commands = [_add(document, text, span, version) for span in places[n : n + batch]]
            for outcome in client.post(f"{self.path}/commands", {"commands": commands})["outcomes"]:
                if outcome["status"] != "accepted":
                    raise RuntimeError(str(outcome))


def _add(document: UUID, text: str, span: tuple[int, int], version: int) -> dict[str, Any]:
    data = {
        "annotation": str(uuid_utils.uuid7()),
        "label": "actor",
        "spans": [list(span)],
        "quote": text[span[0] : span[1]],
        "attributes": {"mention": "named"},
        "entity": None,
        "origin": "hand",
        "text_version": version,
    }
    return {"id": str(uuid_utils.uuid7()), "type": "add_annotation", "document": str(document), "data": data}


def _article(document: UUID, title: str, text: str) -> dict[str, Any]:
    return {
        "document": str(document),
        "title": title,
        "text": text,
        "languages": [{"start": 0, "end": len(text), "lang": "en"}],
        "source_url": "",
        "published": None,
        "client_key": None,
        "meta": {},
    }


def _text(length: int) -> str:
    paragraph = "".join(SENTENCES).strip() + "\n"
    return (paragraph * (length // len(paragraph) + 1))[:length].rstrip()


def _words(text: str, count: int) -> list[tuple[int, int]]:
    """``count`` different stretches of one to three words, spread over the text."""
    starts = [0] + [n + 1 for n, sign in enumerate(text) if sign == " " and text[n + 1 : n + 2].isalnum()]
    ends = [text.find(" ", start) for start in starts]
    found = [(s, e) for s, e in zip(starts, ends, strict=True) if e > s and "\n" not in text[s:e]]
    step = max(1, len(found) // count) if count else 1
    picked = found[::step][:count]
    return picked + found[1::2][: count - len(picked)]


def _schema() -> list[tuple[str, dict[str, Any]]]:
    return [encode_command(command) for command in default_schema_commands()]


def _together(works: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
