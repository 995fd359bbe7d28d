"""Which moment of a project a read is about."""

import time
from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from annotator.api.parameters import Parameters, Position
from annotator.api.problems import Problem
from annotator.queries.log import head

At = Annotated[
    Position | None, Meta(description="Show the state as of this position; without it, the state now")
]
AtLeast = Annotated[
    Position | None,
    Meta(description="Wait up to 300 ms for this position; `position` says what the answer includes"),
]

PATIENCE: Final = 0.3  # seconds
_STEP = 0.02


class Moment(Parameters, frozen=True):
    """A moment, past or present."""

    at: At = None
    at_least: AtLeast = None


def position_of(project: UUID, moment: Moment) -> int:
    """The position that is shown.

    Raises:
        Problem: the log has not come that far.
    """
    if moment.at is None:
        return wait_for(lambda: head(project), moment.at_least)
    return reached(project, moment.at, parameter="at")


def reached(
    project: UUID, at: int | None, *, parameter: str | None = None, pointer: str | None = None
) -> int:
    """The position, by default the last, named by the place in the request that gives it.

    Raises:
        Problem: the log has not come that far.
    """
    now = head(project)
    if at is not None and at > now:
        title, status = "The log has not reached this position.", 422 if pointer else 400
        raise Problem(
            status, "not-reached", title, parameter=parameter, pointer=pointer, facts={"position": now}
        )
    return now if at is None else at


def wait_for(read: Callable[[], int], position: int | None) -> int:
    """Read a position until it reaches the one asked for, or patience ends; the position then."""
    until = time.monotonic() + PATIENCE
    found = read()
    while position is not None and found < position and time.monotonic() < until:
        time.sleep(_STEP)
        found = read()
    return found
