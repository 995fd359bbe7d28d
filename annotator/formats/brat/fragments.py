"""Stretches as brat can hold them: inside one line each, in order."""

from collections.abc import Sequence

from annotator.formats.records import Span


def fragments(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans cut at every line end, which belongs to no fragment; blank lines are left out."""
    found = []
    for start, end in spans:
        for piece_start, piece_end in _lines(text, start, end):
            if text[piece_start:piece_end].strip():
                found.append((piece_start, piece_end))
    return tuple(found)


def joined(text: str, pieces: Sequence[Span]) -> tuple[Span, ...]:
    """The fragments with those made one again between which only white space with a line end stands."""
    found: list[Span] = []
    for start, end in pieces:
        gap = text[found[-1][1] : start] if found else ""
        if gap.isspace() and "\n" in gap:
            start = found.pop()[0]
        found.append((start, end))
    return tuple(found)


def kept(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans as they come back."""
    return joined(text, fragments(text, spans))


def _lines(text: str, start: int, end: int) -> list[Span]:
    found = []
    while (at := text.find("\n", start, end)) >= 0:
        found.append((start, at))
        start = at + 1
    return [*found, (start, end)]
