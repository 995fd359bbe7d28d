"""Why the service does not start, in one line with the way out."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes, so that scripts can tell the reasons apart."""

    USAGE = 2
    PORT_TAKEN = 3
    SERVER_UNFIT = 4  # too old, wrong encoding, unreachable, missing
    NO_ROOM = 5  # disk full, folder not writable
    CHILD_FAILED = 6


class Refusal(Exception):
    """The service cannot start; the message is one line that ends with what to do."""

    def __init__(self, message: str, code: Exit) -> None:
        super().__init__(message)
        self.code = code
