"""How far each source has followed a project's log. Not truth: what is lost here is found out again by asking."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from annotator.domain.sources import Source
from events.streams import StreamRef


@dataclass(frozen=True, slots=True)
class Followed:
    """``version`` of the source that was asked last, the position that it has seen, and why it is parked, if so."""

    position: int = 0
    version: int = 0
    error: str | None = None
    rested_seconds: float = 1e9


NOT_YET = Followed()

_TEXTS = ("text_added", "document_restored")
_NAMES = ("entity_added", "entity_changed", "entity_merged", "entity_split", "entity_removed")


def followed(project: UUID) -> dict[UUID, Followed]:
    """Of every source that was ever asked."""
    sql = """SELECT source, position, version, error, extract(epoch FROM now() - ran_at)::float8
               FROM annotator_suggested WHERE project = %s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])
        return {source: Followed(*rest) for source, *rest in cursor.fetchall()}


def write_followed(
    project: UUID, source: UUID, *, position: int, version: int, error: str | None = None
) -> None:
    """The source has seen everything up to a position, or it failed: then it is parked until somebody asks again."""
    sql = """INSERT INTO annotator_suggested AS t (project, source, position, version, error, ran_at)
             VALUES (%s, %s, %s, %s, %s, now())
             ON CONFLICT (project, source) DO UPDATE SET ran_at = now(), version = excluded.version,
                error = excluded.error,
                position = CASE WHEN excluded.error IS NULL THEN excluded.position ELSE t.position END"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, source, position, version, error])


def is_news(project: UUID, source: Source, known: Followed, *, upto: int) -> bool:
    """Whether something came that the source has not seen."""
    if known.version != source.version:
        return True
    types = (*_TEXTS, *_NAMES) if source.kind == "dictionary" else _TEXTS
    return _any(project, types, known.position, upto)


def wants_all(project: UUID, source: Source, known: Followed, *, upto: int) -> bool:
    """Whether every document is to be asked about: the source itself is another, or the names that it knows are."""
    if known.version != source.version:
        return True
    return source.kind == "dictionary" and _any(project, _NAMES, known.position, upto)


def documents_of(project: UUID, *, after: int, upto: int, everything: bool) -> Sequence[UUID]:
    """The documents that got a text between two positions, or all there are then; in order of their ids."""
    sql = """SELECT DISTINCT s.subject FROM es.event_current e
               JOIN es.stream s ON s.project = e.project AND s.stream = e.stream
              WHERE e.project = %s AND e.position > %s AND e.position <= %s AND e.type = ANY (%s) AND s.kind = 'document'
              ORDER BY 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, 0 if everything else after, upto, list(_TEXTS)])
        return [row[0] for row in cursor.fetchall()]


def has_sources(project: UUID) -> bool:
    """Whether the project ever defined a source."""
    sql = "SELECT EXISTS (SELECT FROM es.stream WHERE project = %s AND stream = %s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, StreamRef(project, "source").id])
        return bool(cursor.fetchone()[0])


def _any(project: UUID, types: Sequence[str], after: int, upto: int) -> bool:
    sql = """SELECT EXISTS (SELECT FROM es.event_current WHERE project = %s AND position > %s AND position <= %s
                AND type = ANY (%s))"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, after, upto, list(types)])
        return bool(cursor.fetchone()[0])
