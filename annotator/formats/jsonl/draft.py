"""One document with everything that belongs to it, as the lines say it: gathered first, judged when it
is whole.
"""

from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from annotator.domain.offsets import Unit
from annotator.formats.jsonl.faults import Faults, Remarks
from annotator.formats.jsonl.options import JsonlReadOptions
from annotator.formats.jsonl.wire import (
    AnnotationLine,
    DocumentLabelLine,
    DocumentLine,
    LinkLine,
    OfSet,
    SetLine,
    VariantLine,
    Wire,
)
from annotator.formats.records import SchemaRecord

D = TypeVar("D", bound=Wire)


class Entry(NamedTuple, Generic[D]):
    line: int
    data: D


@dataclass(slots=True)
class Draft:
    """``document`` is None where its own line could not be read: then what follows it is left out with it."""

    line: int
    id: str | None
    document: DocumentLine | None
    declared: Unit | None = None  # what the source says of its unit
    alone: bool = False  # a line that is a document with one author's spans, and may be followed by another's
    sets: list[Entry[SetLine]] = field(default_factory=list)
    annotations: list[Entry[AnnotationLine]] = field(default_factory=list)
    links: list[Entry[LinkLine]] = field(default_factory=list)
    labels: list[Entry[DocumentLabelLine]] = field(default_factory=list)
    variants: list[Entry[VariantLine]] = field(default_factory=list)
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.faults = Faults(self.id)

    def add(self, line: int, data: Wire) -> None:
        match data:
            case SetLine():
                self.sets.append(Entry(line, data))
            case AnnotationLine():
                self.annotations.append(Entry(line, data))
            case LinkLine():
                self.links.append(Entry(line, data))
            case DocumentLabelLine():
                self.labels.append(Entry(line, data))
            case VariantLine():
                self.variants.append(Entry(line, data))


@dataclass(slots=True)
class World:
    """What a document is judged against: the options, and what the file has said so far."""

    options: JsonlReadOptions
    schema: SchemaRecord | None = None
    declared: Unit | None = None
    entity_types: dict[str, str] = field(default_factory=dict)  # by entity id
    remarks: Remarks = field(default_factory=Remarks)

    def owner(self, data: OfSet) -> str | None:
        return None if data.gold else data.author or self.options.author
