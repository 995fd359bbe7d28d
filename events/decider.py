"""What a stream's state is made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

S = TypeVar("S")


class Refused(Exception):
    """The base of every domain exception: the command is against a rule."""


@dataclass(frozen=True, slots=True)
class Decider(Generic[S]):
    """The pure fold of one kind of stream: ``evolve`` records an event in an immutable state.

    Of each entity the last event alone may be folded, so ``evolve`` takes the removal of what it has not seen.
    """

    kind: str
    initial: S
    evolve: Callable[[S, Any], S]

    def fold(self, events: Iterable[object], state: S | None = None) -> S:
        """The state after these events, from ``state`` or from the beginning."""
        return reduce(self.evolve, events, self.initial if state is None else state)
