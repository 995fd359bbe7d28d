"""A measure's result: a value, or why there is none."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "fewer_than_two_annotators",
    "nothing_marked",
    "nothing_in_common",
    "no_variation",
    "too_few_documents",
    "empty_text",
]
"""no_variation: everybody says the same of everything, so that chance agreement is full and nothing is left
to measure. nothing_in_common: no two annotators answered the same thing."""


@dataclass(frozen=True, slots=True)
class Value:
    """A measure, with the bounds of its 95 % interval where they were asked for, and on how many documents
    or items it rests."""

    value: float
    count: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Undefined:
    """There is no value, for this reason."""

    reason: Reason


Result = Value | Undefined
