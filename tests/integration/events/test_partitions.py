"""A partition that has grown too big becomes several; the log in it stays what it was."""

import re
from uuid import UUID

import psycopg
import pytest

from tests.integration.events.notebook import a_book, a_command, a_note, an_id
from tests.support.scratch import breaks, manage, write

EVENTS = 5


@pytest.fixture
def project(scratch: str) -> UUID:
    project = an_id()
    book = a_book(project)
    with psycopg.connect(scratch) as connection:
        for _ in range(EVENTS):
            write(connection, a_command(book, a_note(text="kept")))
    return project


def place(url: str, table: str, project: UUID) -> str:
    sql = f"SELECT DISTINCT tableoid::regclass::text FROM es.{table} WHERE project = %s"
    with psycopg.connect(url) as connection:
        ((name,),) = connection.execute(sql.encode(), [project]).fetchall()
    return str(name).removeprefix("es.")


def rows(url: str, table: str) -> list[object]:
    with psycopg.connect(url) as connection:
        return list(connection.execute(f"SELECT * FROM es.{table} ORDER BY 1, 2".encode()).fetchall())


@pytest.mark.parametrize("table", ["event", "content"])
def test_a_split_partition_holds_the_same_rows(scratch: str, project: UUID, table: str) -> None:
    before, old = rows(scratch, table), place(scratch, table, project)
    code, said = manage(scratch, "partitions", "--split", old, "--into", "2")
    assert code == 0, said
    made = re.findall(rf"^({table}_32_\d+):", said, re.MULTILINE)
    assert len(made) == 2
    assert place(scratch, table, project) in made
    assert rows(scratch, table) == before
    code, listed = manage(scratch, "partitions")
    assert listed.count("modulus") == 16 + 17
    assert f"{old}:" not in listed


def test_a_split_partition_is_guarded_and_goes_on(scratch: str, project: UUID) -> None:
    manage(scratch, "partitions", "--split", place(scratch, "event", project))
    with psycopg.connect(scratch, autocommit=True) as owner:
        assert write(owner, a_command(a_book(project), a_note())) == EVENTS + 1
        for name in [place(scratch, "event", project), "event"]:
            for statement in (
                f"DELETE FROM es.{name}",
                f"UPDATE es.{name} SET position = 0",
                f"TRUNCATE es.{name}",
            ):
                with pytest.raises(psycopg.Error, match="immutable"):
                    owner.execute(statement.encode())
    assert breaks(scratch, project) == []


@pytest.mark.parametrize("options", [["event_99"], ["event_1", "--into", "1"]])
def test_what_cannot_be_split_is_told_in_a_line(scratch: str, options: list[str]) -> None:
    code, said = manage(scratch, "partitions", "--split", *options)
    assert code != 0
    assert len(said.strip().splitlines()) == 1
