"""Read models folded from the log, and the register of those that a service keeps. All of them are disposable.

A projection's tables live in the schema ``read``, one set a generation (``read.board_g1``), behind views of the plain
names (``read.board``) that show the live generation.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db import ProgrammingError, connection, transaction

from events import checkpoints
from events.checkpoints import BATCH, Apply, Key

LARGE = 100_000
"""Events from which on a fold is worth several cores."""

_SHAPE = """SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
              FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
               AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype <> 'n')
             ORDER BY a.attnum"""
"""The columns of a table that has no keys or checks; else nothing."""

REPLAY = 0
"""The generation of a replay: its tables are temporary and end with the transaction."""


class Projection:
    """One read model. Subclasses give names, DDL and the fold of a stretch of one project's log.

    ``tables`` maps table names to column definitions; each has a ``project uuid`` column and a primary key.
    Applying (0, n] at once and in any pieces must give the same rows, down to the last column: no clock, no chance.
    A fold that reads erasable contents folds ``content_erased`` too, and gives what stands without what is missing.
    ``code_version`` changes whenever the same events would give other rows.
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
        return f"{'pg_temp' if generation == REPLAY else 'read'}.{base}_g{generation}"

    def clear(self, cursor: Any, generation: int, project: UUID) -> None:
        """Delete a project's rows."""
        for base in self.tables:
            cursor.execute(f"DELETE FROM {self.table(base, generation)} WHERE project = %s", [project])

    def create(self, cursor: Any, generation: int) -> None:
        """Create a generation's tables, ready to be filled."""
        for base, columns in self.tables.items():
            ends = " ON COMMIT DROP" if generation == REPLAY else ""
            cursor.execute(f"CREATE TABLE {self.table(base, generation)} ({columns}){ends}")

    def index(self, cursor: Any, generation: int) -> None:
        """Create what makes a filled generation fast to read."""
        for base, indexes in self.indexes.items():
            for index in indexes:
                cursor.execute(f"CREATE INDEX ON {self.table(base, generation)} {index}")

    def drop(self, cursor: Any, generation: int) -> None:
        """Drop a generation's tables."""
        for base in self.tables:
            cursor.execute(f"DROP TABLE IF EXISTS {self.table(base, generation)} CASCADE")

    def show(self, cursor: Any, generation: int) -> None:
        """Point the views at a generation."""
        for base in self.tables:
            select = f"VIEW read.{base} AS SELECT * FROM {self.table(base, generation)}"
            try:
                with transaction.atomic():
                    cursor.execute(f"CREATE OR REPLACE {select}")
            except ProgrammingError:  # the columns are others than before
                cursor.execute(f"DROP VIEW read.{base}")
                cursor.execute(f"CREATE {select}")

    def state_hash(self, cursor: Any, generation: int, project: UUID) -> str:
        """SHA-256 of all rows of a project with all their columns, whatever order they lie in."""
        digest = hashlib.sha256()
        for base in sorted(self.tables):
            digest.update(base.encode())
            digest.update(self.table_hash(cursor, base, generation, project))
        return digest.hexdigest()

    def table_hash(self, cursor: Any, base: str, generation: int, project: UUID) -> bytes:
        """SHA-256 of the sorted hashes of a table's rows."""
        sql = f"""SELECT sha256(coalesce(string_agg(row_hash, ''::bytea ORDER BY row_hash), ''::bytea))
                    FROM (SELECT sha256(convert_to(row_to_json(t)::text, 'UTF8')) AS row_hash
                            FROM {self.table(base, generation)} t WHERE project = %s) rows"""
        cursor.execute(sql, [project])
        return bytes(cursor.fetchone()[0])


class SqlFold(Projection):
    """A read model whose tables are each one SELECT over a stretch of the log: folded where the rows live.

    ``folds`` maps table names to that statement, with ``%(project)s``, ``%(after)s`` and ``%(upto)s``; it gives whole
    rows, at most one a key of ``keys``, and a later stretch's row replaces an earlier one. ``tables`` has no primary
    keys: a rebuild loads first and makes them last, which is several times as fast.
    """

    folds: ClassVar[dict[str, str]]
    keys: ClassVar[dict[str, tuple[str, ...]]]

    def __init__(self) -> None:
        self._names: dict[str, Sequence[str]] = {}

    def apply(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> None:
        """Fold the events of positions (after, upto]."""
        stretch = {"project": project, "after": after, "upto": upto}
        for base, fold in self.folds.items():
            table, keys = self.table(base, generation), self.keys[base]
            rest = [name for name in self._columns(cursor, base, generation) if name not in keys]
            sets = ", ".join(f"{name} = excluded.{name}" for name in rest)
            cursor.execute(
                f"INSERT INTO {table} {fold} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}", stretch
            )

    def _columns(self, cursor: Any, base: str, generation: int) -> Sequence[str]:
        """They follow from the code, so one look is enough."""
        if base not in self._names:
            cursor.execute(f"SELECT * FROM {self.table(base, generation)} LIMIT 0")
            self._names[base] = [column.name for column in cursor.description]
        return self._names[base]

    def load(self, cursor: Any, generation: int, project: UUID, upto: int) -> None:
        """Fold (0, upto] into tables that hold nothing of the project and have no keys yet."""
        stretch = {"project": project, "after": 0, "upto": upto}
        for base, fold in self.folds.items():
            if upto < LARGE or not self._loaded_anew(cursor, base, generation, fold, stretch):
                cursor.execute(f"INSERT INTO {self.table(base, generation)} {fold}", stretch)

    def _loaded_anew(
        self, cursor: Any, base: str, generation: int, fold: str, stretch: dict[str, Any]
    ) -> bool:
        """Make an empty table anew out of the fold, with the same columns; whether that was possible.

        All cores take part in that, while an insert is folded by one.
        """
        table = self.table(base, generation)
        cursor.execute(_SHAPE, [table])
        columns = cursor.fetchall()
        cursor.execute(f"SELECT FROM {table} LIMIT 1")
        if cursor.rowcount or not columns or generation == REPLAY:
            return False
        names = ", ".join(name for name, *_ in columns)
        # The planner would weigh rows handed from worker to worker as if they were few and queries many.
        cursor.execute("SET LOCAL parallel_setup_cost = 0")
        cursor.execute("SET LOCAL parallel_tuple_cost = 0")
        cursor.execute(f"CREATE TABLE {table}_anew ({names}) AS {fold}", stretch)
        cursor.execute(_SHAPE, [f"{table}_anew"])
        if [made[:2] for made in cursor.fetchall()] != [declared[:2] for declared in columns]:
            cursor.execute(f"DROP TABLE {table}_anew")
            return False
        rules = [f"ALTER {name} SET NOT NULL" for name, _, never_null, _ in columns if never_null]
        rules += [f"ALTER {name} SET DEFAULT {default}" for name, _, _, default in columns if default]
        if rules:
            cursor.execute(f"ALTER TABLE {table}_anew {', '.join(rules)}")
        cursor.execute(f"DROP TABLE {table}")
        cursor.execute(f"ALTER TABLE {table}_anew RENAME TO {table.partition('.')[2]}")
        return True

    def index(self, cursor: Any, generation: int) -> None:
        """Make the keys, then the other indexes."""
        for base, keys in self.keys.items():
            cursor.execute(f"ALTER TABLE {self.table(base, generation)} ADD PRIMARY KEY ({', '.join(keys)})")
        super().index(cursor, generation)


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
    attempts: int
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
                    generation = new_generation(cursor, projection, "live")
                    projection.index(cursor, generation)
                    projection.show(cursor, generation)

    def generations(self) -> list[tuple[Projection, int, str]]:
        """Projections with a generation that must be kept current by this code, live ones first."""
        sql = f"""SELECT name, generation, state FROM es.projection p WHERE {_OURS}
                   ORDER BY state DESC, name, generation"""
        with connection.cursor() as cursor:
            cursor.execute(sql, self._versions())
            return [(self.projections[name], number, state) for name, number, state in cursor.fetchall()]

    def live(self, name: str) -> int:
        """The live generation of a projection."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT generation FROM es.projection WHERE name = %s AND state = 'live'", [name])
            found: int = cursor.fetchone()[0]
            return found

    def outdated(self) -> list[str]:
        """Projections whose live generation was made by other code: they stand still until they are rebuilt."""
        sql = "SELECT name, code_version FROM es.projection WHERE state = 'live' ORDER BY name"
        with connection.cursor() as cursor:
            cursor.execute(sql)
            made = dict(cursor.fetchall())
        return [
            name
            for name, each in self.projections.items()
            if name in made and made[name] != each.code_version
        ]

    def lagging(self) -> list[UUID]:
        """Projects in which some projection is behind and may be folded now."""
        sql = f"""SELECT l.project FROM es.log l
                   CROSS JOIN LATERAL (SELECT position FROM es.event e WHERE e.project = l.project
                                       ORDER BY position DESC LIMIT 1) h
                  WHERE EXISTS (SELECT FROM es.projection p
                                  LEFT JOIN es.checkpoint c ON c.project = l.project AND c.projection = p.name
                                                           AND c.generation = p.generation
                                 WHERE {_OURS} AND coalesce(c.position, 0) < h.position AND c.parked_at IS NULL
                                   AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= now()))"""
        with connection.cursor() as cursor:
            cursor.execute(sql, self._versions())
            return [row[0] for row in cursor.fetchall()]

    def lags(self, project: UUID | None = None) -> list[Lag]:
        """The lag of every live projection, measured against the log's own head."""
        sql = """SELECT p.name, p.generation, l.project, coalesce(c.position, 0), h.position,
                        coalesce(extract(epoch FROM now() - (
                          SELECT e.recorded_at FROM es.event e
                           WHERE e.project = l.project AND e.position = coalesce(c.position, 0) + 1)), 0)::float8,
                        c.error, c.error_position, coalesce(c.attempts, 0), c.parked_at IS NOT NULL
                   FROM es.log l CROSS JOIN es.projection p
                   CROSS JOIN LATERAL (SELECT position FROM es.event e WHERE e.project = l.project
                                       ORDER BY position DESC LIMIT 1) h
                   LEFT JOIN es.checkpoint c ON c.project = l.project AND c.projection = p.name
                                            AND c.generation = p.generation
                  WHERE p.state = 'live' AND p.name = ANY (%s) AND (%s::uuid IS NULL OR l.project = %s)
                  ORDER BY 1, 3"""
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(self.projections), project, project])
            return [Lag(*row) for row in cursor.fetchall()]

    def catch_up(self, project: UUID, *, keep_going: Callable[[], bool] = lambda: True) -> int:
        """Bring every generation of every projection up to the project's head; the number of events folded."""
        done = 0
        for projection, generation, _ in self.generations():
            key, apply = _key_and_fold(projection, generation, project)
            done += checkpoints.catch_up(key, apply, keep_going=keep_going)
        return done

    def consume(self, projection: Projection, generation: int, project: UUID, *, limit: int = BATCH) -> int:
        """Fold the next events and move the checkpoint in the same transaction; the number of events folded.

        0: nothing to do, or another worker is at it, or the projection waits after an error.
        """
        key, apply = _key_and_fold(projection, generation, project)
        return checkpoints.consume(key, apply, limit=limit)

    def _versions(self) -> list[list[str]]:
        return [list(self.projections), [each.code_version for each in self.projections.values()]]


def _key_and_fold(projection: Projection, generation: int, project: UUID) -> tuple[Key, Apply]:
    def apply(cursor: Any, after: int, upto: int) -> None:
        projection.apply(cursor, generation, project, after, upto)

    return Key(project, projection.name, generation), apply


# Generations that workers follow, made by this very code: other code's tables may look different.
_OURS = """p.state IN ('live', 'following')
           AND (p.name, p.code_version) IN (SELECT unnest(%s::text[]), unnest(%s::text[]))"""


def new_generation(cursor: Any, projection: Projection, state: str) -> int:
    """Register the next generation of a projection and create its tables."""
    cursor.execute(
        "SELECT coalesce(max(generation), 0) + 1 FROM es.projection WHERE name = %s", [projection.name]
    )
    generation: int = cursor.fetchone()[0]
    cursor.execute(
        "INSERT INTO es.projection (name, generation, state, code_version) VALUES (%s, %s, %s, %s)",
        [projection.name, generation, state, projection.code_version],
    )
    projection.create(cursor, generation)
    return generation
