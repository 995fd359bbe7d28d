"""From the offsets of a source to code points of a clean text: the unit is found by the quotes, never
guessed.

A source counts in code points, UTF-16 units, bytes of UTF-8 or grapheme clusters, over the text as it
stands or with CR LF as one character. Whichever makes every quote fit is the source's unit.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from itertools import accumulate

import regex  # type: ignore[import-untyped]

from annotator.domain.text import Cleaned, quote
from annotator.formats.records import Span


class Unit(StrEnum):
    CODE_POINT = "code_point"
    UTF16 = "utf16"
    BYTE = "byte"
    GRAPHEME = "grapheme"


@dataclass(frozen=True, slots=True)
class Passage:
    """What a source says of one annotation: spans in its own unit, ascending, and perhaps their quote."""

    spans: tuple[Span, ...]
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """The spans in code points of the clean text. ``flattened`` lists passages whose quote fits but for
    spaces and quotation marks; ``converted`` says that the source's numbers were other ones."""

    spans: tuple[tuple[Span, ...], ...]
    unit: Unit
    flattened: tuple[int, ...] = ()
    converted: bool = False


class UnitUnknown(Exception):
    """Nothing tells in which unit the offsets count."""


class NoUnitFits(Exception):
    """Under no unit do all quotes fit. ``misfits`` lists the passages that do not fit as code points."""

    def __init__(self, misfits: Iterable[int]) -> None:
        self.misfits = tuple(misfits)
        super().__init__(self.misfits)


def place(source: str, cleaned: Cleaned, passages: Sequence[Passage], declared: Unit | None = None) -> Placed:
    """Find the passages of ``source`` in its clean text.

    ``declared`` is what the source says of its unit; quotes that contradict it win.

    Raises:
        UnitUnknown: units differ for these offsets and no quote decides.
        NoUnitFits: a quote is not at its offsets, whichever the unit.
    """
    if source == cleaned.text:
        placed = _as_they_are(source, passages, declared)
        if placed:
            return placed
    return _by_trial(source, cleaned, passages, declared)


def _as_they_are(text: str, passages: Sequence[Passage], declared: Unit | None) -> Placed | None:
    """The common case at full speed: code points, every quote exact or every unit the same."""
    known = declared in (None, Unit.CODE_POINT)
    length = len(text)
    for passage in passages:
        if passage.spans[-1][1] > length:
            return None
        if passage.quote is None:
            known = known and declared is not None
        elif quote(text, passage.spans) != passage.quote:
            return None
    if not known and not _units_agree(text, passages):
        return None
    return Placed(tuple([passage.spans for passage in passages]), Unit.CODE_POINT)


def _units_agree(text: str, passages: Sequence[Passage]) -> bool:
    last = max((passage.spans[-1][1] for passage in passages), default=0)
    special = _SPECIAL.search(text)
    return special is None or special.start() >= last


# Where a code point is not one UTF-16 unit or may not be one grapheme cluster. Bytes are left out: nobody who
# counts bytes sends text without quotes so often that every accented letter should be a question.
_SPECIAL = re.compile(
    "[\r\U00010000-\U0010ffff\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f"
    "\u0670\u06d6-\u06ed\u0900-\u109f\u1100-\u11ff\u1780-\u17dd\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200c\u200d\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f]"
)


def _by_trial(source: str, cleaned: Cleaned, passages: Sequence[Passage], declared: Unit | None) -> Placed:
    quoted = any(passage.quote is not None for passage in passages)
    fitting: dict[tuple[tuple[Span, ...], ...], Placed] = {}
    for unit, convert in readings(source, cleaned, None if quoted else declared):
        placed = _try(cleaned.text, passages, unit, convert)
        if placed and unit is declared:
            return placed
        if placed:
            fitting.setdefault(placed.spans, placed)
    if len(fitting) > 1:
        raise UnitUnknown
    if not fitting:
        raise NoUnitFits(_misfits(cleaned.text, passages, _reading(source, Unit.CODE_POINT, cleaned)))
    return next(iter(fitting.values()))


Convert = Callable[
    [int], int | None
]  # an offset of the source to one of the clean text, None inside a character


def readings(source: str, cleaned: Cleaned, only: Unit | None = None) -> Iterator[tuple[Unit, Convert]]:
    """Every way in which a source may count, code points of the source as it stands first."""
    for unit in [only] if only else Unit:
        yield unit, _reading(source, unit, cleaned)
        if source != cleaned.text:
            yield unit, _reading(cleaned.text, unit, None)


def _try(text: str, passages: Sequence[Passage], unit: Unit, convert: Convert) -> Placed | None:
    spans, flattened = [], []
    for number, passage in enumerate(passages):
        found = _converted(passage.spans, convert)
        fit = found is not None and _fit(text, found, passage.quote)
        if found is None or not fit:
            return None
        if fit is Fit.FLATTENED:
            flattened.append(number)
        spans.append(found)
    converted = any(found != passage.spans for found, passage in zip(spans, passages, strict=True))
    return Placed(tuple(spans), unit, tuple(flattened), converted)


def _misfits(text: str, passages: Sequence[Passage], convert: Convert) -> Iterator[int]:
    for number, passage in enumerate(passages):
        found = _converted(passage.spans, convert)
        if found is None or not _fit(text, found, passage.quote):
            yield number


def _converted(spans: Sequence[Span], convert: Convert) -> tuple[Span, ...] | None:
    found = []
    for span in spans:
        start, end = convert(span[0]), convert(span[1])
        if start is None or end is None or start >= end:
            return None
        found.append((start, end))
    return tuple(found)


class Fit(Enum):
    EXACT = auto()
    FLATTENED = auto()


def _fit(text: str, spans: tuple[Span, ...], said: str | None) -> Fit | None:
    there = quote(text, spans)
    if said is None or said == there or said.replace("\r\n", "\n") == there:
        return Fit.EXACT
    return Fit.FLATTENED if _flat(said) == _flat(there) else None


def _flat(quoted: str) -> str:
    """What is left of a quote that another tool has tidied up: one space for many, plain quotation marks."""
    return " ".join(quoted.split()).translate(_PLAIN_MARKS)


_PLAIN_MARKS = {ord(mark): "'" for mark in '"\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u201a`\u00b4'}


def _reading(counted: str, unit: Unit, source: Cleaned | None) -> Convert:
    """``source`` is what ``counted`` was made clean of, None where it is the clean text itself."""
    ticks = _ticks(counted, unit)

    def convert(offset: int) -> int | None:
        point = bisect_left(ticks, offset)
        if point == len(ticks) or ticks[point] != offset:
            return None
        return source.offset(point) if source else point

    return convert


def _ticks(text: str, unit: Unit) -> Sequence[int]:
    """The unit's offset at each code point and at the end, ascending."""
    match unit:
        case Unit.CODE_POINT:
            return range(len(text) + 1)
        case Unit.UTF16:
            return list(accumulate([1 + (char > "\uffff") for char in text], initial=0))
        case Unit.BYTE:
            return list(accumulate([len(char.encode()) for char in text], initial=0))
        case Unit.GRAPHEME:
            return _cluster_ticks(text)


def _cluster_ticks(text: str) -> list[int]:
    """Code points inside a cluster share its number, of which the search finds the first."""
    clusters = [len(cluster) for cluster in regex.findall(r"\X", text)]
    return [number for number, length in enumerate(clusters) for _ in range(length)] + [len(clusters)]
