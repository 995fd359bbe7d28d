"""The projects an account takes part in; what the read model has not seen yet is read from the log."""

from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.project import DECIDER, Project
from annotator.domain.values import Role
from annotator.log import HANDLER, STORE
from events.streams import StreamRef


class ProjectRow(msgspec.Struct, frozen=True):
    """A project in a list. `documents` counts those that are not archived; `position` is the log's head."""

    id: UUID
    name: str
    role: Role
    archived: bool
    documents: int
    position: int


_ROWS = """
SELECT m.project, m.role, p.name, p.archived, p.documents, h.position
  FROM read.membership m JOIN read.project p USING (project)
 CROSS JOIN LATERAL (SELECT position FROM es.event e WHERE e.project = m.project
                      ORDER BY position DESC LIMIT 1) h
 WHERE m.account = %s AND m.role IS NOT NULL
"""

# Projects that named the account once, and whose own stream has news that the read model has not seen. Only
# that stream is looked at, which is short, however far behind the read model is.
_BEHIND = """
SELECT l.project, h.position,
       coalesce((SELECT p.documents FROM read.project p WHERE p.project = l.project),
                (SELECT count(*) FROM es.stream d WHERE d.project = l.project AND d.kind = 'document'))
  FROM es.log l
  JOIN es.stream s ON s.project = l.project AND s.kind = 'project' AND s.subject IS NULL AND s.owner IS NULL
 CROSS JOIN LATERAL (SELECT position FROM es.event e WHERE e.project = l.project
                      ORDER BY position DESC LIMIT 1) h
  LEFT JOIN es.projection g ON g.name = 'membership' AND g.state = 'live'
  LEFT JOIN es.checkpoint c ON c.project = l.project AND c.projection = g.name AND c.generation = g.generation
 WHERE coalesce(c.position, 0) < h.position
   AND EXISTS (SELECT FROM es.event e WHERE e.project = l.project AND e.stream = s.stream
                  AND e.position > coalesce(c.position, 0))
   AND EXISTS (SELECT FROM es.event e WHERE e.project = l.project AND e.stream = s.stream AND e.entity_id = %s)
"""


def projects_of(account: UUID) -> list[ProjectRow]:
    """The projects in which the account has a role, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [account])
        rows = {
            project: ProjectRow(project, name, role, archived, documents, position)
            for project, role, name, archived, documents, position in cursor.fetchall()
        }
        cursor.execute(_BEHIND, [account])
        behind = cursor.fetchall()
    for project, position, documents in behind:
        rows.pop(project, None)
        if row := _from_log(project, account, position, documents):
            rows[project] = row
    # Ids of projects are UUIDv7: they sort by the time they were made.
    return sorted(rows.values(), key=lambda row: row.id, reverse=True)


def project_at(project: UUID, at: int) -> Project:
    """A project's settings, members and authors as of a position."""
    ref = StreamRef(project, "project")
    return DECIDER.fold(each.event for each in STORE.latest(project, [ref.id], at=at))


def _from_log(project: UUID, account: UUID, position: int, documents: int) -> ProjectRow | None:
    ref = StreamRef(project, "project")
    _, state = HANDLER.states([ref])[ref]
    assert isinstance(state, Project)
    role = state.members.get(str(account))
    if role is None:
        return None
    return ProjectRow(project, state.name, role, state.archived, documents, position)
