"""Moments that are too short to be met by chance are held open, and everybody else goes on meanwhile."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from events.rebuild import live_hash, rebuild, replayed_hash
from events.signing import sign
from events.verification import verify
from tests.integration.events.notebook import STORE, a_book, a_command, a_note, an_id
from tests.integration.events.tallies import FAULTS, REGISTRY, tally
from tests.integration.events.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, COMMANDS = 4, 8


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.EVENTS_KEYS = tmp_path / "keys"


@pytest.fixture
def project(owner_connection: psycopg.Connection) -> Iterator[UUID]:
    """Between the insert of an event and its commit, and between a fold and its checkpoint, lies some time."""
    project = an_id()
    owner_connection.execute(
        """CREATE FUNCTION es.linger() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN PERFORM pg_sleep(random() * 0.012); RETURN NULL; END $$"""
    )
    owner_connection.execute(
        f"""CREATE TRIGGER linger AFTER INSERT ON es.event FOR EACH ROW WHEN (NEW.project = '{project}')
            EXECUTE FUNCTION es.linger()""".encode()
    )
    FAULTS[project] = lambda cursor, after, upto: cursor.execute("SELECT pg_sleep(0.004)")
    yield project
    del FAULTS[project]
    owner_connection.execute("DROP FUNCTION es.linger CASCADE")


def test_nothing_slips_through_while_writing_reading_folding_rebuilding_and_signing_linger(
    project: UUID,
) -> None:
    REGISTRY.install()
    written = threading.Event()
    left = [WRITERS]

    def write(seed: int) -> None:
        chance, book = random.Random(seed), a_book(project, owner=an_id())
        for _ in range(COMMANDS):
            notes = [a_note() for _ in range(chance.choice([1, 1, 2, 3]))]
            STORE.append(project, an_id(), [a_command(book, *notes)], seen={book: None})
        left[0] -= 1
        if not left[0]:
            written.set()

    def until_written(work: Any) -> None:
        last = False
        while not last:
            last = written.is_set()
            work()
            time.sleep(0.001)

    seen: list[int] = []

    def follow() -> None:
        seen.extend(each.position for each in STORE.after(project, seen[-1] if seen else 0, limit=100))

    def sign_what_there_is() -> None:
        if STORE.head(project):
            sign(project)

    def build() -> None:
        list(rebuild(REGISTRY, "tally"))

    everybody: list[Callable[[], object]] = [
        *(partial(write, seed) for seed in range(WRITERS)),
        partial(until_written, follow),
        partial(until_written, partial(REGISTRY.catch_up, project)),
        partial(until_written, partial(REGISTRY.catch_up, project)),
        partial(until_written, sign_what_there_is),
        build,
    ]
    at_once(everybody)
    head = STORE.head(project)
    assert seen == list(range(1, head + 1))
    REGISTRY.catch_up(project)
    assert sum(tally(project).values()) == head
    for name, projection in REGISTRY.projections.items():
        assert live_hash(REGISTRY, name, project) == (head, replayed_hash(projection, project))
    assert [each for checked in verify(project) for each in checked.breaks] == []


def test_what_lingers_would_be_missed_without_the_lock(owner_connection: psycopg.Connection) -> None:
    """The same follower over positions that nobody guards: so the test above can fail."""
    other = an_id()
    book = a_book(other)
    STORE.append(other, an_id(), [a_command(book, a_note())], seen={book: 0})

    def insert(position: int, wait: float) -> None:
        with psycopg.connect(owner_connection.info.dsn, password=owner_connection.info.password) as owner:
            owner.execute(
                """INSERT INTO es.event (project, position, stream, version, recorded_at, issued_by, type, schema_version,
                                         command_id, payload, hash)
                   SELECT project, %s, stream, %s, recorded_at, issued_by, type, schema_version, command_id, payload, hash
                     FROM es.event WHERE project = %s AND position = 1""",
                [position, position, other],
            )
            time.sleep(wait)

    seen = [1]
    slow = threading.Thread(target=insert, args=(2, 0.2))
    slow.start()
    time.sleep(0.05)
    insert(3, 0.0)
    for _ in range(2):
        seen += [each.position for each in STORE.after(other, seen[-1], limit=9)]
        slow.join()
    assert seen == [1, 3]
