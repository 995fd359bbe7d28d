"""From commands to events: read, judge, append, and judge again when somebody was quicker."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from events.cache import Folded, StateCache
from events.decider import Decider, Refused
from events.notifier import notify
from events.reading import Tail
from events.store import Store, alone
from events.streams import StreamRef
from events.values import Conflict, Known, Locked, NewCommand, NewEvent, Recorded, Reused, Stale, Written

States = Mapping[StreamRef, Any]
TRIES = 8
OVERTAKEN = 3


class Busy(Exception):
    """Others kept writing to the same streams; nothing was written, send the command again."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A command that waits for judgement.

    ``decide`` gets the states of ``writes`` and ``reads``; every stream in ``reads`` guards the judgement: when it
    grows before the append, the command is judged again. ``expected`` is the version of ``writes`` on the person's
    screen. ``touches`` gives further entities that an event relies on.
    """

    command_id: UUID
    request: bytes
    writes: StreamRef
    reads: tuple[StreamRef, ...]
    decide: Callable[[States], Sequence[object]]
    expected: int | None = None
    touches: Callable[[object], tuple[UUID, ...]] = lambda event: ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command; ``first`` and ``last`` are positions, ``last < first`` when nothing had to change."""

    command_id: UUID
    status: Literal["accepted", "duplicate", "conflict", "refused"]
    first: int | None = None
    last: int | None = None
    version: int | None = None
    error: Exception | None = None
    since: Sequence[Recorded] = field(default_factory=tuple)


Outcomes = Mapping[UUID, Outcome]


class Handler:
    """The single way to write: binds a store to the deciders of its kinds of streams."""

    def __init__(
        self, store: Store, deciders: Sequence[Decider[Any]], *, cache: StateCache | None = None
    ) -> None:
        self.store = store
        self.deciders = {decider.kind: decider for decider in deciders}
        self.cache = cache or StateCache()

    def states(self, refs: Sequence[StreamRef]) -> dict[StreamRef, tuple[int, Any]]:
        """Version and state of each stream of one project now; only events that came since the last look are read."""
        unique = list(dict.fromkeys(refs))
        known = {ref: self.cache.get(ref.id) or Folded(0, self.deciders[ref.kind].initial) for ref in unique}
        tails = self._tails(known)
        undone = {ref: self._nothing(ref) for ref in unique if _is_undone(known[ref], tails[ref])}
        found = {ref: self._folded(ref, known[ref], tails[ref]) for ref in unique if ref not in undone}
        if undone:
            fresh = self._tails(undone)
            found |= {ref: self._folded(ref, undone[ref], fresh[ref]) for ref in undone}
        return {ref: (found[ref].version, found[ref].state) for ref in unique}

    def handle(
        self, project: UUID, issued_by: UUID, plans: Sequence[Planned], *, correlation: UUID | None = None
    ) -> list[Outcome]:
        """Judge and append the commands in order, each with an outcome; all that are accepted commit together.

        A command id that comes twice is handled once.

        Raises:
            Busy: others were quicker ``TRIES`` times, or one held the project for too long.
        """
        settled: dict[UUID, Outcome] = {}
        stale = 0
        while stale < TRIES:  # every other way around settles a command, so there is an end
            try:
                # Who was overtaken a few times goes on with the log to itself, or many writers would starve one.
                with alone(project) if stale >= OVERTAKEN else nullcontext():
                    outcomes = self._try(project, issued_by, plans, settled, correlation)
            except Stale:
                stale += 1
            except Locked as locked:
                raise Busy from locked
            except Known as known:
                settled |= {key: _duplicate(key, written) for key, written in known.commands.items()}
            except Reused as reused:
                settled[reused.command] = Outcome(reused.command, "refused", error=reused)
            except Conflict as conflict:
                settled[conflict.command] = _conflict(conflict)
            else:
                return [outcomes[plan.command_id] for plan in plans]
        raise Busy

    def _tails(self, known: Mapping[StreamRef, Folded]) -> Mapping[StreamRef, Tail]:
        return self.store.tails(list(known), [folded.version for folded in known.values()]) if known else {}

    def _nothing(self, ref: StreamRef) -> Folded:
        return Folded(0, self.deciders[ref.kind].initial)

    def _folded(self, ref: StreamRef, folded: Folded, tail: Tail) -> Folded:
        if not tail.events:
            return folded
        state = self.deciders[ref.kind].fold((each.event for each in tail.events), folded.state)
        grown = Folded(tail.events[-1].version, state, tail.last_hash)
        self.cache.put(ref.id, grown)
        return grown

    def _try(
        self,
        project: UUID,
        issued_by: UUID,
        plans: Sequence[Planned],
        settled: Outcomes,
        correlation: UUID | None,
    ) -> Outcomes:
        waiting = list({plan.command_id: plan for plan in plans if plan.command_id not in settled}.values())
        found = self.states([ref for plan in waiting for ref in (plan.writes, *plan.reads)])
        commands, refused = self.judge(waiting, {ref: state for ref, (_, state) in found.items()})
        outcomes = {**settled, **self._told_before(project, waiting, refused)}
        if commands:
            seen = {ref: version for ref, (version, _) in found.items()}
            aware = [key for key, outcome in settled.items() if outcome.status == "duplicate"]
            written = self.store.append(
                project, issued_by, commands, seen=seen, correlation=correlation, aware=aware
            )
            outcomes |= {
                command.id: _accepted(command.id, row) for command, row in zip(commands, written, strict=True)
            }
            # A hint must neither come before the commit nor spoil what is written.
            transaction.on_commit(lambda: notify(project, written[-1].last), robust=True)
        return outcomes

    def judge(
        self, plans: Sequence[Planned], states: dict[StreamRef, Any]
    ) -> tuple[list[NewCommand], dict[UUID, Outcome]]:
        """Each command is judged by the states that the ones before it leave, which ``states`` holds afterwards.

        Nothing is written.
        """
        commands: list[NewCommand] = []
        refused: dict[UUID, Outcome] = {}
        for plan in plans:
            try:
                events = plan.decide(states)
            except Refused as error:
                refused[plan.command_id] = Outcome(plan.command_id, "refused", error=error)
                continue
            states[plan.writes] = self.deciders[plan.writes.kind].fold(events, states[plan.writes])
            new = tuple(NewEvent(plan.writes, event, plan.touches(event)) for event in events)
            commands.append(NewCommand(plan.command_id, plan.request, plan.writes, new, plan.expected))
        return commands, refused

    def _told_before(self, project: UUID, plans: Sequence[Planned], refused: Outcomes) -> Outcomes:
        """A refusal may come from the command's own earlier success: then the first answer is given again."""
        if not refused:
            return {}
        asked = {plan.command_id: (plan.request, plan.writes) for plan in plans if plan.command_id in refused}
        known = self.store.known(project, asked)
        return {**refused, **{key: _duplicate(key, written) for key, written in known.items()}}


def _is_undone(known: Folded, tail: Tail) -> bool:
    """Whether what was remembered is not the log's past any more, or holds what was erased since: then fold anew."""
    forgets = any(getattr(each.event, "FORGETS", False) for each in tail.events)
    return tail.hash != known.hash or (forgets and known.version > 0)


def _accepted(key: UUID, written: Written) -> Outcome:
    return Outcome(key, "accepted", written.first, written.last, written.version)


def _duplicate(key: UUID, written: Written) -> Outcome:
    return Outcome(key, "duplicate", written.first, written.last, written.version)


def _conflict(conflict: Conflict) -> Outcome:
    return Outcome(
        conflict.command, "conflict", version=conflict.actual, error=conflict, since=conflict.since
    )
