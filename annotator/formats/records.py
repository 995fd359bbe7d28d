"""The canonical records that every format reads into and writes from.

A stream of records is ordered: schema, then the register's entities, then document by document. A
document's record is followed by its sets, each before its own annotations, links and document labels; the
gold ones, whose author is None, come last. Whoever writes needs to hold one document at a time.

Ids are the source's own text (`s1`, a UUID); annotation and link ids are unique within document and author.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias

from annotator.domain.label_schema import DocumentLabel, EntityType, Label, LinkType
from annotator.domain.values import LanguageRange

Json: TypeAlias = Any  # None, bool, int of 64 bits, float, str, list and dict of these
Span: TypeAlias = tuple[int, int]  # [start, end) in Unicode code points


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRecord:
    """What may be marked; each tuple in the schema's order, ``order`` counting from 1."""

    name: str
    version: str
    labels: tuple[Label, ...] = ()
    link_types: tuple[LinkType, ...] = ()
    entity_types: tuple[EntityType, ...] = ()
    document_labels: tuple[DocumentLabel, ...] = ()


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Offsets, ascending: ``sentences`` begin there, and words that follow no white space (``cuts``).

    Every other word begins after white space, and none holds any. ``tool`` names the rules that found them.
    """

    tool: str
    sentences: tuple[int, ...]
    cuts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    id: str
    title: str
    text: str
    source_url: str | None = None
    published: str | None = None  # as the source writes it; ISO 8601 where it can be told
    languages: tuple[LanguageRange, ...] = ()  # ascending, without gap or overlap; empty: not told
    client_key: str | None = None
    meta: Mapping[str, Json] = field(default_factory=dict)
    boundaries: Boundaries | None = None  # as they were written down; None: by the rules of today

    @property
    def length(self) -> int:
        return len(self.text)

    @property
    def sha256(self) -> str:
        """Of the text in UTF-8, in hexadecimal."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRecord:
    """An actor or a location of the project's register."""

    id: str
    entity_type: str
    name: str
    aliases: tuple[str, ...] = ()
    attributes: Mapping[str, Json] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationSetRecord:
    """One author's work on one document. A finished set without annotations says: nothing to mark here."""

    document: str
    author: str
    name: str
    status: str = "finished"  # or open
    author_class: str = "human"  # or machine


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationRecord:
    """An author's annotation, or a gold label where ``author`` is None (then with status and provenance)."""

    id: str
    document: str
    author: str | None
    label: str
    spans: tuple[Span, ...]  # ascending, disjoint, not empty
    quote: str  # the stretches joined by one space
    attributes: Mapping[str, Json] = field(default_factory=dict)
    entity: str | None = None
    origin: str = "import"  # or hand, suggestion, propagated
    status: str | None = None  # agreed, consensus, single, decided
    confidence: float | None = None
    provenance: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    id: str
    document: str
    author: str | None
    type: str
    from_annotation: str
    to_annotation: str
    attributes: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLabelRecord:
    document: str
    author: str | None
    label: str
    value: str


SetRecord: TypeAlias = AnnotationRecord | LinkRecord | DocumentLabelRecord
Record: TypeAlias = SchemaRecord | EntityRecord | DocumentRecord | AnnotationSetRecord | SetRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """What a reader found wrong, and what it did about it. An error refuses the document it stands in."""

    code: str
    message: str
    severity: str = "error"  # error, warning (a repair was made, or something was left out), note
    line: int | None = None  # from 1
    column: int | None = None  # from 1, in code points of the line
    document: str | None = None
    record: str | None = None  # "annotation s1"
    repair: str | None = None  # what was done, or what the person can do
    count: int | None = None  # how often it was met, where one diagnostic speaks for all
