"""Annotations found in the text: offsets in code points, quotes checked."""

from collections.abc import Sequence

from annotator.domain.marking import SpanBlank, SpanOutOfText, SpansNotInOrder, check_spans
from annotator.domain.offsets import Unit, UnitUnclear
from annotator.domain.text import Cleaned, quote
from annotator.formats.jsonl.draft import Draft, Entry
from annotator.formats.jsonl.faults import shown
from annotator.formats.jsonl.wire import AnnotationLine
from annotator.formats.offsets import Passage, Placed, place
from annotator.formats.records import Span

_ASK = "Say what the offsets count with the option unit, or give each annotation its quote."


def spans_in_text(
    draft: Draft, source: str, cleaned: Cleaned, entries: Sequence[Entry[AnnotationLine]], unit: Unit | None
) -> list[tuple[Span, ...]]:
    """The spans of each entry in code points of the clean text; empty if there are faults, which go to the
    draft.
    """
    passages = [Passage(entry.data.spans, entry.data.quote) for entry in entries]
    try:
        placed = place(source, cleaned, passages, unit)
    except UnitUnclear as unclear:
        _tell_unclear(draft, cleaned.text, entries, unclear)
        return []
    _tell_repairs(draft, cleaned.text, entries, placed)
    return list(placed.spans) if _in_order(draft, cleaned.text, entries, placed) else []


def name(entry: Entry[AnnotationLine]) -> str:
    return f"annotation {entry.data.id}" if entry.data.id else f"annotation of {shown(entry.data.label)}"


def _tell_unclear(
    draft: Draft, text: str, entries: Sequence[Entry[AnnotationLine]], unclear: UnitUnclear
) -> None:
    units = unclear.details["units"]
    if units:
        message = f"The offsets may count {' or '.join(units)}: no quote tells which."
        draft.faults.error("unit_unknown", message, draft.line, repair=_ASK)
        return
    for number in unclear.details["records"]:
        _tell_misfit(draft, text, entries[int(number)])


def _tell_misfit(draft: Draft, text: str, entry: Entry[AnnotationLine]) -> None:
    spans, said = entry.data.spans, entry.data.quote
    if said is None or spans[-1][1] > len(text):
        code, message = "span_out_of_text", f"{list(spans)} is not in the text of {len(text)} code points."
    else:
        there = quote(text, spans)
        code, message = "quote_differs", f"At {list(spans)} stands {shown(there)}, not {shown(said)}."
    draft.faults.error(code, message, entry.line, name(entry))


def _tell_repairs(draft: Draft, text: str, entries: Sequence[Entry[AnnotationLine]], placed: Placed) -> None:
    if any(entry.data.spans != spans for entry, spans in zip(entries, placed.spans, strict=True)):
        message = f"The offsets count {placed.unit} over the text as the file has it."
        draft.faults.note("offsets_converted", message, draft.line, "They count code points now.")
    for number in placed.flattened:
        entry, there = entries[number], quote(text, placed.spans[number])
        message = f"The quote {shown(entry.data.quote or '')} differs in spaces or quotation marks."
        draft.faults.warning(
            "quote_flattened", message, entry.line, name(entry), f"It is {shown(there)} now."
        )


def _in_order(draft: Draft, text: str, entries: Sequence[Entry[AnnotationLine]], placed: Placed) -> bool:
    fine = True
    for entry, spans in zip(entries, placed.spans, strict=True):
        try:
            check_spans(spans, text)
        except (SpanOutOfText, SpansNotInOrder, SpanBlank) as error:
            fine = False
            code = {SpanOutOfText: "span_out_of_text", SpansNotInOrder: "spans_not_in_order"}
            draft.faults.error(code.get(type(error), "span_blank"), str(error), entry.line, name(entry))
    return fine
