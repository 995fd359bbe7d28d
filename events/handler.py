"""From commands to events: read, judge, append, and judge again when somebody was quicker."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from events.decider import Decider, Refused
from events.notifier import notify
from events.store import Conflict, Known, NewCommand, NewEvent, Recorded, Reused, Stale, Store, alone
from events.streams import StreamRef

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


class StateCache:
    """Folded states by stream, bounded in number; a state is a value, so threads may share it."""

    def __init__(self, size: int = 512) -> None:
        self._size = size
        self._states: OrderedDict[UUID, tuple[int, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, stream: UUID) -> tuple[int, Any] | None:
        """Version and state last put."""
        with self._lock:
            if stream in self._states:
                self._states.move_to_end(stream)
            return self._states.get(stream)

    def put(self, stream: UUID, version: int, state: Any) -> None:
        """Keep the newest state of a stream."""
        with self._lock:
            old = self._states.get(stream)
            if old is None or old[0] <= version:
                self._states[stream] = (version, state)
                self._states.move_to_end(stream)
            while len(self._states) > self._size:
                self._states.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: after a restore, and between tests."""
        with self._lock:
            self._states.clear()


class Handler:
    """The single way to write: binds a store to the deciders of its kinds of streams."""

    def __init__(self, store: Store, deciders: Sequence[Decider[Any]], *, cache: StateCache | None = None) -> None:
        self.store = store
        self.deciders = {decider.kind: decider for decider in deciders}
        self.cache = cache or StateCache()

    def states(self, refs: Sequence[StreamRef]) -> dict[StreamRef, tuple[int, Any]]:
        """Version and state of each stream now; only events that came since the last look are read."""
        unique = list(dict.fromkeys(refs))
        found = {ref: self.cache.get(ref.id) or (0, self.deciders[ref.kind].initial) for ref in unique}
        tails: dict[UUID, list[Recorded]] = {}
        for recorded in self.store.read(unique, after_each=[found[ref][0] for ref in unique]):
            tails.setdefault(recorded.stream, []).append(recorded)
        for ref in unique:
            if tail := tails.get(ref.id):
                version, state = found[ref]
                state = self.deciders[ref.kind].fold((r.event for r in tail), state)
                found[ref] = (tail[-1].version, state)
                self.cache.put(ref.id, *found[ref])
        return found

    def handle(
        self, project: UUID, issued_by: UUID, plans: Sequence[Planned], *, correlation: UUID | None = None
    ) -> list[Outcome]:
        """Judge and append the commands in order, each with an outcome; all that are accepted commit together.

        Raises:
            Busy: others were quicker ``TRIES`` times.
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
                continue
            except Known as known:
                settled |= {
                    key: Outcome(key, "duplicate", row.first, row.last, row.version) for key, row in known.commands.items()
                }
                continue
            except Reused as reused:
                settled[reused.command] = Outcome(reused.command, "refused", error=reused)
                continue
            except Conflict as conflict:
                settled[conflict.command] = Outcome(
                    conflict.command, "conflict", version=conflict.actual, error=conflict, since=conflict.since
                )
                continue
            return outcomes
        raise Busy

    def _try(
        self,
        project: UUID,
        issued_by: UUID,
        plans: Sequence[Planned],
        settled: Mapping[UUID, Outcome],
        correlation: UUID | None,
    ) -> list[Outcome]:
        open_plans = [plan for plan in plans if plan.command_id not in settled]
        found = self.states([ref for plan in open_plans for ref in (plan.writes, *plan.reads)])
        states = {ref: state for ref, (_, state) in found.items()}
        commands: list[NewCommand] = []
        refused: dict[UUID, Outcome] = {}
        for plan in open_plans:
            try:
                events = plan.decide(states)
            except Refused as error:
                refused[plan.command_id] = Outcome(plan.command_id, "refused", error=error)
                continue
            decider = self.deciders[plan.writes.kind]
            states[plan.writes] = decider.fold(events, states[plan.writes])
            new = tuple(NewEvent(plan.writes, event, plan.touches(event)) for event in events)
            commands.append(NewCommand(plan.command_id, plan.request, plan.writes, new, plan.expected))
        refused = self._duplicates(project, open_plans, refused)
        return self._append(project, issued_by, plans, commands, {**settled, **refused}, found, correlation)

    def _append(
        self,
        project: UUID,
        issued_by: UUID,
        plans: Sequence[Planned],
        commands: Sequence[NewCommand],
        settled: Mapping[UUID, Outcome],
        found: Mapping[StreamRef, tuple[int, Any]],
        correlation: UUID | None,
    ) -> list[Outcome]:
        outcomes = dict(settled)
        if commands:
            seen = {ref: version for ref, (version, _) in found.items()}
            written = self.store.append(project, issued_by, commands, seen=seen, correlation=correlation)
            for command, row in zip(commands, written, strict=True):
                outcomes[command.id] = Outcome(command.id, "accepted", row.first, row.last, row.version)
            transaction.on_commit(partial(notify, project, written[-1].last))
        return [outcomes[plan.command_id] for plan in plans]

    def _duplicates(
        self, project: UUID, plans: Sequence[Planned], refused: Mapping[UUID, Outcome]
    ) -> dict[UUID, Outcome]:
        """A refusal may come from the command's own earlier success: then the first answer is given again."""
        if not refused:
            return {}
        asked = {plan.command_id: (plan.request, plan.writes) for plan in plans if plan.command_id in refused}
        known = self.store.known(project, asked)
        return {
            key: Outcome(key, "duplicate", known[key].first, known[key].last, known[key].version) if key in known else outcome
            for key, outcome in refused.items()
        }
