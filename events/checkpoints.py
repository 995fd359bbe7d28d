"""How far a projection has folded a project's log, and what happens when an event stands in the way.

A step folds some events and moves the checkpoint in one transaction, under the lock of the checkpoint's row: whatever
dies, whoever comes twice, each event counts once. Around it every attempt is counted in a transaction of its own
before the work begins, so that an event that kills its worker is found out like one that raises an error.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction

BATCH = 1000
ATTEMPTS = 5

Apply = Callable[[Any, int, int], None]
"""Folds positions (after, upto], with a cursor."""


@dataclass(frozen=True, slots=True)
class Key:
    """One checkpoint: of a project, in a generation of a projection."""

    project: UUID
    projection: str
    generation: int

    @property
    def values(self) -> list[Any]:
        return [self.project, self.projection, self.generation]


def consume(key: Key, apply: Apply, *, limit: int = BATCH) -> int:
    """Fold the next events, at most ``limit``; the number of events folded.

    0: nothing to do, or another worker is at it, or the projection waits after an error. When a batch fails, its
    events are folded one by one up to the one at fault, which alone is counted against.

    Raises:
        OperationalError, InterfaceError: the connection is lost.
    """
    with _claimed(key) as claimed:
        tried = _attempt(key) if claimed else None
        if tried is None:
            return 0
        if tried == 0 and limit > 1:
            try:
                return _step(key, apply, limit)
            except Exception as error:
                if _postponed(key, error):
                    return 0
                _uncount(key)
                tried = _attempt(key)
        return 0 if tried is None else _one_by_one(key, apply, limit)


def retry(project: UUID, name: str) -> int:
    """Let a projection that waits or is parked try again at once; the number of checkpoints that were waiting."""
    sql = """UPDATE es.checkpoint
                SET attempts = 0, error = NULL, error_position = NULL, parked_at = NULL, next_attempt_at = NULL
              WHERE project = %s AND projection = %s AND (parked_at IS NOT NULL OR next_attempt_at IS NOT NULL)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, name])
        return int(cursor.rowcount)


_MINE = "project = %s AND projection = %s AND generation = %s"
_HEAD = "(SELECT position FROM es.event WHERE project = %s ORDER BY position DESC LIMIT 1)"


@contextmanager
def _claimed(key: Key) -> Iterator[bool]:
    """Held by this connection and gone with it, so attempts are counted against nobody who is still alive."""
    name = "/".join(map(str, key.values))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 7003))", [name])
        claimed: bool = cursor.fetchone()[0]
    try:
        yield claimed
    finally:
        if claimed:
            with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 7003))", [name])


def _attempt(key: Key) -> int | None:
    """Count an attempt; the number of failed ones before it. None: not now."""
    try:
        _ensure(key)
    except IntegrityError:
        return None  # the generation was dropped meanwhile
    enough = f"attempts >= {ATTEMPTS}"
    sql = f"""UPDATE es.checkpoint
                 SET attempts = attempts + 1,
                     next_attempt_at = CASE WHEN attempts > 0 THEN {_backoff("attempts")} END,
                     parked_at = CASE WHEN {enough} THEN now() END,
                     error = CASE WHEN {enough} THEN coalesce(error, 'workers died at this event') ELSE error END,
                     error_position = CASE WHEN {enough} THEN position + 1 ELSE error_position END
               WHERE {_MINE} AND parked_at IS NULL AND (next_attempt_at IS NULL OR next_attempt_at <= now())
                 AND position < {_HEAD}
           RETURNING attempts - 1, parked_at"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [*key.values, key.project])
        row = cursor.fetchone()
    return row[0] if row and row[1] is None else None


def _ensure(key: Key) -> None:
    sql = "INSERT INTO es.checkpoint (project, projection, generation) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, key.values)


def _step(key: Key, apply: Apply, limit: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        # The claim keeps others away in the common case; exactness rests on this lock alone.
        cursor.execute(
            f"SELECT position, {_HEAD} FROM es.checkpoint WHERE {_MINE} FOR NO KEY UPDATE SKIP LOCKED",
            [key.project, *key.values],
        )
        row = cursor.fetchone()
        if row is None:
            return 0
        after, upto = row[0], min(row[0] + limit, row[1] or 0)
        if upto > after:
            apply(cursor, after, upto)
        cursor.execute(
            f"""UPDATE es.checkpoint SET position = %s, updated_at = now(), attempts = 0, error = NULL,
                       error_position = NULL, next_attempt_at = NULL WHERE {_MINE}""",
            [max(after, upto), *key.values],
        )
    return int(max(upto - after, 0))


def _one_by_one(key: Key, apply: Apply, limit: int) -> int:
    """The first attempt is counted already."""
    done = 0
    while True:
        try:
            folded = _step(key, apply, 1)
        except Exception as error:
            if not _postponed(key, error):
                _fail(key, error)
            return done
        done += folded
        if not folded or done >= limit or _attempt(key) is None:
            return done


def _fail(key: Key, error: Exception) -> None:
    """Wait longer each time, then for a person."""
    sql = f"""UPDATE es.checkpoint
                 SET error = %s, error_position = position + 1, next_attempt_at = {_backoff("attempts")},
                     parked_at = CASE WHEN attempts >= {ATTEMPTS} THEN now() END WHERE {_MINE}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_text(error), *key.values])


def _postponed(key: Key, error: Exception) -> bool:
    """Whether it was the server's fault, not the event's: then it is tried again soon, for as long as it takes.

    A lost connection is passed on. It stays counted, because an event can also kill the backend that folds it.
    """
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    if isinstance(error, OperationalError | InterfaceError) and (state is None or state.startswith(_LOST)):
        connection.close()
        raise error
    if state is None or not state.startswith(_STRAINED):
        return False
    sql = f"""UPDATE es.checkpoint SET error = %s, attempts = greatest(attempts - 1, 0),
                     next_attempt_at = now() + interval '2 seconds' WHERE {_MINE}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_text(error), *key.values])
    return True


# SQLSTATEs: connection, shutdown, crash; then full disk or memory, deadlock, a lock that others hold, input and output.
_LOST = ("08", "57P")
_STRAINED = ("53", "40", "55P03", "58")


def _uncount(key: Key) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE es.checkpoint SET attempts = greatest(attempts - 1, 0) WHERE {_MINE}", key.values
        )


def _backoff(attempts: str) -> str:
    return f"now() + least(power(2, {attempts}), 60) * interval '1 second'"


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\0", "")[:2000]
