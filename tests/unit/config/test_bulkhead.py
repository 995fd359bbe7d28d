"""One project that is held up leaves threads for the others."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from threading import Event
from typing import Any

from annotator.api.held_up import HELD_UP
from annotator.config.bridge import Bridge
from annotator.config.bulkhead import WIDTH, Bulkhead

HELD, FREE = "held", "free"


def test_who_finds_every_place_taken_waits_for_one() -> None:
    async def story() -> list[bool]:
        bulkhead = Bulkhead(width=1, patience=5)
        first = bulkhead.enter(HELD)
        assert await first.__aenter__()
        second = asyncio.create_task(entered(bulkhead, HELD))
        await asyncio.sleep(0.01)
        assert not second.done()
        assert await entered(bulkhead, FREE), "another compartment is none of its business"
        await first.__aexit__(None, None, None)
        return [await second, await entered(bulkhead, HELD)]

    assert asyncio.run(story()) == [True, True]


def test_who_has_waited_for_long_enough_is_told_so_and_takes_no_place() -> None:
    async def story() -> list[bool]:
        bulkhead = Bulkhead(width=1, patience=0.02)
        async with bulkhead.enter(HELD) as placed:
            late = [await entered(bulkhead, HELD) for _ in range(3)]
        return [placed, *late, await entered(bulkhead, HELD)]

    assert asyncio.run(story()) == [True, False, False, False, True]


def test_requests_of_one_lane_leave_threads_for_all_others() -> None:
    release, told = Event(), list[str]()

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> BytesIO:
        if environ["PATH_INFO"] == "/held" and HELD_UP not in environ:
            release.wait(5)
        told.append(f"{environ['PATH_INFO']} {environ.get(HELD_UP, '')}".strip())
        start("200 OK", [])
        return BytesIO()

    async def story() -> None:
        compartment = lambda scope: scope["path"] if scope["path"] == "/held" else None  # noqa: E731
        bridge = Bridge(app, threads=WIDTH + 1, compartment=compartment, bulkhead=Bulkhead(patience=0.05))
        held = [asyncio.create_task(asked(bridge, "/held")) for _ in range(2 * WIDTH)]
        await asyncio.wait_for(asked(bridge, "/free"), 2)
        while len(told) <= WIDTH:
            await asyncio.sleep(0.01)
        release.set()
        await asyncio.gather(*held)

    asyncio.run(story())
    assert told[0] == "/free"
    assert sorted(told[1:]) == sorted([*["/held 1"] * WIDTH, *["/held"] * WIDTH])


async def entered(bulkhead: Bulkhead, key: str) -> bool:
    async with bulkhead.enter(key) as placed:
        return placed


async def asked(bridge: Bridge, path: str) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Any) -> None:
        pass

    scope = {
        "method": "POST", "path": path, "query_string": b"", "http_version": "1.1", "headers": [],
    }  # fmt: skip
    await bridge(scope, receive, send)
