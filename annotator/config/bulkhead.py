"""A project whose log is held up takes some of the threads, never all of them: the other projects go on.

Whoever writes to a log waits for its lock, for seconds if something holds it. A log takes one writer at a time anyhow, so
a few threads serve it as fast as all would; the rest of its requests wait in front of the threads.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

WIDTH = 4  # of a process's eight threads
PATIENCE = 3.0  # seconds


@dataclass
class _Compartment:
    places: asyncio.Semaphore
    users: int = 0


class Bulkhead:
    """One compartment for each key in use, of so many places. All of one event loop."""

    def __init__(self, *, width: int = WIDTH, patience: float = PATIENCE) -> None:
        self._width, self._patience = width, patience
        self._compartments: dict[str, _Compartment] = {}

    @asynccontextmanager
    async def enter(self, key: str) -> AsyncIterator[bool]:
        """Whether there was a place in time. Who got none must not wait for anything else either."""
        compartment = self._compartments.setdefault(key, _Compartment(asyncio.Semaphore(self._width)))
        compartment.users += 1
        try:
            if await self._placed(compartment):
                try:
                    yield True
                finally:
                    compartment.places.release()
            else:
                yield False
        finally:
            compartment.users -= 1
            if not compartment.users:
                del self._compartments[key]

    async def _placed(self, compartment: _Compartment) -> bool:
        try:
            async with asyncio.timeout(self._patience):
                await compartment.places.acquire()
        except TimeoutError:
            return False
        return True
