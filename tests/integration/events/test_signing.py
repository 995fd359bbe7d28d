"""Signed checkpoints: what they prove, when they come, and what nobody can do behind them."""

import json
import random
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client

from annotator.config.celery import app
from annotator.tasks import sign as sign_task
from events import chain
from events.chain import Break
from events.configured import keys
from events.signing import Unsound, due, sign, sign_due
from events.verification import verify, verify_all
from tests.integration.events import corruption
from tests.integration.events.notebook import STORE, a_book, a_command, a_note, an_id
from tests.integration.events.tampering import cut_off
from tests.integration.events.test_commands import said

pytestmark = pytest.mark.django_db(transaction=True)

Owner = psycopg.Connection


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.EVENTS_KEYS = tmp_path / "keys"


def a_log(*, events: int) -> UUID:
    """Three events a command, each by another author."""
    book = a_book(an_id())
    for _ in range(0, events, 3):
        STORE.append(
            book.project, an_id(), [a_command(book, a_note(), a_note(), a_note())], seen={book: None}
        )
    return book.project


def breaks(project: UUID) -> list[Break]:
    return [each for checked in verify(project) for each in checked.breaks]


def signed(project: UUID) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, key_id FROM es.chain_checkpoint WHERE project = %s ORDER BY position", [project]
        )
        return [(position, key_id) for position, key_id in cursor.fetchall()]


def test_a_log_is_signed_at_its_head_and_where_a_release_asks() -> None:
    project = a_log(events=9)
    first, past = sign(project), sign(project, at=4)
    assert (first.position, past.position) == (9, 4)
    assert signed(project) == [(4, first.key_id), (9, first.key_id)]
    kept = keys().kept("signed", project)
    assert kept is not None
    assert (kept["position"], kept["hash"]) == (9, first.hash.hex())
    assert breaks(project) == []
    with pytest.raises(Unsound, match="no position 10"):
        sign(project, at=10)


def test_a_checkpoint_is_due_after_many_events_or_some_time() -> None:
    project = a_log(events=6)
    assert project not in due()
    assert project in due(events=6)
    assert project not in due(events=7)
    assert project in due(seconds=0)
    sign(project)
    assert project not in due(events=1, seconds=0)
    a_log(events=3)
    assert sign_due(keep_going=lambda: False) == 0


def test_a_long_log_is_signed_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.signing.CHUNK", 4)
    project = a_log(events=9)
    sign(project)
    assert [position for position, _ in signed(project)] == [4, 8, 9]


def test_nothing_unsound_is_signed(owner_connection: Owner, caplog: pytest.LogCaptureFixture) -> None:
    project = a_log(events=9)
    sign(project, at=3)
    corruption.changed(owner_connection, project, 5)
    with pytest.raises(Unsound, match="position 5: changed"):
        sign(project)
    assert [position for position, _ in signed(project)] == [3]
    cut_off(owner_connection, project, after=2)
    with pytest.raises(Unsound, match="signed at position 3"):
        sign(project)


def test_a_log_that_cannot_be_signed_does_not_hold_up_the_others(
    owner_connection: Owner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = a_log(events=3), a_log(events=3)
    corruption.changed(owner_connection, bad, 2)
    monkeypatch.setattr("events.signing.due", lambda: [bad, good])
    assert sign_due() == 1
    assert signed(good)
    assert f"The log of {bad} was not signed" in caplog.text
    caplog.clear()
    assert sign_due() == 1
    assert caplog.text == ""


def test_workers_sign_what_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    project = a_log(events=3)
    monkeypatch.setattr("events.signing.due", lambda: [project])
    sign_task()
    assert [position for position, _ in signed(project)] == [3]
    assert app.conf.beat_schedule["sign"]["task"] == sign_task.name


def test_the_doctor_sees_a_key_that_others_can_read(settings: Any) -> None:
    sign(a_log(events=3))
    assert "wrong" not in "".join(said("doctor", "--only", "keys"))
    (private,) = settings.EVENTS_KEYS.glob("*.private")
    private.chmod(0o640)
    with pytest.raises(CommandError, match="1 of"):
        said("doctor", "--only", "keys")


def test_two_hundred_random_corruptions_are_each_found_where_they_were_made(owner_connection: Owner) -> None:
    """Also the end that is cut off or written anew together with all that the database knows of it."""
    chance = random.Random(20_261_125)
    kinds = list(corruption.CORRUPTIONS.items())
    for n in range(200):
        corrupt, fault = kinds[n % len(kinds)]
        project, at = a_log(events=9), chance.randrange(2, 8)
        sound = chance.randrange(1, at)
        sign(project, at=sound)
        sign(project, at=8)
        corrupt(owner_connection, project, at)
        found = min(breaks(project), key=lambda each: each.position)
        place = sound + 1 if fault == "rewritten" else at
        assert (found.position, found.fault) == (place, fault), (corrupt.__name__, at, found)


def test_a_signature_that_was_made_up_is_found(owner_connection: Owner) -> None:
    project = a_log(events=3)
    key_id = sign(project).key_id
    insert = """INSERT INTO es.chain_checkpoint (project, position, hash, signed_at, key_id, signature)
                SELECT project, position, hash, now(), %s, sha256('x') || sha256('y') FROM es.event
                 WHERE project = %s AND position = 2"""
    owner_connection.execute(insert, [key_id, project])
    owner_connection.execute(insert, ["0123456789abcdef", project])
    assert {(each.position, each.fault) for each in breaks(project)} == {(2, "forged"), (2, "unproven")}


def test_keys_are_rotated_and_old_signatures_still_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    project = a_log(events=3)
    monkeypatch.setattr("events.management.commands.keys.projects", lambda: [project])
    old = sign(project).key_id
    lines = said("keys", "rotate")
    (new,) = {line.split()[0] for line in lines if line.endswith("signs from now on")}
    assert f"{project}: position 3 signed by {new}" in lines
    assert {key for _, key in signed(project)} == {old, new}
    assert breaks(project) == []
    listed = {line.split()[-4 if "endorsed" in line else -3]: line for line in said("keys", "list")}
    assert any(
        line.startswith(f"* {new}") and line.endswith(f"endorsed by {old}") for line in listed.values()
    )
    assert any(line.startswith(f"  {old}") for line in listed.values())


def test_the_key_of_another_server_is_known_once_it_was_added(settings: Any, tmp_path: Path) -> None:
    project = a_log(events=3)
    sign(project)
    published = tmp_path / "theirs.json"
    published.write_text("\n".join(said("keys", "list", "--json")))
    settings.EVENTS_KEYS = tmp_path / "elsewhere"
    assert [each.fault for each in breaks(project)] == ["unproven"]
    (line,) = said("keys", "add", str(published))
    assert line.endswith("is known")
    assert breaks(project) == []


def test_public_keys_are_published_to_everybody(client: Client) -> None:
    address = "/.well-known/palimpsest-keys.json"
    assert client.get(address).json() == {"current": None, "keys": []}
    first, second = keys().current(), keys().rotate()
    told = client.get(address).json()
    assert told["current"] == second.key_id
    assert {each["key_id"] for each in told["keys"]} == {first.key_id, second.key_id}
    assert client.post(address).status_code == 405
    assert "private" not in str(told)


@pytest.mark.parametrize("text", ["", "{}", '{"key_id": "x", "public_key": "AAAA", "made_at": ""}'])
def test_what_is_no_key_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "none.json").write_text(text)
    with pytest.raises(CommandError, match="not a public key"):
        said("keys", "add", str(tmp_path / "none.json"))
    with pytest.raises(CommandError, match="No such file"):
        said("keys", "add", str(tmp_path / "nothing"))


def test_a_verification_that_was_stopped_goes_on_behind_a_signed_checkpoint(
    monkeypatch: pytest.MonkeyPatch, owner_connection: Owner
) -> None:
    monkeypatch.setattr(chain, "CHUNK", 2)
    project = a_log(events=9)
    for at in (3, 7, 9):
        sign(project, at=at)
    _stop_after(monkeypatch, position=6)
    with pytest.raises(KeyboardInterrupt):
        said("verify", "--project", str(project), "--workers", "1")
    monkeypatch.undo()
    verify_one = ["verify", "--project", str(project), "--workers", "1"]
    assert said(*verify_one) == [
        f"{project}: begins behind position 3, verified before",
        f"{project}: 9 events, whole",
    ]
    # What was verified whole is verified anew, unless only what is new is asked for.
    assert said(*verify_one) == [f"{project}: 9 events, whole"]
    corruption.changed(owner_connection, project, 2)
    assert said(*verify_one, "--new")[-1] == f"{project}: 9 events, whole"
    with pytest.raises(SystemExit):
        said(*verify_one)
    with pytest.raises(SystemExit):
        said(*verify_one, "--full")


def _stop_after(monkeypatch: pytest.MonkeyPatch, *, position: int) -> None:
    def stopping(*args: Any, **options: Any) -> Any:
        for checked in verify_all(*args, **options):
            yield checked
            if checked.position >= position:
                raise KeyboardInterrupt

    monkeypatch.setattr("events.management.commands.verify.verify_all", stopping)


def test_a_restore_on_purpose_is_no_fault_any_more_once_it_was_told(owner_connection: Owner) -> None:
    project = a_log(events=9)
    sign(project)
    cut_off(owner_connection, project, after=6)
    corruption._forget_signed(owner_connection, project, 7)
    assert [each.fault for each in breaks(project)] == ["truncated"]
    assert said("verify", "--project", str(project), "--restored") == [
        f"{project}: forgot that position 9 was signed before the restore",
        f"{project}: 6 events, whole",
    ]


def test_what_signs_is_readable_by_its_owner_alone(settings: Any) -> None:
    sign(a_log(events=3))
    folder: Path = settings.EVENTS_KEYS
    assert folder.stat().st_mode & 0o077 == 0
    private = list(folder.glob("*.private"))
    assert len(private) == 1
    assert private[0].stat().st_mode & 0o777 == 0o600
    private[0].chmod(0o644)
    with pytest.raises(CommandError, match="Others than its owner"):
        call_command("keys", "sign")
    assert json.loads((folder / f"{private[0].stem}.json").read_text())["key_id"] == private[0].stem
