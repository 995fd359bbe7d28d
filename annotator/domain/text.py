"""Texts and stretches of them."""

from collections.abc import Iterator, Sequence

from annotator.domain.refusals import Refusal


class TextNotClean(Refusal):
    """The text holds what cannot stand in it: NUL, a lone surrogate, CR or a leading byte order mark."""


def check_clean(text: str) -> None:
    """Refuse a text that an importer should have cleaned; ``clean`` does it.

    Raises:
        TextNotClean: with the first offset, in code points.
    """
    if text.startswith("\ufeff"):
        raise TextNotClean(character="U+FEFF", offset=0, pointer="/text")
    for found in ("\x00", "\r"):
        if found in text:
            raise TextNotClean(character=f"U+{ord(found):04X}", offset=text.index(found), pointer="/text")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise TextNotClean(
            character=f"U+{ord(text[error.start]):04X}", offset=error.start, pointer="/text"
        ) from None


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def quote(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """What the spans say: their stretches joined by one space."""
    return " ".join(text[start:end] for start, end in spans)


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Lines of the text that are not blank, as half-open ranges without their line end."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1
