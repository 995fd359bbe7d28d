"""A log file whose erasable parts are encrypted: erasing a part erases it in every copy of the file."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management.base import CommandError

from annotator.supervisor.postgres import Postgres
from events.configured import content_keys
from events.content_keys import FILE, Forged, decrypt, encrypt
from events.left_out import LeftOut, left_out_of
from events.log_export import CameBack, destroy_erased, export_log
from events.log_import import ImportRefused, import_log
from events.streams import StreamRef
from events.verification import verify
from tests.integration.events.moving import Members, as_owner, forged, forget, members
from tests.integration.events.notebook import CATALOG, STORE, a_book, a_command, a_note, an_id, erase
from tests.integration.events.test_commands import said
from tests.integration.events.test_moving import checked, exported

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = ("a secret", "another one", "the third")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EVENTS_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def book() -> StreamRef:
    made = a_book(an_id())
    notes = [a_note(text=word) for word in WORDS]
    STORE.append(made.project, an_id(), [a_command(made, *notes)], seen={made: 0})
    return made


@pytest.fixture
def owner_url(postgres_server: Postgres) -> str:
    return postgres_server.url("palimpsest_owner")


def contents(book: StreamRef) -> list[UUID]:
    return [each.content_id for each in STORE.read([book]) if each.content_id]


def texts(book: StreamRef) -> list[str]:
    return [each.event.text for each in STORE.read([book]) if hasattr(each.event, "text")]


def faults(book: StreamRef) -> Sequence[tuple[int, str]]:
    return [(each.position, each.fault) for done in verify(book.project) for each in done.breaks]


def test_nothing_erasable_can_be_read_in_an_encrypted_file_and_it_still_verifies(
    book: StreamRef, tmp_path: Path
) -> None:
    data = exported(book.project, encrypted=True)
    everything = b"".join(members(data).values())
    assert not [word for word in WORDS if word.encode() in everything]
    (tmp_path / "log.zip").write_bytes(data)
    assert checked(tmp_path / "log.zip")[0] == 0
    assert exported(book.project, encrypted=True) == data  # byte for byte, as an open one
    assert (tmp_path / "keys" / FILE).stat().st_mode & 0o077 == 0


def test_with_its_keys_the_log_comes_back_whole(
    book: StreamRef, owner_connection: psycopg.Connection, owner_url: str
) -> None:
    closed, open_ = exported(book.project, encrypted=True), exported(book.project)
    forget(owner_connection, book.project)
    with as_owner(owner_url):
        import_log(io.BytesIO(closed), CATALOG)
    assert texts(book) == [*WORDS]
    assert faults(book) == []
    assert exported(book.project) == open_


def test_what_is_erased_is_erased_in_files_that_were_made_before(
    book: StreamRef, folder: Path, owner_connection: psycopg.Connection, owner_url: str
) -> None:
    old = exported(book.project, encrypted=True)
    first, second, _ = contents(book)
    keys = content_keys().made(book.project, [first, second])
    erase(book, first, second)
    assert destroy_erased(book.project) == 2
    assert destroy_erased(book.project) == 0
    assert not [key for key in keys.values() if key in (folder / FILE).read_bytes()]
    forget(owner_connection, book.project)
    with as_owner(owner_url):
        import_log(io.BytesIO(old), CATALOG)  # as after a disaster: the order is not in this file
    assert texts(book) == ["", "", WORDS[2]]
    assert left_out_of(book.project) == LeftOut(0, frozenset([first, second]))
    assert faults(book) == []
    again = exported(book.project, encrypted=True)
    forget(owner_connection, book.project)
    with as_owner(owner_url):
        import_log(io.BytesIO(again), CATALOG)
    assert faults(book) == []
    owner_connection.execute("SELECT es.erase(%s, %s)", [book.project, contents(book)[2:]])
    assert faults(book) == [(3, "unordered")]


def test_an_export_destroys_the_keys_of_what_was_erased_elsewhere(book: StreamRef) -> None:
    exported(book.project, encrypted=True)
    first, *_ = contents(book)
    erase(book, first)
    exported(book.project, encrypted=True)
    assert content_keys().known(book.project, [first]) == {first: None}


def test_a_key_is_destroyed_for_nothing_but_an_order(
    book: StreamRef, owner_connection: psycopg.Connection
) -> None:
    """Who owns the tables can delete a content, but not make the backups forget it."""
    exported(book.project, encrypted=True)
    first, *_ = contents(book)
    owner_connection.execute("SELECT es.erase(%s, %s)", [book.project, [first]])
    assert destroy_erased(book.project) == 0


def test_without_its_keys_a_file_is_refused_or_taken_in_without_these_parts(
    book: StreamRef, settings: Any, tmp_path: Path, owner_connection: psycopg.Connection, owner_url: str
) -> None:
    data = exported(book.project, encrypted=True)
    forget(owner_connection, book.project)
    settings.EVENTS_KEYS = tmp_path / "elsewhere"
    with as_owner(owner_url):
        with pytest.raises(ImportRefused, match="3 contents are encrypted with keys that are not here"):
            import_log(io.BytesIO(data), CATALOG)
        import_log(io.BytesIO(data), CATALOG, without_keys=True)
    assert texts(book) == [""] * 3
    assert left_out_of(book.project) == LeftOut(3)
    assert faults(book) == []


def test_an_encrypted_part_cannot_be_changed_or_put_in_anothers_place(
    book: StreamRef, owner_connection: psycopg.Connection, owner_url: str
) -> None:
    def swapped(parts: Members) -> None:
        one, two, *_ = (each.split(b'"encrypted":"')[1] for each in parts["contents.jsonl"].splitlines())
        parts["contents.jsonl"] = (
            parts["contents.jsonl"].replace(one, b"-").replace(two, one).replace(b"-\n", two)
        )

    data = exported(book.project, encrypted=True)
    forget(owner_connection, book.project)
    with as_owner(owner_url), pytest.raises(ImportRefused):
        import_log(io.BytesIO(forged(data, swapped)), CATALOG)
    sealed = encrypt(b"k" * 32, b"name", b"data")
    assert decrypt(b"k" * 32, b"name", sealed) == b"data"
    for key, name in ((b"l" * 32, b"name"), (b"k" * 32, b"other")):
        with pytest.raises(Forged):
            decrypt(key, name, sealed)


def test_what_came_back_with_another_backup_is_not_given_a_key_again(book: StreamRef, tmp_path: Path) -> None:
    first, *_ = contents(book)
    exported(book.project, encrypted=True)
    content_keys().destroy(book.project, [first])
    with pytest.raises(CameBack):
        export_log(book.project, io.BytesIO(), encrypted=True)
    with pytest.raises(CommandError, match="erase it again"):
        said("log", "export", str(book.project), str(tmp_path / "log.zip"), "--encrypted")


def test_a_content_that_claims_to_be_encrypted_in_the_database_is_found(
    book: StreamRef, owner_connection: psycopg.Connection
) -> None:
    sql = "UPDATE es.content SET salt = NULL, key_id = 'k', body = 'x' WHERE project = %s AND content_id = %s"
    owner_connection.execute(sql, [book.project, contents(book)[1]])
    assert faults(book) == [(2, "changed")]


def test_nothing_is_made_where_nothing_is_encrypted(book: StreamRef, folder: Path) -> None:
    exported(book.project)
    assert content_keys().destroy(book.project, contents(book)) == 0
    assert content_keys().known(book.project, contents(book)) == {}
    assert not (folder / FILE).exists()
