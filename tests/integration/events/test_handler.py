"""From commands to events: judged by the state, again when somebody was quicker, once however often they are sent."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from events import notifier
from events.handler import Busy, Handler, Outcome, Planned, States
from events.store import Conflict, Reused
from events.streams import StreamRef
from tests.integration.events.notebook import (
    STORE,
    BookClosed,
    IsClosed,
    NoSuchNote,
    Notebook,
    a_book,
    a_command,
    a_handler,
    a_note,
    an_id,
    put,
    remove,
)
from tests.integration.events.tampering import cut_off
from tests.integration.events.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ME = an_id()


@pytest.fixture
def handler() -> Handler:
    return a_handler()


@pytest.fixture
def book() -> StreamRef:
    return a_book(an_id())


def give(handler: Handler, *plans: Planned) -> list[Outcome]:
    return handler.handle(plans[0].writes.project, ME, plans)


def notes(handler: Handler, book: StreamRef) -> set[str]:
    state: Notebook = handler.states([book])[book][1]
    return set(state.notes)


def test_accepted_commands_tell_their_positions_and_version(handler: Handler, book: StreamRef) -> None:
    first, second = put(book, a_note()), put(book, a_note())
    outcomes = give(handler, first, second)
    assert [(each.status, each.first, each.last, each.version) for each in outcomes] == [
        ("accepted", 1, 1, 1),
        ("accepted", 2, 2, 2),
    ]
    assert [each.command_id for each in outcomes] == [first.command_id, second.command_id]


def test_each_command_is_judged_by_what_the_ones_before_it_leave(handler: Handler, book: StreamRef) -> None:
    note = an_id()
    outcomes = give(handler, put(book, a_note(note)), remove(book, note), remove(book, note))
    assert [each.status for each in outcomes] == ["accepted", "accepted", "refused"]
    assert isinstance(outcomes[2].error, NoSuchNote)


def test_a_command_that_changes_nothing_is_accepted(handler: Handler, book: StreamRef) -> None:
    note = a_note()
    give(handler, put(book, note))
    (outcome,) = give(handler, put(book, note))
    assert (outcome.status, outcome.first, outcome.last, outcome.version) == ("accepted", 2, 1, 1)


def test_a_retry_is_told_the_first_answer(handler: Handler, book: StreamRef) -> None:
    plan = put(book, a_note())
    (first,) = give(handler, plan)
    give(handler, put(book, a_note()))
    (again,) = give(handler, plan)
    assert (again.status, again.first, again.last, again.version) == (
        "duplicate",
        first.first,
        first.last,
        first.version,
    )


def test_a_retry_that_its_own_success_would_refuse_is_told_the_first_answer(
    handler: Handler, book: StreamRef
) -> None:
    note = an_id()
    plan = remove(book, note)
    give(handler, put(book, a_note(note)), plan)
    (again,) = give(a_handler(), plan)
    assert (again.status, again.first) == ("duplicate", 2)


def test_a_batch_of_old_and_new_commands_gives_each_its_answer(handler: Handler, book: StreamRef) -> None:
    old, note = put(book, a_note()), an_id()
    give(handler, old)
    mixed = give(handler, remove(book, an_id()), old, put(book, a_note(note)), remove(book, note))
    assert [each.status for each in mixed] == ["refused", "duplicate", "accepted", "accepted"]


def test_a_command_id_that_comes_twice_is_handled_once(handler: Handler, book: StreamRef) -> None:
    plan = put(book, a_note())
    assert [each.first for each in give(handler, plan, plan)] == [1, 1]
    assert STORE.head(book.project) == 1


def test_a_reused_id_is_refused_and_the_others_go_on(handler: Handler, book: StreamRef) -> None:
    id = an_id()
    give(handler, put(book, a_note(text="one"), id=id))
    reused, fine = give(handler, put(book, a_note(text="two"), id=id), put(book, a_note()))
    assert (reused.status, fine.status) == ("refused", "accepted")
    assert isinstance(reused.error, Reused)


def test_a_clash_is_told_with_what_was_missed(handler: Handler, book: StreamRef) -> None:
    note = an_id()
    give(handler, put(book, a_note(note)))
    give(a_handler(), put(book, a_note(note, label="theirs"), expected=1))
    mine, other = give(
        handler, put(book, a_note(note, label="mine"), expected=1), put(book, a_note(), expected=1)
    )
    assert (mine.status, mine.version, other.status) == ("conflict", 2, "accepted")
    assert isinstance(mine.error, Conflict)
    assert [each.event.label for each in mine.since] == ["theirs"]


def test_many_clashes_in_a_batch_are_all_told(handler: Handler, book: StreamRef) -> None:
    ids = [an_id() for _ in range(30)]
    give(handler, *[put(book, a_note(id)) for id in ids])
    outcomes = give(handler, *[put(book, a_note(id, label="mine"), expected=0) for id in ids])
    assert {each.status for each in outcomes} == {"conflict"}


def test_ones_own_lost_answer_is_no_clash(handler: Handler, book: StreamRef) -> None:
    """A browser that did not hear of its first command sends it again with the next one about the same note."""
    note = an_id()
    first = put(book, a_note(note), expected=0)
    give(handler, first)
    outcomes = give(handler, first, put(book, a_note(note, label="claim"), expected=0))
    assert [each.status for each in outcomes] == ["duplicate", "accepted"]


def test_a_stream_that_was_read_guards_the_judgement(handler: Handler, book: StreamRef) -> None:
    guard = StreamRef(book.project, "shelf")
    judged: list[bool] = []

    def decide(states: States) -> Sequence[object]:
        judged.append(states[guard].closed is None)
        if len(judged) == 1:  # somebody is quicker
            STORE.append(book.project, ME, [a_command(guard, BookClosed())], seen={guard: 0})
        if states[guard].closed is not None:
            raise IsClosed
        return [a_note()]

    (outcome,) = give(handler, Planned(an_id(), b"", book, (guard,), decide))
    assert judged == [True, False]
    assert outcome.status == "refused"


def test_who_is_always_overtaken_gets_the_log_to_itself(handler: Handler, book: StreamRef) -> None:
    judged: list[int] = []

    def decide(states: States) -> Sequence[object]:
        judged.append(len(states[book].notes))
        if len(judged) <= 3:
            at_once([lambda: STORE.append(book.project, ME, [a_command(book, a_note())], seen={book: None})])
        return [a_note()]

    (outcome,) = give(handler, Planned(an_id(), b"", book, (), decide))
    assert (outcome.status, judged) == ("accepted", [0, 1, 2, 3])


def test_sixteen_writers_of_one_stream_all_get_through(book: StreamRef) -> None:
    handler = a_handler()

    def write() -> list[str]:
        return [give(handler, put(book, a_note()))[0].status for _ in range(10)]

    assert {status for some in at_once([write] * 16) for status in some} == {"accepted"}
    assert len(notes(handler, book)) == len(notes(a_handler(), book)) == 160


def test_a_log_that_somebody_holds_for_too_long_is_busy(handler: Handler, book: StreamRef) -> None:
    give(handler, put(book, a_note()))

    def wait() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(Busy):
            give(handler, put(book, a_note()))
        return "busy"

    with transaction.atomic():
        give(handler, put(book, a_note()))
        assert at_once([wait]) == ["busy"]


def test_a_state_is_folded_once_and_then_only_grows(handler: Handler, book: StreamRef) -> None:
    give(handler, put(book, a_note()))
    handler.states([book])
    give(a_handler(), put(book, a_note()))
    read: list[int] = []
    real = handler.store.tails

    class Counting:
        def tails(self, streams: list[StreamRef], versions: list[int]) -> object:
            found = real(streams, versions)
            read.append(sum(len(tail.events) for tail in found.values()))
            return found

    handler.store = Counting()  # type: ignore[assignment]
    assert len(notes(handler, book)) == 2
    assert len(notes(handler, book)) == 2
    assert read == [1, 0]


def test_what_was_rolled_back_is_not_remembered(handler: Handler, book: StreamRef) -> None:
    give(handler, put(book, a_note()))
    with transaction.atomic():
        give(handler, put(book, a_note()))
        assert len(notes(handler, book)) == 2
        transaction.set_rollback(True)
    assert len(notes(handler, book)) == 1
    with transaction.atomic():
        give(handler, put(book, a_note()))
        notes(handler, book)
        transaction.set_rollback(True)
    # Another event takes the version of the one that never was.
    kept = an_id()
    give(a_handler(), put(book, a_note(kept)))
    assert str(kept) in notes(handler, book)
    assert give(handler, remove(book, kept))[0].status == "accepted"


def test_a_database_that_was_restored_to_an_older_state_is_read_anew(
    handler: Handler, book: StreamRef, owner_connection: psycopg.Connection
) -> None:
    give(handler, *[put(book, a_note()) for _ in range(3)])
    assert len(notes(handler, book)) == 3
    cut_off(owner_connection, book.project, after=1)
    assert len(notes(handler, book)) == 1
    assert give(handler, put(book, a_note()))[0].first == 2


def test_what_is_erased_is_gone_from_states_that_were_told_to_forget(
    handler: Handler, book: StreamRef, owner_connection: psycopg.Connection
) -> None:
    note = an_id()
    give(handler, put(book, a_note(note, text="in confidence")))
    assert handler.states([book])[book][1].notes[str(note)].text == "in confidence"
    sql = "SELECT es.erase(%s, array_agg(content_id)) FROM es.content WHERE project = %s"
    assert owner_connection.execute(sql, [book.project, book.project]).fetchone() == (1,)
    handler.cache.forget([book.id])
    assert handler.states([book])[book][1].notes[str(note)].text == ""


def test_listeners_hear_of_a_position_after_the_commit_and_may_fail(
    handler: Handler, book: StreamRef
) -> None:
    heard: list[tuple[UUID, int, int]] = []

    def listen(project: UUID, position: int) -> None:
        if project == book.project:
            heard.append((project, position, at_once([partial(STORE.head, project)])[0]))
            raise RuntimeError("no broker")

    notifier.subscribe(listen)
    try:
        assert give(handler, put(book, a_note()))[0].status == "accepted"
        with transaction.atomic():
            give(handler, put(book, a_note()))
            assert len(heard) == 1
    finally:
        notifier.unsubscribe(listen)
    assert heard == [(book.project, 1, 1), (book.project, 2, 2)]
