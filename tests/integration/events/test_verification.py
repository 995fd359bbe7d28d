"""Whatever the tables' owner does behind the log's back is found, at its position."""

import hashlib
from uuid import UUID

import psycopg
import pytest

from events import chain
from events.store import streams_of
from events.streams import StreamRef
from events.verification import Break, logs, verify
from tests.integration.events.notebook import (
    STORE,
    BookClosed,
    CoverScanned,
    a_book,
    a_command,
    a_note,
    an_id,
    erase,
)
from tests.integration.events.tampering import unguarded

pytestmark = pytest.mark.django_db(transaction=True)

Owner = psycopg.Connection


@pytest.fixture
def project() -> UUID:
    return a_log(events=12)


def a_log(*, events: int) -> UUID:
    """Two notebooks, several authors, texts, events in batches and alone."""
    books = [a_book(project := an_id()), a_book(project)]
    for n in range(0, events, 3):
        some = [
            a_note(text=f"note {n}"),
            a_note(label="claim"),
            CoverScanned(n, image="…") if n % 2 else BookClosed(),
        ]
        STORE.append(project, an_id(), [a_command(books[n % 2], *some)], seen={books[n % 2]: None})
    return project


def breaks(project: UUID) -> list[Break]:
    return [each for checked in verify(project) for each in checked.breaks]


def positions(project: UUID) -> set[int]:
    return {each.position for each in breaks(project)}


def change(owner: Owner, sql: str, *values: object) -> None:
    with unguarded(owner):
        owner.execute(sql.encode(), values)


def test_an_untouched_log_is_whole(project: UUID) -> None:
    reports = list(verify(project))
    assert breaks(project) == []
    assert (reports[-1].position, reports[-1].head) == (12, 12)
    assert project in logs()
    assert list(verify(an_id()))[-1].head == 0


CHANGES = {
    "payload": """payload = payload || '{"label": "forged"}'""",
    "author": "issued_by = gen_random_uuid()",
    "time": "recorded_at = recorded_at + interval '1 microsecond'",
    "type": "type = 'note_removed'",
    "schema version": "schema_version = 2",
    "entity": "entity_id = gen_random_uuid()",
    "command": "command_id = gen_random_uuid()",
    "correlation": "correlation_id = gen_random_uuid()",
    "stream": "stream = gen_random_uuid()",
    "version": "version = version + 1000",
    "content": "content_id = gen_random_uuid(), commitment = sha256('x')",
    "hash": "hash = sha256('x')",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_event_is_found_at_its_position(project: UUID, owner_connection: Owner, what: str) -> None:
    change(
        owner_connection, f"UPDATE es.event SET {CHANGES[what]} WHERE project = %s AND position = 7", project
    )
    assert min(positions(project)) == 7


def test_an_event_whose_hash_was_made_to_fit_is_found_at_the_next(
    project: UUID, owner_connection: Owner
) -> None:
    with unguarded(owner_connection):
        owner_connection.execute(
            "UPDATE es.event SET issued_by = gen_random_uuid() WHERE project = %s AND position = 7", [project]
        )
        rehash(owner_connection, project, 7)
    assert positions(project) == {8}


def rehash(owner: Owner, project: UUID, position: int) -> None:
    owner.execute(
        """UPDATE es.event e SET hash = es.event_hash(b.hash, e.project, e.position, e.stream, e.version, e.recorded_at,
                  e.issued_by, e.type, e.schema_version, e.entity_id, e.command_id, e.correlation_id, e.payload,
                  e.content_id, e.commitment)
             FROM es.event b WHERE b.project = e.project AND b.position = e.position - 1
              AND e.project = %s AND e.position = %s""",
        [project, position],
    )


def test_a_missing_event_is_found_where_it_was(project: UUID, owner_connection: Owner) -> None:
    change(owner_connection, "DELETE FROM es.event WHERE project = %s AND position IN (5, 6)", project)
    assert Break(project, 5, "missing", "there are no events from here to 6") in breaks(project)


def test_a_missing_beginning_is_found(project: UUID, owner_connection: Owner) -> None:
    change(owner_connection, "DELETE FROM es.event WHERE project = %s AND position < 3", project)
    assert Break(project, 1, "missing", "there are no events from here to 2") in breaks(project)


def test_a_cut_off_end_is_found_by_what_commands_wrote(project: UUID, owner_connection: Owner) -> None:
    change(owner_connection, "DELETE FROM es.event WHERE project = %s AND position > 7", project)
    assert 8 in positions(project)


def test_a_log_that_is_gone_altogether_is_found(project: UUID, owner_connection: Owner) -> None:
    change(owner_connection, "DELETE FROM es.event WHERE project = %s", project)
    change(owner_connection, "DELETE FROM es.log WHERE project = %s", project)
    assert project in logs()
    assert positions(project) == {1}


def test_swapped_events_are_found(project: UUID, owner_connection: Owner) -> None:
    swap(owner_connection, project, 4, 9)
    assert {4, 9} <= positions(project)
    assert breaks(project)[0] == Break(project, 4, "moved", "it was written at position 9")


def swap(owner: Owner, project: UUID, one: int, other: int) -> None:
    with unguarded(owner):
        move = b"UPDATE es.event SET position = %s WHERE project = %s AND position = %s"
        for new, old in ((0, one), (one, other), (other, 0)):
            owner.execute(move, [new, project, old])


def test_an_added_event_is_found(project: UUID, owner_connection: Owner) -> None:
    insert(owner_connection, project, 6)
    assert positions(project) >= {6, 7}
    assert breaks(project)[0] == Break(
        project, 6, "added", "it was put in here, and those behind it were moved back"
    )


def insert(owner: Owner, project: UUID, position: int) -> None:
    """A copy of another event, between two that there are."""
    with unguarded(owner):
        owner.execute(
            "UPDATE es.event SET position = -position WHERE project = %s AND position >= %s",
            [project, position],
        )
        owner.execute(
            "UPDATE es.event SET position = 1 - position WHERE project = %s AND position < 0", [project]
        )
        owner.execute(
            """INSERT INTO es.event (project, position, stream, version, recorded_at, issued_by, type, schema_version,
                                     entity_id, command_id, payload, hash)
               SELECT project, %s, stream, version + 1000, recorded_at, issued_by, type, schema_version, entity_id,
                      command_id, payload, hash FROM es.event WHERE project = %s AND position = %s""",
            [position, project, position - 1],
        )


def test_a_missing_stretch_as_long_as_what_is_checked_at_once_is_found(
    project: UUID, owner_connection: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "CHUNK", 2)
    assert breaks(project) == []
    change(owner_connection, "DELETE FROM es.event WHERE project = %s AND position BETWEEN 4 AND 9", project)
    assert min(positions(project)) == 4


def test_lost_and_changed_contents_are_found_and_erased_ones_are_in_order(
    project: UUID, owner_connection: Owner
) -> None:
    ids = [each.content_id for each in STORE.after(project, 0, limit=100) if each.content_id]
    (book,) = {ref for ref in streams_of(project, kind="book") if STORE.read([ref])[0].position == 1}
    erase(book, ids[0])
    assert breaks(project) == []
    owner_connection.execute(
        "UPDATE es.content SET body = 'x' WHERE project = %s AND content_id = %s", [project, ids[1]]
    )
    assert [each.what for each in breaks(project)] == ["its content does not match its commitment"]
    owner_connection.execute(
        "DELETE FROM es.content WHERE project = %s AND content_id = %s", [project, ids[1]]
    )
    assert [each.what for each in breaks(project)] == ["its content is lost"]


def test_a_content_that_went_without_an_order_is_found(project: UUID, owner_connection: Owner) -> None:
    """Whoever deletes a row can also write that it was erased; that an event ordered it they cannot write."""
    first, *_ = [each for each in STORE.after(project, 0, limit=100) if each.content_id]
    owner_connection.execute("SELECT es.erase(%s, %s)", [project, [first.content_id]])
    what = "its content counts as erased, but no event ordered that"
    assert breaks(project) == [Break(project, first.position, "unordered", what)]


def test_an_order_for_another_stream_erases_nothing(project: UUID, owner_connection: Owner) -> None:
    first, *_ = [each for each in STORE.after(project, 0, limit=100) if each.content_id]
    assert first.content_id
    another = a_book(project)
    erase(another, first.content_id, an_id())
    assert breaks(project) == []
    owner_connection.execute("SELECT es.erase(%s, %s)", [project, [first.content_id]])
    assert [each.fault for each in breaks(project)] == ["unordered"]


def test_an_erasure_of_what_no_event_brought_is_found(project: UUID, owner_connection: Owner) -> None:
    strange = an_id()
    owner_connection.execute("INSERT INTO es.erasure VALUES (%s, %s, now())", [project, strange])
    what = f"content {strange} counts as erased, but no event brought it"
    assert breaks(project) == [Break(project, 1, "unordered", what)]


def test_a_content_that_came_back_after_its_erasure_is_found(project: UUID, owner_connection: Owner) -> None:
    first, *_ = [each for each in STORE.after(project, 0, limit=100) if each.content_id]
    assert first.content_id
    (book,) = [ref for ref in streams_of(project, kind="book") if ref.id == first.stream]
    kept = owner_connection.execute(
        "SELECT * FROM es.content WHERE project = %s AND content_id = %s", [project, first.content_id]
    ).fetchone()
    assert kept
    ordered_at = erase(book, first.content_id)
    owner_connection.execute("INSERT INTO es.content VALUES (%s, %s, %s, %s, %s, %s, %s)", kept)
    what = f"its content is here, but the event at {ordered_at} erased it"
    assert breaks(project) == [Break(project, first.position, "unerased", what)]


def test_a_stream_under_another_name_is_found(project: UUID, owner_connection: Owner) -> None:
    change(owner_connection, "UPDATE es.stream SET subject = gen_random_uuid() WHERE project = %s", project)
    assert len(breaks(project)) == 2
    change(owner_connection, "DELETE FROM es.stream WHERE project = %s", project)
    assert len(breaks(project)) == 2
    assert all("not in the registry" in each.what for each in breaks(project))


def test_stretches_are_checked_at_once_and_told_in_order(
    project: UUID, owner_connection: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "CHUNK", 3)
    reports = list(verify(project, workers=3))
    assert [each.position for each in reports] == [3, 6, 9, 12, 12]
    assert [each.is_last for each in reports] == [False] * 4 + [True]
    change(
        owner_connection,
        f"UPDATE es.event SET {CHANGES['payload']} WHERE project = %s AND position = 6",
        project,
    )
    found = [each for checked in verify(project, workers=3) for each in checked.breaks]
    assert [(each.position, each.fault) for each in found] == [(6, "changed")]


def test_what_is_wrong_in_a_stretch_is_told_though_its_reader_stops_early(
    project: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "CHUNK", 1)
    running = verify(project, workers=2)
    assert next(running).position == 1
    running.close()


def test_the_line_that_the_chain_covers_is_the_same_on_every_server(owner_connection: Owner) -> None:
    """What is signed once must verify for ever: bytes and hash of an event are pinned, awkward values included."""
    line = """SELECT es.event_line({0})"""
    hash_ = """SELECT encode(es.event_hash('\\x', {0}), 'hex')"""
    given = r"""'0190a000-0000-7000-8000-000000000001', 1, '0190a000-0000-7000-8000-000000000002', 1,
        '2026-11-25 08:15:00.123456+00', '0190a000-0000-7000-8000-000000000003', 'note_put', 1::int,
        '0190a000-0000-7000-8000-000000000004', '0190a000-0000-7000-8000-000000000005', NULL,
        '{"zz": 1.50, "b": [1e3, -0.0, 12345678901234567890], "": {"k": null, "t": true},
          "a": "é \" \\ \n \u0001 🚀 \u007f"}',
        '0190a000-0000-7000-8000-000000000006', '\xdeadbeef'"""
    expected = (
        '["0190a000-0000-7000-8000-000000000001", 1, "0190a000-0000-7000-8000-000000000002", 1, 1795594500123456, '
        '"0190a000-0000-7000-8000-000000000003", "note_put", 1, "0190a000-0000-7000-8000-000000000004", '
        '"0190a000-0000-7000-8000-000000000005", null, {"": {"k": null, "t": true}, "a": '
        '"é \\" \\\\ \\n \\u0001 🚀 \x7f", "b": [1000, 0.0, 12345678901234567890], "zz": 1.50}, '
        '"0190a000-0000-7000-8000-000000000006", "deadbeef"]'
    )
    assert owner_connection.execute(line.format(given).encode()).fetchone() == (expected,)
    (found,) = owner_connection.execute(hash_.format(given).encode()).fetchone() or ("",)
    assert found == hashlib.sha256(expected.encode()).hexdigest()


def test_the_chain_can_be_followed_without_a_database(project: UUID, owner_connection: Owner) -> None:
    """Lines and hashes are all that a verifier on another machine needs."""
    rows = owner_connection.execute(
        """SELECT es.event_line(project, position, stream, version, recorded_at, issued_by, type, schema_version,
                                entity_id, command_id, correlation_id, payload, content_id, commitment), hash
             FROM es.event WHERE project = %s ORDER BY position""",
        [project],
    ).fetchall()
    before = b""
    for line, hash_ in rows:
        before = hashlib.sha256(before + line.encode()).digest()
        assert before == hash_
    assert len(rows) == 12


def test_streams_have_the_same_id_on_every_server() -> None:
    project = UUID("0190a000-0000-7000-8000-000000000001")
    assert str(StreamRef(project, "project").id) == "e864bb60-4ba2-54c2-9e94-f339c5cc4115"
