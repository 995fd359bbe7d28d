"""Stretches of a project's chain, and what can be wrong with them."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

CHUNK = 100_000
"""Events checked at once."""

MOST = 50
"""Breaks named of one stretch: behind an added event, all that follow are out of place."""

Fault = Literal[
    "changed",
    "re-authored",
    "missing",
    "moved",
    "added",
    "truncated",
    "rewritten",
    "forged",
    "unproven",
    "lost",
    "unordered",
    "unerased",
]
"""``rewritten``: the chain was made anew behind a signed checkpoint. ``forged``: a signature is not its key's.
``unproven``: a key is not known here. ``lost``: an erasable part is not there, though nobody erased it.
``unordered``: it counts as erased, but no event of the log ordered that. ``unerased``: one did, but it is still there."""


@dataclass(frozen=True, slots=True)
class Break:
    """Something that is not as it was written, at a position of a project's log."""

    project: UUID
    position: int
    fault: Fault
    what: str


def check_stretch(
    cursor: Any, project: UUID, after: int, upto: int, known: bytes | None
) -> tuple[Break, ...]:
    """The breaks in positions (after, upto], at most ``MOST``; ``known`` is the hash at ``after``, None if it is gone."""
    with transaction.atomic():
        # One partition in order of its key; a plan for all partitions together would sort.
        sql = "SELECT * FROM es.verify(%s, %s, %s, %s) LIMIT %s"
        cursor.execute(sql, [project, after, upto, known, MOST])
        return tuple(Break(project, *row) for row in cursor.fetchall())


def hash_at(cursor: Any, project: UUID, position: int) -> bytes | None:
    """The hash that the log has at a position; of nothing the empty one, None where an event is missing."""
    if position == 0:
        return b""
    cursor.execute("SELECT hash FROM es.event WHERE project = %s AND position = %s", [project, position])
    row = cursor.fetchone()
    return bytes(row[0]) if row else None


def head_of(cursor: Any, project: UUID) -> int:
    """The last position of a project's log."""
    cursor.execute(
        "SELECT position FROM es.event WHERE project = %s ORDER BY position DESC LIMIT 1", [project]
    )
    row = cursor.fetchone()
    return int(row[0]) if row else 0
