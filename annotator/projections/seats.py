"""Who works on what: a row for each account and document that have to do with each other."""

from typing import Any, ClassVar
from uuid import UUID

from events.projection import Projection


class Seats(Projection):
    """Seats, skips and finished sets by account, and how early documents are handed out.

    ``until`` is null for a seat that a manager gave. ``returned``: somebody else reopened the set.
    """

    name = "seats"
    code_version = "1"
    tables: ClassVar[dict[str, str]] = {
        "seat": """project uuid, document uuid, account uuid, held boolean, until timestamptz, skipped text,
                   finished boolean, returned boolean, started_at timestamptz NOT NULL,
                   worked_at timestamptz, finished_at timestamptz, annotations int NOT NULL, position bigint NOT NULL,
                   PRIMARY KEY (project, document, account)""",
        "document_priority": """project uuid, document uuid, priority int NOT NULL, position bigint NOT NULL,
                                PRIMARY KEY (project, document)""",
    }
    indexes: ClassVar[dict[str, tuple[str, ...]]] = {"seat": ("(project, account)",)}

    def apply(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> None:
        """Fold positions (after, upto]."""
        stretch = {"project": project, "after": after, "upto": upto}
        cursor.execute(_SEATS.format(seat=self.table("seat", generation)), stretch)
        cursor.execute(_PRIORITIES.format(table=self.table("document_priority", generation)), stretch)


_STRETCH = "e.project = %(project)s AND e.position > %(after)s AND e.position <= %(upto)s"
_STREAM = "JOIN es.stream s ON s.project = e.project AND s.stream = e.stream"
_OF_SEATS = "('seat_taken', 'seat_assigned', 'seat_returned', 'seat_unassigned', 'document_skipped')"
_ENDS = "('set_finished', 'set_reopened')"
_OF_SETS = """('annotation_added', 'annotation_changed', 'annotation_removed', 'link_added', 'link_changed', 'link_removed',
               'document_label_set', 'document_label_cleared', 'set_finished', 'set_reopened')"""

# Each column is null where the stretch says nothing of it: then it stays. A seat clears a skip, so '' is told from null.
_SEATS = f"""
WITH stretch AS MATERIALIZED (
  SELECT s.subject AS document, coalesce((e.payload ->> 'account')::uuid, s.owner) AS account, e.position, e.type,
         e.recorded_at AS at, e.payload, e.issued_by, s.owner
    FROM es.event_current e {_STREAM}
   WHERE {_STRETCH} AND (e.type IN {_OF_SEATS} OR (e.type IN {_OF_SETS} AND s.owner IS NOT NULL))),
seated AS (
  SELECT DISTINCT ON (document, account) document, account, type IN ('seat_taken', 'seat_assigned') AS held,
         (payload ->> 'until')::timestamptz AS until
    FROM stretch WHERE type IN {_OF_SEATS} ORDER BY document, account, position DESC),
skipped AS (
  SELECT DISTINCT ON (document, account) document, account, coalesce(payload ->> 'reason', '') AS reason
    FROM stretch WHERE type IN ('seat_taken', 'seat_assigned', 'document_skipped')
   ORDER BY document, account, position DESC),
ended AS (
  SELECT DISTINCT ON (document, account) document, account, type = 'set_finished' AS finished, at,
         type = 'set_reopened' AND issued_by <> owner AS returned
    FROM stretch WHERE type IN {_ENDS} ORDER BY document, account, position DESC),
summed AS (
  SELECT document, account, min(at) AS started_at, max(at) FILTER (WHERE type IN {_OF_SETS}) AS worked_at,
         count(*) FILTER (WHERE type = 'annotation_added')
           - count(*) FILTER (WHERE type = 'annotation_removed') AS annotations, max(position) AS position
    FROM stretch GROUP BY 1, 2)
INSERT INTO {{seat}} AS t (project, document, account, held, until, skipped, finished, returned, started_at,
                           worked_at, finished_at, annotations, position)
SELECT %(project)s, document, account, seated.held, seated.until, skipped.reason, ended.finished,
       ended.returned, summed.started_at, summed.worked_at, CASE WHEN ended.finished THEN ended.at END,
       summed.annotations, summed.position
  FROM summed LEFT JOIN seated USING (document, account) LEFT JOIN skipped USING (document, account)
  LEFT JOIN ended USING (document, account)
ON CONFLICT (project, document, account) DO UPDATE SET
   held = coalesce(excluded.held, t.held),
   until = CASE WHEN excluded.held IS NULL THEN t.until ELSE excluded.until END,
   skipped = coalesce(excluded.skipped, t.skipped),
   finished = coalesce(excluded.finished, t.finished), returned = coalesce(excluded.returned, t.returned),
   finished_at = CASE WHEN excluded.finished IS NULL THEN t.finished_at ELSE excluded.finished_at END,
   worked_at = coalesce(excluded.worked_at, t.worked_at), annotations = t.annotations + excluded.annotations,
   position = excluded.position
"""

_PRIORITIES = f"""
INSERT INTO {{table}} AS t (project, document, priority, position)
SELECT DISTINCT ON (s.subject) %(project)s, s.subject, (e.payload ->> 'priority')::int, e.position
  FROM es.event_current e {_STREAM}
 WHERE {_STRETCH} AND e.type = 'priority_set'
 ORDER BY s.subject, e.position DESC
ON CONFLICT (project, document) DO UPDATE SET priority = excluded.priority, position = excluded.position
"""
