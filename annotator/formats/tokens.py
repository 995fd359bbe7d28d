"""A document's words with their places, in sentences, cut where an annotation begins or ends."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from annotator.domain.values import LanguageRange
from annotator.formats.records import Boundaries, DocumentRecord, Span
from annotator.formats.sentences import sentence_starts
from annotator.formats.words import piece

_BLACK = re.compile(r"\S+")


def sentences(document: DocumentRecord, spans: Sequence[Span], *, whole: bool) -> Iterator[list[Span]]:
    """The words of each sentence that has any. ``whole``: no sentence ends inside one of the spans, which
    ascend and do not overlap.
    """
    starts = sentence_beginnings(document, spans if whole else ())
    current: list[Span] = []
    for word in words(document, [*starts, *(edge for span in spans for edge in span)]):
        if current and _between(starts, current[-1][1], word[0]):
            yield current
            current = []
        current.append(word)
    if current:
        yield current


def words(document: DocumentRecord, edges: Iterable[int]) -> Iterator[Span]:
    """Every word, as written down or by the rules of its passage's language; none reaches over an edge."""
    if document.boundaries is None:
        return all_words(document.text, ranges_of(document), edges)
    return _known_words(document.text, document.boundaries, edges)


def words_between(text: str, start: int, end: int, known: Boundaries) -> list[str]:
    """The words of ``text[start:end]`` as they were written down; those that cross an edge are cut there."""
    cuts = known.cuts
    edges = [start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end]
    return [word for one, other in pairwise(edges) for word in text[one:other].split()]


def ranges_of(document: DocumentRecord) -> Sequence[LanguageRange]:
    """Languages that cover the text."""
    return document.languages or (LanguageRange(0, len(document.text), "und"),)


def sentence_beginnings(document: DocumentRecord, spans: Sequence[Span]) -> list[int]:
    """Where sentences begin, ascending, but for those places that are inside a span."""
    if document.boundaries is None:
        return beginnings(document.text, ranges_of(document), spans)
    return _outside(document.boundaries.sentences, spans)


def _known_words(text: str, known: Boundaries, edges: Iterable[int]) -> Iterator[Span]:
    for start, end in pairwise(sorted({0, *known.cuts, *edges, len(text)})):
        for word in _BLACK.finditer(text, start, end):
            yield word.span()


def all_words(text: str, ranges: Sequence[LanguageRange], edges: Iterable[int] = ()) -> Iterator[Span]:
    """Every word by the rules of today."""
    cuts = sorted(edges)
    for part in ranges:
        inside = cuts[bisect_right(cuts, part.start) : bisect_left(cuts, part.end)]
        for start, end in pairwise(dict.fromkeys([part.start, *inside, part.end])):
            place = start
            for word in piece(text, part.lang, start, end).words(part.lang):
                place = text.index(word, place)
                yield place, place + len(word)
                place += len(word)


def beginnings(text: str, ranges: Sequence[LanguageRange], spans: Sequence[Span]) -> list[int]:
    """Where sentences begin, ascending, but for those places that are inside a span."""
    starts = {part.start for part in ranges}
    for part in ranges:
        starts.update(sentence_starts(text, part.lang, part.start, part.end))
    return _outside(sorted(starts), spans)


def _outside(ordered: Sequence[int], spans: Sequence[Span]) -> list[int]:
    starts = set(ordered)
    for start, end in spans:
        starts.difference_update(ordered[bisect_right(ordered, start) : bisect_left(ordered, end)])
    return sorted(starts)


def _between(starts: list[int], after: int, until: int) -> bool:
    """A sentence begins behind ``after`` and not behind ``until``."""
    at = bisect_left(starts, after)
    return at < len(starts) and starts[at] <= until
