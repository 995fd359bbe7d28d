"""Sources of suggestions as their managers see them: what stands, and how the last asking went."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.sources import Source, SourceSettings
from annotator.queries.suggestions import sources_of


class SourceView(msgspec.Struct, frozen=True):
    """A source. `version` counts its definitions; `parked` says why it is asked no more until somebody asks again.

    `position`: what it has seen of the log; `documents` with suggestions of it, and how many `suggestions` stand in
    all. `under_way`: a job asks it now, or waits.
    """

    id: UUID
    kind: str
    name: str
    version: int
    retired: bool
    settings: SourceSettings | None
    position: int
    asked_at: datetime | None
    parked: str | None
    under_way: bool
    documents: int
    suggestions: int


class SourcesView(msgspec.Struct, frozen=True):
    """All sources of a project, those in use first."""

    sources: Sequence[SourceView]


def read_sources(project: UUID) -> SourcesView:
    """All sources by name, those in use first."""
    found = sources_of(project).sources.values()
    state, counts = _state(project), _counts(project)
    views = [
        _view(source, state.get(UUID(source.id)), counts.get(UUID(source.id), (0, 0))) for source in found
    ]
    return SourcesView(sorted(views, key=lambda view: (view.retired, view.name, view.id)))


_State = tuple[int, datetime | None, str | None, int, bool]


def _view(source: Source, state: _State | None, counts: tuple[int, int]) -> SourceView:
    position, asked_at, error, version, under_way = state or (0, None, None, 0, False)
    return SourceView(
        id=UUID(source.id),
        kind=source.kind,
        name=source.name,
        version=source.version,
        retired=source.retired,
        settings=source.settings,
        position=position,
        asked_at=asked_at,
        parked=error if version == source.version and not under_way else None,
        under_way=under_way,
        documents=counts[0],
        suggestions=counts[1],
    )


def _state(project: UUID) -> Mapping[UUID, _State]:
    sql = """SELECT coalesce(t.source, j.source), coalesce(t.position, 0), t.ran_at, t.error, coalesce(t.version, 0),
                    j.source IS NOT NULL
               FROM (SELECT * FROM annotator_suggested WHERE project = %(project)s) t
               FULL JOIN (SELECT DISTINCT (options ->> 'source')::uuid AS source FROM annotator_job
                           WHERE project = %(project)s AND kind = 'suggest' AND state IN ('waiting', 'running')) j
                 ON j.source = t.source"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"project": project})
        return {source: tuple(rest) for source, *rest in cursor.fetchall()}


def _counts(project: UUID) -> Mapping[UUID, tuple[int, int]]:
    """Of each source, over the last suggestions for every document."""
    sql = """SELECT s.owner, count(*) FILTER (WHERE e.number > 0), coalesce(sum(e.number), 0)::bigint
               FROM es.stream s
              CROSS JOIN LATERAL (SELECT jsonb_array_length(e.payload -> 'suggestions') AS number
                                    FROM es.event_current e
                                   WHERE e.project = s.project AND e.stream = s.stream AND e.type = 'suggestions_made'
                                   ORDER BY e.version DESC LIMIT 1) e
              WHERE s.project = %s AND s.kind = 'suggestions' GROUP BY s.owner"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])
        return {source: (documents, number) for source, documents, number in cursor.fetchall()}
