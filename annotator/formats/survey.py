"""What a record stream holds, counted; and what a format would lose of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from annotator.formats.bundles import Bundle, Item, Work, bundles, records_of
from annotator.formats.overlap import OverlapRule, without_overlap
from annotator.formats.records import EntityRecord, Record, SchemaRecord


class Feature(StrEnum):
    """What annotations and documents can have, and a format may or may not carry."""

    OVERLAP = "overlap"
    DISCONTINUOUS = "discontinuous"
    LINKS = "links"
    ATTRIBUTES = "attributes"
    ENTITIES = "entities"
    DOCUMENT_LABELS = "document_labels"
    AUTHORS = "authors"
    PROVENANCE = "provenance"
    METADATA = "metadata"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that the file will not hold, and how often."""

    code: str
    count: int
    message: str  # for people; the count stands before it: "12 " + "annotations overlap …"


Examine: TypeAlias = Callable[[Bundle], Counter[str]]


@dataclass(slots=True)
class Survey:
    """Counts over a stream. ``examine`` counts what a format with its options would leave out of a
    document.
    """

    examine: Examine = field(default=lambda _: Counter())
    counts: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)  # code points by language tag
    labels: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)  # of gold labels
    authors: set[str] = field(default_factory=set)  # who marked, or voted on gold
    tools: set[str | None] = field(default_factory=set)  # that found boundaries; None: the rules of today
    meanings: dict[str, str] = field(default_factory=dict)  # what the schema says of each label

    def watch(self, records: Iterable[Record]) -> Iterator[Record]:
        """The same records in canonical order, counted while they pass."""
        for item in bundles(records):
            self.add(item)
            yield from records_of(item)

    def add(self, item: Item) -> None:
        match item:
            case SchemaRecord():
                self.counts["schema"] += 1
                self.meanings |= {label.key: label.description or label.name for label in item.labels}
            case EntityRecord():
                self.counts["entities"] += 1
            case Bundle():
                self._add_document(item)

    def _add_document(self, bundle: Bundle) -> None:
        document = bundle.document
        self.counts.update(documents=1, code_points=document.length, metadata=len(document.meta))
        if document.text:
            self.tools.add(document.boundaries.tool if document.boundaries else None)
        for part in document.languages:
            self.languages[part.lang] += part.end - part.start
        for work in bundle.works.values():
            self._add_work(work)
        self.left_out.update(self.examine(bundle))

    def _add_work(self, work: Work) -> None:
        annotations = work.annotations
        if work.author is not None:
            self.authors.add(work.author)
        for gold in [each for each in annotations if each.author is None and each.status]:
            self.statuses[str(gold.status)] += 1
            votes = (gold.provenance or {}).get("votes", ())
            self.authors.update(vote["author"] or "shared" for vote in votes if vote["annotation"])
        self.labels.update(annotation.label for annotation in annotations)
        whole = [annotation for annotation in annotations if len(annotation.spans) == 1]
        self.counts.update(
            sets=work.author is not None,
            annotations=len(annotations),
            spans=sum([len(annotation.spans) for annotation in annotations]),
            overlap=len(whole) - len(without_overlap(whole, OverlapRule.OUTERMOST)),
            discontinuous=len(annotations) - len(whole),
            attributes=sum([len(annotation.attributes) for annotation in annotations]),
            entity_references=sum([annotation.entity is not None for annotation in annotations]),
            provenance=sum([annotation.provenance is not None for annotation in annotations]),
            links=len(work.links),
            document_labels=len(work.labels),
        )


_WORDS = {
    Feature.OVERLAP: ("overlap", "annotations lie over another one and are left out"),
    Feature.DISCONTINUOUS: ("discontinuous", "annotations of several spans are left out"),
    Feature.LINKS: ("links", "links are left out"),
    Feature.ATTRIBUTES: ("attributes", "attribute values are left out"),
    Feature.ENTITIES: ("entity_references", "references to an entity of the register are left out"),
    Feature.DOCUMENT_LABELS: ("document_labels", "document labels are left out"),
    Feature.AUTHORS: ("sets", "annotation sets do not say whose they are"),
    Feature.PROVENANCE: ("provenance", "gold labels do not say where they come from"),
    Feature.METADATA: ("metadata", "metadata fields of documents are left out"),
    Feature.SCHEMA: ("schema", "label schema is left out"),
}


def losses_of_kind(survey: Survey, keeps: frozenset[Feature]) -> list[Loss]:
    """One loss for each feature that occurs and is not kept, in the order of ``Feature``."""
    missing = [(feature, *_WORDS[feature]) for feature in Feature if feature not in keeps]
    return [Loss(feature, survey.counts[key], words) for feature, key, words in missing if survey.counts[key]]
