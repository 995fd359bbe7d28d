"""What the application's role and even the tables' owner are kept from."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection
from psycopg import errors

from tests.conftest import SERVER
from tests.integration.events.notebook import STORE, a_book, a_command, a_note, an_id

pytestmark = pytest.mark.django_db(transaction=True)

PARTITIONS = [f"es.event_{n}" for n in range(16)]
IMMUTABLE = ["es.event", *PARTITIONS, "es.stream", "es.log", "es.chain_checkpoint"]


@pytest.fixture
def project() -> UUID:
    book = a_book(an_id())
    STORE.append(book.project, an_id(), [a_command(book, a_note(text="in confidence"))], seen={book: 0})
    return book.project


@pytest.fixture
def application(project: UUID) -> Iterator[psycopg.Connection]:
    with psycopg.connect(SERVER.url("palimpsest_app"), autocommit=True) as made:
        yield made


def refuses(
    made: psycopg.Connection, statement: str, error: type[Exception] = errors.InsufficientPrivilege
) -> None:
    with pytest.raises(error), made.transaction():
        made.execute(statement.encode())


@pytest.mark.parametrize("table", [*IMMUTABLE, "es.command", "es.content", "es.erasure", "es.epoch"])
def test_the_application_may_not_change_the_log(application: psycopg.Connection, table: str) -> None:
    column = {"es.epoch": "since", "es.chain_checkpoint": "signed_at"}.get(table, "project")
    refuses(application, f"UPDATE {table} SET {column} = {column}")
    refuses(application, f"DELETE FROM {table}")
    refuses(application, f"TRUNCATE {table} CASCADE")
    refuses(application, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    refuses(application, f"DROP TABLE {table} CASCADE")
    if table != "es.chain_checkpoint":
        refuses(application, f"INSERT INTO {table} DEFAULT VALUES")


def test_the_application_may_not_make_or_replace_anything_in_the_log(application: psycopg.Connection) -> None:
    refuses(application, "CREATE TABLE es.mine (n int)")
    refuses(application, "CREATE FUNCTION es.mine() RETURNS int LANGUAGE sql RETURN 1")
    refuses(
        application, "CREATE OR REPLACE FUNCTION es.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'"
    )
    refuses(application, "CREATE TRIGGER t BEFORE INSERT ON es.event EXECUTE FUNCTION es.refuse()")
    refuses(application, "SELECT es.erase(gen_random_uuid(), '{}')")
    nothing = "SELECT es.erase_ordered(gen_random_uuid(), 1)"
    refuses(application, nothing, psycopg.DatabaseError)
    refuses(application, "SELECT es.guard('es.event')")
    refuses(application, "SET session_replication_role = replica")
    refuses(application, "SET ROLE palimpsest_owner")


def test_what_the_application_makes_does_not_run_with_the_owners_rights(
    application: psycopg.Connection,
) -> None:
    """`append` has the owner's rights; nothing of the caller's is found in place of what it names."""
    book = a_book(an_id())
    application.execute(
        """CREATE FUNCTION read.sha256(bytea) RETURNS bytea LANGUAGE plpgsql AS 'BEGIN RAISE ''hijacked''; END';
           CREATE TEMP TABLE event (LIKE es.event);
           CREATE TEMP TABLE command (LIKE es.command);
           SET search_path = pg_temp, read, pg_catalog"""
    )
    try:
        call = f"SELECT es.append(%s, %s, NULL, ARRAY[%s], '{{0}}', %s, ARRAY[%s], {ONE}, %s)"
        names = json.dumps(
            [{"id": str(book.id), "kind": "book", "subject": str(book.subject), "owner": None}]
        )
        values = [book.project, an_id(), book.id, names, an_id(), json.dumps([event()])]
        application.execute(call.encode(), values)
    finally:
        application.execute("RESET search_path")
        application.execute("DROP FUNCTION read.sha256")
    assert STORE.head(book.project) == 1


@pytest.mark.parametrize("table", IMMUTABLE)
def test_even_the_owner_is_refused_a_change(
    project: UUID, owner_connection: psycopg.Connection, table: str
) -> None:
    column = "signed_at" if table == "es.chain_checkpoint" else "project"
    owner_connection.execute("SET client_min_messages = error")
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(psycopg.Error) as refused:
            owner_connection.execute(statement.encode())
        assert refused.value.sqlstate == "ES403", statement
        assert "immutable" in str(refused.value)


def test_a_partition_that_is_added_later_refuses_changes_too(owner_connection: psycopg.Connection) -> None:
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute("ALTER TABLE es.event DETACH PARTITION es.event_15")
        for remainder in (15, 31):
            values = f"WITH (MODULUS 32, REMAINDER {remainder})"
            made = f"CREATE TABLE es.event_late_{remainder} PARTITION OF es.event FOR VALUES {values}"
            owner_connection.execute(made.encode())
        found = owner_connection.execute(
            """SELECT tgrelid::regclass::text, tgenabled FROM pg_trigger
                WHERE tgrelid::regclass::text LIKE 'es.event_late_%' ORDER BY 1"""
        ).fetchall()
        assert [tuple(row) for row in found] == [("es.event_late_15", "A"), ("es.event_late_31", "A")]
        owner_connection.execute("SELECT es.guard('es.event_late_15')")
        with pytest.raises(psycopg.Error) as refused:
            owner_connection.execute("TRUNCATE es.event_late_15")
        assert refused.value.sqlstate == "ES403"


def test_append_insists_on_the_isolation_that_it_needs(project: UUID) -> None:
    with psycopg.connect(SERVER.url("palimpsest_app")) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        call = "SELECT es.append(%s, %s, NULL, '{}', '{}', NULL, '{}', '{}', '{}', '{}', '{}', '[]')"
        with pytest.raises(psycopg.Error) as refused:
            other.execute(call, [project, an_id()])
    assert refused.value.sqlstate == "ES400"


def test_a_stream_is_registered_with_its_first_event(project: UUID) -> None:
    call = f"SELECT es.append(%s, %s, NULL, ARRAY[%s], NULL, NULL, ARRAY[%s], {ONE}, %s)"
    with pytest.raises(DatabaseError, match="has no name"), connection.cursor() as cursor:
        cursor.execute(call, [project, an_id(), an_id(), an_id(), json.dumps([event()])])
    assert STORE.head(project) == 1


def event(**fields: Any) -> dict[str, Any]:
    return {"c": 1, "s": 1, "t": "note_put", "v": 1, "e": None, "p": {}} | fields


@pytest.mark.parametrize(
    "events",
    [
        [event(c=2), event(c=1)],
        [event(c=3)],
        [event(s=9)],
        [event(t=None)],
        [{key: value for key, value in event().items() if key != "p"}],
    ],
    ids=["out of order", "of no command", "of no stream", "of no type", "without payload"],
)
def test_events_that_make_no_sense_are_refused_as_a_whole(
    project: UUID, events: list[dict[str, Any]]
) -> None:
    book = a_book(project)
    names = json.dumps([{"id": str(book.id), "kind": "book", "subject": None, "owner": None}])
    call = f"SELECT es.append(%s, %s, NULL, ARRAY[%s], NULL, %s, %s, {TWO}, %s)"
    values: list[Any] = [project, an_id(), book.id, names, [an_id(), an_id()], json.dumps(events)]
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(call, values)
    assert STORE.head(project) == 1


ONE = """'{"x"}', '{1}', '{null}', '{}'"""
TWO = """'{"x", "y"}', '{1, 1}', '{null, null}', '{}'"""
