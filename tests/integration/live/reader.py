"""Reads the feed in tests, straight from the application, without a server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from annotator.live import app
from tests.support.people import Person

PATIENCE = 10.0


@dataclass
class Feed:
    """One open feed: the status, and blocks as they come."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: bool = False
    _rest: bytes = b""
    _blocks: "asyncio.Queue[dict[str, str]]" = field(default_factory=asyncio.Queue)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self._take(message.get("body", b""))
            self.ended = not message.get("more_body", False)
        self._changed.set()

    def _take(self, data: bytes) -> None:
        self.body += data
        *whole, self._rest = (self._rest + data).split(b"\n\n")
        for block in whole:
            fields = dict(
                line.split(": ", 1) for line in block.decode().split("\n") if not line.startswith(":")
            )
            self._blocks.put_nowait(fields)

    async def block(self, event: str) -> dict[str, Any]:
        """The next block of a kind, with its data."""
        while True:
            fields = await asyncio.wait_for(self._blocks.get(), PATIENCE)
            if fields.get("event") == event:
                return {**fields, "data": json.loads(fields["data"])}

    async def events(self, count: int) -> list[dict[str, Any]]:
        """The next events."""
        return [(await self.block("event"))["data"] for _ in range(count)]

    async def until_ended(self, seconds: float = PATIENCE) -> None:
        async with asyncio.timeout(seconds):
            while not self.ended:
                await self._changed.wait()
                self._changed.clear()

    async def is_silent(self, seconds: float = 0.5) -> bool:
        """Whether no event comes for so long."""
        try:
            await asyncio.wait_for(self.block("event"), seconds)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def feed(person: Person | None, path: str, query: str = "", **headers: str) -> AsyncIterator[Feed]:
    """The feed as this person's browser reads it."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if person is not None:
        cookies = "; ".join(f"{morsel.key}={morsel.value}" for morsel in person.client.cookies.values())
        given |= {"cookie": cookies, **{name.lower(): value for name, value in person.headers.items()}}
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/api/v1{path}/feed",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    reader, left = Feed(), asyncio.Event()

    async def receive() -> dict[str, str]:
        await left.wait()
        return {"type": "http.disconnect"}

    task = asyncio.create_task(app.application(scope, receive, reader.send))
    try:
        async with asyncio.timeout(PATIENCE):
            while not reader.status:
                await asyncio.sleep(0.005)
        yield reader
    finally:
        left.set()
        await asyncio.wait_for(task, PATIENCE)


async def in_thread(work: Any, *arguments: Any) -> Any:
    """Blocking work of a test beside an open feed."""
    from django.db import connection

    def done() -> Any:
        try:
            return work(*arguments)
        finally:
            connection.close()

    return await asyncio.to_thread(done)
