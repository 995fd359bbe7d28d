"""A small service of its own for the tests of the log: a notebook that holds notes and can be closed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import uuid_utils.compat as uuid_utils
from django.db import connection
from immutables import Map

from events.catalog import Catalog
from events.decider import Decider, Refused
from events.handler import Handler, Planned, States
from events.store import NewCommand, NewEvent, Store
from events.streams import StreamRef


@dataclass(frozen=True, slots=True)
class NotePut:
    """``text`` is the erasable part."""

    ENTITY: ClassVar[str] = "note"
    PRIVATE: ClassVar[tuple[str, ...]] = ("text",)
    note: str
    label: str = "actor"
    spans: list[list[int]] = field(default_factory=lambda: [[0, 1]])
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoteRemoved:
    ENTITY: ClassVar[str] = "note"
    note: str


@dataclass(frozen=True, slots=True)
class BookClosed:
    """Concerns the whole notebook."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class CoverScanned:
    """Its part is big and is not loaded with it."""

    LAZY: ClassVar[bool] = True
    PRIVATE: ClassVar[tuple[str, ...]] = ("image",)
    size: int
    image: str = ""


@dataclass(frozen=True, slots=True)
class ContentErased:
    """Orders that contents of the notebook's earlier events go."""

    contents: list[str]


EMPTY: Map[str, NotePut] = Map()


@dataclass(frozen=True, slots=True)
class Notebook:
    notes: Map[str, NotePut] = EMPTY
    closed: str | None = None
    size: int | None = None


def evolve(book: Notebook, event: Any) -> Notebook:
    match event:
        case NotePut():
            return Notebook(book.notes.set(event.note, event), book.closed, book.size)
        case NoteRemoved():
            # Of what was put and removed since, the last event alone is read.
            rest = book.notes.delete(event.note) if event.note in book.notes else book.notes
            return Notebook(rest, book.closed, book.size)
        case BookClosed():
            return Notebook(book.notes, event.reason, book.size)
        case CoverScanned():
            return Notebook(book.notes, book.closed, event.size)
        case ContentErased():
            return book
    raise AssertionError(event)


CATALOG = Catalog(
    {
        "note_put@1": NotePut,
        "note_removed@1": NoteRemoved,
        "book_closed@1": BookClosed,
        "cover_scanned@1": CoverScanned,
        "content_erased@1": ContentErased,
    }
)
BOOK = Decider("book", Notebook(), evolve)
SHELF = Decider("shelf", Notebook(), evolve)
STORE = Store(CATALOG)


class NoSuchNote(Refused):
    """The notebook has no such note."""


class IsClosed(Refused):
    """The notebook is closed."""


def an_id() -> UUID:
    return uuid_utils.uuid7()


def a_handler() -> Handler:
    """A handler that remembers nothing yet, as in a process that has just started."""
    return Handler(STORE, [BOOK, SHELF])


def a_book(project: UUID, subject: UUID | None = None, owner: UUID | None = None) -> StreamRef:
    return StreamRef(project, "book", subject or an_id(), owner)


def a_note(note: UUID | None = None, **fields: Any) -> NotePut:
    return NotePut(str(note or an_id()), **fields)


def a_command(
    on: StreamRef,
    *events: object,
    id: UUID | None = None,
    request: bytes = b"request",
    expected: int | None = None,
    touches: tuple[UUID, ...] = (),
) -> NewCommand:
    return NewCommand(
        id or an_id(), request, on, tuple(NewEvent(on, each, touches) for each in events), expected
    )


def put(ref: StreamRef, note: NotePut, *, id: UUID | None = None, expected: int | None = None) -> Planned:
    """A command that puts a note into an open notebook; a note that is there already changes nothing."""

    def decide(states: States) -> Sequence[object]:
        book: Notebook = states[ref]
        if book.closed is not None:
            raise IsClosed
        return [] if book.notes.get(note.note) == note else [note]

    return Planned(id or an_id(), note.text.encode() or b"-", ref, (), decide, expected)


def remove(ref: StreamRef, note: UUID, *, id: UUID | None = None, expected: int | None = None) -> Planned:
    def decide(states: States) -> Sequence[object]:
        if str(note) not in states[ref].notes:
            raise NoSuchNote
        return [NoteRemoved(str(note))]

    return Planned(id or an_id(), note.bytes, ref, (), decide, expected)


def erase(book: StreamRef, *contents: UUID | None) -> int:
    """Order that contents go, and carry it out; the order's position."""
    order = a_command(book, ContentErased([str(each) for each in contents]))
    (written,) = STORE.append(book.project, an_id(), [order], seen={book: None})
    with connection.cursor() as cursor:
        cursor.execute("SELECT es.erase_ordered(%s, %s)", [book.project, written.first])
    return written.first
