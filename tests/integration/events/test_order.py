"""Sixteen writers, one reader that follows: whoever sees position N has seen all before it."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from events.store import Known, NewCommand, Stale
from tests.integration.events.notebook import STORE, BookClosed, a_book, a_command, a_note, an_id
from tests.integration.events.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 16
EVENTS = 20_000
ME = an_id()
ENOUGH = 6  # backends killed


class Reader:
    """Follows some logs by position alone until it is told that all is written."""

    def __init__(self, logs: Sequence[UUID]) -> None:
        self.seen: dict[UUID, list[int]] = {log: [] for log in logs}
        self.times: dict[UUID, list[float]] = {log: [] for log in logs}
        self.written = threading.Event()

    def follow(self, fetch: Callable[[UUID, int], list[tuple[int, float]]]) -> None:
        last_look = False
        while not last_look:
            last_look = self.written.is_set()
            for log, seen in self.seen.items():
                page = fetch(log, seen[-1] if seen else 0)
                seen += [position for position, _ in page]
                self.times[log] += [at for _, at in page]


def _page(log: UUID, after: int) -> list[tuple[int, float]]:
    return [(each.position, each.recorded_at.timestamp()) for each in STORE.after(log, after, limit=2000)]


def test_a_reader_that_follows_misses_nothing_of_sixteen_writers() -> None:
    logs = [an_id() for _ in range(4)]
    reader = Reader(logs)

    def write(seed: int) -> int:
        chance, mine, own = random.Random(seed), 0, [a_book(log, owner=an_id()) for log in logs]
        while mine < EVENTS // WRITERS:
            book = chance.choice(own)
            size = min(chance.choice([1, 1, 1, 2, 5, 20]), EVENTS // WRITERS - mine)
            command = a_command(book, *[a_note() for _ in range(size)])
            if chance.random() < 0.05:
                with pytest.raises(Stale):
                    STORE.append(book.project, ME, [command], seen={book: 1_000_000})
            if chance.random() < 0.05:
                _write_and_roll_back(command)
            STORE.append(book.project, ME, [command], seen={book: None})
            if chance.random() < 0.05:
                with pytest.raises(Known):
                    STORE.append(book.project, ME, [command], seen={book: None})
            mine += size
        return mine

    follower = threading.Thread(target=partial(at_once, [partial(reader.follow, _page)]))
    follower.start()
    try:
        written = sum(at_once([partial(write, seed) for seed in range(WRITERS)]))
    finally:
        reader.written.set()
        follower.join()
    assert written == EVENTS == sum(STORE.head(log) for log in logs)
    for log in logs:
        assert reader.seen[log] == list(range(1, STORE.head(log) + 1))
        assert reader.times[log] == sorted(reader.times[log])


def _write_and_roll_back(command: NewCommand) -> None:
    with transaction.atomic():
        STORE.append(command.on.project, ME, [command], seen={command.on: None})
        transaction.set_rollback(True)


def test_the_same_reader_misses_events_when_positions_come_from_a_sequence(
    owner_connection: psycopg.Connection,
) -> None:
    """The fault that the lock prevents, planted: so the test above can fail."""
    owner_connection.execute("CREATE TABLE read.tape (position bigserial PRIMARY KEY)")
    owner_connection.execute("GRANT ALL ON read.tape, read.tape_position_seq TO palimpsest_app")
    tape = an_id()
    reader = Reader([tape])

    def fetch(_: UUID, after: int) -> list[tuple[int, float]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT position FROM read.tape WHERE position > %s ORDER BY position", [after])
            return [(position, 0.0) for (position,) in cursor.fetchall()]

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("INSERT INTO read.tape DEFAULT VALUES")
                time.sleep(chance.random() * 0.005)

    try:
        follower = threading.Thread(target=partial(at_once, [partial(reader.follow, fetch)]))
        follower.start()
        at_once([partial(write, seed) for seed in range(6)])
        reader.written.set()
        follower.join()
        assert len(reader.seen[tape]) < 360
    finally:
        owner_connection.execute("DROP TABLE read.tape")


def test_without_its_lock_append_fails_rather_than_order_wrongly(
    owner_connection: psycopg.Connection,
) -> None:
    """The key of the table is the second line: two writers cannot both take a position."""
    (text,) = owner_connection.execute("SELECT pg_get_functiondef('es.append'::regproc)").fetchone() or ("",)
    lock = "locked := pg_advisory_xact_lock(es.lock_key(p_project)) IS NOT NULL;"
    assert lock in text
    unlocked = text.replace("es.append(", "es.append_unlocked(", 1).replace(lock, "")
    unlocked = unlocked.replace(
        "INSERT INTO es.command", "PERFORM pg_sleep(0.02);\n  INSERT INTO es.command", 1
    )
    owner_connection.execute(unlocked.encode())
    owner_connection.execute("GRANT EXECUTE ON FUNCTION es.append_unlocked TO palimpsest_app")
    book = a_book(an_id())
    STORE.append(book.project, ME, [a_command(book, a_note())], seen={book: 0})

    call = """SELECT es.append_unlocked(%s, %s, NULL, ARRAY[%s], NULL, NULL, ARRAY[%s], '{"x"}', '{1}', '{null}', '{}',
                                        '[{"c": 1, "s": 1, "t": "book_closed", "v": 1, "e": null, "p": {}}]')"""

    def write() -> int:
        failed = 0
        for _ in range(5):
            try:
                with connection.cursor() as cursor:
                    cursor.execute(call, [book.project, ME, book.id, an_id()])
            except IntegrityError:
                failed += 1
        return failed

    try:
        assert sum(at_once([write] * 4)) > 0
    finally:
        owner_connection.execute("DROP FUNCTION es.append_unlocked")
    positions = [each.position for each in STORE.after(book.project, 0, limit=100)]
    assert positions == list(range(1, len(positions) + 1))


def test_projects_do_not_wait_for_each_other() -> None:
    held, free = a_book(an_id()), a_book(an_id())
    with transaction.atomic():
        STORE.append(held.project, ME, [a_command(held, a_note())], seen={held: 0})
        at_once([partial(STORE.append, free.project, ME, [a_command(free, a_note())], seen={free: 0})])
        assert at_once([partial(STORE.head, held.project)]) == [0]
    assert STORE.head(held.project) == 1


def test_a_hundred_retries_at_once_write_once() -> None:
    book = a_book(an_id())
    command = a_command(book, a_note(), BookClosed())

    def send() -> list[object]:
        answers: list[object] = []
        for _ in range(13):
            try:
                answers += STORE.append(book.project, ME, [command], seen={book: None})
            except Known as known:
                answers.append(known.commands[command.id])
        return answers

    answers = [each for some in at_once([send] * 8) for each in some]
    assert len(answers) == 104
    assert len(set(answers)) == 1
    assert [each.version for each in STORE.read([book])] == [1, 2]


def test_a_backend_that_is_killed_in_an_append_leaves_all_or_nothing(
    owner_connection: psycopg.Connection,
) -> None:
    book, done = a_book(an_id()), threading.Event()
    sent: list[UUID] = []

    def kill() -> None:
        sql = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                  WHERE usename = 'palimpsest_app' AND query LIKE 'SELECT es.append%' AND state = 'active'"""
        while not done.is_set():
            owner_connection.execute(sql)
            time.sleep(0.005)

    def write() -> None:
        killed = 0
        while killed < ENOUGH:
            command, answered = a_command(book, *[a_note() for _ in range(100)]), False
            sent.append(command.id)
            while not answered:
                try:
                    STORE.append(book.project, ME, [command], seen={book: None})
                    answered = True
                except Known:
                    answered = True
                except OperationalError:
                    killed += 1
                    connection.close()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        at_once([write])
    finally:
        done.set()
        killer.join()
    found = STORE.read([book])
    assert [each.version for each in found] == list(range(1, 100 * len(sent) + 1))
    assert [found[n].command_id for n in range(0, len(found), 100)] == sent
