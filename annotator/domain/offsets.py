"""Offsets in other units than code points, and finding out which unit a source counts in.

Wrong units are the commonest corruption of annotated files: an emoji is one code point, two UTF-16 units,
four bytes and perhaps half a grapheme cluster. So a unit is never assumed: the quotes decide.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import accumulate, chain
from re import compile as pattern

from annotator.domain.refusals import Refusal
from annotator.domain.text import Cleaned, clean, quote

Spans = tuple[tuple[int, int], ...]


class Unit(StrEnum):
    """What a source counts. Grapheme clusters are told by general category: see ``Offsets``."""

    CODE_POINT = "code_point"
    UTF16 = "utf16"
    UTF8 = "utf8"
    GRAPHEME = "grapheme"


class OffsetInsideCharacter(Refusal):
    """The offset is beyond the text or in the middle of a character."""


_WIDE = {
    Unit.UTF16: pattern("[\U00010000-\U0010ffff]"),
    Unit.UTF8: pattern("[^\x00-\x7f]"),
}


class Offsets:
    """Converts between code points of one text and another unit, in O(log n) after one pass over the text.

    Graphemes are extended clusters as far as general categories tell: combining marks, joiners, variation
    selectors, skin tones, flags, Hangul syllables, CRLF. Prepended marks and Indic conjuncts are not joined.
    """

    def __init__(self, text: str, unit: Unit) -> None:
        special = _SPECIAL[unit](text)
        self._length = len(text)
        self._at = [at for at, _ in special]
        self._weight = [weight for _, weight in special]
        self._extra = list(accumulate((weight - 1 for weight in self._weight), initial=0))
        self._start = [at + extra for at, extra in zip(self._at, self._extra, strict=False)]

    def from_code_point(self, offset: int) -> int:
        """The offset in the other unit.

        Raises:
            OffsetInsideCharacter
        """
        k = bisect_left(self._at, offset)
        inside_cluster = k < len(self._at) and self._at[k] == offset and self._weight[k] == 0
        if inside_cluster or not 0 <= offset <= self._length:
            raise OffsetInsideCharacter(offset=offset, length=self._length)
        return offset + self._extra[k]

    def to_code_point(self, offset: int) -> int:
        """The offset in code points.

        Raises:
            OffsetInsideCharacter
        """
        k = bisect_right(self._start, offset) - 1
        if k >= 0 and offset < self._start[k] + self._weight[k]:
            found = self._at[k] if offset == self._start[k] else -1
        else:
            found = offset - self._extra[k + 1]
        if not 0 <= found <= self._length:
            raise OffsetInsideCharacter(offset=offset, length=self._length)
        return found


Special = list[tuple[int, int]]
"""Code points that do not count one, each with what it counts instead, in order."""


def _special_utf16(text: str) -> Special:
    return [(found.start(), 2) for found in _WIDE[Unit.UTF16].finditer(text)]


def _special_utf8(text: str) -> Special:
    return [(found.start(), len(found[0].encode())) for found in _WIDE[Unit.UTF8].finditer(text)]


def _special_graphemes(text: str) -> Special:
    return [(at, 0) for at in range(1, len(text)) if _continues(text, at)]


_SPECIAL: Mapping[Unit, Callable[[str], Special]] = {
    Unit.CODE_POINT: lambda text: [],
    Unit.UTF16: _special_utf16,
    Unit.UTF8: _special_utf8,
    Unit.GRAPHEME: _special_graphemes,
}

_JOINER = "\u200d"
_EXTENDING = pattern("[\u200c\u200d\U0001f3fb-\U0001f3ff\uff9e\uff9f\U000e0020-\U000e007f]")
_FLAG = pattern("[\U0001f1e6-\U0001f1ff]")
_HANGUL_LEAD = pattern("[\u1100-\u115f\ua960-\ua97c]")
_HANGUL_VOWEL = pattern("[\u1160-\u11a7\ud7b0-\ud7c6]")
_HANGUL_TAIL = pattern("[\u11a8-\u11ff\ud7cb-\ud7fb]")
_HANGUL_SYLLABLE = pattern("[\uac00-\ud7a3]")


def _continues(text: str, at: int) -> bool:
    """Whether the character at ``at`` belongs to the cluster of the one before it."""
    before, here = text[at - 1], text[at]
    if here < "\u0300":
        return before == "\r" and here == "\n"
    if _is_control(before):
        return False
    if _extends(here):
        return True
    if before == _JOINER:
        return _is_emoji(here) and _is_emoji(_base(text, at - 1))
    if _FLAG.match(here) and _FLAG.match(before):
        return _flags_before(text, at) % 2 == 1
    return _continues_hangul(before, here)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and not _EXTENDING.match(character)


def _extends(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Mc") or bool(_EXTENDING.match(character))


def _is_emoji(character: str) -> bool:
    return unicodedata.category(character) == "So" and not _FLAG.match(character)


def _base(text: str, at: int) -> str:
    """The character that a joiner at ``at`` follows, marks left aside."""
    while at > 0 and _extends(text[at]):
        at -= 1
    return text[at]


def _flags_before(text: str, at: int) -> int:
    start = at
    while start > 0 and _FLAG.match(text[start - 1]):
        start -= 1
    return at - start


def _continues_hangul(before: str, here: str) -> bool:
    if _HANGUL_LEAD.match(before):
        return bool(_HANGUL_LEAD.match(here) or _HANGUL_VOWEL.match(here) or _HANGUL_SYLLABLE.match(here))
    open_syllable = _HANGUL_SYLLABLE.match(before) and (ord(before) - 0xAC00) % 28 == 0
    if _HANGUL_VOWEL.match(before) or open_syllable:
        return bool(_HANGUL_VOWEL.match(here) or _HANGUL_TAIL.match(here))
    closed = _HANGUL_SYLLABLE.match(before) or _HANGUL_TAIL.match(before)
    return bool(closed and _HANGUL_TAIL.match(here))


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a source says of one record: offsets in its own unit and, if it gives one, the quote."""

    record: str
    spans: Spans
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Detected:
    """The unit that fits, with each record's spans in code points of the clean text.

    ``counts_removed``: the source counted what cleaning left out. ``repaired``: records whose quote fits only
    when white space and quotation marks are taken as alike.
    """

    unit: Unit
    counts_removed: bool
    spans: Mapping[str, Spans]
    repaired: tuple[str, ...] = ()


class UnitUnclear(Refusal):
    """No unit, or more than one, fits the offsets of these records."""


def detect_unit(source: str, records: Sequence[Quoted]) -> Detected:
    """The one unit under which all quotes fit ``source``, a decoded text that may still hold CRLF.

    Units that agree on every record count as one. Without any quote, units must agree of themselves; bytes
    are then left out of the question.

    Raises:
        UnitUnclear: ``records`` are those at fault, ``units`` those that fit (none: nothing fits).
        TextNotClean: the text holds NUL or a lone surrogate.
    """
    cleaned = clean(source)
    for same in (_identical, _alike):
        readings = [_read(reading, cleaned, records, same) for reading in _readings(source, cleaned, records)]
        fitting = [reading for reading in readings if not reading.faults]
        if fitting:
            return _agreed(fitting, records)
    best = min(readings, key=lambda reading: len(reading.faults))
    raise UnitUnclear(records=list(best.faults), units=[])


@dataclass(frozen=True, slots=True)
class _Reading:
    unit: Unit
    counts_removed: bool
    convert: Callable[[int], int]
    spans: Mapping[str, Spans]
    faults: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()


def _readings(source: str, cleaned: Cleaned, records: Sequence[Quoted]) -> Iterator[_Reading]:
    """Every way to understand the offsets, the likeliest first."""
    quoted = any(record.quote is not None for record in records)
    units = [unit for unit in Unit if quoted or unit is not Unit.UTF8]
    for text, removed in _sources(source, cleaned):
        for unit in units:
            convert = partial(_converted, Offsets(text, unit), removed)
            yield _Reading(unit, bool(removed and removed.removed), convert, {})


def _sources(source: str, cleaned: Cleaned) -> Iterator[tuple[str, Cleaned | None]]:
    yield cleaned.text, None
    without_mark = source.removeprefix(_MARK)
    if without_mark != cleaned.text:
        yield without_mark, clean(without_mark)
    if without_mark != source:
        yield source, cleaned


_MARK = "\ufeff"


def _converted(offsets: Offsets, removed: Cleaned | None, offset: int) -> int:
    found = offsets.to_code_point(offset)
    return removed.offset(found) if removed is not None else found


def _read(
    reading: _Reading, cleaned: Cleaned, records: Sequence[Quoted], same: Callable[[str, str], bool]
) -> _Reading:
    spans: dict[str, Spans] = {}
    faults: list[str] = []
    repaired: list[str] = []
    for record in records:
        try:
            found = tuple((reading.convert(start), reading.convert(end)) for start, end in record.spans)
        except OffsetInsideCharacter:
            faults.append(record.record)
            continue
        spans[record.record] = found
        if record.quote is None:
            continue
        said, wanted = quote(cleaned.text, found), _lines(record.quote)
        if not same(said, wanted):
            faults.append(record.record)
        elif said != wanted:
            repaired.append(record.record)
    return _Reading(
        reading.unit, reading.counts_removed, reading.convert, spans, tuple(faults), tuple(repaired)
    )


def _agreed(fitting: Sequence[_Reading], records: Sequence[Quoted]) -> Detected:
    first, *others = fitting
    differing = chain.from_iterable(
        (record.record for record in records if other.spans[record.record] != first.spans[record.record])
        for other in others
    )
    if unclear := sorted(set(differing)):
        raise UnitUnclear(
            records=unclear, units=list(dict.fromkeys(reading.unit.value for reading in fitting))
        )
    return Detected(first.unit, first.counts_removed, first.spans, first.repaired)


def _identical(said: str, wanted: str) -> bool:
    return said == wanted


def _alike(said: str, wanted: str) -> bool:
    return _folded(said) == _folded(wanted)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


_QUOTATION = dict.fromkeys(map(ord, '“”„‟«»‹›‘’‚‛`´"'), "'")


def _folded(text: str) -> str:
    return " ".join(text.translate(_QUOTATION).split())
