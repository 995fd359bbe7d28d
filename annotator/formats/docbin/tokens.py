"""A text as spaCy tokens: by the tokenizer of each passage's language, cut where an annotation begins or
ends.

So every span is made of whole tokens and ``Doc.char_span`` never answers None.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from annotator.domain.values import LanguageRange
from annotator.formats.records import DocumentRecord, Span
from annotator.formats.tokens import words

ANY_LANGUAGE = "xx"


@dataclass(slots=True)
class Tokens:
    """Three lists of one length: code points where tokens start and end, and whether one space follows."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    spaces: list[bool] = field(default_factory=list)

    def within(self, span: Span) -> Span:
        """Indices of the tokens that make up a span whose edges were cut."""
        return bisect_left(self.starts, span[0]), bisect_left(self.ends, span[1]) + 1

    def words(self, text: str) -> list[str]:
        return [text[start:end] for start, end in zip(self.starts, self.ends, strict=True)]


def tokens(text: str, languages: Sequence[LanguageRange], spans: Iterable[Span]) -> Tokens:
    """Tokens and the spaces that follow them, which together are the text."""
    found = Tokens()
    for part in languages or [LanguageRange(0, len(text), ANY_LANGUAGE)]:
        _add(found, _doc(text[part.start : part.end], part.lang), part.start)
    return _cut(found, spans)


def stored_tokens(document: DocumentRecord, spans: Iterable[Span]) -> Tokens:
    """The same of the words that were written down with the text; white space is a token but for one space behind."""
    found, place = Tokens(), 0
    for start, end in [*words(document, ()), (len(document.text), len(document.text))]:
        if found.starts and document.text.startswith(" ", place) and place < start:
            found.spaces[-1], place = True, place + 1
        for one, other in ((place, start), (start, end)):
            if one < other:
                _insert(found, len(found.starts), (one, other), space=False)
        place = end
    return _cut(found, spans)


def _cut(found: Tokens, spans: Iterable[Span]) -> Tokens:
    for start, end in spans:
        _begin_at(found, start)
        _end_at(found, end)
    return found


def _add(found: Tokens, doc: Doc, offset: int) -> None:
    for start, length, space in doc.to_array(["IDX", "LENGTH", "SPACY"]).tolist():
        found.starts.append(offset + start)
        found.ends.append(offset + start + length)
        found.spaces.append(bool(space))


def _begin_at(found: Tokens, place: int) -> None:
    index = bisect_right(found.starts, place) - 1
    if place < found.ends[index]:
        _split(found, index, place)
    else:
        _free_space(found, index)


def _end_at(found: Tokens, place: int) -> None:
    index = bisect_left(found.starts, place) - 1
    if place < found.ends[index]:
        _split(found, index, place)
    elif place > found.ends[index]:
        _free_space(found, index)


def _split(found: Tokens, index: int, place: int) -> None:
    start, end, space = found.starts[index], found.ends[index], found.spaces[index]
    if start < place < end:
        found.ends[index], found.spaces[index] = place, False
        _insert(found, index + 1, (place, end), space=space)


def _free_space(found: Tokens, index: int) -> None:
    """The space after a token becomes a token: a span begins or ends with it."""
    found.spaces[index] = False
    _insert(found, index + 1, (found.ends[index], found.ends[index] + 1), space=False)


def _insert(found: Tokens, index: int, token: Span, *, space: bool) -> None:
    found.starts.insert(index, token[0])
    found.ends.insert(index, token[1])
    found.spaces.insert(index, space)


def _doc(text: str, language: str) -> Doc:
    doc = pipeline(language).make_doc(text)
    return doc if doc.text == text else pipeline(ANY_LANGUAGE).make_doc(text)


@cache
def pipeline(language: str) -> Language:
    """spaCy's blank pipeline for a language tag; for any language where spaCy or its helper package
    has none.
    """
    try:
        return spacy.blank(language.split("-", 1)[0].lower())
    except ImportError:
        return spacy.blank(ANY_LANGUAGE)


def forget() -> None:
    """Let go of every word seen: spaCy's vocabularies only grow."""
    pipeline.cache_clear()
