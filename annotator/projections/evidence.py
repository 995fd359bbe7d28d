"""What the log says of documents up to a position: the documents, everybody's sets, the curation of each.

Read set-based: the last event of each entity is enough, because it carries the entity's whole state.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from annotator.domain import annotation_set, curation, document, segmentation
from annotator.domain.annotation_set import AnnotationSet
from annotator.domain.catalog import CATALOG
from annotator.domain.curation import Curation
from annotator.domain.document import Document
from annotator.domain.segmentation import TextSegmented
from events.database import array, prepared

DOCUMENTS_AT_ONCE = 256
TEXT_AT_ONCE = 2 << 20  # code points

SHARED = ""
"""The key of the set that a shared project has; every other set is known by its author's id."""


class Row(NamedTuple):
    """One event on its way from the table; ``payload`` is JSON text."""

    imported: int
    document: UUID
    kind: str
    owner: str | None
    version: int
    position: int
    entity: str | None
    type: str
    schema_version: int
    payload: str
    content: UUID | None
    size: int  # code points of a text that it brings


@dataclass(slots=True)
class Evidence:
    """All about one document. ``versions`` are those of the set's stream, by author and entity.

    ``positions`` are those of annotations, links and decisions, by author (none for decisions) and entity;
    ``position`` is that of the last event about the document. ``text`` is None unless contents were asked for, and
    ``segmented``, by id, is empty unless segmentations were.
    """

    id: UUID
    imported: int
    position: int = 0
    document: Document = field(default_factory=Document)
    text: str | None = None
    sets: dict[str, AnnotationSet] = field(default_factory=dict)
    versions: dict[str, dict[str, int]] = field(default_factory=dict)
    positions: dict[tuple[str | None, str], int] = field(default_factory=dict)
    curation: Curation = field(default_factory=Curation)
    segmented: dict[str, TextSegmented] = field(default_factory=dict)


KINDS = ("document", "annotation_set", "curation")


def query(
    project: UUID, at: int, documents: Sequence[UUID] | None = None, *, segmented: bool = False
) -> tuple[str, dict[str, Any]]:
    """The statement that gives the rows, document by document in order of import, and its values."""
    kinds = (*KINDS, segmentation.KIND) if segmented else KINDS
    some = "" if documents is None else "AND s.subject = ANY (%(documents)s)"
    # What sentences and words a text has does not depend on when it was written down.
    later = f" OR s.kind = '{segmentation.KIND}'" if segmented else ""
    sql = f"""
      SELECT d.imported, d.subject, s.kind, s.owner::text, e.version, e.position, e.entity_id::text, e.type,
             e.schema_version, e.payload::text, e.content_id, coalesce((e.payload ->> 'length')::int, 0)
        FROM (SELECT s.subject, i.position AS imported
                FROM es.stream s
               CROSS JOIN LATERAL (SELECT i.position FROM es.event i
                                    WHERE i.project = %(project)s AND i.stream = s.stream AND i.version = 1 OFFSET 0) i
               WHERE s.project = %(project)s AND s.kind = 'document' AND i.position <= %(at)s {some}
               ORDER BY i.position) d
       -- Stream by stream: a planner that knows too little of a growing log cannot go astray here.
       CROSS JOIN LATERAL (SELECT s.stream, s.kind, s.owner FROM es.stream s
                            WHERE s.project = %(project)s AND s.subject = d.subject
                              AND s.kind IN {kinds} OFFSET 0) s
       CROSS JOIN LATERAL (SELECT DISTINCT ON (e.entity_id, (CASE WHEN e.entity_id IS NULL THEN e.type END)) e.*
                             FROM es.event e
                            WHERE e.project = %(project)s AND e.stream = s.stream
                              AND (e.position <= %(at)s{later})
                            ORDER BY e.entity_id, (CASE WHEN e.entity_id IS NULL THEN e.type END), e.version DESC) e
       ORDER BY d.imported"""
    values: dict[str, Any] = {"project": project, "at": at}
    return sql, values if documents is None else {**values, "documents": list(documents)}


def evidence(rows: Iterable[Row], contents: "Contents") -> Iterator[Evidence]:
    """The documents that the rows tell of, in their order; memory holds some texts at a time."""
    for chunk in _chunks(groupby(rows, key=attrgetter("imported"))):
        bodies = contents.read([row for of_one in chunk for row in of_one])
        for of_one in chunk:
            yield _one(of_one, bodies)


@dataclass(frozen=True, slots=True)
class Contents:
    """How erasable parts are read; ``NO_CONTENTS`` leaves them at their defaults, as if erased."""

    project: UUID | None = None

    def read(self, rows: Iterable[Row]) -> Mapping[UUID, bytes]:
        """The erasable parts of these events as JSON, by content id; erased ones are missing."""
        if self.project is None:
            return {}
        wanted = [row.content for row in rows if row.content is not None]
        if not wanted:
            return {}
        sql = "SELECT content_id, body FROM es.content WHERE project = %s AND content_id = ANY (%s::uuid[])"
        with prepared() as cursor:
            cursor.execute(sql, [self.project, array(wanted)], binary=True)
            return dict(cursor.fetchall())


NO_CONTENTS = Contents()


def _chunks(groups: Iterable[tuple[Any, Iterable[Row]]]) -> Iterator[list[list[Row]]]:
    """Documents whose erasable parts are read at once."""
    held: list[list[Row]] = []
    size = 0
    for _, of_one in groups:
        held.append(list(of_one))
        size += sum(row.size for row in held[-1])
        if len(held) == DOCUMENTS_AT_ONCE or size >= TEXT_AT_ONCE:
            yield held
            held, size = [], 0
    if held:
        yield held


def _one(rows: list[Row], bodies: Mapping[UUID, bytes]) -> Evidence:
    about = [row.position for row in rows if row.kind != segmentation.KIND]
    found = Evidence(rows[0].document, rows[0].imported, max(about))
    marking: dict[str, list[Any]] = {}
    for row in sorted(rows, key=_version):
        body = None if row.content is None else bodies.get(row.content)
        event = CATALOG.decode_json(row.type, row.schema_version, row.payload, body)
        match row.kind:
            case "annotation_set":
                _into_set(found, row, event, marking)
            case "document":
                found.document = document.evolve(found.document, event)
                if isinstance(event, document.TextAdded):
                    # An empty text has no erasable part; one whose part is missing was erased, or not asked for.
                    found.text = event.text if body is not None or row.content is None else None
            case segmentation.KIND:
                if body is not None and isinstance(event, TextSegmented):
                    found.segmented[event.segmentation] = event
            case _:
                found.curation = curation.evolve(found.curation, event)
                if row.entity is not None:
                    found.positions[None, row.entity] = row.position
    found.sets = {author: annotation_set.fold(events) for author, events in marking.items()}
    return found


def _into_set(found: Evidence, row: Row, event: Any, marking: dict[str, list[Any]]) -> None:
    author = SHARED if row.owner is None else row.owner
    if author in marking:
        marking[author].append(event)
    else:
        marking[author] = [event]
        found.versions[author] = {}
    if row.entity is not None:
        found.versions[author][row.entity] = row.version
        found.positions[author, row.entity] = row.position


_version = attrgetter("version")
