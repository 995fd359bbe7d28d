"""The sample's file as records, and the commands that people would have given to mark it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from annotator.domain.text import paragraphs
from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.options import parse_options
from annotator.formats.records import AnnotationRecord, Diagnostic, DocumentRecord, EntityRecord, LinkRecord
from annotator.formats.registry import find

FILE = Path(__file__).resolve().parent / "data" / "annotations.jsonl"
GUIDELINE = FILE.with_name("guideline.md")
SECOND = "annotator-b"
"""Whom the file calls the annotator who read the text a second time."""

Data = dict[str, Any]
Given = tuple[str, str, Data]
"""A command's type, what it is about, and its data."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The article, the register, and the work of the two annotators."""

    document: DocumentRecord
    entities: Mapping[str, EntityRecord]
    alice: Work
    bob: Work


@cache
def sample() -> Sample:
    """The sample as its file tells it."""
    form = find("jsonl")
    assert form.reader is not None
    with FILE.open("rb") as source:
        read = list(form.reader.read(source, parse_options(form.reader.options, {"author": "alice"})))
    items = list(bundles(record for record in read if not isinstance(record, Diagnostic)))
    (bundle,) = (item for item in items if isinstance(item, Bundle))
    entities = {item.id: item for item in items if isinstance(item, EntityRecord)}
    return Sample(bundle.document, entities, bundle.works["alice"], bundle.works[SECOND])


@cache
def guideline() -> str:
    """How the sample is to be annotated."""
    return GUIDELINE.read_text(encoding="utf-8")


def entity_id(project: UUID, name: str) -> str:
    """The id of an entity of the file."""
    return str(uuid5(project, f"entity/{name}"))


def import_command(project: UUID, document: UUID) -> Given:
    """The command that takes the article in."""
    record = sample().document
    data = {
        "document": str(document),
        "title": record.title,
        "text": record.text,
        "languages": [{"start": part.start, "end": part.end, "lang": part.lang} for part in record.languages],
        "source_url": record.source_url,
        "published": record.published,
        "client_key": record.id,
    }
    return "import_document", record.id, data


@dataclass(slots=True)
class Sitting:
    """One annotator's work, paragraph by paragraph; ``adds_entities``: entities are made as they are met."""

    project: UUID
    set_stream: UUID
    work: Work
    adds_entities: bool = False

    def steps(self) -> Iterator[list[Given]]:
        """What is given at a time: a paragraph's entities, its annotations, and links that both ends are there for."""
        made: set[str] = set()
        known: set[str] = set()
        waiting = list(self.work.links)
        for marks in self._by_paragraph():
            entities = self._entities(marks, known) if self.adds_entities else []
            made |= {mark.id for mark in marks}
            ready = [link for link in waiting if {link.from_annotation, link.to_annotation} <= made]
            waiting = [link for link in waiting if link not in ready]
            yield [*entities, *map(self._annotation, marks), *map(self._link, ready)]

    def _by_paragraph(self) -> Iterator[Sequence[AnnotationRecord]]:
        marks = sorted(self.work.annotations, key=lambda mark: (mark.spans[0], mark.id))
        for start, end in paragraphs(sample().document.text):
            yield [mark for mark in marks if start <= mark.spans[0][0] < end]

    def _entities(self, marks: Sequence[AnnotationRecord], known: set[str]) -> list[Given]:
        given: list[Given] = []
        for mark in marks:
            if mark.entity is not None:
                self._meet(mark.entity, known, given)
        return given

    def _meet(self, name: str, known: set[str], given: list[Given]) -> None:
        """An entity after those that it refers to."""
        if name in known:
            return
        known.add(name)
        record = sample().entities[name]
        for member in record.attributes.get("members", ()):
            self._meet(member, known, given)
        attributes = dict(record.attributes)
        if "members" in attributes:
            attributes["members"] = [entity_id(self.project, member) for member in attributes["members"]]
        data = {
            "entity": entity_id(self.project, name),
            "entity_type": record.entity_type,
            "name": record.name,
            "aliases": list(record.aliases),
            "attributes": attributes,
            "note": record.note,
        }
        given.append(("add_entity", name, data))

    def _annotation(self, mark: AnnotationRecord) -> Given:
        data = {
            "annotation": self.id_of(mark.id),
            "label": mark.label,
            "spans": [list(span) for span in mark.spans],
            "quote": mark.quote,
            "text_version": 1,
            "attributes": dict(mark.attributes),
            "entity": entity_id(self.project, mark.entity) if mark.entity else None,
            "origin": "hand",
        }
        return "add_annotation", mark.id, data

    def _link(self, link: LinkRecord) -> Given:
        data = {
            "link": self.id_of(link.id),
            "type": link.type,
            "from": self.id_of(link.from_annotation),
            "to": self.id_of(link.to_annotation),
            "attributes": dict(link.attributes),
        }
        return "add_link", link.id, data

    def id_of(self, name: str) -> str:
        """The id of an annotation or link of the file."""
        return str(uuid5(self.set_stream, name))
