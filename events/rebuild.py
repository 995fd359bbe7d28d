"""Blue and green: a new generation fills beside the live one, is compared, and takes its place in one transaction."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from psycopg import errors

from events.projection import REPLAY, Projection, Registry, SqlFold, new_generation
from events.store import projects

CHUNK = 50_000
"""Events folded in one transaction while a generation fills; more at once where the database does it all."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A rebuild's progress in events."""

    done: int
    total: int


class AlreadyRebuilding(Exception):
    """Another process rebuilds this projection."""


class Cancelled(Exception):
    """The rebuild was cancelled; the live generation was kept."""


class Differs(Exception):
    """The rebuilt rows are not the live ones; the live generation was kept."""


class MadeByOtherCode(Exception):
    """The live rows were made by another release: rebuild the whole projection."""


class Faulty(Exception):
    """An event cannot be folded; the live generation was kept."""


def rebuild(
    registry: Registry, name: str, *, compare: bool = True, keep: bool = False
) -> Generator[Progress, None, None]:
    """Fill a new generation, compare it with the live one if the same code made both, switch, drop the old one.

    Readers see the live rows until the switch, and never less than they saw before. Closing the iterator cancels; with
    ``keep`` it only rests, and so does a lost connection: the next one with ``keep`` goes on where this one stopped.

    Raises:
        AlreadyRebuilding, Cancelled, Differs, Faulty: the live generation was kept.
    """
    projection = registry.projections[name]
    with _only_one(name):
        begun = _begun(projection) if keep else None
        if begun is None:
            _clean(projection)
        live, same_code = _live(projection)
        generation = begun or _begin(projection)
        try:
            yield from _fill(projection, generation)
            yield from _follow(registry, projection, generation)
            if compare and same_code:
                _compare(projection, live, generation)
            _switch(projection, live, generation)
        except BaseException as error:
            if not (keep and isinstance(error, _RESTS)):
                discard(projection, generation)
            raise
        _clean(projection)


_RESTS = (GeneratorExit, OperationalError, InterfaceError)


def clean(registry: Registry, name: str) -> None:
    """Drop what a rebuild left that rests or was killed.

    Raises:
        AlreadyRebuilding: it still runs.
    """
    with _only_one(name):
        _clean(registry.projections[name])


def repair(registry: Registry, name: str, project: UUID) -> bool:
    """Fold one project's live rows anew, up to where they are; whether they had been wrong.

    Readers see the old rows until the new ones are there.

    Raises:
        MadeByOtherCode: nothing was changed.
    """
    projection = registry.projections[name]
    live, same_code = _live(projection)
    if not same_code:
        raise MadeByOtherCode(name)
    with transaction.atomic(), connection.cursor() as cursor:
        positions = _locked(cursor, projection, [live], project, parked=True)
        before = projection.state_hash(cursor, live, project)
        projection.clear(cursor, live, project)
        projection.apply(cursor, live, project, 0, positions.get(live, 0))
        return projection.state_hash(cursor, live, project) != before


def cancel(name: str) -> bool:
    """Make a running rebuild stop; whether there is one that still can."""
    sql = "UPDATE es.projection SET state = 'retired' WHERE name = %s AND state IN ('building', 'following')"
    with connection.cursor() as cursor:
        cursor.execute(sql, [name])
        return bool(cursor.rowcount)


def discard(projection: Projection, generation: int) -> None:
    """Drop a generation with its checkpoints; what still reads it is waited for."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM es.projection WHERE name = %s AND generation = %s", [projection.name, generation]
        )
        projection.drop(cursor, generation)


def replayed_hash(projection: Projection, project: UUID, *, at: int | None = None) -> str:
    """The state hash that a fold from the beginning up to a position gives; nothing is kept."""
    with transaction.atomic(), connection.cursor() as cursor:
        projection.create(cursor, REPLAY)
        projection.index(cursor, REPLAY)
        projection.apply(cursor, REPLAY, project, 0, _head(cursor, project) if at is None else at)
        found = projection.state_hash(cursor, REPLAY, project)
        projection.drop(cursor, REPLAY)
    return found


def live_hash(registry: Registry, name: str, project: UUID) -> tuple[int, str]:
    """The position that the live rows stand for, and their state hash."""
    projection, generation = registry.projections[name], registry.live(name)
    sql = """SELECT position FROM es.checkpoint WHERE project = %s AND projection = %s AND generation = %s
                FOR NO KEY UPDATE"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [project, name, generation])
        row = cursor.fetchone()
        return (row[0] if row else 0), projection.state_hash(cursor, generation, project)


@contextmanager
def _only_one(name: str) -> Iterator[None]:
    """Held by this connection: a rebuild that was killed leaves no lock, and what it left is cleaned by the next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 7005))", [name])
        if not cursor.fetchone()[0]:
            raise AlreadyRebuilding(name)
    try:
        yield
    finally:
        with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 7005))", [name])


def _clean(projection: Projection) -> None:
    """Drop what is not live. Readers that are slow to leave the old tables do no harm: the next rebuild drops them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generation FROM es.projection WHERE name = %s AND state <> 'live'", [projection.name]
        )
        leftovers = [row[0] for row in cursor.fetchall()]
    for generation in leftovers:
        try:
            discard(projection, generation)
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable):
                raise


def _live(projection: Projection) -> tuple[int, bool]:
    """The live generation, and whether this code made it."""
    sql = "SELECT generation, code_version = %s FROM es.projection WHERE name = %s AND state = 'live'"
    with connection.cursor() as cursor:
        cursor.execute(sql, [projection.code_version, projection.name])
        generation, same_code = cursor.fetchone()
    return generation, same_code


def _begun(projection: Projection) -> int | None:
    """A generation of this very code that was begun and not finished."""
    sql = """SELECT max(generation) FROM es.projection
              WHERE name = %s AND code_version = %s AND state IN ('building', 'following')"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [projection.name, projection.code_version])
        found: int | None = cursor.fetchone()[0]
        return found


def _begin(projection: Projection) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        return new_generation(cursor, projection, "building")


def _fill(projection: Projection, generation: int) -> Iterator[Progress]:
    """Nobody else writes a generation that is being built."""
    if _state(projection, generation) == "following":
        return  # it was filled before
    with connection.cursor() as cursor:
        heads = {project: _head(cursor, project) for project in projects()}
        filled = _filled(cursor, projection, generation)
    total, done = sum(heads.values()), sum(filled.values())
    yield Progress(done, total)
    for project, head in heads.items():
        begin = filled.get(project, 0)
        if begin and isinstance(projection, SqlFold):
            continue  # loaded whole; what came since is folded once it has its keys
        step = head if isinstance(projection, SqlFold) else CHUNK
        for after in range(begin, head, step or 1):
            _not_cancelled(projection, generation)
            _fill_stretch(projection, generation, project, after, min(after + step, head))
            done += min(step, head - after)
            yield Progress(done, total)
    _index(projection, generation)


def _filled(cursor: Any, projection: Projection, generation: int) -> dict[UUID, int]:
    sql = "SELECT project, position FROM es.checkpoint WHERE projection = %s AND generation = %s"
    cursor.execute(sql, [projection.name, generation])
    return dict(cursor.fetchall())


def _index(projection: Projection, generation: int) -> None:
    """From here on workers keep it current, too."""
    sql = "UPDATE es.projection SET state = 'following' WHERE name = %s AND generation = %s AND state = 'building'"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        projection.index(cursor, generation)
        cursor.execute(sql, [projection.name, generation])
        if not cursor.rowcount:
            raise Cancelled(projection.name)


def _state(projection: Projection, generation: int) -> str:
    sql = "SELECT state FROM es.projection WHERE name = %s AND generation = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [projection.name, generation])
        row = cursor.fetchone()
        return row[0] if row else "retired"


def _fill_stretch(projection: Projection, generation: int, project: UUID, after: int, upto: int) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '128MB'")
            if isinstance(projection, SqlFold):
                projection.load(cursor, generation, project, upto)
            else:
                projection.apply(cursor, generation, project, after, upto)
            _set_position(cursor, projection, generation, project, upto)
    except OperationalError:
        raise
    except Exception as error:
        raise Faulty(
            f"{projection.name} cannot fold project {project} between {after + 1} and {upto}: "
            f"{type(error).__name__}: {error}"
        ) from error


def _follow(registry: Registry, projection: Projection, generation: int) -> Iterator[Progress]:
    """What came while it was filled is folded before it is compared."""
    for project in projects():
        while registry.consume(projection, generation, project):
            _not_cancelled(projection, generation)
    with connection.cursor() as cursor:
        done = sum(_filled(cursor, projection, generation).values())
    yield Progress(done, done)
    sql = """SELECT project, error_position, error FROM es.checkpoint
              WHERE projection = %s AND generation = %s AND error IS NOT NULL LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [projection.name, generation])
        for project, position, error in cursor.fetchall():
            raise Faulty(f"{projection.name} cannot fold project {project} at {position}: {error}")


def _compare(projection: Projection, live: int, generation: int) -> None:
    """At equal positions the rows must be equal; the two checkpoints are locked, so nobody moves them meanwhile."""
    for project in projects():
        _not_cancelled(projection, generation)
        with transaction.atomic(), connection.cursor() as cursor:
            positions = _locked(cursor, projection, [live, generation], project)
            if live not in positions or generation not in positions:
                continue  # one is parked, and will not get there
            _level(cursor, projection, project, positions)
            for base in projection.tables:
                old, new = (projection.table_hash(cursor, base, each, project) for each in (live, generation))
                if old != new:
                    at = max(positions.values())
                    raise Differs(f"{projection.name}: project {project} differs in {base} at position {at}")


def _switch(projection: Projection, live: int, generation: int) -> None:
    """In one transaction, with the new generation nowhere behind the old one: readers never go back."""
    for patience in range(20):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # Readers queue behind a lock that waits, so it waits briefly and comes back.
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
                for project in projects():
                    positions = _locked(cursor, projection, [live, generation], project, parked=True)
                    if positions.get(generation, 0) < positions.get(live, 0):
                        _level(cursor, projection, project, {generation: 0, **positions})
                _flip(cursor, projection, live, generation)
            return
        except OperationalError as error:
            if patience == 19 or not isinstance(error.__cause__, errors.LockNotAvailable):
                raise
            time.sleep(0.1)


def _flip(cursor: Any, projection: Projection, live: int, generation: int) -> None:
    sql = "UPDATE es.projection SET state = %s WHERE name = %s AND generation = %s AND state = %s"
    cursor.execute(sql, ["retired", projection.name, live, "live"])
    cursor.execute(sql, ["live", projection.name, generation, "following"])
    if not cursor.rowcount:
        raise Cancelled(projection.name)
    projection.show(cursor, generation)


def _level(cursor: Any, projection: Projection, project: UUID, positions: dict[int, int]) -> None:
    target = max(positions.values())
    for generation, position in positions.items():
        if position < target:
            projection.apply(cursor, generation, project, position, target)
            _set_position(cursor, projection, generation, project, target)


def _locked(
    cursor: Any, projection: Projection, generations: list[int], project: UUID, *, parked: bool = False
) -> dict[int, int]:
    """Positions by generation, of checkpoints that this transaction now holds."""
    sql = """SELECT generation, position, parked_at IS NOT NULL FROM es.checkpoint
              WHERE project = %s AND projection = %s AND generation = ANY (%s) ORDER BY generation FOR NO KEY UPDATE"""
    cursor.execute(sql, [project, projection.name, generations])
    return {
        generation: position for generation, position, stands in cursor.fetchall() if parked or not stands
    }


def _set_position(cursor: Any, projection: Projection, generation: int, project: UUID, position: int) -> None:
    sql = """INSERT INTO es.checkpoint (project, projection, generation, position) VALUES (%s, %s, %s, %s)
             ON CONFLICT (project, projection, generation)
             DO UPDATE SET position = excluded.position, updated_at = now()"""
    cursor.execute(sql, [project, projection.name, generation, position])


def _not_cancelled(projection: Projection, generation: int) -> None:
    sql = "SELECT FROM es.projection WHERE name = %s AND generation = %s AND state <> 'retired'"
    with connection.cursor() as cursor:
        cursor.execute(sql, [projection.name, generation])
        if not cursor.rowcount:
            raise Cancelled(projection.name)


def _head(cursor: Any, project: UUID) -> int:
    cursor.execute(
        "SELECT position FROM es.event WHERE project = %s ORDER BY position DESC LIMIT 1", [project]
    )
    row = cursor.fetchone()
    return row[0] if row else 0
