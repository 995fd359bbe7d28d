"""Who takes part in which project, and what a list of projects shows."""

from typing import Any, ClassVar
from uuid import UUID

from events.projection import Projection


class Membership(Projection):
    """One row a project, and one a member. A member who was removed has no role any more."""

    name = "membership"
    code_version = "1"
    tables: ClassVar[dict[str, str]] = {
        "project": """project uuid PRIMARY KEY, name text NOT NULL, languages jsonb NOT NULL, blind boolean NOT NULL,
                      shared boolean NOT NULL, archived boolean NOT NULL, documents bigint NOT NULL,
                      position bigint NOT NULL""",
        "membership": """project uuid, account uuid, role text, position bigint NOT NULL,
                         PRIMARY KEY (project, account)""",
    }
    indexes: ClassVar[dict[str, tuple[str, ...]]] = {"membership": ("(account) WHERE role IS NOT NULL",)}

    def apply(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> None:
        """Fold positions (after, upto]."""
        stretch = {"project": project, "after": after, "upto": upto}
        membership, projects = self.table("membership", generation), self.table("project", generation)
        cursor.execute(_MEMBERS.format(table=membership), stretch)
        cursor.execute(_SETTINGS.format(table=projects), stretch)
        cursor.execute(_COUNTS.format(table=projects), stretch)


_STRETCH = "e.project = %(project)s AND e.position > %(after)s AND e.position <= %(upto)s"

_MEMBERS = f"""
INSERT INTO {{table}} AS t (project, account, role, position)
SELECT DISTINCT ON (e.entity_id) e.project, e.entity_id, e.payload ->> 'role', e.position
  FROM es.event_current e
 WHERE {_STRETCH} AND e.type IN ('member_set', 'member_removed')
 ORDER BY e.entity_id, e.position DESC
ON CONFLICT (project, account) DO UPDATE SET role = excluded.role, position = excluded.position
"""

_SETTINGS = f"""
INSERT INTO {{table}} AS t (project, name, languages, blind, shared, archived, documents, position)
SELECT e.project, coalesce(convert_from(c.body, 'UTF8')::jsonb ->> 'name', ''), e.payload -> 'languages',
       (e.payload ->> 'blind')::boolean, (e.payload ->> 'shared')::boolean, false, 0, e.position
  FROM es.event_current e LEFT JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id
 WHERE {_STRETCH} AND e.type IN ('project_created', 'project_changed')
 ORDER BY e.position DESC LIMIT 1
ON CONFLICT (project) DO UPDATE SET name = excluded.name, languages = excluded.languages, blind = excluded.blind,
                                    shared = excluded.shared, position = excluded.position
"""

# The rules let a document be imported once, and archived and restored in turns: so steps can be added up.
_COUNTS = f"""
UPDATE {{table}} t
   SET documents = t.documents + s.documents, archived = t.archived OR s.archived,
       position = greatest(t.position, s.position)
  FROM (SELECT count(*) FILTER (WHERE e.type IN ('document_imported', 'document_restored'))
                 - count(*) FILTER (WHERE e.type = 'document_archived') AS documents,
               coalesce(bool_or(e.type = 'project_archived'), false) AS archived, max(e.position) AS position
          FROM es.event_current e
         WHERE {_STRETCH}
           AND e.type IN ('document_imported', 'document_restored', 'document_archived', 'project_archived')) s
 WHERE t.project = %(project)s AND s.position IS NOT NULL
"""
