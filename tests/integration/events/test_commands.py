"""`manage.py tail | rebuild | verify | state-hash | retry`: what they print, and one line for what is wrong."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from annotator.supervisor.postgres import Postgres
from events import epoch as epochs
from events.projection import Registry
from events.store import epoch
from tests.integration.events.notebook import STORE, a_book, a_command, a_note, an_id
from tests.integration.events.tallies import FAULTS, REGISTRY, LaterTally, Notes, checkpoint, tally
from tests.integration.events.tampering import unguarded
from tests.support.servers import migrate

pytestmark = pytest.mark.django_db(transaction=True)

LATER = Registry([LaterTally(), Notes()])


@pytest.fixture(autouse=True)
def _notebook(settings: Any) -> None:
    settings.EVENTS_CATALOG = "tests.integration.events.notebook.CATALOG"
    settings.EVENTS_REGISTRY = "tests.integration.events.tallies.REGISTRY"


@pytest.fixture
def project() -> Iterator[UUID]:
    REGISTRY.install()
    book = a_book(an_id())
    STORE.append(
        book.project, an_id(), [a_command(book, a_note(text="hello"), a_note(label="claim"))], seen={book: 0}
    )
    yield book.project
    FAULTS.pop(book.project, None)


def said(*arguments: str) -> list[str]:
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue().splitlines()


def test_tail_prints_events_as_json_lines(project: UUID) -> None:
    lines = [json.loads(line) for line in said("tail", "--project", str(project))]
    assert [(line["position"], line["type"], line["event"]["label"]) for line in lines] == [
        (1, "note_put", "actor"),
        (2, "note_put", "claim"),
    ]
    assert lines[0]["event"]["text"] == "hello"
    assert said("tail", "--project", str(project), "--after", "2") == []


def test_tail_follows_until_it_is_interrupted(project: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = []

    def pause(_: float) -> None:
        pauses.append(1)
        if len(pauses) == 2:
            raise KeyboardInterrupt
        book = a_book(project)
        STORE.append(project, an_id(), [a_command(book, a_note())], seen={book: 0})

    monkeypatch.setattr("events.management.commands.tail.time.sleep", pause)
    lines = said("tail", "--project", str(project), "--after", "1", "--follow")
    assert [json.loads(line)["position"] for line in lines] == [2, 3]


def test_verify_says_that_a_log_is_whole_or_where_it_is_not(
    project: UUID, owner_connection: psycopg.Connection
) -> None:
    assert said("verify", "--project", str(project)) == [f"{project}: 2 events, whole"]
    with unguarded(owner_connection):
        owner_connection.execute(
            "UPDATE es.event SET payload = '{}' WHERE project = %s AND position = 2", [project]
        )
    output = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--project", str(project), stdout=output)
    assert ended.value.code == 1
    assert output.getvalue().splitlines() == [
        f"{project} position 2: changed: its hash does not cover it and the event before",
        f"{project}: 2 events, 1 break",
    ]


def test_state_hash_is_equal_from_live_rows_and_from_a_replay(project: UUID) -> None:
    REGISTRY.catch_up(project)
    live = said("state-hash", "--project", str(project))
    assert [line.split()[1:] for line in live] == [["2", "tally"], ["2", "tnotes"]]
    assert said("state-hash", "--project", str(project), "--from", "replay") == live
    earlier = said(
        "state-hash", "--project", str(project), "--at", "1", "--from", "replay", "--projection", "tally"
    )
    assert earlier[0].split()[1:] == ["1", "tally"]
    assert earlier[0] != live[0]


def test_rebuild_tells_how_many_events_it_folded(project: UUID) -> None:
    (line,) = said("rebuild", "tally")
    assert line.startswith("tally: rebuilt from ")
    assert sum(tally(project).values()) == 2
    assert said("rebuild", "--outdated") == []
    assert said("rebuild", "tally", "--cancel") == ["tally: no rebuild is running"]


def test_rebuild_of_one_project_says_whether_its_rows_were_right(project: UUID) -> None:
    REGISTRY.catch_up(project)
    assert said("rebuild", "tally", "--project", str(project)) == [f"tally of {project}: its rows were right"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM read.tally WHERE project = %s", [project])
    (line,) = said("rebuild", "tally", "--project", str(project))
    assert line == f"tally of {project}: its rows were wrong and are right now"
    assert sum(tally(project).values()) == 2


def test_rebuild_takes_what_other_code_made(project: UUID, settings: Any) -> None:
    settings.EVENTS_REGISTRY = "tests.integration.events.test_commands.LATER"
    assert [line.split(":")[0] for line in said("rebuild", "--outdated")] == ["tally"]
    settings.EVENTS_REGISTRY = "tests.integration.events.tallies.REGISTRY"
    assert [line.split(":")[0] for line in said("rebuild", "--outdated")] == ["tally"]


def test_retry_lets_parked_projections_go_on(project: UUID) -> None:
    def fault(*_: Any) -> None:
        raise ValueError("not yet")

    FAULTS[project] = fault
    REGISTRY.catch_up(project)
    del FAULTS[project]
    assert said("retry", "--project", str(project)) == [
        f"tally of {project} tries position 1 again: ValueError: not yet"
    ]
    assert checkpoint(project)["next_attempt_at"] is None
    REGISTRY.catch_up(project)
    assert said("retry", "--project", str(project)) == ["Nothing waits."]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["tail", "--project", "x"], "'x' is not a project's id (a UUID)."),
        (["verify", "--project", str(UUID(int=1))], f"There is no project {UUID(int=1)}."),
        (["rebuild", "nothing"], "There is no projection 'nothing'; there are tally, tnotes."),
        (["rebuild"], "Say which projection: tally, tnotes."),
        (["tail", "--project", "{project}", "--after", "-1"], "'-1' is not a position (0, 1, 2, …)."),
        (["state-hash", "--project", "{project}", "--at", "3"], "The log of {project} ends at 2."),
        (
            ["state-hash", "--project", "{project}", "--at", "1", "--projection", "tally"],
            "The live rows of tally stand at 0; ask for --from replay.",
        ),
        (["retry", "--projection", "nothing"], "There is no projection 'nothing'; there are tally, tnotes."),
    ],
)
def test_what_is_wrong_takes_one_line(project: UUID, arguments: list[str], line: str) -> None:
    with pytest.raises(CommandError) as refused:
        said(*[each.format(project=project) for each in arguments])
    assert str(refused.value) == line.format(project=project)


def test_a_restored_database_begins_a_new_epoch(owner_connection: psycopg.Connection) -> None:
    before = epoch()
    epochs.begin_after_restore(owner_connection.cursor())
    assert epoch() == before
    owner_connection.execute("UPDATE es.epoch SET server = 'the one that the backup was taken from'")
    epochs.begin_after_restore(owner_connection.cursor())
    assert epoch() != before


def test_migrations_which_run_at_each_start_see_that_a_database_was_restored(
    postgres_server: Postgres, owner_connection: psycopg.Connection
) -> None:
    before = epoch()
    owner_connection.execute("UPDATE es.epoch SET server = 'the one that the backup was taken from'")
    migrate(postgres_server)
    assert epoch() != before
