"""Thousands of random steps: the log in PostgreSQL and the list in memory never disagree."""

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from events.cache import StateCache
from events.handler import Handler
from events.rebuild import live_hash, rebuild, replayed_hash
from events.store import Conflict, Known, NewCommand, NewEvent, Reused, Stale, Written
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

ME = UUID(int=7)
NOTES = [UUID(int=n) for n in range(1, 4)]
STREAMS = st.integers(0, 2)
EVENTS = st.one_of(
    st.builds(
        NotePut,
        note=st.sampled_from(NOTES).map(str),
        label=st.sampled_from(["actor", "claim"]),
        text=st.sampled_from(["", "a", "naïve 🚀"]),
    ),
    st.builds(NoteRemoved, note=st.sampled_from(NOTES).map(str)),
    st.builds(BookClosed, reason=st.sampled_from(["", "full"])),
    st.builds(CoverScanned, size=st.integers(0, 9), image=st.just("…")),
)
WRITES = st.lists(st.tuples(STREAMS, EVENTS, st.lists(st.sampled_from(NOTES), max_size=1)), max_size=3)
# An offset from the present version, or no check.
LOOKS = st.one_of(st.none(), st.sampled_from([0, 0, 0, -1, -2, 1]))
COMMANDS = st.lists(st.tuples(STREAMS, WRITES, LOOKS), min_size=1, max_size=2)


class Machine(RuleBasedStateMachine):
    """One project with three streams; whatever is done to the log is done to the list."""

    def __init__(self) -> None:
        super().__init__()
        self.project = an_id()
        self.streams = [a_book(self.project) for _ in range(3)]
        self.model = MemoryLog(CATALOG)
        self.sent: list[NewCommand] = []
        self.handler = Handler(STORE, [BOOK, SHELF], cache=StateCache(events=40))
        self.folded = 0

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

    def version(self, stream: int) -> int:
        return len(self.model.read([self.streams[stream]]))

    @rule(commands=COMMANDS, looks=st.dictionaries(STREAMS, LOOKS), aware=st.booleans())
    def append(self, commands: Any, looks: dict[int, int | None], aware: bool) -> None:
        made = [
            NewCommand(
                an_id(),
                bytes([n]),
                self.streams[on],
                tuple(
                    NewEvent(self.streams[stream], event, tuple(touches)) for stream, event, touches in writes
                ),
                None if expected is None else max(self.version(on) + expected, 0),
            )
            for n, (on, writes, expected) in enumerate(commands)
        ]
        self._both(made, looks, [each.id for each in self.sent[-2:]] if aware else [])

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), other=st.booleans(), looks=st.dictionaries(STREAMS, LOOKS))
    def send_again(self, data: st.DataObject, other: bool, looks: dict[int, int | None]) -> None:
        old = data.draw(st.sampled_from(self.sent))
        again = NewCommand(old.id, b"other" if other else old.request, old.on, old.events, old.expected)
        self._both([again], looks, [])

    def _both(self, commands: list[NewCommand], looks: dict[int, int | None], aware: list[UUID]) -> None:
        seen = {
            self.streams[n]: None if look is None else max(self.version(n) + look, 0)
            for n, look in looks.items()
        }
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

    @rule(stream=STREAMS, event=EVENTS)
    def write_look_and_roll_back(self, stream: int, event: object) -> None:
        ref = self.streams[stream]
        with transaction.atomic():
            command = NewCommand(an_id(), b"", ref, (NewEvent(ref, event),))
            STORE.append(self.project, ME, [command], seen={ref: None})
            assert self.handler.states([ref])[ref][0] == self.version(stream) + 1
            transaction.set_rollback(True)

    @rule(limit=st.integers(1, 5))
    def consume(self, limit: int) -> None:
        before, head = self.folded, STORE.head(self.project)
        step = REGISTRY.consume(
            REGISTRY.projections["tally"], REGISTRY.live("tally"), self.project, limit=limit
        )
        assert step == min(limit, head - before)
        self.folded += step
        self._tally_is_right()

    @rule()
    def crash_in_the_middle(self) -> None:
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
        if (
            STORE.head(self.project) > self.folded
        ):  # counted, as a worker that died; the next one goes on at once
            assert checkpoint(self.project)["attempts"] == 1
            self.consume(limit=1)

    def _tally_is_right(self) -> None:
        counts: dict[str, int] = {}
        for each in self.model.after(self.project, 0, limit=self.folded):
            label = each.event.label if isinstance(each.event, NotePut) else each.type
            counts[label] = counts.get(label, 0) + 1
        assert tally(self.project) == counts

    @rule(chance=st.integers(0, 30))
    def rebuild_now_and_then(self, chance: int) -> None:
        if chance == 0:
            list(rebuild(REGISTRY, "tally"))
            self.folded = STORE.head(self.project)
            self._tally_is_right()

    @rule(at=st.integers(0, 60), some=st.lists(STREAMS, min_size=1, unique=True))
    def look_at_the_past(self, at: int, some: list[int]) -> None:
        refs = [self.streams[n] for n in some]
        ids = [ref.id for ref in refs]
        assert _told(STORE.read(refs, at=at)) == _told(self.model.read(refs, at=at))
        assert _told(STORE.latest(self.project, ids, at=at)) == _told(
            self.model.latest(self.project, ids, at=at)
        )
        whole = BOOK.fold(each.event for each in STORE.read(refs[:1], at=at))
        assert BOOK.fold(each.event for each in STORE.latest(self.project, ids[:1], at=at)) == whole

    @rule(
        after=st.integers(0, 60),
        limit=st.integers(1, 9),
        some=st.one_of(st.none(), st.lists(STREAMS, unique=True)),
    )
    def follow(self, after: int, limit: int, some: list[int] | None) -> None:
        ids = None if some is None else [self.streams[n].id for n in some]
        assert _told(STORE.after(self.project, after, limit=limit, streams=ids)) == _told(
            self.model.after(self.project, after, limit=limit, streams=ids)
        )

    @rule()
    def look_at_the_states(self) -> None:
        for ref, (version, state) in self.handler.states(self.streams).items():
            events = self.model.read([ref])
            assert (version, state) == (len(events), BOOK.fold(each.event for each in events))

    @invariant()
    def heads_are_equal(self) -> None:
        assert STORE.head(self.project) == self.model.head(self.project)


def _told(events: list[Any]) -> list[Any]:
    return [
        (each.position, each.stream, each.version, each.type, each.entity_id, each.command_id, each.event)
        for each in events
    ]


def test_the_log_and_the_list_never_disagree() -> None:
    REGISTRY.install()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
