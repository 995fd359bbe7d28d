"""People who use the API in tests, each with a browser or a token of their own.

Mona manages, Carol curates, Alice and Bob annotate blind of each other, Victor views, Oscar is in no project.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid_utils
from django.test import Client

from annotator.accounts.models import Account
from annotator.accounts.tokens import create_token

API = "/api/v1"
PASSWORD = "correct horse battery staple"


def new_id() -> str:
    """A fresh UUIDv7."""
    return str(uuid_utils.uuid7())


@dataclass(frozen=True)
class Answer:
    """What came back; ``body`` is parsed JSON where there is any."""

    status: int
    body: Any
    headers: Mapping[str, str]
    raw: bytes

    def ok(self) -> Any:
        """The body of an answer that went well."""
        assert self.status < 300, (self.status, self.raw[:2000])
        return self.body


@dataclass
class Person:
    """An account with a way in. ``headers`` are sent with each request."""

    name: str
    account: Account | None = None
    client: Client = field(default_factory=Client)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        assert self.account is not None
        return str(self.account.id)

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """Any request; a body that is not bytes is sent as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        options.setdefault("content_type", "application/json")
        url = path if path.startswith(("/api", "/signin", "/healthz", "/readyz")) else API + path
        response = self.client.generic(method, url, data, headers={**self.headers}, **options)
        raw = b"".join(response) if response.streaming else response.content
        kind = response.headers.get("Content-Type", "")
        parsed = json.loads(raw) if "json" in kind and raw else None
        return Answer(response.status_code, parsed, response.headers, raw)

    def get(self, path: str) -> Answer:
        """A read."""
        return self.ask("GET", path)

    def send(self, project: str, *commands: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Commands, each with a fresh id unless it has one; their outcomes."""
        given = [{"id": new_id(), **command} for command in commands]
        outcomes: list[dict[str, Any]] = self.ask(
            "POST", f"/projects/{project}/commands", {"commands": given}
        ).ok()["outcomes"]
        return outcomes

    def do(self, project: str, *commands: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Commands that must all be accepted."""
        outcomes = self.send(project, *commands)
        bad = [outcome for outcome in outcomes if outcome["status"] not in ("accepted", "duplicate")]
        assert not bad, bad
        return outcomes


def a_person(name: str, **account: Any) -> Person:
    """Somebody new who is signed in."""
    made = Account.objects.create_user(f"{name.lower()}-{new_id()[-12:]}", name=name, **account)
    client = Client()
    client.force_login(made)
    return Person(name, made, client)


def with_token(person: Person, *, read_only: bool = False) -> Person:
    """The same account through a token instead of a browser."""
    assert person.account is not None
    _, text = create_token(person.account, name="test", read_only=read_only)
    return Person(f"{person.name}'s token", person.account, Client(), {"Authorization": f"Bearer {text}"})


TEXT = "The Syrian army of Assad took Al-Bukamal 🚀. Iran’s forces helped, as Putin had promised."


@dataclass
class World:
    """A project with its people and one document."""

    project: str
    document: str
    text: str
    mona: Person
    carol: Person
    alice: Person
    bob: Person
    victor: Person
    oscar: Person

    @property
    def path(self) -> str:
        return f"/projects/{self.project}"

    @property
    def document_path(self) -> str:
        return f"{self.path}/documents/{self.document}"

    def annotation(
        self, quote: str, *, label: str = "location", annotation: str | None = None, **data: Any
    ) -> dict[str, Any]:
        """The command that marks the first place where the text says so."""
        start = self.text.index(quote)
        marked = {
            "annotation": annotation or new_id(),
            "label": label,
            "spans": [[start, start + len(quote)]],
            "quote": quote,
            "text_version": 1,
            **data,
        }
        return {"type": "add_annotation", "document": self.document, "data": marked}

    def about(self, type_: str, **data: Any) -> dict[str, Any]:
        """A command about the document."""
        return {"type": type_, "document": self.document, "data": data}

    def finish(self) -> dict[str, Any]:
        return self.about("finish_set")

    def events(self, person: Person, path: str | None = None) -> Iterator[dict[str, Any]]:
        """Everything that a list of events shows somebody, page by page."""
        after: int | None = 0
        while after is not None:
            page = person.get(f"{path or self.path + '/events'}?after={after}&limit=200").ok()
            yield from page["results"]
            after = page["next"]


def a_world(*, text: str = TEXT, **settings: Any) -> World:
    """A project that Mona made, its people, and a document that she imported."""
    people = {name: a_person(name.title()) for name in ("mona", "carol", "alice", "bob", "victor", "oscar")}
    project, document = new_id(), new_id()
    members = {"carol": "curator", "alice": "annotator", "bob": "annotator", "victor": "viewer"}
    people["mona"].do(
        project,
        {"type": "create_project", "data": {"name": "News", **settings}},
        *(
            {"type": "set_member", "data": {"member": people[n].id, "role": role}}
            for n, role in members.items()
        ),
        {"type": "import_document", "data": {"document": document, "title": "An article", "text": text}},
    )
    return World(project, document, text, **people)


def uuid_of(person: Person) -> UUID:
    """The id of a person's account."""
    return UUID(person.id)
