"""What an append hands to the database."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec

from events.database import array
from events.request import Request
from events.store import NewCommand, NewEvent
from events.streams import StreamRef
from tests.integration.events.notebook import CATALOG, BookClosed, NotePut

PROJECT, ME, NOTE, OTHER = (UUID(int=n) for n in range(1, 5))
BOOK, SHELF = StreamRef(PROJECT, "book", OTHER), StreamRef(PROJECT, "shelf")


def values(*commands: NewCommand, seen: dict[StreamRef, int | None]) -> list[Any]:
    return Request.of(CATALOG, commands, seen).statement(PROJECT, ME, None, [])[1]


def a_command(*events: NewEvent, on: StreamRef = BOOK, expected: int | None = None) -> NewCommand:
    return NewCommand(NOTE, b"\x01\xff", on, events, expected)


def test_streams_and_commands_are_numbered_from_one() -> None:
    command = a_command(
        NewEvent(SHELF, BookClosed()), NewEvent(BOOK, NotePut(str(NOTE)), (OTHER,)), expected=3
    )
    project, me, correlation, streams, seen, _, ids, requests, on, expected, aware, events = values(
        command, seen={BOOK: 4}
    )
    assert (project, me, correlation, aware) == (PROJECT, ME, None, "{}")
    assert (streams, seen) == (f"{{{BOOK.id},{SHELF.id}}}", "{4,NULL}")
    assert (ids, requests, on, expected) == (f"{{{NOTE}}}", r'{"\\x01ff"}', "{1}", "{3}")
    assert [(each["c"], each["s"], each["t"], each["e"]) for each in msgspec.json.decode(events)] == [
        (1, 2, "book_closed", None),
        (1, 1, "note_put", str(NOTE)),
    ]
    assert [each.get("r") for each in msgspec.json.decode(events)] == [None, [str(OTHER)]]


def test_names_are_told_of_written_streams_that_may_be_new() -> None:
    command = a_command(NewEvent(BOOK, BookClosed()))
    name = {"id": str(BOOK.id), "kind": "book", "subject": str(OTHER), "owner": None}
    assert values(command, seen={BOOK: 1})[5] is None
    for seen in ({BOOK: 0}, {BOOK: None}, {}):
        assert msgspec.json.decode(values(command, seen=seen)[5]) == [name]  # type: ignore[arg-type]
    assert values(a_command(), seen={BOOK: 0})[5] is None


def test_a_private_part_travels_apart_under_a_salted_hash() -> None:
    rows = values(a_command(NewEvent(BOOK, NotePut(str(NOTE), text="naïve"))), seen={BOOK: 1})
    (event,) = msgspec.json.decode(rows[11])
    contents, subjects, (salt,), (body,), (digest,) = rows[12:]
    assert "text" not in event["p"]
    assert (contents, subjects) == (f"{{{event['x']}}}", f"{{{OTHER}}}")
    assert event["k"] == hashlib.sha256(salt + body).hexdigest()
    assert (msgspec.json.decode(body), len(salt)) == ({"text": "naïve"}, 16)
    assert digest == hashlib.sha256("naïve".encode()).digest()


def test_arrays_are_written_as_postgresql_reads_them() -> None:
    assert array([]) == "{}"
    assert array([1, None, ME]) == f"{{1,NULL,{ME}}}"
