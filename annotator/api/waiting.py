"""Long polls: an answer that waits for news, without taking the threads that others need."""

import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Annotated, Final

from msgspec import Meta

MOST: Final = 4
"""Calls of this process that may wait at once; one more is answered without waiting."""

STEP = 0.25  # seconds between looks

Wait = Annotated[
    int, Meta(ge=0, le=20, description="Seconds to wait for something new, where there is nothing yet")
]

_room = BoundedSemaphore(MOST)


def wait_until(is_there: Callable[[], bool], seconds: int) -> None:
    """Return when there is news, or when the seconds are over."""
    if seconds == 0 or is_there() or not _room.acquire(blocking=False):
        return
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not is_there():
            time.sleep(STEP)
    finally:
        _room.release()
