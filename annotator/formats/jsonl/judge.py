"""A whole document judged: records if nothing is wrong with it, else everything that is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from annotator.domain.text import Cleaned, clean, quote
from annotator.formats.jsonl.draft import Draft, Entry, World
from annotator.formats.jsonl.marks import name, spans_in_text
from annotator.formats.jsonl.parse import NotStorable, check_storable
from annotator.formats.jsonl.text_of import document_record
from annotator.formats.jsonl.variants import with_variants
from annotator.formats.jsonl.wire import AnnotationLine, LinkLine, SetLine, Values
from annotator.formats.records import (
    AnnotationRecord,
    AnnotationSetRecord,
    Diagnostic,
    DocumentLabelRecord,
    DocumentRecord,
    Json,
    LinkRecord,
    Record,
    Span,
)


@dataclass(slots=True)
class _Seat:
    """One author's part of the document, or the gold."""

    set: AnnotationSetRecord | None
    annotations: dict[str, AnnotationRecord] = field(default_factory=dict)
    links: dict[str, LinkRecord] = field(default_factory=dict)
    labels: dict[str, DocumentLabelRecord] = field(default_factory=dict)


@dataclass(slots=True)
class _Case:
    """Seats filled one kind of line after the other; what does not fit goes to the draft's faults."""

    draft: Draft
    world: World
    document: DocumentRecord
    seats: dict[str | None, _Seat] = field(default_factory=dict)


def judge(draft: Draft, world: World) -> list[Record | Diagnostic]:
    """The document's records in stream order, after its warnings; or its faults alone."""
    if draft.document is None:
        return [*draft.faults.found]
    cleaned = _cleaned(draft.document.text)
    document = document_record(draft, draft.document, cleaned, world.options.languages)
    annotations, links = with_variants(draft, world)
    unit = world.options.unit or draft.declared
    spans = spans_in_text(draft, draft.document.text, cleaned, annotations, unit)
    case = _Case(draft, world, document)
    _take_sets(case)
    _take_annotations(case, annotations, spans)
    _take_links(case, links)
    _take_labels(case)
    return [*draft.faults.found] if draft.faults.refuse() else [*draft.faults.found, *_records(case)]


def _cleaned(text: str) -> Cleaned:
    # JSON holds no lone surrogate and lines with NUL were refused: most texts need not be looked through again.
    return clean(text) if "\r" in text or text.startswith("\ufeff") else Cleaned(text)


def _records(case: _Case) -> list[Record]:
    records: list[Record] = [case.document]
    for seat in case.seats.values():
        records += [seat.set] if seat.set else []
        records += [*seat.annotations.values(), *seat.links.values(), *seat.labels.values()]
    return records


def _seat(case: _Case, author: str | None) -> _Seat:
    """The author's seat; one that no line has told of stands as the options say."""
    if author not in case.seats:
        status = case.world.options.set_status
        implied = AnnotationSetRecord(
            document=case.document.id, author=author or "", name=author or "", status=status
        )
        case.seats[author] = _Seat(implied if author else None)
    return case.seats[author]


def _take_sets(case: _Case) -> None:
    for entry in case.draft.sets:
        author = case.world.owner(entry.data)
        if author is None or author in case.seats:
            case.draft.faults.error("set_twice", "The set is told twice, or is gold.", entry.line, "set")
        else:
            case.seats[author] = _Seat(_set_record(case, entry.data, author))


def _set_record(case: _Case, line: SetLine, author: str) -> AnnotationSetRecord:
    return AnnotationSetRecord(
        document=case.document.id,
        author=author,
        name=line.name or author,
        status=line.status or case.world.options.set_status,
        author_class=line.author_class,
    )


def _take_annotations(
    case: _Case, entries: Sequence[Entry[AnnotationLine]], spans: Sequence[tuple[Span, ...]]
) -> None:
    for entry, placed in zip(entries, spans, strict=False):  # no spans: they were faulty
        author = case.world.owner(entry.data)
        seat = _seat(case, author)
        id_ = entry.data.id or f"#{len(seat.annotations) + 1}"
        if id_ in seat.annotations:
            case.draft.faults.error("id_twice", f"The id {id_} is given twice.", entry.line, name(entry))
        seat.annotations[id_] = _annotation_record(case, entry, id_, author, placed)


def _annotation_record(
    case: _Case, entry: Entry[AnnotationLine], id_: str, author: str | None, spans: tuple[Span, ...]
) -> AnnotationRecord:
    line = entry.data
    if line.entity is not None and line.entity not in case.world.entity_types:
        case.world.remarks.add(
            "warning", "entity_not_in_file", "Entities are named that the file does not describe.", entry.line
        )
    _check(case, line.provenance, entry.line, name(entry))
    return AnnotationRecord(
        id=id_,
        document=case.document.id,
        author=author,
        label=line.label,
        spans=spans,
        quote=quote(case.document.text, spans),
        attributes=_attributes(case, line.attrs, entry.line, name(entry)),
        entity=line.entity,
        origin=line.origin,
        status=line.status,
        confidence=line.confidence,
        provenance=line.provenance,
    )


def _take_links(case: _Case, entries: Sequence[Entry[LinkLine]]) -> None:
    for entry in entries:
        author, line = case.world.owner(entry.data), entry.data
        seat = _seat(case, author)
        id_ = line.id or f"#{len(seat.links) + 1}"
        record = f"link {id_}"
        if id_ in seat.links:
            case.draft.faults.error("id_twice", f"The id {id_} is given twice.", entry.line, record)
        for end in (line.from_, line.to):
            # While annotations are faulty, nobody can say that one is missing.
            if end not in seat.annotations and not case.draft.faults.refuse():
                message = f"There is no annotation {end} in this set."
                case.draft.faults.error("link_end_missing", message, entry.line, record)
        seat.links[id_] = LinkRecord(
            id=id_,
            document=case.document.id,
            author=author,
            type=line.type,
            from_annotation=line.from_,
            to_annotation=line.to,
            attributes=_attributes(case, line.attrs, entry.line, record),
        )


def _take_labels(case: _Case) -> None:
    for entry in case.draft.labels:
        author, line = case.world.owner(entry.data), entry.data
        seat = _seat(case, author)
        if line.label in seat.labels:
            message = f"The document label {line.label} is given twice."
            case.draft.faults.error("id_twice", message, entry.line, f"document label {line.label}")
        seat.labels[line.label] = DocumentLabelRecord(
            document=case.document.id, author=author, label=line.label, value=line.value
        )


def _attributes(case: _Case, values: Values, line: int, record: str) -> dict[str, Json]:
    """The values that say something: null is none."""
    if any(type(value) is int for value in values.values()):
        _check(case, values, line, record)
    return {key: value for key, value in values.items() if value is not None}


def _check(case: _Case, value: Json, line: int, record: str) -> None:
    if not value:
        return
    try:
        check_storable(value)
    except NotStorable as error:
        case.draft.faults.error(error.code, error.message, line, record)
