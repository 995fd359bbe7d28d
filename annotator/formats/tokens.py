"""A document's words with their places, in sentences, cut where an annotation begins or ends."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from annotator.domain.values import LanguageRange
from annotator.formats.records import DocumentRecord, Span
from annotator.formats.sentences import sentence_starts
from annotator.formats.words import piece


def sentences(document: DocumentRecord, spans: Sequence[Span], *, whole: bool) -> Iterator[list[Span]]:
    """The words of each sentence that has any. ``whole``: no sentence ends inside one of the spans, which
    ascend and do not overlap.
    """
    text = document.text
    ranges = document.languages or (LanguageRange(0, len(text), "und"),)
    starts = beginnings(text, ranges, spans if whole else ())
    current: list[Span] = []
    for word in words(text, ranges, [*starts, *(edge for span in spans for edge in span)]):
        if current and _between(starts, current[-1][1], word[0]):
            yield current
            current = []
        current.append(word)
    if current:
        yield current


def words(text: str, ranges: Sequence[LanguageRange], edges: Iterable[int]) -> Iterator[Span]:
    """Every word, by the rules of its passage's language; none reaches over an edge."""
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
    ordered = sorted(starts)
    for start, end in spans:
        starts.difference_update(ordered[bisect_right(ordered, start) : bisect_left(ordered, end)])
    return sorted(starts)


def _between(starts: list[int], after: int, until: int) -> bool:
    """A sentence begins behind ``after`` and not behind ``until``."""
    at = bisect_left(starts, after)
    return at < len(starts) and starts[at] <= until
