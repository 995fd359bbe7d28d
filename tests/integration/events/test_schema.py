"""The log's tables, indexes, triggers and functions are those of the last migration's snapshot, to the letter."""

import psycopg

from tests.support.ddl import described, snapshot


def test_the_schema_is_the_one_that_was_looked_at(owner_connection: psycopg.Connection) -> None:
    assert described(owner_connection) == snapshot().read_text(), (
        "look, then run `python -m tests.support.ddl`"
    )


def test_a_change_of_the_schema_shows(owner_connection: psycopg.Connection) -> None:
    before = described(owner_connection)
    for change, back in (
        ("CREATE INDEX extra ON es.stream (kind)", "DROP INDEX es.extra"),
        ("ALTER TABLE es.command ADD extra int", "ALTER TABLE es.command DROP extra"),
        ("ALTER TABLE es.event_3 DISABLE TRIGGER immutable", "SELECT es.guard('es.event_3')"),
        ("GRANT DELETE ON es.event TO palimpsest_app", "REVOKE DELETE ON es.event FROM palimpsest_app"),
        ("CREATE FUNCTION es.extra() RETURNS int RETURN 1", "DROP FUNCTION es.extra"),
    ):
        owner_connection.execute(change.encode())
        assert described(owner_connection) != before, change
        owner_connection.execute(back.encode())
        assert described(owner_connection) == before, back
