"""A project's log goes to another server as one file, and is the same there, or does not arrive at all."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from annotator.accounts.models import Account
from annotator.application.segmenting import segment_new
from annotator.projections.registry import REGISTRY
from annotator.supervisor.postgres import Postgres
from events.configured import keys
from events.left_out import LeftOut, keep_left_out, left_out_of
from events.log_export import Nothing, export_log
from events.log_import import ImportRefused, import_log
from events.signing import Unsound
from events.store import Known, epoch
from events.verification import verify
from tests.integration.events.moving import (
    Members,
    another_database,
    as_owner,
    forged,
    forget,
    manage,
    members,
    packed,
)
from tests.integration.events.notebook import (
    CATALOG,
    STORE,
    BookClosed,
    CoverScanned,
    a_book,
    a_command,
    a_note,
    an_id,
    erase,
)
from tests.integration.events.test_commands import said
from tests.integration.projections.histories import Town
from tests.support.servers import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

VERIFIER = ROOT / "tools" / "verify_log.py"
SAME = (
    """SELECT position, hash, recorded_at, payload::text FROM es.event WHERE project = %s ORDER BY position"""
)


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.EVENTS_KEYS = tmp_path / "keys"


@pytest.fixture
def project() -> UUID:
    """A notebook with texts, an erased one among them, events in batches and numbers that floats cannot hold."""
    book = a_book(an_id())
    STORE.append(
        book.project,
        an_id(),
        [a_command(book, a_note(text="naïve 🚀\n\\"), CoverScanned(2**60, image="…"))],
        seen={book: 0},
    )
    gone = a_command(book, a_note(label='"\\t', text="gone"))
    STORE.append(book.project, an_id(), [gone], seen={book: None})
    erase(book, *[each.content_id for each in STORE.read([book], after=2) if each.content_id])
    STORE.append(
        book.project, an_id(), [a_command(book, BookClosed("done"))], seen={book: None}, correlation=an_id()
    )
    return book.project


@pytest.fixture
def owner_url(postgres_server: Postgres) -> str:
    return postgres_server.url("palimpsest_owner")


def rows(project: UUID, sql: str = SAME) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])
        return list(cursor.fetchall())


def exported(project: UUID, **options: Any) -> bytes:
    target = io.BytesIO()
    export_log(project, target, **options)
    return target.getvalue()


def checked(path: Path, *arguments: str) -> tuple[int, str]:
    """What the verifier says, on a machine that has nothing of the service."""
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(path), *arguments], capture_output=True, text=True, cwd="/"
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_a_log_arrives_elsewhere_with_the_same_positions_hashes_and_read_models(
    postgres_server: Postgres, tmp_path: Path
) -> None:
    project = Town().live_through([])
    segment_new(project)  # or the other server's workers would
    REGISTRY.catch_up(project)
    path = tmp_path / "log.zip"
    (told,) = said("log", "export", str(project), str(path))
    state = said("state-hash", "--project", str(project))
    with another_database(postgres_server, tmp_path / "home") as there:
        manage({**there, "PALIMPSEST_PROCESS": "owner"}, "migrate", "--verbosity", "0")
        arrived = manage(there, "log", "import", str(path)).splitlines()
        script = """
import django; django.setup()
from django.core.management import call_command
from annotator.accounts.models import Account
from annotator.tasks.sweep import sweep_alone
from events.store import epoch
sweep_alone()
call_command("state-hash", "--project", {project!r})
call_command("verify", "--project", {project!r})
print(epoch(), sorted(Account.objects.values_list("username", "is_active")))
print(any(each.has_usable_password() for each in Account.objects.all()))"""
        environment = {**there, "DJANGO_SETTINGS_MODULE": "annotator.config.settings", "REDIS_URL": "none"}
        done = subprocess.run(
            [sys.executable, "-c", script.format(project=str(project))],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        with psycopg.connect(there["DATABASE_OWNER_URL"]) as other:
            assert other.execute(SAME.encode(), [project]).fetchall() == rows(project)
    events = len(rows(project))
    *states, whole, accounts, usable = done.stdout.splitlines()
    assert states == state
    assert whole == f"{project}: {events} events, whole"
    there_epoch, _, people = accounts.partition(" ")
    assert there_epoch != str(epoch())
    assert people == str(sorted((name, False) for name in Account.objects.values_list("username", flat=True)))
    assert usable == "False"
    assert told.startswith(f"{project}: {events} events in {path} (")
    assert arrived[0].startswith(
        f"{project}: {events} events, signed by {keys().current().key_id}, not known here"
    )
    assert arrived[1].startswith("accounts that cannot sign in: ")


def test_everything_comes_back_and_a_retry_is_still_one(
    project: UUID, owner_connection: psycopg.Connection, owner_url: str
) -> None:
    before, data = rows(project), exported(project)
    (command,) = {each.command_id for each in STORE.after(project, 4, limit=1)}
    tables = ("stream", "command", "content", "erasure", "chain_checkpoint", "log")
    all_before = {
        each: sorted(map(str, rows(project, f"SELECT * FROM es.{each} WHERE project = %s")))
        for each in tables
    }
    forget(owner_connection, project)
    with as_owner(owner_url):
        done = import_log(io.BytesIO(data), CATALOG)
    assert (done.manifest.position, done.is_known, done.manifest.epoch) == (5, True, epoch())
    assert rows(project) == before
    assert all_before == {
        each: sorted(map(str, rows(project, f"SELECT * FROM es.{each} WHERE project = %s")))
        for each in tables
    }
    assert [each for checked_ in verify(project) for each in checked_.breaks] == []
    book = a_book(project, subject=rows(project, "SELECT subject FROM es.stream WHERE project = %s")[0][0])
    with pytest.raises(Known):
        STORE.append(project, an_id(), [a_command(book, BookClosed("done"), id=command)], seen={book: None})
    assert exported(project) == data  # and the next export is the same, byte for byte


def test_private_parts_can_be_left_out(
    project: UUID, owner_connection: psycopg.Connection, owner_url: str, tmp_path: Path
) -> None:
    data = exported(project, private=False)
    assert b"na\xc3\xafve" not in b"".join(members(data).values())
    (tmp_path / "log.zip").write_bytes(data)
    assert checked(tmp_path / "log.zip")[0] == 0
    forget(owner_connection, project)
    with as_owner(owner_url):
        import_log(io.BytesIO(data), CATALOG)
    assert [each for checked_ in verify(project) for each in checked_.breaks] == []
    assert [getattr(each.event, "text", "") for each in STORE.after(project, 0, limit=9)] == [""] * 5
    assert left_out_of(project) == LeftOut(5)
    again = exported(project)  # the next server is told what never came here
    (tmp_path / "log.zip").write_bytes(again)
    assert checked(tmp_path / "log.zip")[0] == 0
    keep_left_out(project, LeftOut())
    assert {each.fault for checked_ in verify(project) for each in checked_.breaks} == {"unordered"}
    forget(owner_connection, project)
    with as_owner(owner_url):
        import_log(io.BytesIO(again), CATALOG)
    assert left_out_of(project) == LeftOut(5)
    taken_away = a_book(project)
    STORE.append(project, an_id(), [a_command(taken_away, a_note(text="later"))], seen={taken_away: 0})
    (later,) = [each.content_id for each in STORE.read([taken_away]) if each.content_id]
    owner_connection.execute("SELECT es.erase(%s, %s)", [project, [later]])
    assert [(each.position, each.fault) for checked_ in verify(project) for each in checked_.breaks] == [
        (6, "unordered")
    ]


def test_no_file_is_made_of_a_log_whose_erasures_are_forged(
    project: UUID, owner_connection: psycopg.Connection, tmp_path: Path
) -> None:
    first, *_ = [each.content_id for each in STORE.after(project, 0, limit=9)]
    owner_connection.execute("SELECT es.erase(%s, %s)", [project, [first]])
    with pytest.raises(Unsound, match="position 1: unordered"):
        exported(project)
    with pytest.raises(CommandError, match="position 1: unordered"):
        said("log", "export", str(project), str(tmp_path / "x"))
    exported(project, private=False)  # what can be saved


def test_what_cannot_be_exported_is_told(project: UUID, tmp_path: Path) -> None:
    with pytest.raises(Nothing):
        exported(an_id())
    with pytest.raises(CommandError, match="There is no project"):
        said("log", "export", str(an_id()), str(tmp_path / "x"))
    with pytest.raises(CommandError, match="No such file"):
        said("log", "export", str(project), str(tmp_path / "no" / "x"))
    assert list(tmp_path.glob("*.part")) == []


def _line(parts: Members, name: str, old: bytes, new: bytes) -> None:
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new, 1)


REFUSED: dict[str, tuple[Any, dict[str, Any], str]] = {
    "a changed event": (
        lambda parts: _line(parts, "events.jsonl", b"done", b"over"),
        {},
        "position 5: changed",
    ),
    "a missing event": (
        lambda parts: parts.update({"events.jsonl": b"".join(parts["events.jsonl"].splitlines(True)[:-1])}),
        {},
        "position 5: truncated",
    ),
    "a lost content": (lambda parts: parts.update({"contents.jsonl": b""}), {}, "its content is lost"),
    "a changed content": (
        lambda parts: _line(parts, "contents.jsonl", b"na\xc3\xafve", b"clever"),
        {},
        "does not match its commitment",
    ),
    "a forged erasure": (
        lambda parts: _take_away(parts),
        {},
        "position 1: unordered",
    ),
    "an erasure of nothing": (
        lambda parts: _add(parts, "erasures.jsonl", [an_id(), 0]),
        {},
        "no event brought it",
    ),
    "an erasure that was undone": (lambda parts: _give_back(parts), {}, "keys that are not here"),
    "a stream under another name": (
        lambda parts: _line(parts, "streams.jsonl", b"book", b"shelf"),
        {},
        "another name",
    ),
    "events of another release": (
        lambda parts: None,
        {"types": {"note_put@9": 5}},
        "does not know: note_put@9",
    ),
    "another end": (lambda parts: None, {"position": 4}, "ends at 5, not at 4"),
    "no list": (lambda parts: parts.update({"streams.jsonl": b"{}\n"}), {}, "no log can hold"),
    "no JSON": (lambda parts: parts.update({"commands.jsonl": b"x\n"}), {}, "commands.jsonl"),
    "no event": (lambda parts: parts.update({"events.jsonl": b"x\n"}), {}, "no log can hold"),
    "another kind": (lambda parts: None, {"kind": "cake"}, "it is a cake"),
    "a newer layout": (lambda parts: None, {"manifest_version": 2}, "newer release"),
    "no key": (lambda parts: parts.update({"keys.jsonl": b"{}\n"}), {}, "keys.jsonl"),
}


def test_a_file_that_is_not_whole_changes_nothing(
    project: UUID, owner_connection: psycopg.Connection, owner_url: str
) -> None:
    good = exported(project)
    with as_owner(owner_url), pytest.raises(ImportRefused, match="is here already"):
        import_log(io.BytesIO(good), CATALOG)
    forget(owner_connection, project)
    known = set(keys().public())
    for name, (change, fields, words) in REFUSED.items():
        with as_owner(owner_url), pytest.raises(ImportRefused, match=words):
            import_log(io.BytesIO(forged(good, change, **fields)), CATALOG)
        assert rows(project) == rows(project, "SELECT 1 FROM es.log WHERE project = %s") == [], name
        assert set(keys().public()) == known, name
    unsigned = members(good)
    unsigned["manifest.json"] = unsigned["manifest.json"].replace(b'"position":5', b'"position":6')
    for data, words in (
        (packed(unsigned), "not signed by the key"),
        (packed({**members(good), "events.jsonl": b""}), "not as its manifest says"),
        (packed({**members(good), "events.jsonl": members(good)["events.jsonl"] * 2}), "longer than"),
        (good[:-100], "not an exported log"),
        (b"", "not an exported log"),
    ):
        with as_owner(owner_url), pytest.raises(ImportRefused, match=words):
            import_log(io.BytesIO(data), CATALOG)
    with pytest.raises(ImportRefused, match="Only the owner"):
        import_log(io.BytesIO(good), CATALOG)
    with as_owner(owner_url):
        import_log(io.BytesIO(good), CATALOG)


def test_events_cannot_be_smuggled_into_another_project(
    project: UUID, owner_connection: psycopg.Connection, owner_url: str
) -> None:
    other = a_book(an_id())
    STORE.append(other.project, an_id(), [a_command(other, a_note())], seen={other: 0})
    good = exported(project)
    forget(owner_connection, project)

    def smuggle(parts: Members) -> None:
        _line(parts, "events.jsonl", f'["{project}", 5'.encode(), f'["{other.project}", 2'.encode())

    with as_owner(owner_url), pytest.raises(ImportRefused):
        import_log(io.BytesIO(forged(good, smuggle)), CATALOG)
    assert STORE.head(other.project) == 1


def test_the_verifier_needs_nothing_of_the_service(project: UUID, tmp_path: Path) -> None:
    path, key = tmp_path / "log.zip", tmp_path / "key.json"
    good = exported(project)
    path.write_bytes(good)
    output = io.StringIO()
    call_command("keys", "list", "--json", stdout=output)
    key.write_text(output.getvalue())
    key_id = keys().current().key_id
    assert checked(path, str(key)) == (0, f"whole: 5 events, signed by {key_id}")
    assert checked(path) == (
        0,
        f"whole: 5 events, signed by {key_id}, a key that only the file itself vouches for",
    )
    assert members(good)["verify_log.py"] == VERIFIER.read_bytes()


def test_the_verifier_finds_what_is_wrong(project: UUID, tmp_path: Path) -> None:
    path, good = tmp_path / "log.zip", exported(project)
    cases = {
        "position 5: the event is not": REFUSED["a changed event"][0],
        "position 5: the log ends before it": REFUSED["a missing event"][0],
        "position 1: its content is lost": REFUSED["a lost content"][0],
        "position 1: its content is not what": REFUSED["a changed content"][0],
        "position 1: its content counts as erased": REFUSED["a forged erasure"][0],
        "position 6: its content counts as erased": REFUSED["an erasure of nothing"][0],
        "position 3: its content is here": REFUSED["an erasure that was undone"][0],
        "position 2: the event is not": _swapped,
        "position 5: it is not signed": _resigned,
    }
    for words, change in cases.items():
        path.write_bytes(forged(good, change))
        code, told = checked(path)
        assert code == 1, words
        assert told.startswith(words), told
    path.write_bytes(packed({**members(good), "manifest.json": b"{}"}))
    assert checked(path) == (1, f"manifest: it is not signed by key {keys().current().key_id} as it says")
    path.write_bytes(packed({**members(good), "contents.jsonl": b""}))
    assert checked(path) == (1, "contents.jsonl: it is not as the manifest says")
    path.write_bytes(good[:200])
    assert checked(path)[1].startswith("not a whole file")


def _take_away(parts: Members) -> None:
    """The first content, as if it had been erased."""
    first, *rest = parts["contents.jsonl"].splitlines(True)
    parts["contents.jsonl"] = b"".join(rest)
    _add(parts, "erasures.jsonl", [json.loads(first)["id"], 0])


def _give_back(parts: Members) -> None:
    """The content that was erased, as if encrypted, so that nothing can be said of what is in it."""
    (gone, _), *_ = map(json.loads, parts["erasures.jsonl"].splitlines())
    kept = {"id": gone, "subject": None, "salt": None, "key_id": "k", "digest": None, "encrypted": ""}
    _add(parts, "contents.jsonl", kept)


def _add(parts: Members, name: str, value: Any) -> None:
    parts[name] += msgspec.json.encode(value) + b"\n"


def _swapped(parts: Members) -> None:
    one, two, three, *rest = parts["events.jsonl"].splitlines(True)
    parts["events.jsonl"] = b"".join([one, three, two, *rest])


def _resigned(parts: Members) -> None:
    (signed,) = map(json.loads, parts["checkpoints.jsonl"].splitlines())
    parts["checkpoints.jsonl"] = msgspec.json.encode({**signed, "signed_at": signed["signed_at"] + 1}) + b"\n"


def test_a_log_that_was_made_anew_is_found_with_the_key_that_was_brought_separately(
    project: UUID, settings: Any, tmp_path: Path
) -> None:
    """Whoever can rewrite the file can also sign it with a key of their own."""
    path, key = tmp_path / "log.zip", tmp_path / "key.json"
    output = io.StringIO()
    call_command("keys", "list", "--json", stdout=output)
    key.write_text(output.getvalue())
    good, honest = exported(project), keys().current().key_id
    settings.EVENTS_KEYS = tmp_path / "theirs"
    path.write_bytes(forged(good, lambda parts: None))
    assert checked(path)[0] == 0
    code, told = checked(path, str(key))
    assert (code, honest in told) == (1, False)
    assert "not among the public keys" in told


def test_who_came_with_a_log_is_let_in_by_whoever_runs_the_server() -> None:
    account = Account(username="came-along", is_active=False)
    account.set_unusable_password()
    account.save()
    with pytest.raises(CommandError, match="no active account"):
        said("sign-in-link", "came-along")
    assert said("sign-in-link", "came-along", "--activate")[0].startswith("sign in once, within a day: ")
    account.refresh_from_db()
    assert account.is_active


def test_import_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(CommandError, match="not an exported log"):
        said("log", "import", str(tmp_path / "x"))
    with pytest.raises(CommandError, match="No such file"):
        said("log", "import", str(tmp_path / "y"))
