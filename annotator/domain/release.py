"""Releases: names for positions of a project's log that people cite. A name, once given, means the same for ever.

What stands at a position follows from the log, so a release holds only what somebody decided: the name, which
position, the licence, and a note.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, assert_never

from immutables import Map
from msgspec import Meta

from annotator.domain.erasure import ContentErased
from annotator.domain.ids import keyed_id
from annotator.domain.maps import EMPTY
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command, Id
from events.decider import Decider

KIND = "release"

ReleaseName = Annotated[
    str,
    Meta(
        pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$(?!\s)",
        max_length=100,
        description="Unique in the project, on one line",
    ),
]
Position = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Note = Annotated[str, Meta(max_length=2000)]
Licence = Annotated[
    str, Meta(max_length=200, description="An SPDX identifier, or how the data may be used in words")
]


class MakeRelease(Command, frozen=True, kw_only=True):
    """Give a position a name for good; without one it is the position of the release's own event."""

    release: Id
    name: ReleaseName
    position: Position | None = None
    licence: Licence = ""
    note: Note = ""


class WithdrawRelease(Command, frozen=True, kw_only=True):
    """Say that a release should not be used any more; it stays readable, and its name taken."""

    release: Id
    reason: Note = ""


ReleaseCommand = MakeRelease | WithdrawRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseMade:
    """A position has a name now. ``position`` None is that of this event."""

    ENTITY: ClassVar[str | None] = "release"
    PRIVATE: ClassVar[tuple[str, ...]] = ("note",)
    release: str
    name: str
    position: int | None
    licence: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseWithdrawn:
    """The release should not be used any more. ``withdrawal`` follows from the release: what was made stays as it is."""

    ENTITY: ClassVar[str | None] = "withdrawal"
    PRIVATE: ClassVar[tuple[str, ...]] = ("reason",)
    withdrawal: str
    release: str
    reason: str = ""


ReleaseEvent = ReleaseMade | ReleaseWithdrawn | ContentErased


@dataclass(frozen=True, slots=True)
class Releases:
    """What was made and what was withdrawn, by id of release, in order."""

    made: Map[str, ReleaseMade] = EMPTY
    withdrawn: Map[str, ReleaseWithdrawn] = EMPTY


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at; ``head`` is the last position of the log."""

    project: Project
    head: int


class ReleaseExists(Refusal):
    """A release of this id was made before, otherwise; what it is cannot change."""


class ReleaseNameTaken(Refusal):
    """Another release of the project has this name; a name means the same for ever."""


class ReleaseUnknown(Refusal):
    """The project has no such release."""


class PositionNotReached(Refusal):
    """The log has not reached this position."""


def evolve(state: Releases, event: ReleaseEvent) -> Releases:
    """The releases after one more event."""
    match event:
        case ReleaseMade():
            return replace(state, made=state.made.set(event.release, event))
        case ReleaseWithdrawn():
            return replace(state, withdrawn=state.withdrawn.set(event.release, event))
        case ContentErased():
            return state  # the events that brought them do not have them any more
        case _:
            assert_never(event)


def decide(command: ReleaseCommand, state: Releases, context: Context) -> Sequence[ReleaseEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    match command:
        case MakeRelease():
            return _make(command, state, context)
        case WithdrawRelease(release=release, reason=reason):
            if release not in state.made:
                raise ReleaseUnknown(release=release, pointer="/release")
            if release in state.withdrawn:
                return []
            withdrawal = keyed_id("withdrawal", release)
            return [ReleaseWithdrawn(withdrawal=withdrawal, release=release, reason=reason)]
        case _:
            assert_never(command)


def _make(command: MakeRelease, state: Releases, context: Context) -> Sequence[ReleaseEvent]:
    wanted = ReleaseMade(
        release=command.release,
        name=command.name,
        position=command.position,
        licence=command.licence,
        note=command.note,
    )
    known = state.made.get(command.release)
    if known == wanted:
        return []
    if known is not None:
        raise ReleaseExists(release=command.release, name=known.name, pointer="/release")
    if any(same_name(each.name, command.name) for each in state.made.values()):
        raise ReleaseNameTaken(name=command.name, pointer="/name")
    if command.position is not None and command.position > context.head:
        raise PositionNotReached(position=command.position, head=context.head, pointer="/position")
    return [wanted]


def same_name(one: str, other: str) -> bool:
    """Whether people would take the two for one name."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


DECIDER: Decider[Releases] = Decider(KIND, Releases(), evolve)
