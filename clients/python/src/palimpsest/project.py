"""A project: what is in it, and how it is changed."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from palimpsest.errors import Failed, Problem
from palimpsest.export import Export

if TYPE_CHECKING:
    from palimpsest.client import Client

Json = dict[str, Any]
POLL = 0.3  # seconds between looks at a job


class Project:
    """One project. Reads take ``at``, a position of its log, to see it as it stood there."""

    def __init__(self, client: "Client", id: str) -> None:
        self.client = client
        self.id = id

    def send(self, *commands: Mapping[str, Any]) -> list[Json]:
        """Carry out commands, each with an id of its own unless it has one; their outcomes.

        Raises:
            Problem: of the first that was refused; those before it are done.
        """
        given = [{"id": str(uuid4()), **command} for command in commands]
        answer = self.client.request("POST", self._path("commands"), json={"commands": given}).json()
        outcomes: list[Json] = answer["outcomes"]
        for outcome in outcomes:
            if outcome["problem"] is not None:
                raise Problem(outcome["problem"])
        return outcomes

    def documents(self, *, at: int | None = None, **wanted: str) -> Iterator[Json]:
        """The documents in order of import; ``q``, ``status`` and ``language`` narrow them down."""
        yield from self.client.pages(self._path("documents"), at=at, limit=200, **wanted)

    def document(self, document: str, *, at: int | None = None) -> Json:
        """A document with its text and the sets that you may see."""
        found: Json = self.client.get(self._path("documents", document), at=at)
        return found

    def gold(self, document: str, *, at: int | None = None) -> Json:
        """The gold labels and links of a document."""
        found: Json = self.client.get(self._path("documents", document, "gold"), at=at)
        return found

    def import_text(self, title: str, text: str, **facts: Any) -> str:
        """A new document; its id."""
        document = str(uuid4())
        data = {"document": document, "title": title, "text": text, **facts}
        self.send({"type": "import_document", "data": data})
        return document

    def import_file(
        self, file: Path | str | bytes, *, name: str = "", format: str | None = None, **options: Any
    ) -> Json:
        """Import a file in any format that the server reads; the report of what came in."""
        data = file if isinstance(file, bytes) else Path(file).read_bytes()
        query = {
            "name": name or ("" if isinstance(file, bytes) else Path(file).name) or None,
            "format": format,
            "options": json.dumps(options) if options else None,
        }
        job = self.client.request("POST", self._path("imports"), query=query, content=data, again=False)
        report: Json = self._done(job.json())["report"]
        return report

    def import_urls(self, urls: Iterable[str], *, follow_feeds: bool = False) -> Json:
        """Have the server fetch articles by their addresses; the report of what came in, with each fault's line.

        ``follow_feeds``: of feeds, the articles that they link to, not their own entries.
        """
        feeds = "articles" if follow_feeds else "entries"
        return self.import_file("\n".join(urls).encode(), name="addresses.urls", format="urls", feeds=feeds)

    def mark(self, document: str, label: str, quote: str, *, occurrence: int = 0, **more: Any) -> str:
        """Mark words of a document in your own set; the annotation's id.

        ``more``: ``attributes``, ``entity``.

        Raises:
            ValueError: the text does not say so, or not so often.
        """
        found = self.document(document)
        start = -1
        for _ in range(occurrence + 1):
            start = (found["text"] or "").find(quote, start + 1)
            if start < 0:
                raise ValueError(f"the text does not say {quote!r} so often")
        annotation = str(uuid4())
        data = {
            "annotation": annotation,
            "label": label,
            "spans": [[start, start + len(quote)]],
            "quote": quote,
            "text_version": found["document"]["text_version"],
            **more,
        }
        self.send({"type": "add_annotation", "document": document, "data": data})
        return annotation

    def link(self, document: str, type: str, source: str, target: str) -> str:
        """Link two annotations of your own set; the link's id."""
        link = str(uuid4())
        data = {"link": link, "type": type, "from": source, "to": target}
        self.send({"type": "add_link", "document": document, "data": data})
        return link

    def finish(self, document: str) -> None:
        """Say that your set of a document is done: from now on it votes."""
        self.send({"type": "finish_set", "document": document, "data": {}})

    def releases(self, *, at: int | None = None) -> list[Json]:
        """The releases, the newest first."""
        found: list[Json] = self.client.get(self._path("releases"), at=at)["results"]
        return found

    def make_release(self, name: str, **facts: Any) -> Json:
        """Give the present state, or a ``position``, a name for good; ``licence`` and ``note`` go with it."""
        release = str(uuid4())
        self.send({"type": "make_release", "data": {"release": release, "name": name, **facts}})
        made: Json = self.client.get(self._path("releases", release))
        return made

    def diff(self, before: str | int, after: str | int | None = None) -> Iterator[Json]:
        """Documents whose gold differs between two releases or positions, with each change and why."""
        yield from self.client.pages(self._path("gold", "diff"), before=before, after=after)

    def events(
        self, after: int = 0, *, kinds: Sequence[str] = (), types: Sequence[str] = ()
    ) -> Iterator[Json]:
        """The events after a position that you may see, up to now."""
        names = {"kinds": ",".join(kinds) or None, "types": ",".join(types) or None}
        place: int | None = after
        while place is not None:
            page = self.client.get(self._path("events"), after=place, **names)
            yield from page["results"]
            place = page["next"]

    def follow(
        self, after: int = 0, *, wait: int = 20, forever: bool = True
    ) -> Iterator[tuple[int, list[Json]]]:
        """Positions, each with the documents whose gold has changed up to there: keep the last one to go on from it.

        It waits for more, or ends at the log's end if not ``forever``.
        """
        while True:
            page = self._changes(after, None, None, wait if forever else 0)
            documents, upto = page["results"], page["upto"]
            while page["cursor"] is not None:
                page = self._changes(after, upto, page["cursor"], 0)
                documents += page["results"]
            if upto > after:
                yield upto, documents
            elif not forever:
                return
            after = upto

    def webhooks(self) -> list[Json]:
        """Who is told what happens in the project, how far, and what went wrong last."""
        found: list[Json] = self.client.get(self._path("webhooks"))["results"]
        return found

    def add_webhook(self, name: str, url: str, **wishes: Any) -> Json:
        """Have an address told what happens from now on; the answer's ``secret`` is never shown again.

        ``types`` and ``kinds`` choose among events, ``gold=True`` adds changes of gold, ``after`` begins earlier.
        """
        body = {"id": str(uuid4()), "name": name, "url": url, **wishes}
        made: Json = self.client.request("POST", self._path("webhooks"), json=body).json()
        return made

    def test_webhook(self, webhook: str) -> Json:
        """Send a delivery that says nothing, and say what came of it."""
        found: Json = self.client.request("POST", self._path("webhooks", webhook, "test"), again=False).json()
        return found

    def redeliver(self, webhook: str, after: int | None = None) -> Json:
        """Tell everything after a position once more, or take a disabled webhook up where it stopped."""
        path = self._path("webhooks", webhook, "redelivery")
        found: Json = self.client.request("POST", path, json={"after": after}, again=False).json()
        return found

    def remove_webhook(self, webhook: str) -> None:
        """Tell an address nothing any more."""
        self.client.request("DELETE", self._path("webhooks", webhook))

    def export(
        self,
        format: str = "jsonl",
        *,
        source: str = "gold",
        release: str | None = None,
        at: int | None = None,
        signed: bool = True,
        **options: Any,
    ) -> Export:
        """Make a file of gold or of everybody's ``sets``, and fetch it."""
        wanted = {"format": format, "source": source, "release": release, "at": at, "signed": signed}
        job = self.client.request(
            "POST", self._path("exports"), json={**wanted, "options": options}, again=False
        )
        done = self._done(job.json())
        data = self.client.request("GET", self._path("jobs", done["id"], "file")).content
        return Export(done["file"]["name"], data)

    def _changes(self, after: int, upto: int | None, cursor: str | None, wait: int) -> Json:
        query = {"after": after, "upto": upto, "cursor": cursor, "wait": wait}
        found: Json = self.client.get(self._path("gold", "changes"), **query)
        return found

    def _done(self, job: Json) -> Json:
        while job["state"] in ("waiting", "running"):
            time.sleep(POLL)
            job = self.client.get(self._path("jobs", job["id"]))
        if job["state"] != "done":
            raise Failed(job["error"])
        return job

    def _path(self, *parts: str) -> str:
        return "/".join(("projects", self.id, *parts))
