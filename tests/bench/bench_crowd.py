"""Two hundred people at once: ``python -m tests.bench.bench_crowd [seconds]``.

Twenty projects of ten annotators each, all in one document, none of them blind; everybody has the live feed open and
makes one edit each two seconds. The two hundred live in one event loop of this process, on the same cores as the service.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import uuid_utils.compat as uuid_utils

from tests.bench.figures import head, quantile, row
from tests.faults.actors import TEXT, WORD, Setup
from tests.faults.stage import Stage
from tests.support.service import service

GROUPS, EACH = 20, 10
PAUSE = 2.0  # seconds between the edits of one person
SETTLE = 30.0  # seconds that an edit may take to the last screen before it counts as lost


class _Told(msgspec.Struct):
    """What a feed's event must say of itself."""

    command: str


@dataclass
class Crowd:
    """What became of every edit. Times are seconds on the monotonic clock."""

    sent: dict[str, float] = field(default_factory=dict)
    group: dict[str, int] = field(default_factory=dict)
    acknowledged: dict[str, float] = field(default_factory=dict)
    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    reopened: int = 0


@dataclass
class Person:
    """One annotator with a page open."""

    address: tuple[str, int]
    token: str
    project: UUID
    document: UUID
    group: int
    crowd: Crowd
    chance: random.Random
    made: int = 0
    last: int = 0

    async def follow(self) -> None:
        """Keep a feed open, as a page does: whenever it ends, it goes on where it was."""
        while True:
            with suppress(OSError):
                await self._one_feed()
            self.crowd.reopened += 1
            await asyncio.sleep(1.0)

    async def _one_feed(self) -> None:
        """Note when each edit comes to this screen."""
        reader, writer = await asyncio.open_connection(*self.address)
        path = f"/api/v1/projects/{self.project}/feed?document={self.document}&after={self.last}"
        writer.write(self._head("GET", path))
        if b" 200 " not in await reader.readline():
            return
        position, is_event = 0, False
        while line := await reader.readline():
            if line.startswith(b"id: "):
                position = int(line[4:])
            elif line.startswith(b"data: ") and is_event:
                if position <= self.last:
                    self.crowd.wrong["out of order"] += 1
                self.last = position
                told = msgspec.json.decode(line[6:], type=_Told)
                self.crowd.seen[told.command].append(time.monotonic())
            elif line.startswith(b"event: "):
                is_event = line == b"event: event\n"

    async def edit(self, until: float) -> None:
        """One edit each two seconds, at moments of one's own."""
        reader, writer = await asyncio.open_connection(*self.address)
        await asyncio.sleep(self.chance.uniform(0, PAUSE))
        while (due := time.monotonic()) < until:
            body = self._add()
            path = f"/api/v1/projects/{self.project}/commands"
            text = json.dumps({"commands": [body]}).encode()
            self.crowd.group[body["id"]] = self.group
            self.crowd.sent[body["id"]] = time.monotonic()
            writer.write(self._head("POST", path, len(text)) + text)
            status, answer = await _answer(reader)
            if status == 200 and json.loads(answer)["outcomes"][0]["status"] == "accepted":
                self.crowd.acknowledged[body["id"]] = time.monotonic()
            else:
                self.crowd.wrong[f"{status} {answer[:200]!r}"] += 1
            await asyncio.sleep(max(0.0, due + self.chance.uniform(0.8, 1.2) * PAUSE - time.monotonic()))
        writer.close()

    def _add(self) -> dict[str, Any]:
        start = len(WORD) * (self.made % 2_000)
        self.made += 1
        span = [start, start + 9]
        said: dict[str, Any] = {
            "label": "actor",
            "spans": [span],
            "quote": TEXT[slice(*span)],
            "attributes": {},
            "entity": None,
        }
        data = {"annotation": str(uuid_utils.uuid7()), **said, "origin": "hand", "text_version": 1}
        command = str(uuid_utils.uuid7())
        return {"id": command, "type": "add_annotation", "document": str(self.document), "data": data}

    def _head(self, method: str, path: str, length: int = 0) -> bytes:
        about = f"Content-Type: application/json\r\nContent-Length: {length}\r\n" if length else ""
        return (
            f"{method} {path} HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\n"
            f"Authorization: Bearer {self.token}\r\n{about}\r\n"
        ).encode()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    return int(lines[0].split()[1]), await reader.readexactly(length)


def main(seconds: float) -> None:
    head()
    with service(quiet=True) as running:
        stage = Stage(running)
        people = _gather(stage)
        memory = asyncio.run(_work(people, running, seconds))
        crowd = people[0].crowd
        _tell(crowd, memory, seconds)


def _gather(stage: Stage) -> list[Person]:
    names = ["manager", *(f"crowd-{n}" for n in range(GROUPS * EACH))]
    accounts = stage.tokens(names)
    address = urlsplit(stage.url)
    crowd, people = Crowd(), list[Person]()
    for group in range(GROUPS):
        mine = names[1 + group * EACH : 1 + (group + 1) * EACH]
        setup, project = Setup(stage.url, accounts["manager"][0]), uuid_utils.uuid7()
        setup.project(project, [accounts[name][1] for name in mine], blind=False)
        document = setup.document(project)
        where = (address.hostname or "127.0.0.1", address.port or 80)
        for name in mine:
            token, _ = accounts[name]
            people.append(Person(where, token, project, document, group, crowd, random.Random(name)))
    return people


async def _work(people: Sequence[Person], running: Any, seconds: float) -> int:
    """The memory of all processes at the end, in bytes."""
    feeds = [asyncio.create_task(person.follow()) for person in people]
    await asyncio.sleep(3.0)
    crowd = people[0].crowd
    crowd.seen.clear()
    until = time.monotonic() + seconds
    await asyncio.gather(*(person.edit(until) for person in people))
    end = time.monotonic() + SETTLE
    while time.monotonic() < end and any(len(crowd.seen[each]) < EACH for each in crowd.acknowledged):
        await asyncio.sleep(0.1)
    memory: int = await asyncio.to_thread(running.memory)
    for feed in feeds:
        feed.cancel()
        with suppress(asyncio.CancelledError):
            await feed
    return memory


def _tell(crowd: Crowd, memory: int, seconds: float) -> None:
    acknowledged = [at - crowd.sent[each] for each, at in crowd.acknowledged.items()]
    shown = [at - crowd.sent[each] for each in crowd.acknowledged for at in crowd.seen[each]]
    lost = sum(max(0, EACH - len(crowd.seen[each])) for each in crowd.acknowledged)
    twice = sum(max(0, len(crowd.seen[each]) - EACH) for each in crowd.acknowledged)
    rate = f"{len(acknowledged) / seconds:.0f} edits/s"
    what = f"{GROUPS * EACH} people, feeds open, {rate}"
    row(f"{what}: to acknowledged", _spread(acknowledged), "p95 ≤ 100 ms, p99 ≤ 250 ms")
    row("to the ten screens of the group", _spread(shown), "p95 ≤ 250 ms")
    others = sum(crowd.wrong.values())
    row("lost, twice, or otherwise wrong on a screen", f"{lost}, {twice}, {others} of {len(shown):,}", "0")
    row("feeds that had to be opened anew", f"{crowd.reopened}", "0")
    row("memory of all processes, PSS", f"{memory / 2**20:.0f} MB", "< 1,000 MB")
    row("load average", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", "–")
    for wrong, times in crowd.wrong.most_common(10):
        print(f"{times} × {wrong}")


def _spread(values: Sequence[float]) -> str:
    return ", ".join(
        f"p{100 * share:.0f} {1000 * quantile(values, share):.0f} ms" for share in (0.5, 0.95, 0.99)
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
