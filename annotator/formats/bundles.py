"""A record stream, document by document: what one needs to see at once to write a document."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from annotator.formats.records import (
    AnnotationRecord,
    AnnotationSetRecord,
    DocumentLabelRecord,
    DocumentRecord,
    EntityRecord,
    LinkRecord,
    Record,
    SchemaRecord,
)


class OutOfOrder(Exception):
    """A record does not follow the document it belongs to."""


@dataclass(slots=True)
class Work:
    """One author's work on a document, or the gold where ``author`` is None."""

    author: str | None
    set: AnnotationSetRecord | None = None
    annotations: list[AnnotationRecord] = field(default_factory=list)
    links: list[LinkRecord] = field(default_factory=list)
    labels: list[DocumentLabelRecord] = field(default_factory=list)


@dataclass(slots=True)
class Bundle:
    document: DocumentRecord
    works: dict[str | None, Work] = field(default_factory=dict)

    def versions(self) -> list[Work]:
        """Every work on the document, by author, gold last; an empty one if nobody has worked on it."""
        known = sorted(self.works.items(), key=lambda item: (item[0] is None, item[0] or ""))
        return [work for _, work in known] or [Work(None)]


Item: TypeAlias = SchemaRecord | EntityRecord | Bundle


def bundles(records: Iterable[Record]) -> Iterator[Item]:
    """Schema and entities as they come, and each document with its works once it is whole.

    Raises:
        OutOfOrder: the stream is not in the order of ``annotator.formats.records``.
    """
    current: Bundle | None = None
    for record in records:
        match record:
            case DocumentRecord():
                if current:
                    yield current
                current = Bundle(record)
            case SchemaRecord() | EntityRecord():
                yield record
            case _ if current is None or record.document != current.document.id:
                raise OutOfOrder(f"{type(record).__name__} of document {record.document}")
            case _:
                _put(current, record)
    if current:
        yield current


def records_of(item: Item) -> Iterator[Record]:
    """The same records in canonical order: equal content gives equal order, however it came."""
    if not isinstance(item, Bundle):
        yield item
        return
    yield item.document
    for work in item.versions():
        if work.set:
            yield work.set
        yield from sorted(work.annotations, key=lambda a: (a.spans, a.label, a.id))
        yield from sorted(
            work.links, key=lambda link: (link.type, link.from_annotation, link.to_annotation, link.id)
        )
        yield from sorted(work.labels, key=lambda label: (label.label, label.value))


def documents(records: Iterable[Record]) -> Iterator[Bundle]:
    return (item for item in bundles(records) if isinstance(item, Bundle))


def _put(
    bundle: Bundle, record: AnnotationSetRecord | AnnotationRecord | LinkRecord | DocumentLabelRecord
) -> None:
    work = bundle.works.setdefault(record.author, Work(record.author))
    match record:
        case AnnotationSetRecord():
            work.set = record
        case AnnotationRecord():
            work.annotations.append(record)
        case LinkRecord():
            work.links.append(record)
        case DocumentLabelRecord():
            work.labels.append(record)
