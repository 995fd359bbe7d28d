"""Texts: what may stand in one, and what its stretches say. Offsets count Unicode code points."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import compile as pattern

from annotator.domain.refusals import Refusal

_SURROGATE = pattern("[\ud800-\udfff]")
_BYTE_ORDER_MARK = "\ufeff"


class TextNotClean(Refusal):
    """The text holds what cannot stand in it: NUL, a lone surrogate, CR or a leading byte order mark."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text fit to be stored. ``removed`` are the offsets, in the source, of what was left out, in order.

    ``line_ends`` counts the CR and CRLF that became LF.
    """

    text: str
    removed: tuple[int, ...] = ()
    byte_order_mark: bool = False
    line_ends: int = 0

    def offset(self, source: int) -> int:
        """Where an offset in the source is in the clean text."""
        return source - bisect_left(self.removed, source)


def clean(source: str) -> Cleaned:
    """The text without byte order mark and with LF line ends; nothing else changes, accents stay as composed.

    Raises:
        TextNotClean: there is a NUL or a lone surrogate, which no database and no file can hold.
    """
    _refuse(source, "\x00")
    _refuse_surrogates(source)
    mark = source.startswith(_BYTE_ORDER_MARK)
    removed = [0] if mark else []
    at = source.find("\r\n")
    while at >= 0:
        removed.append(at)
        at = source.find("\r\n", at + 2)
    text = source.removeprefix(_BYTE_ORDER_MARK) if mark else source
    line_ends = source.count("\r")
    return Cleaned(text.replace("\r\n", "\n").replace("\r", "\n"), tuple(removed), mark, line_ends)


def check_clean(text: str) -> None:
    """Refuse a text that ``clean`` would have changed: its offsets would not be the sender's.

    Raises:
        TextNotClean: with the first offset, in code points.
    """
    if text.startswith(_BYTE_ORDER_MARK):
        raise TextNotClean(character="U+FEFF", offset=0, pointer="/text")
    _refuse(text, "\x00")
    _refuse(text, "\r")
    _refuse_surrogates(text)


def _refuse(text: str, character: str) -> None:
    at = text.find(character)
    if at >= 0:
        raise TextNotClean(character=f"U+{ord(character):04X}", offset=at, pointer="/text")


def _refuse_surrogates(text: str) -> None:
    if found := _SURROGATE.search(text):
        raise TextNotClean(character=f"U+{ord(found[0]):04X}", offset=found.start(), pointer="/text")


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def quote(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """What the spans say: their stretches joined by one space."""
    return " ".join([text[start:end] for start, end in spans])


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Lines of the text that are not blank, as half-open ranges without their line end."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1
