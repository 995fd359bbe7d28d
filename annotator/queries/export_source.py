"""The records of an export, read from the log up to a position: never from a read model, so they never change.

One statement gives everything about all documents, document by document in order of import; a cursor on the server
holds the place, so memory holds a few hundred documents however many there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid4

import msgspec
from django.db import connection

from annotator.domain.annotation_set import AnnotationSet
from annotator.domain.gold import Consensus
from annotator.domain.label_schema import LabelSchema, in_order
from annotator.domain.project import Project
from annotator.domain.register import Register, resolve
from annotator.domain.segmentation import segmentation_id
from annotator.domain.text import quote
from annotator.formats.boundaries import unpacked
from annotator.formats.records import (
    AnnotationRecord,
    AnnotationSetRecord,
    Boundaries,
    DocumentLabelRecord,
    DocumentRecord,
    EntityRecord,
    LinkRecord,
    Record,
    SchemaRecord,
)
from annotator.log import STORE
from annotator.projections.evidence import Contents, Evidence, Row, evidence, query
from annotator.projections.provenance import certified, reliability_of
from annotator.projections.rules import DECIDERS, Rules, complete, judged
from annotator.queries.accounts import names_of
from annotator.queries.guideline import Versions, versions
from events.streams import StreamRef

Source = Literal["gold", "sets"]
ROWS = 5_000  # fetched at once


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A project as of a position; ``chain`` is the hash of its log there, in hexadecimal."""

    project_id: UUID
    position: int
    chain: str
    documents: int
    erased: int  # documents whose text was erased: they are left out
    rules: Rules
    guideline: Versions

    @property
    def project(self) -> Project:
        """The project's settings, members, authors and policy."""
        return self.rules.project

    @property
    def schema(self) -> str | None:
        """Name and version of the schema last published."""
        published = self.rules.schema.published
        return f"{published.name} {published.version}" if published else None


class NothingThere(Exception):
    """The project has no such position."""


def snapshot(project: UUID, at: int | None = None) -> Snapshot:
    """A project as of a position, by default now.

    Raises:
        NothingThere
    """
    sql = """SELECT position, encode(hash, 'hex') FROM es.event
              WHERE project = %s AND (%s::bigint IS NULL OR position = %s) ORDER BY position DESC LIMIT 1"""
    count = """SELECT count(*) FROM es.event_current WHERE project = %s AND position <= %s AND type = 'document_imported'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, at, at])
        row = cursor.fetchone()
        if row is None:
            raise NothingThere
        position, chain = row
        cursor.execute(count, [project, position])
        documents = cursor.fetchone()[0]
        cursor.execute(_ERASED, {"project": project, "at": position})
        erased = cursor.fetchone()[0]
    written = versions(project, at=position)
    return Snapshot(project, position, chain, documents, erased, _rules(project, position), written)


# Documents that an export would hold, had their text not been erased.
_ERASED = """
SELECT count(*) FROM es.stream s
 CROSS JOIN LATERAL (SELECT e.content_id FROM es.event_current e
                      WHERE e.project = s.project AND e.stream = s.stream AND e.type = 'text_added'
                        AND e.position <= %(at)s ORDER BY e.version DESC LIMIT 1) t
  LEFT JOIN LATERAL (SELECT e.type FROM es.event_current e
                      WHERE e.project = s.project AND e.stream = s.stream AND e.position <= %(at)s
                        AND e.type IN ('document_archived', 'document_restored')
                      ORDER BY e.version DESC LIMIT 1) k ON true
 WHERE s.project = %(project)s AND s.kind = 'document' AND k.type IS DISTINCT FROM 'document_archived'
   AND EXISTS (SELECT FROM es.erasure x WHERE x.project = %(project)s)
   AND EXISTS (SELECT FROM es.erasure x WHERE x.project = %(project)s AND x.content_id = t.content_id)
"""


def records(
    found: Snapshot, source: Source, *, named: bool = True, in_words: bool = False
) -> Iterator[Record]:
    """The records in the order that formats expect; ``in_words``: with the boundaries that were written down.

    ``named``: authors by the names of their accounts, which are no part of the log and differ from day to day and from
    server to server; otherwise by their ids.
    """
    yield _schema_record(found.rules.schema)
    yield from _entity_records(found.rules.register)
    names: dict[str, str] | None = {} if named else None
    for each in _documents(found, in_words=in_words):
        if each.document.archived or each.text is None:
            continue
        yield _document_record(each, each.text)
        if source == "gold":
            yield from _gold_records(each, each.text, found)
        else:
            yield from _set_records(each, each.text, found.rules, names)


def _rules(project: UUID, at: int) -> Rules:
    """The rules with their names and texts, which readers of an export want to see."""
    states = []
    for decider in DECIDERS:
        recorded = STORE.latest(project, [StreamRef(project, decider.kind).id], at=at)
        states.append(decider.fold(each.event for each in recorded))
    with connection.cursor() as cursor:
        return complete(cursor, project, Rules(*states))


def _documents(found: Snapshot, *, in_words: bool) -> Iterator[Evidence]:
    sql, values = query(found.project_id, found.position, segmented=in_words)
    with _server_cursor() as rows:
        rows.execute(sql, values, binary=True)
        yield from evidence(rows, Contents(found.project_id))


@contextmanager
def _server_cursor() -> Iterator[Any]:
    connection.ensure_connection()
    # Held beyond its transaction: what is read cannot change, and progress is to be seen meanwhile.
    with connection.connection.cursor(name=f"export_{uuid4().hex}", withhold=True) as cursor:
        cursor.itersize = ROWS
        cursor.row_factory = lambda _: Row._make
        yield cursor


def _schema_record(schema: LabelSchema) -> SchemaRecord:
    published = schema.published
    return SchemaRecord(
        name=published.name if published else "",
        version=published.version if published else "",
        labels=tuple(in_order(schema.labels.values())),
        link_types=tuple(in_order(schema.link_types.values())),
        entity_types=tuple(in_order(schema.entity_types.values())),
        document_labels=tuple(in_order(schema.document_labels.values())),
    )


def _entity_records(register: Register) -> Iterator[EntityRecord]:
    for _, entity in sorted(register.entities.items()):
        if entity.merged_into is None:
            yield EntityRecord(
                id=entity.id,
                entity_type=entity.entity_type,
                name=entity.name,
                aliases=entity.aliases,
                attributes=entity.attributes,
                note=entity.note,
            )


def _document_record(found: Evidence, text: str) -> DocumentRecord:
    document = found.document
    return DocumentRecord(
        id=str(found.id),
        title=document.title,
        text=text,
        source_url=document.source_url or "",
        published=document.published or "",
        languages=document.languages,
        client_key=document.client_key or "",
        meta=document.meta or {},
        boundaries=_boundaries(found),
    )


def _boundaries(found: Evidence) -> Boundaries | None:
    """Those of the text as it stands, in its languages."""
    document = found.document
    told = found.segmented.get(segmentation_id(found.id, document.text_version, document.languages))
    return None if told is None else unpacked(told.tool, told.boundaries)


def _set_records(found: Evidence, text: str, rules: Rules, names: dict[str, str] | None) -> Iterator[Record]:
    known = {} if names is None else names
    if names is not None:
        _learn(names, [author for author in found.sets if author])
    for author, state in sorted(found.sets.items()):
        name = author or "shared"
        yield AnnotationSetRecord(
            document=str(found.id),
            author=name,
            name=known.get(author, name),
            status="finished" if state.finished else "open",
            author_class=rules.project.authors.get(author, "human"),
        )
        yield from _marks(found, text, name, state, rules)


def _learn(names: dict[str, str], authors: Sequence[str]) -> None:
    unknown = [author for author in authors if author not in names]
    if unknown:
        known = names_of(UUID(author) for author in unknown)
        names |= {author: known.get(UUID(author), author) for author in unknown}


def _marks(found: Evidence, text: str, author: str, state: AnnotationSet, rules: Rules) -> Iterator[Record]:
    """Marks on the current version of the text; links whose ends are among them."""
    document = str(found.id)
    kept = set()
    for mark in state.annotations.values():
        if mark.text_version != found.document.text_version:
            continue
        kept.add(mark.id)
        yield AnnotationRecord(
            id=mark.id,
            document=document,
            author=author,
            label=mark.label,
            spans=mark.spans,
            quote=quote(text, mark.spans),
            attributes=mark.attributes,
            entity=mark.entity and (resolve(rules.register, mark.entity) or mark.entity),
            origin=mark.origin,
        )
    for link in state.links.values():
        if link.from_annotation in kept and link.to_annotation in kept:
            yield LinkRecord(
                id=link.id,
                document=document,
                author=author,
                type=link.type,
                from_annotation=link.from_annotation,
                to_annotation=link.to_annotation,
                attributes=link.attributes,
            )
    for label, value in sorted(state.document_labels.items()):
        yield DocumentLabelRecord(document=document, author=author, label=label, value=value)


def _gold_records(found: Evidence, text: str, project: Snapshot) -> Iterator[Record]:
    rules = project.rules
    document, result = str(found.id), _judged(found, rules)
    if result is None:
        return
    deciders = _deciders(project.project_id, found)
    under = _guidelines(project, found)
    for label in result.labels:
        yield AnnotationRecord(
            id=label.id,
            document=document,
            author=None,
            label=label.label,
            spans=label.spans,
            quote=quote(text, label.spans),
            attributes=label.attributes,
            entity=label.entity,
            origin="hand",
            status=label.status,
            confidence=label.confidence,
            provenance=certified(label.provenance, found, rules, deciders, under),
        )
    for link in result.links:
        yield LinkRecord(
            id=link.id,
            document=document,
            author=None,
            type=link.type,
            from_annotation=link.from_gold,
            to_annotation=link.to_gold,
            attributes=link.attributes,
        )
    for item in result.document_labels:
        if item.value is not None:
            yield DocumentLabelRecord(document=document, author=None, label=item.label, value=item.value)


def _guidelines(project: Snapshot, found: Evidence) -> Mapping[str | None, int]:
    """The version of the guideline under which each decision was made, by decision; None for what stands now."""
    places: dict[str | None, int | None] = {None: project.position}
    places |= {id_: found.positions.get((None, id_)) for id_ in found.curation.decisions}
    told = {key: project.guideline.at(position) for key, position in places.items()}
    return {key: each.version for key, each in told.items() if each is not None}


def _deciders(project: UUID, found: Evidence) -> Mapping[str, str]:
    """By decision, who made it."""
    at = {found.positions.get((None, id_)): id_ for id_ in found.curation.decisions}
    if not at:
        return {}
    sql = "SELECT position, issued_by::text FROM es.event WHERE project = %s AND position = ANY (%s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, [position for position in at if position is not None]])
        return {at[position]: by for position, by in cursor.fetchall()}


def _judged(found: Evidence, rules: Rules) -> Consensus | None:
    """None where nobody voted and nothing was decided."""
    voted = any(state.finished for state in found.sets.values())
    return judged(found, rules) if voted or found.curation.decisions else None


def policy_of(found: Snapshot) -> Mapping[str, Any]:
    """The policy by which gold is found, its version, and what it knows of annotators, in plain JSON."""
    shown: Mapping[str, Any] = msgspec.to_builtins(found.project.policy)
    return {**shown, "version": found.project.policy_version, "reliability": reliability_of(found.rules)}
