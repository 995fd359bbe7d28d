"""From the offsets of a source to code points of its clean text.

The quotes decide what a source counts; what it says of itself decides where they leave it open.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from annotator.domain.offsets import OffsetInsideCharacter, Offsets, Quoted, Unit, UnitUnclear, detect_unit
from annotator.domain.text import Cleaned, quote
from annotator.formats.records import Span

Spans = tuple[Span, ...]


class Passage(NamedTuple):
    """What a source says of one annotation: spans in its own unit, ascending, and perhaps their quote."""

    spans: Spans
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """The spans of each passage in code points of the clean text.

    ``flattened`` are the passages whose quote fits but for white space and quotation marks.
    """

    spans: Sequence[Spans]
    unit: Unit
    flattened: Sequence[int] = ()


def place(source: str, cleaned: Cleaned, passages: Sequence[Passage], declared: Unit | None = None) -> Placed:
    """Find the passages of ``source``, a decoded text that may still hold CR LF, in its clean text.

    Raises:
        UnitUnclear: ``records`` are the numbers of the passages at fault, as texts; ``units`` those that fit.
    """
    if not passages:
        return Placed([], declared or Unit.CODE_POINT)
    agree = declared is not Unit.UTF8 and _units_agree(source)
    if source == cleaned.text and (declared is Unit.CODE_POINT or agree):
        placed = _as_they_are(source, passages)
        if placed:
            return placed
    if declared is not None and (placed := _as_declared(source, cleaned, passages, declared)):
        return placed
    return _as_quoted(source, cleaned, passages, declared)


# One code point is one UTF-16 unit and one grapheme. Bytes are left out, as where there are no quotes at all.
_SIMPLE = re.compile("[\n\t\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*")


def _units_agree(text: str) -> bool:
    return _SIMPLE.fullmatch(text) is not None


def _as_they_are(text: str, passages: Sequence[Passage]) -> Placed | None:
    """The common case at full speed: code points, and every quote exact."""
    length = len(text)
    for passage in passages:
        if passage.spans[-1][1] > length:
            return None
        if passage.quote is not None and quote(text, passage.spans) != passage.quote:
            return None
    return Placed([passage.spans for passage in passages], Unit.CODE_POINT)


def _as_declared(
    source: str, cleaned: Cleaned, passages: Sequence[Passage], unit: Unit, *, exact: bool = True
) -> Placed | None:
    """Over the source as it stands or, if the quotes fit there, over the clean text.

    ``exact``: only if every quote is.
    """
    counted: list[tuple[str, Cleaned | None]] = [(source, cleaned)]
    if any(passage.quote is not None for passage in passages):
        counted.append((cleaned.text, None))
    for text, removed in counted:
        spans = spans_in_unit([passage.spans for passage in passages], Offsets(text, unit), removed)
        misfits = spans and _misfits(cleaned.text, passages, spans)
        if spans is not None and not (exact and misfits):
            return Placed(spans, unit, misfits or ())
    return None


def spans_in_unit(given: Sequence[Spans], offsets: Offsets, removed: Cleaned | None) -> list[Spans] | None:
    """All of them in code points of the clean text, None if one cuts a character or reaches beyond the text.

    ``removed`` is what the counted text was made clean of, None where it was the clean text itself.
    """

    def convert(offset: int) -> int:
        found = offsets.to_code_point(offset)
        return removed.offset(found) if removed else found

    try:
        return [tuple([(convert(start), convert(end)) for start, end in spans]) for spans in given]
    except OffsetInsideCharacter:
        return None


def _misfits(text: str, passages: Sequence[Passage], spans: Sequence[Spans]) -> list[int]:
    said = enumerate(zip(passages, spans, strict=True))
    return [n for n, (passage, found) in said if passage.quote not in (None, quote(text, found))]


def _as_quoted(source: str, cleaned: Cleaned, passages: Sequence[Passage], declared: Unit | None) -> Placed:
    records = [Quoted(str(number), passage.spans, passage.quote) for number, passage in enumerate(passages)]
    if declared is not None and all(passage.quote is None for passage in passages):
        offsets = Offsets(source, declared)
        lost = [it.record for it in records if spans_in_unit([it.spans], offsets, cleaned) is None]
        raise UnitUnclear(records=lost, units=[])
    try:
        found = detect_unit(source, records)
    except UnitUnclear as unclear:
        fits = declared is not None and declared.value in unclear.details["units"]
        placed = declared and fits and _as_declared(source, cleaned, passages, declared, exact=False)
        if not placed:
            raise
        return placed
    return Placed(
        [found.spans[record.record] for record in records], found.unit, [int(name) for name in found.repaired]
    )
