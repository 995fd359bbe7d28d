"""Sentences and words of a text as they were written down once, and the way there and back."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from annotator.domain.values import LanguageRange
from annotator.formats import sentences, words
from annotator.formats.records import Boundaries
from annotator.formats.tokens import all_words, beginnings

TOOL = f"{sentences.VERSION}; {words.VERSION}"

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def found_in(text: str, languages: Sequence[LanguageRange]) -> Boundaries:
    """By the rules of today."""
    ranges = languages or ((LanguageRange(0, len(text), "und"),) if text else ())
    cuts = [start for start, _ in all_words(text, ranges) if start and not text[start - 1].isspace()]
    return Boundaries(TOOL, tuple(beginnings(text, ranges, ())), tuple(cuts))


def packed(found: Boundaries) -> str:
    """Two lines of numbers, each counted from the one before."""
    return "\n".join([" ".join(map(_written, _steps(each))) for each in (found.sentences, found.cuts)])


def unpacked(tool: str, written: str) -> Boundaries:
    """What ``packed`` was given."""
    begin, cut = (tuple(accumulate([int(step, 36) for step in line.split()])) for line in written.split("\n"))
    return Boundaries(tool, begin, cut)


def _steps(numbers: Iterable[int]) -> list[int]:
    found = list(numbers)
    return [found[0], *(other - one for one, other in pairwise(found))] if found else []


def _written(number: int) -> str:
    digits = ""
    while number >= 36:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return _DIGITS[number] + digits
