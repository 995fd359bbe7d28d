"""What happened to the first event that does not fit its hash: told from what would make it fit again.

Each guess is a sentence and the condition under which it is certain: SHA-256 leaves no room for accidents.
"""

from functools import partial
from typing import Any
from uuid import UUID

from events.chain import Break, Fault

NEARBY = 10_000
"""Positions on each side whose authors are tried."""

Verdict = tuple[Fault, str]


def diagnose(cursor: Any, found: Break, others: list[int]) -> Break:
    """The same break with what is known for certain of it; ``others`` are positions of further breaks nearby."""
    if found.fault != "changed":
        return found
    guesses = (partial(_moved, others=others), _added, _removed_before, _rehashed, _reauthored)
    for guess in guesses:
        if verdict := guess(cursor, found.project, found.position):
            return Break(found.project, found.position, *verdict)
    return found


def _hash_of(row: str, before: str, *, position: str | None = None, author: str | None = None) -> str:
    return f"""es.event_hash({before}, {row}.project, {position or f"{row}.position"}, {row}.stream, {row}.version,
        {row}.recorded_at, {author or f"{row}.issued_by"}, {row}.type, {row}.schema_version, {row}.entity_id,
        {row}.command_id, {row}.correlation_id, {row}.payload, {row}.content_id, {row}.commitment)"""


# The event at a position with the one after it, if there is one, and the hash before it.
_ROWS = """FROM es.event e
           LEFT JOIN es.event n ON n.project = e.project AND n.position = e.position + 1
           CROSS JOIN LATERAL (SELECT coalesce((SELECT p.hash FROM es.event p
                                WHERE p.project = e.project AND p.position = e.position - 1), '') AS hash) b
          WHERE e.project = %s AND e.position = %s"""


def _first(cursor: Any, sql: str, *values: object) -> Any:
    cursor.execute(sql, values)
    row = cursor.fetchone()
    return row[0] if row else None


def _added(cursor: Any, project: UUID, position: int) -> Verdict | None:
    fits = f"SELECT n.hash = {_hash_of('n', 'b.hash', position='e.position')} {_ROWS}"
    if not _first(cursor, fits, project, position):
        return None
    return "added", "it was put in here, and those behind it were moved back"


def _removed_before(cursor: Any, project: UUID, position: int) -> Verdict | None:
    fits = f"SELECT n.hash = {_hash_of('n', 'e.hash', position='n.position + 1')} {_ROWS}"
    if not _first(cursor, fits, project, position):
        return None
    return "missing", "an event was taken out here, and those behind it were moved up"


def _rehashed(cursor: Any, project: UUID, position: int) -> Verdict | None:
    fits = f"SELECT n.hash = {_hash_of('n', _hash_of('e', 'b.hash'))} {_ROWS}"
    if not _first(cursor, fits, project, position):
        return None
    return "changed", "its hash alone was changed; the event is as it was written"


def _reauthored(cursor: Any, project: UUID, position: int) -> Verdict | None:
    authors = """(SELECT DISTINCT a.issued_by FROM es.event a
                   WHERE a.project = %s AND a.position BETWEEN %s AND %s)"""
    sql = f"""SELECT w.issued_by FROM {authors} w, LATERAL (SELECT e.*, b.hash AS before {_ROWS}) t
               WHERE t.hash = {_hash_of("t", "t.before", author="w.issued_by")} LIMIT 1"""
    author = _first(cursor, sql, project, position - NEARBY, position + NEARBY, project, position)
    return author and ("re-authored", f"it was issued by {author}")


def _moved(cursor: Any, project: UUID, position: int, others: list[int]) -> Verdict | None:
    """It fits at another position behind the event that was before that one, which may have been moved as well."""
    sql = f"""SELECT o.position FROM es.event e, es.event o, es.event b
               WHERE e.project = %s AND e.position = %s AND o.project = e.project AND b.project = e.project
                 AND o.position <> e.position AND o.position = ANY (%s)
                 AND (b.position = o.position - 1 OR b.position = ANY (%s))
                 AND e.hash = {_hash_of("e", "b.hash", position="o.position")} LIMIT 1"""
    places = others[:20]
    origin = _first(cursor, sql, project, position, places, places)
    return ("moved", f"it was written at position {origin}") if origin else None
