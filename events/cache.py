"""Folded states, remembered by a process."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID


class Folded(NamedTuple):
    """A stream's state. ``hash`` is that of its last event: the chain under it makes it stand for the whole past."""

    version: int
    state: Any
    hash: bytes = b""


class StateCache:
    """States by stream. A state is a value, so threads may share it.

    What is kept is bounded by the events that went into it, which stand for its size. A remembered state may be of a
    past that was since undone, by a rollback or a restore: whoever uses one compares its hash with the log.
    """

    def __init__(self, *, events: int = 200_000) -> None:
        self._room = events
        self._used = 0
        self._states: OrderedDict[UUID, Folded] = OrderedDict()
        self._lock = Lock()

    def get(self, stream: UUID) -> Folded | None:
        """What was last put for the stream."""
        with self._lock:
            if stream in self._states:
                self._states.move_to_end(stream)
            return self._states.get(stream)

    def put(self, stream: UUID, folded: Folded) -> None:
        """Remember a state; the states looked at longest ago make room for it."""
        with self._lock:
            self._drop(stream)
            self._states[stream] = folded
            self._used += _weight(folded)
            while self._used > self._room and len(self._states) > 1:
                self._drop(next(iter(self._states)))

    def forget(self, streams: Iterable[UUID]) -> None:
        """Forget states that hold what was erased; the next look folds what is left."""
        with self._lock:
            for stream in streams:
                self._drop(stream)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._states.clear()
            self._used = 0

    def _drop(self, stream: UUID) -> None:
        if old := self._states.pop(stream, None):
            self._used -= _weight(old)


def _weight(folded: Folded) -> int:
    return folded.version + 10
