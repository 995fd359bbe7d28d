"""Who is told to stop while what was waited for comes at that very moment stops all the same."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from annotator.live.app import _Stream
from annotator.live.hub import Tail

Waiting = tuple[Coroutine[Any, Any, Any], Callable[[], None]]
"""Something that waits, and what lets it go on."""


def _saying() -> Waiting:
    taken = asyncio.Event()

    async def send(_: Any) -> None:
        await taken.wait()

    stream = object.__new__(_Stream)
    stream._send = send
    return stream._say(b""), taken.set


def _resting() -> Waiting:
    tail = object.__new__(Tail)
    tail.position, tail._grown = 0, asyncio.Event()
    return tail.grown(0, seconds=5), tail._grown.set


@pytest.mark.parametrize("begin", [_saying, _resting])
@pytest.mark.parametrize("turns", range(6))
def test_being_told_to_stop_is_never_lost(begin: Callable[[], Waiting], turns: int) -> None:
    async def story() -> tuple[bool, bool]:
        waiting, let_go = begin()
        task = asyncio.ensure_future(waiting)
        await asyncio.sleep(0.01)
        let_go()
        for _ in range(turns):
            await asyncio.sleep(0)
        accepted = task.cancel()
        await asyncio.wait({task})
        return accepted, task.cancelled()

    accepted, cancelled = asyncio.run(story())
    assert cancelled == accepted
