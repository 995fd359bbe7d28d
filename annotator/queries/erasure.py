"""What an erasure would take, and what was erased before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.erasure import DECIDER, ErasureOrdered, Recalled, Scope
from annotator.log import STORE
from annotator.queries.events import moment
from events.streams import StreamRef

NOT_ONES_OWN_WORDS = (
    "project",
    "label_schema",
    "document",
    "segmentation",
    "register",
    "guideline",
    "webhook",
    "source",
    "erasure",
)
"""Kinds of streams in which a person writes of the project, not of themselves: these are no part of their erasure."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Contents that are still there, of one stream; ``size`` in bytes."""

    stream: StreamRef
    ids: Sequence[UUID]
    size: int


class ErasureView(msgspec.Struct, frozen=True):
    """An erasure that was carried out. `exports` hold what is erased here: whoever has one must delete it."""

    position: int
    recorded_at: str
    author: UUID
    id: str
    scope: Scope
    subject: str
    basis: str
    note: str
    contents: int
    size: int
    marks: int
    record: bool
    exports: Sequence[Recalled]


def contents_of(project: UUID, scope: Scope, subject: UUID) -> list[Contents]:
    """The contents about a document, of a person's own words, or about an entity, stream by stream."""
    condition, values = _SCOPES[scope](project, subject)
    sql = f"""SELECT s.kind, s.subject, s.owner, array_agg(c.content_id ORDER BY e.version),
                     sum(octet_length(c.body))::bigint
                FROM es.stream s
                JOIN es.event e ON e.project = s.project AND e.stream = s.stream
                JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id
               WHERE s.project = %s AND {condition}
               GROUP BY s.stream, s.kind, s.subject, s.owner ORDER BY min(e.position)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, *values])
        return [
            Contents(StreamRef(project, kind, about, owner), ids, size)
            for kind, about, owner, ids, size in cursor.fetchall()
        ]


_SCOPES: Mapping[Scope, Any] = {
    "document": lambda _, subject: ("s.subject = %s", [subject]),
    "account": lambda _, subject: (
        "s.kind <> ALL (%s) AND e.issued_by = %s",
        [list(NOT_ONES_OWN_WORDS), subject],
    ),
    "entity": lambda project, subject: (
        "s.stream = %s AND e.entity_id = %s",
        [StreamRef(project, "register").id, subject],
    ),
}


def marks_of(project: UUID, document: UUID) -> int:
    """How many annotations stand in the sets of a document, whose quotes follow from its text."""
    sql = """SELECT count(*) FROM (
               SELECT DISTINCT ON (e.stream, e.entity_id) e.type
                 FROM es.stream s JOIN es.event_current e ON e.project = s.project AND e.stream = s.stream
                WHERE s.project = %s AND s.subject = %s AND s.kind = 'annotation_set'
                  AND e.type IN ('annotation_added', 'annotation_changed', 'annotation_removed')
                ORDER BY e.stream, e.entity_id, e.version DESC) last
              WHERE type <> 'annotation_removed'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, document])
        found: int = cursor.fetchone()[0]
        return found


def exports_with(project: UUID, scope: Scope, subject: UUID, streams: Sequence[StreamRef]) -> list[Recalled]:
    """Exports that were made after the first of these contents came; a document that was put away was left out then."""
    sql = """SELECT j.id::text, coalesce(f.name, j.name), coalesce(f.sha256, ''), (j.options ->> 'at')::bigint
               FROM annotator_job j LEFT JOIN annotator_jobfile f ON f.job_id = j.id AND f.role = 'result'
              WHERE j.project = %(project)s AND j.kind = 'export' AND j.state = 'done'
                AND (j.options ->> 'at')::bigint >= (
                    SELECT min(e.position) FROM es.event_current e
                     WHERE e.project = %(project)s AND e.stream = ANY (%(streams)s) AND e.content_id IS NOT NULL)
                AND (%(document)s::uuid IS NULL OR coalesce((
                    SELECT e.type FROM es.event_current e
                     WHERE e.project = %(project)s AND e.stream = %(document)s
                       AND e.type IN ('document_archived', 'document_restored')
                       AND e.position <= (j.options ->> 'at')::bigint
                     ORDER BY e.version DESC LIMIT 1), '') <> 'document_archived')
              ORDER BY j.created_at, j.id"""
    document = StreamRef(project, "document", subject).id if scope == "document" else None
    values: dict[str, Any] = {
        "project": project,
        "streams": [ref.id for ref in streams],
        "document": document,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [
            Recalled(job=job, name=name, sha256=sha, position=at) for job, name, sha, at in cursor.fetchall()
        ]


def read_erasures(project: UUID) -> list[ErasureView]:
    """All that was erased in a project, newest first."""
    recorded = STORE.latest(project, [StreamRef(project, DECIDER.kind).id])
    return [_view(each, each.event) for each in reversed(recorded) if isinstance(each.event, ErasureOrdered)]


def _view(recorded: Any, event: ErasureOrdered) -> ErasureView:
    return ErasureView(
        position=recorded.position,
        recorded_at=moment(recorded.recorded_at),
        author=recorded.issued_by,
        id=event.erasure,
        scope=event.scope,
        subject=event.subject,
        basis=event.basis,
        note=event.note,
        contents=event.contents,
        size=event.size,
        marks=event.marks,
        record=event.record,
        exports=event.exports,
    )
