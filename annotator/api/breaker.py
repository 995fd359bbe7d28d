"""While the database is away, one request at a time tries it and all others are told at once.

Without this each of the few threads would wait out the connection pool's patience in turn. The one that tries asks the
database for nothing, before its own work, which may take long for other reasons: a lock that somebody holds.
"""

import time
from threading import Lock

PAUSE = 1.0  # seconds between two tries
PROBE = 4.0  # seconds one try may take before another may begin


class DatabaseAway(Exception):
    """The database did not answer a moment ago."""


class Breaker:
    """Closed: requests pass. Open: one probe per pause passes."""

    def __init__(self) -> None:
        self._next_try: float | None = None
        self._lock = Lock()

    def check(self) -> bool:
        """Whether the caller is to try the database, and to tell whether it worked.

        Raises:
            DatabaseAway: the breaker is open and it is not time to try again.
        """
        if self._next_try is None:
            return False
        self._pass_one()
        return True

    def _pass_one(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now < (self._next_try or now):
                raise DatabaseAway
            self._next_try = now + PROBE

    def failed(self) -> None:
        """The database could not be reached."""
        with self._lock:
            self._next_try = time.monotonic() + PAUSE

    def worked(self) -> None:
        """The database answered."""
        if self._next_try is not None:
            with self._lock:
                self._next_try = None


BREAKER = Breaker()
