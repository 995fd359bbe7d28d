"""Thousands of random steps: the log in PostgreSQL and the list in memory never disagree.

A step is written as some bytes, which are read as choices one after the other: drawing them costs next to nothing, and
what fails shrinks to few steps of small choices. ``PALIMPSEST_STEPS`` asks for more of them, ``PALIMPSEST_SEED`` for the
same ones again.
"""

import os
import random
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from events.cache import StateCache
from events.handler import Handler
from events.rebuild import live_hash, rebuild, repair, replayed_hash
from events.store import Conflict, Known, NewCommand, NewEvent, Reused, Stale, Written, projects
from events.streams import StreamRef
from events.verification import verify
from tests.integration.events.memory import MemoryLog
from tests.integration.events.notebook import (
    BOOK,
    CATALOG,
    SHELF,
    STORE,
    BookClosed,
    CoverScanned,
    NotePut,
    NoteRemoved,
    a_book,
    an_id,
)
from tests.integration.events.tallies import FAULTS, REGISTRY, checkpoint, tally

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = int(os.environ.get("PALIMPSEST_STEPS", "20000"))
SEED = int(os.environ.get("PALIMPSEST_SEED", random.randrange(2**32)))
ROUNDS, AT_ONCE = 16, 25
"""Of one example: rounds, and steps in each."""

ME = UUID(int=7)
NOTES = [UUID(int=n) for n in range(1, 4)]
LOOKS = [None, 0, 0, 0, -1, -2, 1]
"""Offsets from the present version, or no check."""
FEW_PROJECTS = 300  # a rebuild is of all projects

T = TypeVar("T")


class Choices:
    """Bytes as choices; when they are used up, each choice is the first."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data, "little")

    def one(self, options: Sequence[T]) -> T:
        self._number, chosen = divmod(self._number, len(options))
        return options[chosen]

    def upto(self, most: int) -> int:
        return self.one(range(most + 1))


class Machine(RuleBasedStateMachine):
    """One project with three streams; whatever is done to the log is done to the list."""

    done: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.project = an_id()
        self.streams = [a_book(self.project) for _ in range(3)]
        self.model = MemoryLog(CATALOG)
        self.sent: list[NewCommand] = []
        self.handler = Handler(STORE, [BOOK, SHELF], cache=StateCache(events=40))
        self.folded = 0
        self.last: object = ""

    @rule(steps=st.lists(st.binary(min_size=14, max_size=14), min_size=AT_ONCE, max_size=AT_ONCE))
    def go_on(self, steps: list[bytes]) -> None:
        for data in steps:
            chosen = Choices(data)
            operation = chosen.one(OPERATIONS)
            self.last = ""
            try:
                operation(self, chosen)
            finally:
                if operation is not Machine.rest:
                    note(f"{operation.__name__} {self.last}".rstrip())
        assert STORE.head(self.project) == self.model.head(self.project)
        Machine.done += len(steps)

    def teardown(self) -> None:
        FAULTS.pop(self.project, None)
        breaks = [each for checked in verify(self.project) for each in checked.breaks]
        assert breaks == []
        REGISTRY.catch_up(self.project)
        for name in REGISTRY.projections:
            assert live_hash(REGISTRY, name, self.project) == (
                STORE.head(self.project),
                replayed_hash(REGISTRY.projections[name], self.project),
            )

    # --- what can happen ------------------------------------------------------

    def rest(self, chosen: Choices) -> None:
        """What a step that is not needed to show a fault shrinks to."""

    def append(self, chosen: Choices) -> None:
        commands = [self._command(n, chosen) for n in range(chosen.one([1, 1, 2]))]
        self._both(
            commands, self._looks(chosen), [each.id for each in self.sent[-2:]] if chosen.upto(1) else []
        )

    def send_again(self, chosen: Choices) -> None:
        if self.sent:
            old = chosen.one(self.sent[-20:])
            request = b"other" if chosen.upto(2) == 2 else old.request
            self._both(
                [NewCommand(old.id, request, old.on, old.events, old.expected)], self._looks(chosen), []
            )

    def write_look_and_roll_back(self, chosen: Choices) -> None:
        ref = chosen.one(self.streams)
        with transaction.atomic():
            command = NewCommand(an_id(), b"", ref, (NewEvent(ref, self._event(chosen)),))
            STORE.append(self.project, ME, [command], seen={ref: None})
            assert self.handler.states([ref])[ref][0] == self.version(ref) + 1
            transaction.set_rollback(True)

    def consume(self, chosen: Choices) -> None:
        self._consume(1 + chosen.upto(9))

    def crash_in_the_middle(self, chosen: Choices) -> None:
        class Crash(BaseException):
            pass

        def fault(*_: Any) -> None:
            raise Crash

        FAULTS[self.project] = fault
        try:
            REGISTRY.consume(REGISTRY.projections["tally"], REGISTRY.live("tally"), self.project)
        except Crash:
            pass
        finally:
            del FAULTS[self.project]
        self._tally_is_right()
        if self.model.head(self.project) > self.folded:
            # Counted, as a worker that died; the next one goes on at once.
            assert checkpoint(self.project)["attempts"] == 1
            self._consume(1)

    def repair_or_rebuild(self, chosen: Choices) -> None:
        if self.folded:
            assert not repair(REGISTRY, "tally", self.project)
        if chosen.upto(19) == 19 and len(projects()) < FEW_PROJECTS:
            list(rebuild(REGISTRY, "tally"))
            self.folded = STORE.head(self.project)
        self._tally_is_right()

    def look_at_the_past(self, chosen: Choices) -> None:
        at, refs = chosen.upto(self.model.head(self.project) + 2), self._some(chosen)
        ids = [ref.id for ref in refs]
        assert _told(STORE.read(refs, at=at)) == _told(self.model.read(refs, at=at))
        latest = STORE.latest(self.project, ids, at=at)
        assert _told(latest) == _told(self.model.latest(self.project, ids, at=at))
        whole = BOOK.fold(each.event for each in self.model.read(refs[:1], at=at))
        assert BOOK.fold(each.event for each in latest if each.stream == ids[0]) == whole

    def follow(self, chosen: Choices) -> None:
        after, limit = chosen.upto(self.model.head(self.project) + 2), 1 + chosen.upto(9)
        ids = [ref.id for ref in self._some(chosen)] if chosen.upto(1) else None
        assert _told(STORE.after(self.project, after, limit=limit, streams=ids)) == _told(
            self.model.after(self.project, after, limit=limit, streams=ids)
        )

    def look_at_the_states(self, chosen: Choices) -> None:
        for ref, (version, state) in self.handler.states(self._some(chosen)).items():
            events = self.model.read([ref])
            assert (version, state) == (len(events), BOOK.fold(each.event for each in events))

    # --- how it happens -------------------------------------------------------

    def version(self, ref: StreamRef) -> int:
        return self.model.versions.get(ref.id, 0)

    def _some(self, chosen: Choices) -> list[StreamRef]:
        return [ref for ref in self.streams if chosen.upto(1)] or self.streams[:1]

    def _event(self, chosen: Choices) -> object:
        note = str(chosen.one(NOTES))
        match chosen.upto(9):
            case 7 | 8:
                return NoteRemoved(note)
            case 9:
                return chosen.one([BookClosed(), BookClosed("full"), CoverScanned(9, image="…")])
        return NotePut(note, chosen.one(["actor", "claim"]), text=chosen.one(["", "a", "naïve 🚀"]))

    def _command(self, n: int, chosen: Choices) -> NewCommand:
        on, look = chosen.one(self.streams), chosen.one(LOOKS)
        events = tuple(
            NewEvent(
                chosen.one([on, on, *self.streams]),
                self._event(chosen),
                (chosen.one(NOTES),) if chosen.upto(3) == 3 else (),
            )
            for _ in range(chosen.one([1, 0, 1, 2, 3]))
        )
        expected = None if look is None else max(self.version(on) + look, 0)
        return NewCommand(an_id(), bytes([n]), on, events, expected)

    def _looks(self, chosen: Choices) -> dict[StreamRef, int | None]:
        looks = {ref: chosen.one(LOOKS) for ref in self.streams if chosen.upto(2) == 2}
        return {
            ref: None if look is None else max(self.version(ref) + look, 0) for ref, look in looks.items()
        }

    def _both(self, commands: list[NewCommand], seen: dict[StreamRef, int | None], aware: list[UUID]) -> None:
        self.last = [(command, seen, aware) for command in commands]
        answers = [self._answer(log, commands, seen, aware) for log in (STORE, self.model)]
        assert answers[0] == answers[1]
        if isinstance(answers[0], list):
            self.sent += commands

    def _answer(self, log: Any, commands: list[NewCommand], seen: Any, aware: list[UUID]) -> Any:
        try:
            found: list[Written] = log.append(self.project, ME, commands, seen=seen, aware=aware)
        except Stale as stale:
            return "stale", stale.stream, stale.actual
        except Reused as reused:
            return "reused", reused.command
        except Known as known:
            return "known", known.commands
        except Conflict as conflict:
            return "conflict", conflict.command, conflict.actual, [each.position for each in conflict.since]
        return found

    def _consume(self, limit: int) -> None:
        before, head = self.folded, STORE.head(self.project)
        step = REGISTRY.consume(
            REGISTRY.projections["tally"], REGISTRY.live("tally"), self.project, limit=limit
        )
        assert step == min(limit, head - before)
        self.folded += step
        self._tally_is_right()

    def _tally_is_right(self) -> None:
        counts: dict[str, int] = {}
        for each in self.model.after(self.project, 0, limit=self.folded):
            label = each.event.label if isinstance(each.event, NotePut) else each.type
            counts[label] = counts.get(label, 0) + 1
        assert tally(self.project) == counts


OPERATIONS = [
    Machine.rest,
    *[Machine.append] * 20,
    *[Machine.send_again] * 3,
    *[Machine.look_at_the_states] * 4,
    *[Machine.look_at_the_past] * 3,
    *[Machine.follow] * 3,
    *[Machine.consume] * 3,
    *[Machine.write_look_and_roll_back] * 2,
    Machine.crash_in_the_middle,
    Machine.repair_or_rebuild,
]
"""The first is the simplest, and the more of one the more often."""


def _told(events: list[Any]) -> list[Any]:
    return [
        (each.position, each.stream, each.version, each.type, each.entity_id, each.command_id, each.event)
        for each in events
    ]


def test_the_log_and_the_list_never_disagree() -> None:
    print(f"PALIMPSEST_SEED={SEED} PALIMPSEST_STEPS={STEPS}")
    REGISTRY.install()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")  # what is lost with the power is another test's matter
    Machine.done = 0
    while Machine.done < STEPS:
        run_state_machine_as_test(
            seed(SEED + Machine.done)(Machine),
            settings=settings(
                max_examples=max(1, (STEPS - Machine.done) // (ROUNDS * AT_ONCE)),
                stateful_step_count=ROUNDS,
                deadline=None,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    print(f"{Machine.done:,} steps")
