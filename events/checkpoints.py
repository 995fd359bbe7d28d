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

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from events.database import prepared

BATCH = 4000
"""Events folded in one step; fewer cost up to twice as much each, more hold the rows for longer than some 20 ms."""

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
        return _advance(key, apply, limit) if claimed else 0


def catch_up(key: Key, apply: Apply, *, keep_going: Callable[[], bool]) -> int:
    """Fold what there is, batch by batch, as ``consume`` does; the number of events folded.

    One batch is folded even if there is no time left: or a slow projection would take all the time there is, whenever it
    is its turn, and those after it would stand still.
    """
    done = 0
    with _claimed(key) as claimed:
        while claimed and (step := _advance(key, apply, BATCH)):
            done += step
            if not keep_going():
                break
    return done


def _advance(key: Key, apply: Apply, limit: int) -> int:
    failed = _attempt(key)
    if failed == 0 and limit > 1:
        try:
            return _step(key, apply, limit)
        except Exception as error:
            if _postponed(key, error):
                return 0
            _uncount(key)
            failed = _attempt(key)
    return 0 if failed is None else _one_by_one(key, apply, limit)


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
    with prepared() as cursor:
        cursor.execute("SELECT es.attempt(%s, %s, %s, %s)", [*key.values, ATTEMPTS], prepare=True)
        row = cursor.fetchone()
        return None if row is None or row[0] is None else int(row[0])


def _step(key: Key, apply: Apply, limit: int) -> int:
    # Rows and checkpoint are one transaction, and no later than the events they come from: a crash of the machine
    # that loses it loses nothing that would not be folded again, so nobody waits for the disk.
    # The claim keeps others away in the common case; exactness rests on the lock of the row alone.
    look = f"""SELECT position, {_HEAD}, set_config('synchronous_commit', 'off', true)
                 FROM es.checkpoint WHERE {_MINE} FOR NO KEY UPDATE SKIP LOCKED"""
    move = f"""UPDATE es.checkpoint SET position = %s, updated_at = now(), attempts = 0, error = NULL,
                      error_position = NULL, next_attempt_at = NULL WHERE {_MINE}"""
    with transaction.atomic():
        with prepared() as cursor:
            row = cursor.execute(look, [key.project, *key.values], prepare=True).fetchone()
        if row is None:
            return 0
        after, upto = row[0], min(row[0] + limit, row[1] or 0)
        if upto > after:
            with connection.cursor() as django_cursor:
                apply(django_cursor, after, upto)
        with prepared() as cursor:
            cursor.execute(move, [max(after, upto), *key.values], prepare=True)
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
                 SET error = %s, error_position = position + 1,
                     next_attempt_at = now() + least(power(2, attempts), 60) * interval '1 second',
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


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\0", "")[:2000]
