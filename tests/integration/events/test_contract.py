"""What a log does, told once for the list in memory and the one in PostgreSQL."""

from typing import Any

import pytest

from events.store import Conflict, Known, NewCommand, NewEvent, Recorded, Reused, Stale
from events.streams import StreamRef
from tests.integration.events.memory import MemoryLog
from tests.integration.events.notebook import (
    BOOK,
    CATALOG,
    STORE,
    BookClosed,
    CoverScanned,
    NoteRemoved,
    a_book,
    a_command,
    a_note,
    an_id,
)

pytestmark = pytest.mark.django_db(transaction=True)

Log = Any
ME = an_id()


@pytest.fixture(params=["memory", "postgres"])
def log(request: pytest.FixtureRequest) -> Log:
    return MemoryLog(CATALOG) if request.param == "memory" else STORE


@pytest.fixture
def book() -> StreamRef:
    return a_book(an_id())


def write(
    log: Log, *commands: NewCommand, seen: dict[StreamRef, int | None] | None = None, **rest: Any
) -> Any:
    return log.append(commands[0].on.project, ME, commands, seen=seen or {}, **rest)


def told(events: list[Recorded]) -> list[tuple[int, int, object]]:
    return [(each.position, each.version, each.event) for each in events]


def test_positions_and_versions_count_from_one_without_gaps(log: Log, book: StreamRef) -> None:
    other = a_book(book.project)
    note, more, last = a_note(), a_note(), a_note()
    written = write(log, a_command(book, note), a_command(other, more), a_command(book, last))
    assert [(each.first, each.last, each.version) for each in written] == [(1, 1, 1), (2, 2, 1), (3, 3, 2)]
    assert told(log.read([book, other])) == [(1, 1, note), (2, 1, more), (3, 2, last)]
    assert told(log.read([book], after=1)) == [(3, 2, last)]
    assert told(log.read([book, other], after_each=[1, 0], at=2)) == [(2, 1, more)]
    assert log.head(book.project) == 3
    assert log.head(an_id()) == 0


def test_a_command_may_write_several_streams_and_several_events(log: Log, book: StreamRef) -> None:
    other = a_book(book.project)
    command = NewCommand(
        an_id(), b"r", book, (NewEvent(other, a_note()), NewEvent(book, a_note()), NewEvent(book, a_note()))
    )
    (written,) = write(log, command)
    assert (written.first, written.last, written.version) == (1, 3, 2)
    assert [(each.stream, each.version) for each in log.after(book.project, 0, limit=10)] == [
        (other.id, 1),
        (book.id, 1),
        (book.id, 2),
    ]


def test_an_event_says_who_when_and_why(log: Log, book: StreamRef) -> None:
    note, correlation = an_id(), an_id()
    command = a_command(book, a_note(note))
    write(log, command, correlation=correlation)
    (each,) = log.read([book])
    assert (each.project, each.stream, each.issued_by) == (book.project, book.id, ME)
    assert (each.type, each.schema_version, each.entity_id) == ("note_put", 1, note)
    assert (each.command_id, each.correlation_id) == (command.id, correlation)
    assert each.recorded_at.tzinfo is not None


def test_a_command_without_events_is_remembered_and_changes_nothing(log: Log, book: StreamRef) -> None:
    write(log, a_command(book, a_note()))
    idle = a_command(book, expected=0)
    (written,) = write(log, idle)
    assert (written.first, written.last, written.version) == (2, 1, 1)
    with pytest.raises(Known) as known:
        write(log, idle)
    assert known.value.commands == {idle.id: written}
    assert log.head(book.project) == 1


def test_a_retry_gets_the_first_answer(log: Log, book: StreamRef) -> None:
    command = a_command(book, a_note(), a_note())
    (written,) = write(log, command, seen={book: 0})
    write(log, a_command(book, a_note()))
    with pytest.raises(Known) as known:
        write(log, command)
    assert known.value.commands == {command.id: written}
    assert log.known(book.project, {command.id: (command.request, book)}) == {command.id: written}
    assert log.known(book.project, {command.id: (b"other", book), an_id(): (b"", book)}) == {}
    assert log.head(book.project) == 3


def test_a_batch_with_a_known_command_writes_nothing(log: Log, book: StreamRef) -> None:
    first, second = a_command(book, a_note()), a_command(book, a_note())
    write(log, first)
    with pytest.raises(Known) as known:
        write(log, second, first)
    assert set(known.value.commands) == {first.id}
    assert log.head(book.project) == 1


@pytest.mark.parametrize("others", [0, 1])
def test_the_same_id_with_another_body_is_refused(log: Log, book: StreamRef, others: int) -> None:
    command = a_command(book, a_note())
    write(log, command)
    again = a_command(book, a_note(), id=command.id, request=b"another")
    with pytest.raises(Reused) as reused:
        write(log, *[a_command(book, a_note()) for _ in range(others)], again)
    assert reused.value.command == command.id
    assert log.head(book.project) == 1


def test_ids_of_one_project_mean_nothing_in_another(log: Log, book: StreamRef) -> None:
    command, other = a_command(book, a_note()), a_book(an_id())
    write(log, command)
    (written,) = write(log, a_command(other, a_note(), id=command.id, request=b"another"))
    assert written.first == 1


def test_who_judged_by_an_old_version_judges_again(log: Log, book: StreamRef) -> None:
    guard = a_book(book.project)
    write(log, a_command(book, a_note()), a_command(guard, a_note()))
    with pytest.raises(Stale) as stale:
        write(log, a_command(book, a_note()), seen={book: 1, guard: 0})
    assert (stale.value.stream, stale.value.actual) == (guard.id, 1)
    with pytest.raises(Stale):
        write(log, a_command(book, a_note()), seen={book: 2})
    write(log, a_command(book, a_note()), seen={book: 1, guard: 1})
    assert log.head(book.project) == 3


def test_a_write_without_a_look_is_appended(log: Log, book: StreamRef) -> None:
    write(log, a_command(book, a_note()), seen={book: None})
    write(log, a_command(book, a_note()), seen={book: None})
    assert log.head(book.project) == 2


def test_changes_of_different_entities_do_not_conflict(log: Log, book: StreamRef) -> None:
    write(log, a_command(book, a_note()))
    write(log, a_command(book, a_note()))
    (written,) = write(log, a_command(book, a_note(), expected=1))
    assert written.version == 3


def test_a_change_of_the_same_entity_conflicts_and_the_missed_events_are_told(
    log: Log, book: StreamRef
) -> None:
    note = an_id()
    write(log, a_command(book, a_note(note)))
    theirs = a_note(note, label="location")
    write(log, a_command(book, a_note()), a_command(book, theirs))
    mine = a_command(book, a_note(note, label="claim"), expected=1)
    with pytest.raises(Conflict) as conflict:
        write(log, mine)
    assert (conflict.value.command, conflict.value.actual) == (mine.id, 3)
    assert told(list(conflict.value.since)) == [(3, 3, theirs)]
    assert log.head(book.project) == 3


def test_an_event_that_concerns_the_whole_stream_conflicts_with_all(log: Log, book: StreamRef) -> None:
    write(log, a_command(book, a_note()), a_command(book, BookClosed()))
    with pytest.raises(Conflict):
        write(log, a_command(book, a_note(), expected=1))
    write(log, a_command(book, a_note()))
    with pytest.raises(Conflict) as conflict:
        write(log, a_command(book, BookClosed(), expected=2))
    assert [each.version for each in conflict.value.since] == [3]


def test_entities_that_an_event_relies_on_count_as_touched(log: Log, book: StreamRef) -> None:
    end = an_id()
    write(log, a_command(book, a_note(end)))
    write(log, a_command(book, NoteRemoved(str(end))))
    with pytest.raises(Conflict):
        write(log, a_command(book, a_note(), touches=(an_id(), end), expected=1))
    write(log, a_command(book, a_note(), touches=(an_id(),), expected=1))


def test_one_conflict_in_a_batch_writes_nothing_of_it(log: Log, book: StreamRef) -> None:
    note = an_id()
    write(log, a_command(book, a_note(note)), a_command(book, a_note(note)))
    fine, clash = a_command(book, a_note(), expected=2), a_command(book, a_note(note), expected=1)
    with pytest.raises(Conflict) as conflict:
        write(log, fine, clash)
    assert conflict.value.command == clash.id
    assert log.head(book.project) == 2


def test_commands_of_one_batch_do_not_conflict_with_each_other(log: Log, book: StreamRef) -> None:
    note = an_id()
    write(log, a_command(book, a_note()))
    write(
        log,
        a_command(book, a_note(note), expected=1),
        a_command(book, a_note(note, label="claim"), expected=1),
        seen={book: 1},
    )
    assert log.head(book.project) == 3


def test_ones_own_earlier_commands_are_no_conflict(log: Log, book: StreamRef) -> None:
    note = an_id()
    first = a_command(book, a_note(note), expected=0)
    write(log, first)
    later = a_command(book, a_note(note, label="claim"), expected=0)
    with pytest.raises(Conflict):
        write(log, later)
    write(log, later, aware=[first.id])


def test_a_version_from_the_future_is_a_conflict(log: Log, book: StreamRef) -> None:
    write(log, a_command(book, a_note()))
    with pytest.raises(Conflict) as conflict:
        write(log, a_command(book, a_note(), expected=7))
    assert (conflict.value.actual, list(conflict.value.since)) == (1, [])
    with pytest.raises(Conflict):
        write(log, a_command(book, expected=2))


def test_the_latest_events_are_those_that_make_the_state(log: Log, book: StreamRef) -> None:
    note, gone = an_id(), an_id()
    write(log, a_command(book, a_note(note), a_note(gone), BookClosed("a"), a_note(note, label="claim")))
    write(log, a_command(book, NoteRemoved(str(gone)), BookClosed("b"), CoverScanned(3)))
    assert [each.version for each in log.latest(book.project, [book.id])] == [4, 5, 6, 7]
    for at in range(8):
        everything = BOOK.fold(each.event for each in log.read([book], at=at))
        assert BOOK.fold(each.event for each in log.latest(book.project, [book.id], at=at)) == everything


def test_a_reader_gets_the_next_events_page_by_page(log: Log, book: StreamRef) -> None:
    other = a_book(book.project)
    for n in range(6):
        write(log, a_command(other if n % 2 else book, a_note()))

    def pages(size: int, **some: Any) -> list[int]:
        after, found = 0, []
        while page := log.after(book.project, after, limit=size, **some):
            found += [each.position for each in page]
            after = page[-1].position
        return found

    assert pages(4) == [1, 2, 3, 4, 5, 6]
    assert pages(2, streams=[other.id]) == [2, 4, 6]
    assert log.after(book.project, 0, limit=10, streams=[]) == []


def test_private_parts_come_back_and_big_ones_only_when_asked_for(log: Log, book: StreamRef) -> None:
    note, cover = a_note(text="in confidence"), CoverScanned(3, image="…")
    write(log, a_command(book, note, cover))
    assert [each.event for each in log.read([book])] == [note, CoverScanned(3)]


def test_what_was_remembered_is_known_again_by_its_hash(log: Log, book: StreamRef) -> None:
    write(log, a_command(book, a_note(), a_note()))
    empty = a_book(book.project)
    tails = log.tails([book, empty], [0, 0])
    last = tails[book].last_hash
    assert [each.version for each in tails[book].events] == [1, 2]
    assert (tails[book].hash, tails[empty].hash, tails[empty].events) == (b"", b"", [])
    write(log, a_command(book, a_note()))
    tails = log.tails([book, empty], [2, 4])
    assert [each.version for each in tails[book].events] == [3]
    assert (tails[book].hash, tails[empty].hash) == (last, b"")
