"""What people make of suggestions: how many they take, change and reject, and how long they look first."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from annotator.queries.accounts import names_of

HASTY_MS = 500
"""Quicker than this nobody has read what they answer."""


class AcceptanceView(msgspec.Struct, frozen=True):
    """Answers to suggestions of one source, by one person, or for one label, which `key` names; labels have no `name`.

    `median_ms`: from a suggestion's being shown to the answer; `hasty` were answered within half a second.
    """

    key: str
    name: str
    accepted: int
    changed: int
    rejected: int
    median_ms: int
    hasty: int


class AcceptancesView(msgspec.Struct, frozen=True):
    """The same answers, counted three times."""

    sources: Sequence[AcceptanceView]
    people: Sequence[AcceptanceView]
    labels: Sequence[AcceptanceView]


# Of each suggestion the last word counts; one that was taken back is no answer.
_SQL = """
WITH last AS (
  SELECT DISTINCT ON (e.stream, e.entity_id) e.stream, e.type, e.payload, e.issued_by
    FROM es.event_current e
   WHERE e.project = %(project)s AND e.position <= %(at)s
     AND e.type IN ('suggestion_answered', 'suggestion_reoffered')
     AND (%(author)s::uuid IS NULL OR e.issued_by = %(author)s)
   ORDER BY e.stream, e.entity_id, e.version DESC),
answer AS (
  SELECT payload ->> 'source' AS source, issued_by::text AS person, payload ->> 'label' AS label,
         payload ->> 'answer' AS answer, (payload ->> 'latency_ms')::int AS ms
    FROM last WHERE type = 'suggestion_answered')
SELECT CASE WHEN grouping(source) = 0 THEN 'sources' WHEN grouping(person) = 0 THEN 'people' ELSE 'labels' END,
       coalesce(source, person, label),
       count(*) FILTER (WHERE answer = 'accepted'), count(*) FILTER (WHERE answer = 'changed'),
       count(*) FILTER (WHERE answer = 'rejected'),
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms))::int, count(*) FILTER (WHERE ms < %(hasty)s)
  FROM answer GROUP BY GROUPING SETS ((source), (person), (label)) ORDER BY 1, 2
"""


def read_acceptance(project: UUID, *, at: int, author: UUID | None = None) -> AcceptancesView:
    """Of all people, or of one of them."""
    values: dict[str, Any] = {"project": project, "at": at, "author": author, "hasty": HASTY_MS}
    found: dict[str, list[Any]] = {"sources": [], "people": [], "labels": []}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        for group, key, *counts in cursor.fetchall():
            found[group].append((key, *counts))
    names = names_of(UUID(key) for group in ("sources", "people") for key, *_ in found[group])
    told = {str(id_): name for id_, name in names.items()}
    views = {
        group: [AcceptanceView(key, told.get(key, ""), *counts) for key, *counts in rows]
        for group, rows in found.items()
    }
    return AcceptancesView(**views)
