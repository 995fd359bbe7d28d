"""A project whose log is held up takes some of the threads, never all of them: the other projects go on.

Whoever writes to a log waits for its lock, for seconds if something holds it. When some do already, the next ones are
told at once to come again.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from uuid import UUID

from events.handler import Busy

MOST = 3  # of a process's eight threads
PATIENCE = 1.0  # seconds; a project whose requests take less is not held up, however many there are


class Bulkhead:
    """Counts who is inside, and since when."""

    def __init__(self, *, most: int = MOST, patience: float = PATIENCE) -> None:
        self._most, self._patience = most, patience
        self._inside: dict[UUID, dict[object, float]] = {}
        self._lock = Lock()

    @contextmanager
    def enter(self, project: UUID) -> Iterator[None]:
        """Write to a project's log.

        Raises:
            Busy: enough are waiting there.
        """
        ticket = object()
        with self._lock:
            inside = self._inside.setdefault(project, {})
            now = time.monotonic()
            if len(inside) >= self._most and now - min(inside.values()) > self._patience:
                raise Busy
            inside[ticket] = now
        try:
            yield
        finally:
            with self._lock:
                del inside[ticket]
                if not inside:
                    self._inside.pop(project, None)


BULKHEAD = Bulkhead()
