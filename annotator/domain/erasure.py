"""Erasure: contents that must go, and why. The events stay, so that the log still proves itself.

An erasure is ordered once, in a stream of its own, with its legal basis and with what has to be called back. Each
stream that loses contents then says which, so that everything that was folded from it notices.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, assert_never

from immutables import Map

from annotator.domain.maps import EMPTY
from annotator.domain.values import Value
from events.decider import Decider

KIND = "erasure"

Scope = Literal["document", "account", "entity"]
Basis = Literal[
    "subject_request",
    "consent_withdrawn",
    "objection",
    "unlawful_processing",
    "legal_obligation",
    "licence_ended",
    "other",
]


class Recalled(Value, frozen=True):
    """An export made before that holds what was erased; ``position`` is the one it was made of."""

    job: str
    name: str
    sha256: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureOrdered:
    """Somebody ordered an erasure. ``contents`` counts bodies, ``size`` their bytes, ``marks`` those without a quote now.

    ``record`` says whether the account's name and addresses went, too.
    """

    ENTITY: ClassVar[str | None] = "erasure"
    PRIVATE: ClassVar[tuple[str, ...]] = ("note",)
    erasure: str
    scope: Scope
    subject: str
    basis: Basis
    contents: int
    size: int
    marks: int
    record: bool
    exports: tuple[Recalled, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContentErased:
    """These contents of the stream's earlier events are gone; whoever remembers them folds the stream anew."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    FORGETS: ClassVar[bool] = True
    erasure: str
    contents: tuple[str, ...]


ErasureEvent = ErasureOrdered | ContentErased


@dataclass(frozen=True, slots=True)
class Erasures:
    """What was ordered, by id."""

    ordered: Map[str, ErasureOrdered] = EMPTY


def evolve(state: Erasures, event: ErasureEvent) -> Erasures:
    """The erasures after one more event."""
    match event:
        case ErasureOrdered():
            return replace(state, ordered=state.ordered.set(event.erasure, event))
        case ContentErased():
            return state
        case _:
            assert_never(event)


DECIDER: Decider[Erasures] = Decider(KIND, Erasures(), evolve)
