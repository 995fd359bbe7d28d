"""Each check of the faults is shown to fail: on a real log into which exactly one fault was planted."""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import uuid_utils.compat as uuid_utils
from django.db import connection as django_connection

from annotator.supervisor import postgres, process
from annotator.supervisor.home import Home
from events.projection import Registry
from events.rebuild import live_hash, replayed_hash
from events.streams import StreamRef
from events.values import NewCommand, NewEvent
from tests.faults.__main__ import unlike, unsafe
from tests.faults.history import History, Row, Sent, disagreements, read_log
from tests.faults.stage import children_of, kill
from tests.integration.events.notebook import STORE, a_book, a_command, a_note
from tests.integration.events.tallies import Tally
from tests.support.scratch import ME, SQL, lay_down, write

WRITERS, EACH = 6, 12

Append = Callable[[psycopg.Connection, NewCommand, History], None]


def append(connection: psycopg.Connection, command: NewCommand, history: History) -> None:
    """As the product does it: acknowledged when the transaction is over, never before."""
    with connection.transaction():
        position = write(connection, command)
    history.acknowledges(command.id, position)


def append_and_tell_too_early(connection: psycopg.Connection, command: NewCommand, history: History) -> None:
    """The planted fault: the answer goes out while the transaction may still come to nothing."""
    with suppress(psycopg.OperationalError), connection.transaction():
        history.acknowledges(command.id, write(connection, command))
        if len(history.acknowledged) % 7 == 0:
            connection.close()  # the backend dies before the commit


def work(url: str, project: UUID, how: Append = append) -> History:
    """Some writers at once, each with a stream of its own and a connection that it renews when it is lost."""
    history, gate = History(), threading.Barrier(WRITERS)

    def write_all() -> None:
        mine, connection = (
            StreamRef(project, "book", uuid_utils.uuid7()),
            psycopg.connect(url, autocommit=True),
        )
        gate.wait()
        for _ in range(EACH):
            if connection.closed:
                connection = psycopg.connect(url, autocommit=True)
            note = a_note()
            command = NewCommand(uuid_utils.uuid7(), b"r", mine, (NewEvent(mine, note),))
            history.sends([Sent(project, command.id, "note_put", UUID(note.note), {"label": note.label})])
            try:
                how(connection, command, history)
            except psycopg.Error as error:
                history.tells(f"status 500: {type(error).__name__}")
        connection.close()

    threads = [threading.Thread(target=write_all) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return history


def judged(url: str, history: History, project: UUID) -> str:
    with psycopg.connect(url) as connection:
        return "\n".join([*history.wrong, *disagreements(history, project, read_log(connection, project))])


@contextmanager
def planted(url: str, *changes: tuple[str, str], also: Sequence[str] = ()) -> Iterator[None]:
    """The append function with some of its text replaced."""
    text = (SQL / "append.sql").read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    with psycopg.connect(url, autocommit=True) as owner:
        for statement in (text, *also):
            owner.execute(statement.encode())
    yield


LOCK = ("locked := pg_advisory_xact_lock(es.lock_key(p_project)) IS NOT NULL;", "locked := true;")
LINGER = ("  versions := before;\n", "  versions := before;\n  PERFORM pg_sleep(0.002);\n")
NO_KEYS = (
    "ALTER TABLE es.event DROP CONSTRAINT event_pkey",
    "ALTER TABLE es.event DROP CONSTRAINT event_project_stream_version_key",
)


def test_a_sound_log_passes_every_check(scratch: str) -> None:
    project = uuid_utils.uuid7()
    with planted(scratch, LINGER):
        history = work(scratch, project)
    assert judged(scratch, history, project) == ""
    assert len(history.acknowledged) == WRITERS * EACH


def test_a_missing_lock_is_found_by_the_errors_that_writers_get(scratch: str) -> None:
    project = uuid_utils.uuid7()
    with planted(scratch, LOCK, LINGER):
        history = work(scratch, project)
    assert "status 500: UniqueViolation" in judged(scratch, history, project)


def test_a_missing_lock_is_found_by_the_positions_where_no_key_guards_them(scratch: str) -> None:
    project = uuid_utils.uuid7()
    with planted(scratch, LOCK, LINGER, also=NO_KEYS):
        history = work(scratch, project)
    assert "gap: position" in judged(scratch, history, project)


def test_an_acknowledgement_before_the_commit_is_found(scratch: str) -> None:
    project = uuid_utils.uuid7()
    history = work(scratch, project, append_and_tell_too_early)
    assert "lost: " in judged(scratch, history, project)


def test_a_doubled_event_is_found(scratch: str) -> None:
    project = uuid_utils.uuid7()
    history = work(scratch, project)
    copied = """INSERT INTO es.event (project, position, stream, version, recorded_at, issued_by, type, schema_version,
                                      entity_id, command_id, payload, content_id, commitment, hash)
                SELECT project, position + 1, stream, version + 1, recorded_at, issued_by, type, schema_version,
                       entity_id, command_id, payload, content_id, commitment, hash
                  FROM es.event WHERE project = %s ORDER BY position DESC LIMIT 1"""
    with psycopg.connect(scratch, autocommit=True) as owner:
        owner.execute(copied, [project])
    said = judged(scratch, history, project)
    assert "is in the log 2 times" in said
    assert "gap" not in said


SPOILT: dict[str, Callable[[list[Row]], list[Row]]] = {
    "lost: ": lambda rows: rows[:-1],
    "invented: ": lambda rows: [*rows[:-1], replace(rows[-1], command=uuid_utils.uuid7())],
    "changed: ": lambda rows: [*rows[:-1], replace(rows[-1], payload={"label": "another"})],
    "gap: position": lambda rows: [*rows[:-1], replace(rows[-1], position=rows[-1].position + 1)],
    "gap: version": lambda rows: [*rows[:-1], replace(rows[-1], version=rows[-1].version + 1)],
    "backwards: ": lambda rows: [
        *rows[:-1],
        replace(rows[-1], recorded_at=rows[-1].recorded_at - timedelta(hours=1)),
    ],
    "began 72 times": lambda rows: [replace(each, event="note_added", entity=UUID(int=1)) for each in rows],
}


def test_each_disagreement_is_told(scratch: str) -> None:
    project = uuid_utils.uuid7()
    history = work(scratch, project)
    with psycopg.connect(scratch) as connection:
        rows = read_log(connection, project)
    assert disagreements(history, project, rows) == []
    for said, spoil in SPOILT.items():
        assert any(said in each for each in disagreements(history, project, spoil(rows))), said


def test_answers_that_contradict_each_other_are_told() -> None:
    history, command = History(), uuid_utils.uuid7()
    history.acknowledges(command, 3)
    history.acknowledges(command, 3)
    assert history.wrong == []
    history.acknowledges(command, 4)
    history.declines(command)
    assert len(history.wrong) == 2


@pytest.mark.django_db(transaction=True)
def test_a_projection_that_skips_an_event_is_found() -> None:
    registry = Registry([Tally()])
    registry.install()
    project = uuid_utils.uuid7()
    book = a_book(project)
    for _ in range(5):
        STORE.append(project, ME, [a_command(book, a_note())], seen={book: None})

    def hashes() -> list[str]:
        position, live = live_hash(registry, "tally", project)
        return unlike(f"{live} {position} tally", f"{replayed_hash(Tally(), project)} 5 tally")

    registry.consume(Tally(), registry.live("tally"), project, limit=2)
    assert hashes()  # it is not there yet
    with django_connection.cursor() as cursor:
        cursor.execute("UPDATE es.checkpoint SET position = position + 1 WHERE project = %s", [project])
    registry.catch_up(project)
    assert hashes()
    with django_connection.cursor() as cursor:
        Tally().clear(cursor, registry.live("tally"), project)
        cursor.execute("UPDATE es.checkpoint SET position = 0 WHERE project = %s", [project])
    registry.catch_up(project)
    assert not hashes()


def test_commits_that_do_not_wait_for_the_disk_are_found() -> None:
    """Every process of the server is killed at once; what it had only in memory is gone."""
    folder = Path(tempfile.mkdtemp(prefix="palimpsest-planted-", dir="/tmp"))
    folder.chmod(0o711)
    home = Home(folder)
    home.prepare()
    try:
        server = postgres.locate(home, os.environ.get("PG_BINDIR", ""))
        url = server.url("palimpsest_owner")
        found = {}
        for mode in ("on", "off"):
            with killed_at_the_end(server):
                if mode == "on":
                    lay_down(url)
                _commit(server, mode)
                with psycopg.connect(url) as connection:
                    assert bool(unsafe(connection)) is (mode == "off")
                project = uuid_utils.uuid7()
                history = work(url, project)
                assert len(history.acknowledged) == WRITERS * EACH
            with killed_at_the_end(server):
                found[mode] = judged(url, history, project)
        assert found["on"] == ""
        assert "lost: " in found["off"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _commit(server: postgres.Postgres, mode: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as ruler:
        ruler.execute(f"ALTER ROLE palimpsest_owner SET synchronous_commit = {mode}".encode())
        ruler.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        ruler.execute("SELECT pg_reload_conf()")


@contextmanager
def killed_at_the_end(server: postgres.Postgres) -> Iterator[None]:
    postgres.make_ready(server)
    child = process.start(server.program())
    try:
        assert process.wait_until(lambda: postgres.is_ready(server, child.pid), seconds=30)
        yield
    finally:
        kill([child.pid, *children_of(child.pid)])
        child.wait()
        process.wait_until(lambda: not _memory_is_held(server), seconds=10)


def _memory_is_held(server: postgres.Postgres) -> bool:
    """Whether some process of the killed server is still there."""
    with suppress(OSError):
        return any(
            Path(f"/proc/{pid}/cwd").resolve() == server.data.resolve()
            for pid in os.listdir("/proc")
            if pid.isdigit()
        )
    return False
