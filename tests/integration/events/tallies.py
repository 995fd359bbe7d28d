"""Read models of the notebook, one of which counts: an event that is folded twice, or not at all, shows."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection

from events.projection import Projection, Registry, SqlFold

Fault = Callable[[Any, int, int], None]
FAULTS: dict[UUID, Fault] = {}
"""What goes wrong in the fold of a project, given a cursor and the stretch (after, upto]."""


class Tally(Projection):
    """How many events have each label."""

    name = "tally"
    code_version = "1"
    tables: ClassVar[dict[str, str]] = {
        "tally": """project uuid, label text, events int NOT NULL, position bigint NOT NULL,
                    PRIMARY KEY (project, label)"""
    }
    indexes: ClassVar[dict[str, tuple[str, ...]]] = {"tally": ("(project, events)",)}

    def apply(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> None:
        cursor.execute(
            f"""INSERT INTO {self.table("tally", generation)} AS t (project, label, events, position)
                SELECT project, coalesce(label, type), count(*), max(position) FROM es.event
                 WHERE project = %s AND position > %s AND position <= %s GROUP BY 1, 2
                ON CONFLICT (project, label)
                DO UPDATE SET events = t.events + excluded.events, position = excluded.position""",
            [project, after, upto],
        )
        if project in FAULTS:
            FAULTS[project](cursor, after, upto)


class LaterTally(Tally):
    """The next release counts under other names."""

    code_version = "2"
    tables: ClassVar[dict[str, str]] = {
        "tally": """project uuid, label text, events int NOT NULL, position bigint NOT NULL, remark text DEFAULT 'new',
                    PRIMARY KEY (project, label)"""
    }


class Notes(SqlFold):
    """The notes that there are, and those that were removed."""

    name = "tnotes"
    code_version = "1"
    tables: ClassVar[dict[str, str]] = {
        "tnotes": "project uuid, stream uuid, note uuid, label text, version int NOT NULL, removed boolean NOT NULL"
    }
    keys: ClassVar[dict[str, tuple[str, ...]]] = {"tnotes": ("project", "stream", "note")}
    folds: ClassVar[dict[str, str]] = {
        "tnotes": """SELECT DISTINCT ON (stream, entity_id) project, stream, entity_id, label, version,
                            type = 'note_removed'
                       FROM es.event WHERE project = %(project)s AND position > %(after)s AND position <= %(upto)s
                        AND type IN ('note_put', 'note_removed') AND entity_id IS NOT NULL
                      ORDER BY stream, entity_id, version DESC"""
    }


REGISTRY = Registry([Tally(), Notes()])


def tally(project: UUID) -> dict[str, int]:
    """What the live rows say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT label, events FROM read.tally WHERE project = %s", [project])
        return dict(cursor.fetchall())


def checkpoint(project: UUID, name: str = "tally") -> dict[str, Any]:
    """The live checkpoint's columns."""
    sql = """SELECT c.* FROM es.checkpoint c
               JOIN es.projection p ON p.name = c.projection AND p.generation = c.generation
              WHERE c.project = %s AND p.name = %s AND p.state = 'live'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, name])
        row = cursor.fetchone()
        return dict(zip((column.name for column in cursor.description), row or (), strict=False))
