"""Thirty people at work through HTTP: patient ones, forgetful ones, two at one set, whole batches."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import uuid_utils.compat as uuid_utils

from tests.faults.history import History, Sent

PATIENCE = 90.0  # seconds until a command must have been answered
SILENCE = 20.0  # seconds that a request may take without any answer
WORD = "Hezbollah entered the city. "
TEXT = WORD * 2_000
OTHERS_TURN = {503, 507}  # statuses that ask to come again; 500 is always wrong


@dataclass
class Actor:
    """One tab of one account on one document. ``kind`` says how it behaves when an answer is lost, and how it writes."""

    kind: str
    url: str
    token: str
    project: UUID
    document: UUID
    history: History
    seed: str
    stopping: threading.Event
    pause: tuple[float, float] = (0.2, 0.7)
    shared: list[UUID] = field(default_factory=list)
    mine: list[UUID] = field(default_factory=list)
    version: int = 0
    made: int = 0

    def run(self) -> None:
        """Write until told to stop; a stop waits for the answer that is due."""
        self._chance = random.Random(self.seed)
        self._connection: http.client.HTTPConnection | None = None
        slower = 6 if self.kind == "batching" else 1
        while not self.stopping.wait(slower * self._chance.uniform(*self.pause)):
            bodies = self._next()
            self.history.sends(self._sent(body) for body in bodies)
            outcomes = self._until_answered(bodies)
            for body, outcome in zip(bodies, outcomes, strict=False):
                self._take(body, outcome)
            if self.kind == "repeating" and outcomes:
                for body, outcome in zip(bodies, self._until_answered(bodies), strict=False):
                    self._take(body, outcome)

    def _next(self) -> list[dict[str, Any]]:
        if self.kind == "batching":
            return [self._add() for _ in range(20)]
        if self.kind == "sharing":
            return [self._change(self._chance.choice(self.shared), expected=self.version)]
        chance = self._chance.random()
        if chance < 0.2 and self.mine:
            return [self._change(self._chance.choice(self.mine))]
        if chance < 0.3 and len(self.mine) > 5:
            return [self._remove(self.mine.pop(self._chance.randrange(len(self.mine))))]
        return [self._add()]

    def _until_answered(self, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Outcomes; none when the actor forgot about it after a lost answer."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status, answer = self._post(bodies)
            if status == 200:
                return list(answer["outcomes"])
            if status and status not in OTHERS_TURN:
                self.history.tells(f"status {status}: {str(answer)[:300]}")
                return []
            if self.kind == "forgetful" and status == 0:
                return []
            self.history.resends()
            time.sleep(self._chance.uniform(0.05, 0.2))
        self.history.tells(f"{self.kind}: no answer in {PATIENCE:.0f} s")
        return []

    def _post(self, bodies: Sequence[dict[str, Any]]) -> tuple[int, Any]:
        """Status and body; status 0 when the answer was lost."""
        path = f"/api/v1/projects/{self.project}/commands"
        head = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        begun, status, answer = time.monotonic(), 0, None
        try:
            if self._connection is None:
                address = urlsplit(self.url).netloc
                self._connection = http.client.HTTPConnection(address, timeout=SILENCE)
            self._connection.request("POST", path, json.dumps({"commands": bodies}), head)
            response = self._connection.getresponse()
            text = response.read()
            status, answer = response.status, json.loads(text) if text else None
            if status == 503 and not response.headers.get("Retry-After"):
                self.history.tells(f"503 without Retry-After: {text[:200]!r}")
        except (OSError, http.client.HTTPException, ValueError):
            status = 0
            if self._connection is not None:
                self._connection.close()
            self._connection = None
        self.history.answered(status, begun, time.monotonic(), self.project)
        return status, answer

    def _take(self, body: dict[str, Any], outcome: Mapping[str, Any]) -> None:
        command = UUID(body["id"])
        match outcome["status"]:
            case "accepted" | "duplicate":
                if outcome["last"] < outcome["first"]:
                    self.history.declines(command)  # nothing had to change
                else:
                    is_new = command not in self.history.acknowledged
                    self.history.acknowledges(command, outcome["first"])
                    if is_new and body["type"] == "add_annotation":
                        self.mine.append(UUID(body["data"]["annotation"]))
            case "conflict" if self.kind == "sharing":
                self.history.declines(command)
            case _:
                self.history.tells(f"{self.kind}: {body['type']}: {str(outcome)[:300]}")
        if outcome["version"]:
            self.version = outcome["version"]

    def _add(self) -> dict[str, Any]:
        start = len(WORD) * (self.made % 2_000)
        self.made += 1
        return self._command("add_annotation", self._state(uuid_utils.uuid7(), [start, start + 9]))

    def _change(self, annotation: UUID, *, expected: int | None = None) -> dict[str, Any]:
        start = len(WORD) * self._chance.randrange(2_000)
        return self._command("change_annotation", self._state(annotation, [start, start + 9]), expected)

    def _remove(self, annotation: UUID) -> dict[str, Any]:
        return self._command("remove_annotation", {"annotation": str(annotation)})

    def _state(self, annotation: UUID, span: list[int]) -> dict[str, Any]:
        said: dict[str, Any] = {
            "label": "actor",
            "spans": [span],
            "quote": TEXT[slice(*span)],
            "attributes": {},
            "entity": None,
        }
        return {"annotation": str(annotation), **said, "origin": "hand", "text_version": 1}

    def _command(self, name: str, data: dict[str, Any], expected: int | None = None) -> dict[str, Any]:
        body = {"id": str(uuid_utils.uuid7()), "type": name, "document": str(self.document), "data": data}
        return body if expected is None else {**body, "expected": expected}

    def _sent(self, body: dict[str, Any]) -> Sent:
        event = {"add": "annotation_added", "change": "annotation_changed", "remove": "annotation_removed"}
        says = {name: body["data"][name] for name in ("label", "spans") if name in body["data"]}
        name = event[body["type"].partition("_")[0]]
        entity = UUID(body["data"]["annotation"])
        return Sent(self.project, UUID(body["id"]), name, entity, says)


KINDS = (*["patient"] * 4, "forgetful", "repeating", *["batching"] * 2, *["sharing"] * 2)
"""Ten on each project; the last two are tabs of one account on one set."""


@dataclass
class Cast:
    """All of them, and the projects that they work on."""

    actors: list[Actor]
    projects: list[UUID]
    stopping: threading.Event
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.threads = [
            threading.Thread(target=each.run, name=each.kind, daemon=True) for each in self.actors
        ]
        for thread in self.threads:
            thread.start()

    def stop(self) -> bool:
        """Whether every one of them came to an end."""
        self.stopping.set()
        deadline = time.monotonic() + PATIENCE + SILENCE
        for thread in self.threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)


def gather(
    url: str, tokens: Callable[[Sequence[str]], Mapping[str, tuple[str, UUID]]], history: History, *, seed: int,
    projects: int = 3, pause: tuple[float, float] = (0.2, 0.7),
) -> Cast:  # fmt: skip
    """Make projects, documents and members; everyone is ready to write."""
    names = ["manager", *(f"actor-{p}-{n}" for p in range(projects) for n in range(len(KINDS) - 1))]
    accounts = tokens(names)
    cast = Cast([], [], threading.Event())
    for p in range(projects):
        project, setup = uuid_utils.uuid7(), Setup(url, accounts["manager"][0])
        cast.projects.append(project)
        setup.project(
            project, [account for name, (_, account) in accounts.items() if name.startswith(f"actor-{p}-")]
        )
        shared = setup.document(project)
        for n, kind in enumerate(KINDS):
            token, _ = accounts[f"actor-{p}-{min(n, len(KINDS) - 2)}"]
            document = shared if kind == "sharing" else setup.document(project)
            actor = Actor(
                kind, url, token, project, document, history, f"{seed}/{p}/{n}", cast.stopping, pause
            )
            cast.actors.append(actor)
        *_, one, other = cast.actors
        one.shared = other.shared = setup.annotations(one)
    return cast


class Setup:
    """The manager's hand: each command must be accepted."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def project(self, project: UUID, members: Sequence[UUID], *, blind: bool = True) -> None:
        self._do(project, "create_project", {"name": "Faults", "languages": ["en"], "blind": blind})
        label = {"key": "actor", "name": "Actor", "color": "#0072B2", "shortcut": "a", "attributes": []}
        self._do(project, "define_label", label)
        for member in members:
            self._do(project, "set_member", {"member": str(member), "role": "annotator"})

    def document(self, project: UUID) -> UUID:
        document = uuid_utils.uuid7()
        text = f"{TEXT}{document}"
        languages = [{"start": 0, "end": len(text), "lang": "en"}]
        article = {"document": str(document), "title": f"{document}", "text": text, "languages": languages}
        self._do(project, "import_document", article, document=document)
        return document

    def annotations(self, actor: Actor) -> list[UUID]:
        """A few on the set that two will share."""
        bodies = [actor._add() for _ in range(4)]
        for body in bodies:
            self._do(actor.project, body["type"], body["data"], document=actor.document, token=actor.token)
        return [UUID(body["data"]["annotation"]) for body in bodies]

    def _do(
        self, project: UUID, name: str, data: Any, *, document: UUID | None = None, token: str = ""
    ) -> None:
        body = {"id": str(uuid_utils.uuid7()), "type": name, "data": data}
        if document:
            body["document"] = str(document)
        connection = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=SILENCE)
        head = {"Authorization": f"Bearer {token or self._token}", "Content-Type": "application/json"}
        connection.request(
            "POST", f"/api/v1/projects/{project}/commands", json.dumps({"commands": [body]}), head
        )
        answer = json.loads(connection.getresponse().read())
        connection.close()
        assert answer["outcomes"][0]["status"] == "accepted", answer
