"""The signed hash of a project's log at one position."""

from typing import Any
from uuid import UUID

from django.db import connection

from events.signing import Checkpoint, sign


def checkpoint_at(project: UUID, position: int) -> dict[str, Any]:
    """The checkpoint that was signed first at this position, which is signed now if nobody did before.

    The log takes its checkpoints along when it moves, so every server answers the same.

    Raises:
        Unsound: the log is not whole up to there.
    """
    return (_signed(project, position) or sign(project, at=position)).to_json()


def _signed(project: UUID, position: int) -> Checkpoint | None:
    sql = """SELECT position, hash, signed_at, key_id, signature FROM es.chain_checkpoint
              WHERE project = %s AND position = %s ORDER BY signed_at, key_id LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, position])
        row = cursor.fetchone()
    if row is None:
        return None
    at, hash_, signed_at, key_id, signature = row
    return Checkpoint(project, at, bytes(hash_), signed_at, key_id, bytes(signature))
