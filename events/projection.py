"""Read models folded from the log: checkpoints, generations, rebuild. All of it is disposable.

A projection's tables live in the schema ``read``, one set a generation (``read.board_g1``), behind views of the plain
names (``read.board``) that show the live generation.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, transaction

BATCH = 1000
ATTEMPTS = 5


class Projection:
    """One read model. Subclasses give names, DDL and the fold of a stretch of one project's log.

    ``tables`` maps table names to column definitions; each has a ``project uuid`` column and a primary key.
    Applying (0, n] at once and in any pieces must give the same rows.
    """

    name: ClassVar[str]
    code_version: ClassVar[str]
    tables: ClassVar[dict[str, str]]
    indexes: ClassVar[dict[str, tuple[str, ...]]] = {}

    def apply(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> None:
        """Fold the events of positions (after, upto] into the generation's tables."""
        raise NotImplementedError

    def table(self, base: str, generation: int) -> str:
        """The qualified name of a generation's table."""
        return f"read.{base}_g{generation}"

    def clear(self, cursor: Any, generation: int, project: UUID) -> None:
        """Delete a project's rows."""
        for base in self.tables:
            cursor.execute(f"DELETE FROM {self.table(base, generation)} WHERE project = %s", [project])

    def create(self, cursor: Any, generation: int) -> None:
        """Create a generation's tables."""
        for base, columns in self.tables.items():
            cursor.execute(f"CREATE TABLE {self.table(base, generation)} ({columns})")
            for index in self.indexes.get(base, ()):
                cursor.execute(f"CREATE INDEX ON {self.table(base, generation)} {index}")

    def drop(self, cursor: Any, generation: int) -> None:
        """Drop a generation's tables."""
        for base in self.tables:
            cursor.execute(f"DROP TABLE IF EXISTS {self.table(base, generation)} CASCADE")

    def show(self, cursor: Any, generation: int) -> None:
        """Point the views at a generation."""
        for base in self.tables:
            cursor.execute(f"DROP VIEW IF EXISTS read.{base}")
            cursor.execute(f"CREATE VIEW read.{base} AS SELECT * FROM {self.table(base, generation)}")

    def state_hash(self, cursor: Any, generation: int, project: UUID) -> str:
        """SHA-256 of all rows of a project, in the order of their text."""
        digest = hashlib.sha256()
        for base in sorted(self.tables):
            sql = f"""SELECT row_to_json(t)::text AS line FROM {self.table(base, generation)} t
                      WHERE project = %s ORDER BY row_to_json(t)::text COLLATE "C" """
            cursor.execute(sql, [project])
            digest.update(base.encode())
            for (line,) in cursor.fetchall():
                digest.update(line.encode() + b"\n")
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a projection of a project is behind the log's head; seconds since the first unread event."""

    name: str
    generation: int
    project: UUID
    position: int
    head: int
    seconds: float
    error: str | None
    error_position: int | None
    parked: bool


class Registry:
    """The projections of a service."""

    def __init__(self, projections: Sequence[Projection]) -> None:
        self.projections = {projection.name: projection for projection in projections}

    def install(self) -> None:
        """Create the first generation of projections that have none, as the role that owns read models."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE palimpsest_app")
            cursor.execute("SELECT pg_advisory_xact_lock(7002)")
            cursor.execute("SELECT name FROM es.projection WHERE state = 'live'")
            present = {name for (name,) in cursor.fetchall()}
            for name, projection in self.projections.items():
                if name not in present:
                    generation = _new_generation(cursor, projection, "live")
                    projection.show(cursor, generation)

    def generations(self) -> list[tuple[Projection, int, str]]:
        """Projections with a generation that must be kept current, live ones first."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, generation, state FROM es.projection WHERE state IN ('live', 'building') ORDER BY state DESC, name"
            )
            rows = cursor.fetchall()
        return [(self.projections[name], number, state) for name, number, state in rows if name in self.projections]

    def live(self, name: str) -> int:
        """The live generation of a projection."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT generation FROM es.projection WHERE name = %s AND state = 'live'", [name])
            found: int = cursor.fetchone()[0]
            return found

    def lagging(self) -> list[UUID]:
        """Projects in which some projection is behind and not parked."""
        sql = """SELECT l.project FROM es.log l
                   CROSS JOIN LATERAL (SELECT position FROM es.event e WHERE e.project = l.project
                                       ORDER BY position DESC LIMIT 1) h
                  WHERE EXISTS (SELECT FROM es.projection p
                                  LEFT JOIN es.checkpoint c ON c.project = l.project AND c.projection = p.name
                                                           AND c.generation = p.generation
                                 WHERE p.state IN ('live', 'building') AND p.name = ANY (%s)
                                   AND coalesce(c.position, 0) < h.position AND c.parked_at IS NULL
                                   AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= now()))"""
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(self.projections)])
            return [row[0] for row in cursor.fetchall()]

    def lags(self, project: UUID | None = None) -> list[Lag]:
        """The lag of every live projection, measured against the log's own head."""
        sql = """SELECT p.name, p.generation, l.project, coalesce(c.position, 0), h.position,
                        coalesce(extract(epoch FROM now() - (SELECT e.recorded_at FROM es.event e WHERE e.project = l.project
                                 AND e.position = coalesce(c.position, 0) + 1)), 0)::float8,
                        c.error, c.error_position, c.parked_at IS NOT NULL
                   FROM es.log l CROSS JOIN es.projection p
                   CROSS JOIN LATERAL (SELECT position FROM es.event e WHERE e.project = l.project
                                       ORDER BY position DESC LIMIT 1) h
                   LEFT JOIN es.checkpoint c ON c.project = l.project AND c.projection = p.name AND c.generation = p.generation
                  WHERE p.state = 'live' AND (%s::uuid IS NULL OR l.project = %s) ORDER BY 1, 3"""
        with connection.cursor() as cursor:
            cursor.execute(sql, [project, project])
            return [Lag(*row) for row in cursor.fetchall()]

    def catch_up(self, project: UUID, *, keep_going: Callable[[], bool] = lambda: True) -> int:
        """Bring every generation of every projection up to the project's head; the number of events folded."""
        done = 0
        for projection, generation, _ in self.generations():
            while keep_going() and (step := self.consume(projection, generation, project)):
                done += step
        return done

    def consume(self, projection: Projection, generation: int, project: UUID, *, limit: int = BATCH) -> int:
        """Fold the next events and move the checkpoint in the same transaction; the number of events folded.

        0: nothing to do, or another worker is at it, or the projection waits after an error.
        """
        key = [project, projection.name, generation]
        if not _attempt(key):
            return 0
        try:
            return _step(projection, generation, key, limit)
        except Exception as error:
            if limit > 1:  # find the event at fault: one by one from here
                _again(key)
                return self._singly(projection, generation, project, limit)
            _failed(key, error)
            return 0

    def _singly(self, projection: Projection, generation: int, project: UUID, limit: int) -> int:
        done = 0
        while done < limit and self.consume(projection, generation, project, limit=1):
            done += 1
        return done


def _new_generation(cursor: Any, projection: Projection, state: str) -> int:
    cursor.execute("SELECT coalesce(max(generation), 0) + 1 FROM es.projection WHERE name = %s", [projection.name])
    generation: int = cursor.fetchone()[0]
    projection.create(cursor, generation)
    cursor.execute(
        "INSERT INTO es.projection (name, generation, state, code_version) VALUES (%s, %s, %s, %s)",
        [projection.name, generation, state, projection.code_version],
    )
    return generation


_MINE = "project = %s AND projection = %s AND generation = %s"
_DUE = "parked_at IS NULL AND (next_attempt_at IS NULL OR next_attempt_at <= now())"


def _attempt(key: Sequence[Any]) -> bool:
    """Count the attempt before the work, so that an event that kills its worker is found out. False: not now."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO es.checkpoint (project, projection, generation) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", key)
        cursor.execute(
            f"""UPDATE es.checkpoint SET attempts = attempts + 1,
                       parked_at = CASE WHEN attempts >= {ATTEMPTS} THEN now() END,
                       error = CASE WHEN attempts >= {ATTEMPTS} AND error IS NULL THEN 'the worker died at this point' ELSE error END,
                       error_position = CASE WHEN attempts >= {ATTEMPTS} THEN coalesce(error_position, position + 1) ELSE error_position END
                 WHERE {_MINE} AND {_DUE} AND ctid = (SELECT ctid FROM es.checkpoint WHERE {_MINE} FOR NO KEY UPDATE SKIP LOCKED)
                   AND position < (SELECT max(position) FROM es.event WHERE project = %s)
             RETURNING parked_at IS NULL""",
            [*key, *key, key[0]],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _step(projection: Projection, generation: int, key: Sequence[Any], limit: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT position FROM es.checkpoint WHERE {_MINE} FOR NO KEY UPDATE SKIP LOCKED", key)
        row = cursor.fetchone()
        if row is None:
            return 0
        after: int = row[0]
        cursor.execute("SELECT max(position) FROM es.event WHERE project = %s", [key[0]])
        upto = min(after + limit, cursor.fetchone()[0] or 0)
        if upto <= after:
            return 0
        projection.apply(cursor, generation, key[0], after, upto)
        cursor.execute(
            f"""UPDATE es.checkpoint SET position = %s, updated_at = now(), attempts = 0, error = NULL, error_position = NULL,
                       next_attempt_at = NULL WHERE {_MINE}""",
            [upto, *key],
        )
    return upto - after


def _again(key: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE es.checkpoint SET attempts = greatest(attempts - 1, 0) WHERE {_MINE}", key)


def _failed(key: Sequence[Any], error: Exception) -> None:
    wait = f"""UPDATE es.checkpoint SET error = %s, error_position = position + 1,
                      next_attempt_at = now() + least(power(2, attempts), 60) * interval '1 second',
                      parked_at = CASE WHEN attempts >= {ATTEMPTS} THEN now() END WHERE {_MINE}"""
    with connection.cursor() as cursor:
        cursor.execute(wait, [f"{type(error).__name__}: {error}"[:2000], *key])


def retry(project: UUID, name: str) -> None:
    """Let a parked projection try again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE es.checkpoint SET attempts = 0, error = NULL, error_position = NULL, parked_at = NULL, next_attempt_at = NULL
               WHERE project = %s AND projection = %s""",
            [project, name],
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """A rebuild's progress in events."""

    done: int
    total: int


class Differs(Exception):
    """The rebuilt rows are not the live ones; the live generation was kept."""


def rebuild(registry: Registry, name: str, *, compare: bool = True) -> Iterator[Progress]:
    """Fill a new generation beside the live one, compare, switch in one transaction, drop the old one.

    Raises:
        Differs: a project's rows differ at the same position and ``compare`` is on. Both generations stay.
    """
    projection = registry.projections[name]
    live = registry.live(name)
    with transaction.atomic(), connection.cursor() as cursor:
        generation = _new_generation(cursor, projection, "building")
    try:
        yield from _fill(projection, generation)
        if compare:
            _compare(projection, live, generation)
    except BaseException:
        discard(projection, generation)
        raise
    _switch(projection, live, generation)
    discard(projection, live)


def _fill(projection: Projection, generation: int) -> Iterator[Progress]:
    from events.store import projects

    heads = {project: _head(project) for project in projects()}
    total, done = sum(heads.values()), 0
    yield Progress(0, total)
    for project in heads:
        done += _fill_project(projection, generation, project)
        yield Progress(min(done, total), total)


def _fill_project(projection: Projection, generation: int, project: UUID) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL parallel_tuple_cost = 0")
        cursor.execute("SELECT max(position) FROM es.event WHERE project = %s", [project])
        head: int = cursor.fetchone()[0] or 0
        projection.apply(cursor, generation, project, 0, head)
        cursor.execute(
            """INSERT INTO es.checkpoint (project, projection, generation, position) VALUES (%s, %s, %s, %s)
               ON CONFLICT (project, projection, generation) DO UPDATE SET position = excluded.position""",
            [project, projection.name, generation, head],
        )
    return head


def _head(project: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(position) FROM es.event WHERE project = %s", [project])
        return cursor.fetchone()[0] or 0


def _compare(projection: Projection, live: int, generation: int) -> None:
    """At equal positions the rows must be equal; the two checkpoints are locked, so nobody moves them meanwhile."""
    from events.store import projects

    for project in projects():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                """SELECT generation, position, parked_at IS NOT NULL FROM es.checkpoint
                   WHERE project = %s AND projection = %s AND generation = ANY (%s) ORDER BY generation FOR NO KEY UPDATE""",
                [project, projection.name, [live, generation]],
            )
            positions = {number: position for number, position, parked in cursor.fetchall() if not parked}
            if len(positions) < 2:
                continue
            behind, target = min(positions, key=lambda n: positions[n]), max(positions.values())
            if positions[behind] < target:
                projection.apply(cursor, behind, project, positions[behind], target)
                cursor.execute(
                    "UPDATE es.checkpoint SET position = %s WHERE project = %s AND projection = %s AND generation = %s",
                    [target, project, projection.name, behind],
                )
            if projection.state_hash(cursor, live, project) != projection.state_hash(cursor, generation, project):
                raise Differs(f"{projection.name}: project {project} differs at position {target}")


def _switch(projection: Projection, live: int, generation: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("UPDATE es.projection SET state = 'retired' WHERE name = %s AND generation = %s", [projection.name, live])
        cursor.execute("UPDATE es.projection SET state = 'live' WHERE name = %s AND generation = %s", [projection.name, generation])
        projection.show(cursor, generation)


def discard(projection: Projection, generation: int) -> None:
    """Drop a generation with its checkpoints."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM es.checkpoint WHERE projection = %s AND generation = %s", [projection.name, generation])
        cursor.execute("DELETE FROM es.projection WHERE name = %s AND generation = %s", [projection.name, generation])
        projection.drop(cursor, generation)


def replayed_hash(projection: Projection, project: UUID, *, at: int | None = None) -> str:
    """The state hash that a fold from the beginning up to a position gives; nothing is kept."""
    with transaction.atomic(), connection.cursor() as cursor:
        generation = _new_generation(cursor, projection, "building")
        projection.apply(cursor, generation, project, 0, _head(project) if at is None else at)
        found = projection.state_hash(cursor, generation, project)
        transaction.set_rollback(True)
    return found
