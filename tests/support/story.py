"""Words for stories in the browser: who does what on which page."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import uuid_utils.compat as uuid_utils
from playwright.sync_api import Locator, Page, expect

from tests.support.client import Client
from tests.support.service import Service

_RECTANGLE = """([quote, edge]) => {
  for (const p of document.querySelectorAll('main p')) {
    const at = p.textContent.indexOf(quote);
    if (at < 0 || p.firstChild?.nodeType !== Node.TEXT_NODE) continue;
    p.scrollIntoView({block: 'center'});
    const range = document.createRange();
    range.setStart(p.firstChild, at);
    range.setEnd(p.firstChild, at + quote.length);
    const all = range.getClientRects();
    const [first, last] = [all[0], all[all.length - 1]];
    return {
      x1: first.left + 1, y1: (first.top + first.bottom) / 2,
      x2: last.right - 1, y2: (last.top + last.bottom) / 2,
    };
  }
  return null;
}"""


@dataclass(frozen=True, slots=True)
class Story:
    """The running product, seen by the people who use it."""

    running: Service
    manager: Client

    @property
    def sample(self) -> str:
        """The sample project's id."""
        return next(
            str(p["id"]) for p in self.manager.get("/api/v1/projects")["results"] if "Al-Bukamal" in p["name"]
        )

    def sample_document(self) -> str:
        """The id of the sample's article."""
        rows = self.manager.get(f"/api/v1/projects/{self.sample}/documents")["results"]
        return str(rows[0]["document"])

    def project(self, name: str, *, blind: bool = True, shared: bool = False) -> str:
        """A new project with the labels of a new project, managed by the sample's manager."""
        project = str(uuid_utils.uuid7())
        settings = {"name": name, "languages": ["en", "ar"], "blind": blind, "shared": shared}
        self.command(project, "create_project", settings)
        return project

    def document(self, project: str, title: str, text: str) -> str:
        """Import an article."""
        document = str(uuid_utils.uuid7())
        self.command(
            project, "import_document", {"document": document, "title": title, "text": text}, document
        )
        return document

    def member(self, project: str, username: str, role: str) -> tuple[str, str]:
        """A new person with a role: their id, and the path that signs them in once."""
        link = self.running.account(username, username.capitalize())
        with self.acting_as(username) as client:
            account = str(client.get("/api/v1/session")["account"]["id"])
        self.command(project, "set_member", {"member": account, "role": role})
        return account, link

    def acting_as(self, username: str) -> Client:
        """Somebody's connection to the API."""
        return Client(self.running.url, self.running.token(username))

    def command(
        self,
        project: str,
        name: str,
        data: dict[str, Any],
        document: str | None = None,
        *,
        by: Client | None = None,
    ) -> None:
        """Send a command, as the manager if not said otherwise; it must be accepted."""
        body = {"id": str(uuid_utils.uuid7()), "type": name, "data": data}
        if document:
            body["document"] = document
        answer = (by or self.manager).post(f"/api/v1/projects/{project}/commands", {"commands": [body]})
        assert answer["outcomes"][0]["status"] == "accepted", answer

    def view(self, project: str, document: str) -> Any:
        """The document as the manager sees it."""
        return self.manager.get(f"/api/v1/projects/{project}/documents/{document}")

    def annotations(self, project: str, document: str, author: str) -> list[Any]:
        """What stands in somebody's set."""
        found = [each for each in self.view(project, document)["sets"] if each["author"] == author]
        return list(found[0]["annotations"]) if found else []

    def events(self, project: str, document: str) -> list[Any]:
        """The document's events from the first on."""
        return list(
            self.manager.get(f"/api/v1/projects/{project}/documents/{document}/history?limit=500")["results"]
        )

    def finished(self, project: str, job: str, *, seconds: float = 30) -> Any:
        """A job once it is done."""
        deadline = time.monotonic() + seconds
        while True:
            now = self.manager.get(f"/api/v1/projects/{project}/jobs/{job}")
            if now["state"] == "done":
                return now
            assert now["state"] != "failed", now
            assert time.monotonic() < deadline, now
            time.sleep(0.1)

    def sign_in(self, page: Page, link: str) -> None:
        """Follow a one-time link."""
        page.goto(self.running.url + link)
        expect(page.get_by_role("button", name="Account")).to_be_visible()

    def open(self, page: Page, project: str, document: str, part: str = "") -> None:
        """Go to a document's page and wait for its text."""
        page.goto(f"{self.running.url}/p/{project}/d/{document}{part}")
        expect(page.locator("main p").first).to_be_visible()


def eventually(page: Page, condition: Callable[[], bool], *, seconds: float = 10) -> None:
    """Wait until something is so."""
    for _ in range(int(seconds * 10)):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen in time")


def drag(page: Page, quote: str) -> None:
    """Select a quote with the mouse."""
    box = _place(page, quote)
    page.mouse.move(box["x1"], box["y1"])
    page.mouse.down()
    page.mouse.move(box["x2"], box["y2"], steps=4)
    page.mouse.up()


def _place(page: Page, quote: str) -> dict[str, float]:
    """Where a quote stands on the screen, as soon as the page shows it."""
    for _ in range(100):
        box: dict[str, float] | None = page.evaluate(_RECTANGLE, [quote, ""])
        if box:
            return box
        page.wait_for_timeout(100)
    raise AssertionError(f"the page does not show {quote!r}")


def mark(page: Page, quote: str, key: str) -> None:
    """Select a quote with the mouse and give it a label by its key."""
    drag(page, quote)
    page.keyboard.press(key)


def click(page: Page, quote: str) -> None:
    """Click into the first word of a quote."""
    box = _place(page, quote)
    page.mouse.click(box["x1"] + 4, box["y1"])


def status(page: Page) -> Locator:
    """Where the page says whether edits are safe."""
    return page.get_by_test_id("status")


def quote_of(view: Any, annotation: Any) -> str:
    """What an annotation's spans say in the text of the view."""
    return " ".join(view["text"][start:end] for start, end in annotation["spans"])
