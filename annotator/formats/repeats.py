"""Sentences that an article says twice, whatever their case, marks and white space: a copy's traces, or an editor's slip."""

from collections.abc import Sequence
from itertools import pairwise

from annotator.domain.copies import words_of_text
from annotator.domain.values import LanguageRange
from annotator.formats.records import Span
from annotator.formats.tokens import beginnings

LEAST_WORDS = 4
"""Of shorter ones ("He agreed.", a byline) nobody wonders that they come again."""


def repeated_sentences(text: str, languages: Sequence[LanguageRange]) -> list[tuple[Span, ...]]:
    """The places of each sentence that stands more than once, without white space around; in order of the first."""
    places: dict[str, list[Span]] = {}
    ranges = languages or (LanguageRange(0, len(text), "und"),)
    for start, end in pairwise([*beginnings(text, ranges, ()), len(text)]):
        said = text[start:end]
        words = words_of_text(said)
        if len(words) >= LEAST_WORDS:
            first = start + len(said) - len(said.lstrip())
            places.setdefault(" ".join(words), []).append((first, first + len(said.strip())))
    return [tuple(found) for found in places.values() if len(found) > 1]
