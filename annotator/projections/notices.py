"""Whom each comment concerns: those it calls, those who spoke in its thread, and whose set it is about."""

from typing import Any, ClassVar
from uuid import UUID

from events.projection import Projection


class Notices(Projection):
    """One row for an account and a comment that concerns it; ``gone`` once the comment was deleted.

    ``kind`` and ``owner`` are those of the room, by which a reader judges who may know of it. A comment that calls
    somebody later, when it is said otherwise, concerns them from then on.
    """

    name = "notices"
    code_version = "1"
    tables: ClassVar[dict[str, str]] = {
        "notice": """project uuid, account uuid, comment uuid, document uuid NOT NULL, thread uuid NOT NULL,
                     kind text NOT NULL, owner uuid, author uuid NOT NULL, reason text NOT NULL, at timestamptz NOT NULL,
                     gone boolean NOT NULL, position bigint NOT NULL, PRIMARY KEY (project, account, comment)""",
    }
    indexes: ClassVar[dict[str, tuple[str, ...]]] = {
        "notice": ("(account, project, position DESC)", "(project, comment)")
    }

    def apply(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> None:
        """Fold positions (after, upto]."""
        stretch = {"project": project, "after": after, "upto": upto}
        table = self.table("notice", generation)
        cursor.execute(_CONCERNED.format(table=table), stretch)
        cursor.execute(_GONE.format(table=table), stretch)


_STRETCH = "e.project = %(project)s AND e.position > %(after)s AND e.position <= %(upto)s"

_CONCERNED = f"""
WITH said AS (
  SELECT e.project, e.stream, e.position, e.recorded_at, e.issued_by, e.type, e.entity_id AS comment,
         (e.payload ->> 'thread')::uuid AS thread, e.payload -> 'mentions' AS mentions, s.kind, s.owner, s.subject
    FROM es.event_current e JOIN es.stream s ON s.project = e.project AND s.stream = e.stream
   WHERE {_STRETCH} AND e.type IN ('comment_added', 'comment_edited')),
concerned AS (
  SELECT m.account::uuid AS account, 'mention' AS reason, 1 AS rank, said.*
    FROM said CROSS JOIN LATERAL jsonb_array_elements_text(said.mentions) AS m (account)
  UNION ALL
  SELECT p.issued_by, 'reply', 2, said.*
    FROM said JOIN es.event_current p ON p.project = said.project AND p.stream = said.stream
                 AND p.type = 'comment_added' AND p.position < said.position
                 AND (p.payload ->> 'thread')::uuid = said.thread
   WHERE said.type = 'comment_added'
  UNION ALL
  SELECT said.owner, 'set', 3, said.* FROM said WHERE said.owner IS NOT NULL AND said.type = 'comment_added')
INSERT INTO {{table}} AS t
       (project, account, comment, document, thread, kind, owner, author, reason, at, gone, position)
SELECT DISTINCT ON (account, comment)
       project, account, comment, subject, thread, kind, owner, issued_by, reason, recorded_at, false, position
  FROM concerned WHERE account <> issued_by
 ORDER BY account, comment, position, rank
ON CONFLICT (project, account, comment) DO NOTHING
"""

_GONE = f"""
UPDATE {{table}} t SET gone = true, position = e.position
  FROM es.event_current e
 WHERE {_STRETCH} AND e.type = 'comment_deleted' AND t.project = e.project AND t.comment = e.entity_id
"""
