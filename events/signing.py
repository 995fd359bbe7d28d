"""Signed checkpoints of a log's chain: what was written up to a position cannot be rewritten unnoticed any more.

A checkpoint is signed when 1,000 events or 10 minutes have come since the last one, and whenever a release asks for
one. What is signed was verified since the last signature, so a signature never covers up a change made in between. A
copy of a project's last checkpoint is kept beside the keys, where whoever owns the tables cannot take it away.
"""

import base64
import logging
from calendar import timegm
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from events.chain import CHUNK, Break, check_stretch, hash_at, head_of
from events.configured import keys
from events.keys import Keys
from events.store import epoch

EVENTS = 1_000
SECONDS = 600.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The hash of a project's log at a position, signed."""

    project: UUID
    position: int
    hash: bytes
    signed_at: datetime
    key_id: str
    signature: bytes

    def to_json(self) -> dict[str, Any]:
        """As it is kept outside the database and goes into an export's manifest."""
        return {
            "position": self.position,
            "hash": self.hash.hex(),
            "signed_at": microseconds(self.signed_at),
            "key_id": self.key_id,
            "signature": base64.b64encode(self.signature).decode(),
        }


class Unsound(Exception):
    """What was to be signed is not as it was written; nothing was signed. ``manage.py verify`` says more."""


def checkpoint_text(project: UUID, position: int, hash_: bytes, signed_at: int) -> bytes:
    """The bytes that a checkpoint's signature covers; the time is in microseconds since 1970."""
    return f"palimpsest checkpoint 1\n{project}\n{position}\n{hash_.hex()}\n{signed_at}\n".encode()


def manifest_text(manifest: bytes) -> bytes:
    """The bytes that the signature of an export's manifest covers."""
    return b"palimpsest manifest 1\n" + manifest


def sign_manifest(manifest: bytes) -> dict[str, str]:
    """What goes beside a manifest, so that its files can be proven elsewhere: key, its public half, signature."""
    kept = keys()
    key_id, signature = kept.sign(manifest_text(manifest))
    public = kept.public()[key_id].public_key
    return {"key_id": key_id, "public_key": public, "signature": base64.b64encode(signature).decode()}


def sign(project: UUID, *, at: int | None = None) -> Checkpoint:
    """Sign a project's log as it is at a position, by default at its head.

    A long stretch is signed in steps, so that a process that ends early leaves something behind.

    Raises:
        Unsound: it is not whole, or ends before the position.
    """
    kept = keys()
    with connection.cursor() as cursor:
        newest = _newest(cursor, project, kept)
        goal = head_of(cursor, project) if at is None else at
        last, known = _newest_before(cursor, project, goal)
        while True:
            upto = min(last + CHUNK, goal)
            if breaks := check_stretch(cursor, project, last, upto, known):
                raise Unsound(_words(breaks[0]))
            last, known = upto, _hash(cursor, project, upto)
            checkpoint = _signed(cursor, kept, project, upto, known)
            if upto == goal:
                break
        if goal >= newest:
            kept.keep("signed", project, {**checkpoint.to_json(), "epoch": str(epoch())})
        return checkpoint


def sign_due(*, keep_going: Callable[[], bool] = lambda: True) -> int:
    """Sign every log that has grown enough or waited long enough; the number of checkpoints."""
    done = 0
    for project in due():
        if not keep_going():
            break
        try:
            sign(project)
            done += 1
            _refused.pop(project, None)
        except Unsound as error:
            if _refused.get(project) != str(error):  # said once, not every ten seconds
                _refused[project] = str(error)
                log.error("The log of %s was not signed: %s", project, error)
    return done


_refused: dict[UUID, str] = {}
"""Why this process could not sign a log, as it was told last."""


def due(*, events: int = EVENTS, seconds: float = SECONDS) -> list[UUID]:
    """Projects with so many events, or with one so old, that no signature covers."""
    sql = """SELECT l.project FROM es.log l
              CROSS JOIN LATERAL (SELECT e.position FROM es.event e WHERE e.project = l.project
                                   ORDER BY e.position DESC LIMIT 1) h
              CROSS JOIN LATERAL (SELECT coalesce((SELECT c.position FROM es.chain_checkpoint c
                                   WHERE c.project = l.project ORDER BY c.position DESC LIMIT 1), 0) AS position) s
              WHERE h.position >= s.position + %s
                 OR h.position > s.position
                AND (SELECT e.recorded_at FROM es.event e WHERE e.project = l.project AND e.position = s.position + 1)
                    <= now() - %s * interval '1 second'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [events, seconds])
        return [row[0] for row in cursor.fetchall()]


def microseconds(at: datetime) -> int:
    """Since 1970."""
    return timegm(at.utctimetuple()) * 1_000_000 + at.microsecond


def _newest(cursor: Any, project: UUID, kept: Keys) -> int:
    """The position of the newest checkpoint, of the database's and the one kept here; the log must still have both."""
    newest, hash_ = _newest_before(cursor, project, None)
    copy = kept.kept("signed", project)
    seen = [(newest, hash_), *([(copy["position"], bytes.fromhex(copy["hash"]))] if copy else [])]
    for position, hash_ in seen:
        if position and hash_at(cursor, project, position) != hash_:
            raise Unsound(f"the log is not what was signed at position {position}")
    return int(max(position for position, _ in seen))


def _newest_before(cursor: Any, project: UUID, goal: int | None) -> tuple[int, bytes]:
    sql = """SELECT position, hash FROM es.chain_checkpoint WHERE project = %s AND (%s::bigint IS NULL OR position <= %s)
              ORDER BY position DESC LIMIT 1"""
    cursor.execute(sql, [project, goal, goal])
    position, hash_ = cursor.fetchone() or (0, b"")
    return position, bytes(hash_)


def _signed(cursor: Any, kept: Keys, project: UUID, position: int, hash_: bytes) -> Checkpoint:
    cursor.execute("SELECT clock_timestamp()")
    (at,) = cursor.fetchone()
    key_id, signature = kept.sign(checkpoint_text(project, position, hash_, microseconds(at)))
    cursor.execute(
        """INSERT INTO es.chain_checkpoint (project, position, hash, signed_at, key_id, signature)
           VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING""",
        [project, position, hash_, at, key_id, signature],
    )
    return Checkpoint(project, position, hash_, at, key_id, signature)


def _hash(cursor: Any, project: UUID, position: int) -> bytes:
    found = hash_at(cursor, project, position)
    if found is None:
        raise Unsound(f"the log has no position {position}")
    return found


def _words(found: Break) -> str:
    return f"position {found.position}: {found.fault}: {found.what}"
