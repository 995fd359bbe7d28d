"""What the tables' owner may do to a log of some events, one of each kind: the name that verification has for it.

Each takes the owner's connection, a project and a position; the last two also remove what the database itself knows
of the end that they take away or write anew.
"""

from collections.abc import Callable
from uuid import UUID

import psycopg

from tests.integration.events.tampering import cut_off, unguarded

Owner = psycopg.Connection
Corruption = Callable[[Owner, UUID, int], None]


def changed(owner: Owner, project: UUID, at: int) -> None:
    _change(owner, """UPDATE es.event SET payload = payload || '{"forged": 1}'""", project, at)


def backdated(owner: Owner, project: UUID, at: int) -> None:
    _change(owner, "UPDATE es.event SET recorded_at = recorded_at - interval '1 microsecond'", project, at)


def hash_changed(owner: Owner, project: UUID, at: int) -> None:
    _change(owner, "UPDATE es.event SET hash = sha256('x')", project, at)


def reauthored(owner: Owner, project: UUID, at: int) -> None:
    _change(owner, "UPDATE es.event SET issued_by = gen_random_uuid()", project, at)


def deleted(owner: Owner, project: UUID, at: int) -> None:
    _change(owner, "DELETE FROM es.event", project, at)


def deleted_and_closed_up(owner: Owner, project: UUID, at: int) -> None:
    with unguarded(owner):
        owner.execute("DELETE FROM es.event WHERE project = %s AND position = %s", [project, at])
        _shift(owner, project, at, by=-1)


def swapped(owner: Owner, project: UUID, at: int) -> None:
    with unguarded(owner):
        move = b"UPDATE es.event SET position = %s WHERE project = %s AND position = %s"
        for new, old in ((0, at), (at, at + 1), (at + 1, 0)):
            owner.execute(move, [new, project, old])


def inserted(owner: Owner, project: UUID, at: int) -> None:
    with unguarded(owner):
        _shift(owner, project, at, by=1)
        owner.execute(
            """INSERT INTO es.event (project, position, stream, version, recorded_at, issued_by, type, schema_version,
                                     entity_id, command_id, payload, hash)
               SELECT project, %s, stream, version + 1000, recorded_at, issued_by, type, schema_version, entity_id,
                      command_id, payload, hash FROM es.event WHERE project = %s AND position = %s""",
            [at, project, at - 1],
        )


def truncated(owner: Owner, project: UUID, at: int) -> None:
    with unguarded(owner):
        owner.execute("DELETE FROM es.event WHERE project = %s AND position >= %s", [project, at])


def truncated_without_a_trace(owner: Owner, project: UUID, at: int) -> None:
    cut_off(owner, project, after=at - 1)
    _forget_signed(owner, project, at)


def rewritten(owner: Owner, project: UUID, at: int) -> None:
    with unguarded(owner):
        owner.execute(
            "UPDATE es.event SET issued_by = gen_random_uuid() WHERE project = %s AND position = %s",
            [project, at],
        )
        rechain(owner, project, at)
    _forget_signed(owner, project, at)


CORRUPTIONS: dict[Corruption, str] = {
    changed: "changed",
    backdated: "changed",
    hash_changed: "changed",
    reauthored: "re-authored",
    deleted: "missing",
    deleted_and_closed_up: "missing",
    swapped: "moved",
    inserted: "added",
    truncated: "truncated",
    truncated_without_a_trace: "truncated",
    rewritten: "rewritten",
}


def rechain(owner: Owner, project: UUID, at: int) -> None:
    """Make hashes fit from a position on, as whoever owns the tables can."""
    owner.execute(
        f"""DO $$ DECLARE r record; BEGIN
              FOR r IN SELECT position FROM es.event WHERE project = '{project}' AND position >= {at} ORDER BY position LOOP
                UPDATE es.event e SET hash = es.event_hash(b.hash, e.project, e.position, e.stream, e.version, e.recorded_at,
                    e.issued_by, e.type, e.schema_version, e.entity_id, e.command_id, e.correlation_id, e.payload,
                    e.content_id, e.commitment)
                  FROM es.event b WHERE b.project = e.project AND b.position = e.position - 1
                   AND e.project = '{project}' AND e.position = r.position;
              END LOOP; END $$""".encode()
    )


def _change(owner: Owner, sql: str, project: UUID, at: int) -> None:
    with unguarded(owner):
        owner.execute(f"{sql} WHERE project = %s AND position = %s".encode(), [project, at])


def _shift(owner: Owner, project: UUID, at: int, *, by: int) -> None:
    """By way of negative numbers: no two events may share a position on the way."""
    owner.execute(
        "UPDATE es.event SET position = -position WHERE project = %s AND position >= %s", [project, at]
    )
    owner.execute(
        "UPDATE es.event SET position = %s - position WHERE project = %s AND position < 0", [by, project]
    )


def _forget_signed(owner: Owner, project: UUID, at: int) -> None:
    with unguarded(owner):
        owner.execute("ALTER TABLE es.chain_checkpoint DISABLE TRIGGER USER")
        owner.execute("DELETE FROM es.chain_checkpoint WHERE project = %s AND position >= %s", [project, at])
        owner.execute("SELECT es.guard('es.chain_checkpoint')")
