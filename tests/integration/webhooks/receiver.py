"""A receiver of webhooks: a real server that verifies what it is sent, and answers as the test wants."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from palimpsest.webhooks import verify

from annotator.jobs.webhooks.delivering import deliver
from annotator.jobs.webhooks.rows import Key
from tests.support.people import World
from tests.support.web import Asked, Told, Web, a_web


@dataclass
class Receiver:
    """``answers`` are given one after another, then successes. ``taken`` are bodies that were acknowledged."""

    web: Web
    secret: str = ""
    answers: list[Told] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)  # of all attempts

    def __call__(self, asked: Asked) -> Told:
        body: dict[str, Any] = verify(asked.body, asked.headers, self.secret)
        self.ids.append(asked.headers["webhook-id"])
        told = self.answers.pop(0) if self.answers else Told(b"", 204)
        if told.status < 300:
            self.taken.append(body)
        return told

    @property
    def url(self) -> str:
        return f"{self.web.url}/hook"

    @property
    def events(self) -> list[dict[str, Any]]:
        """Events that were acknowledged, in the order in which they came."""
        return [event for body in self.taken for event in body["data"]["events"]]

    @property
    def positions(self) -> list[int]:
        return [event["position"] for event in self.events]


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    """The receiver, for as long as the block lasts."""
    with a_web() as web:
        receiver = Receiver(web)
        web.answers["/hook"] = receiver
        yield receiver


def subscribed(world: World, receiver: Receiver, **wishes: Any) -> Key:
    """A webhook of Mona's that the receiver stands behind."""
    body = {"name": "Pipeline", "url": receiver.url, **wishes}
    made = world.mona.ask("POST", f"{world.path}/webhooks", body).ok()
    receiver.secret = made["secret"]
    return UUID(world.project), UUID(made["webhook"]["id"])


def seen(world: World, key: Key) -> dict[str, Any]:
    """The webhook as managers see it."""
    found: list[dict[str, Any]] = world.mona.get(f"{world.path}/webhooks").ok()["results"]
    return next(each for each in found if each["id"] == str(key[1]))


def told(key: Key) -> str:
    """Have the webhook told what there is, as a worker does."""
    return deliver(key, seconds=20)
