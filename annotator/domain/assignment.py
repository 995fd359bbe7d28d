"""Who holds a seat at a document: handed out with a lease, given by a manager, put back, or skipped with a reason.

A document has as many seats as the project's overlap. A seat is taken while its lease runs, while it was given by a
manager, and for good once its holder has finished. A lease that ran out needs no event: the seat is free because the
time has passed. Work renews it, because the time is counted from the last change in the holder's set as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, assert_never

from immutables import Map
from msgspec import Meta

from annotator.domain.document import Document, require_document
from annotator.domain.erasure import ContentErased
from annotator.domain.ids import keyed_id
from annotator.domain.maps import EMPTY, without
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command, Id
from events.decider import Decider

KIND = "assignment"

SkipReason = Literal["language", "unreadable", "off_topic", "too_long", "conflict_of_interest", "other"]
Priority = Annotated[int, Meta(ge=-1000, le=1000)]


class TakeSeat(Command, frozen=True, kw_only=True):
    """Work on the document for the time of a lease; taken again, the lease begins anew."""


class ReturnSeat(Command, frozen=True, kw_only=True):
    """Put the document back; what was marked stays."""


class SkipDocument(Command, frozen=True, kw_only=True):
    """Leave the document to others, and say why. It comes again only if a manager gives it."""

    reason: SkipReason
    note: Annotated[str, Meta(max_length=2000)] = ""


class AssignSeat(Command, frozen=True, kw_only=True):
    """Give a seat to somebody, without a lease, also to somebody who skipped the document."""

    account: Id


class UnassignSeat(Command, frozen=True, kw_only=True):
    """Take somebody's seat away; what they marked stays."""

    account: Id


class SetPriority(Command, frozen=True, kw_only=True):
    """Say how early the document is handed out in a project that goes by priority: the highest first."""

    priority: Priority


AssignmentCommand = TakeSeat | ReturnSeat | SkipDocument | AssignSeat | UnassignSeat | SetPriority


@dataclass(frozen=True, slots=True, kw_only=True)
class _SeatState:
    """Whose seat it is."""

    ENTITY: ClassVar[str | None] = "seat"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    seat: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTaken(_SeatState):
    """The account works on the document; ``until`` is when the lease ends without any work, in ISO 8601."""

    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAssigned(_SeatState):
    """A manager gave the document to the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReturned(_SeatState):
    """The account put the document back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatUnassigned(_SeatState):
    """A manager took the seat away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSkipped(_SeatState):
    """The account leaves the document to others."""

    PRIVATE: ClassVar[tuple[str, ...]] = ("note",)
    reason: SkipReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class PrioritySet:
    """The document is handed out this early."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    priority: int


AssignmentEvent = (
    SeatTaken | SeatAssigned | SeatReturned | SeatUnassigned | DocumentSkipped | PrioritySet | ContentErased
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat that somebody has; ``until`` is None for one that a manager gave."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Seats and skips of a document, by account."""

    seats: Map[str, Seat] = EMPTY
    skipped: Map[str, SkipReason] = EMPTY
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody's set of the document says: whether it is finished, and when it last changed."""

    finished: bool
    worked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What seats are judged by. ``now`` is the database's time; ``sets`` are those of the document by account.

    ``subject`` is the document's id. ``done``: the shared set is finished.
    """

    project: Project
    document: Document
    subject: str
    issued_by: str
    now: datetime
    sets: Mapping[str, Standing] = field(default_factory=dict)
    done: bool = False


class NoSeatFree(Refusal):
    """All seats of the document are taken."""


class DocumentWasSkipped(Refusal):
    """You skipped this document; a manager can give it again."""


class SetFinishedAlready(Refusal):
    """The work on this document is done already."""


class NotAnAnnotator(Refusal):
    """Documents are given to people who may annotate in this project."""


def evolve(state: Assignment, event: AssignmentEvent) -> Assignment:
    """The seats after one more event."""
    match event:
        case SeatTaken(account=account, until=until):
            return _seated(state, account, Seat(datetime.fromisoformat(until)))
        case SeatAssigned(account=account):
            return _seated(state, account, Seat(None))
        case SeatReturned(account=account) | SeatUnassigned(account=account):
            return replace(state, seats=without(state.seats, account))
        case DocumentSkipped(account=account, reason=reason):
            seats = without(state.seats, account)
            return replace(state, seats=seats, skipped=state.skipped.set(account, reason))
        case PrioritySet(priority):
            return replace(state, priority=priority)
        case ContentErased():
            return state
        case _:
            assert_never(event)


def _seated(state: Assignment, account: str, seat: Seat) -> Assignment:
    return replace(state, seats=state.seats.set(account, seat), skipped=without(state.skipped, account))


def holders(state: Assignment, context: Context) -> frozenset[str]:
    """Whose seats are taken now: running leases, seats that were given, finished sets."""
    held = {account for account in state.seats if _is_held(account, state, context)}
    return frozenset(held | {account for account, each in context.sets.items() if each.finished})


def _is_held(account: str, state: Assignment, context: Context) -> bool:
    seat = state.seats.get(account)
    if seat is None:
        return False
    if seat.until is None or seat.until > context.now:
        return True
    worked = context.sets[account].worked_at if account in context.sets else None
    return worked is not None and worked + _lease(context) > context.now


def _lease(context: Context) -> timedelta:
    return timedelta(minutes=context.project.handing_out.lease_minutes)


def decide(command: AssignmentCommand, state: Assignment, context: Context) -> Sequence[AssignmentEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    require_document(context.document)
    own = context.issued_by
    match command:
        case TakeSeat():
            return _take(state, context)
        case ReturnSeat():
            return [SeatReturned(seat=_seat(own, context), account=own)] if own in state.seats else []
        case SkipDocument(reason=reason, note=note):
            return _skip(reason, note, state, context)
        case AssignSeat(account=account):
            return _assign(account, state, context)
        case UnassignSeat(account=account):
            known = account in state.seats
            return [SeatUnassigned(seat=_seat(account, context), account=account)] if known else []
        case SetPriority(priority=priority):
            return [] if priority == state.priority else [PrioritySet(priority)]
        case _:
            assert_never(command)


def _seat(account: str, context: Context) -> str:
    return keyed_id("seat", f"{context.subject}/{account}")


def _take(state: Assignment, context: Context) -> Sequence[AssignmentEvent]:
    own = context.issued_by
    if context.done or _has_finished(own, context):
        raise SetFinishedAlready()
    if own in state.skipped:
        raise DocumentWasSkipped()
    _require_free(own, state, context)
    until = context.now + _lease(context)
    seat = state.seats.get(own)
    # A seat without a lease has nothing to renew; one that has most of it left is left alone, for the log is for ever.
    if seat is not None and (seat.until is None or seat.until > context.now + _lease(context) * 3 / 4):
        return []
    return [SeatTaken(seat=_seat(own, context), account=own, until=until.isoformat())]


def _has_finished(account: str, context: Context) -> bool:
    return account in context.sets and context.sets[account].finished


def _require_free(account: str, state: Assignment, context: Context) -> None:
    others = holders(state, context) - {account}
    if len(others) >= context.project.handing_out.overlap:
        raise NoSeatFree(seats=context.project.handing_out.overlap)


def _skip(reason: SkipReason, note: str, state: Assignment, context: Context) -> Sequence[AssignmentEvent]:
    own = context.issued_by
    if _has_finished(own, context):
        raise SetFinishedAlready()
    if state.skipped.get(own) == reason and not note:
        return []
    return [DocumentSkipped(seat=_seat(own, context), account=own, reason=reason, note=note)]


def _assign(account: str, state: Assignment, context: Context) -> Sequence[AssignmentEvent]:
    if context.project.members.get(account) not in ("annotator", "curator", "manager"):
        raise NotAnAnnotator(account=account, pointer="/account")
    seat = state.seats.get(account)
    if _has_finished(account, context) or (seat is not None and seat.until is None):
        return []
    _require_free(account, state, context)
    return [SeatAssigned(seat=_seat(account, context), account=account)]


DECIDER: Decider[Assignment] = Decider(KIND, Assignment(), evolve)
