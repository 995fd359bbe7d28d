"""Stretches as brat can hold them: inside one line each, in order."""

from collections.abc import Sequence

from annotator.formats.records import Span


def fragments(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans cut at every line end, which belongs to no fragment."""
    found = []
    for start, end in spans:
        for piece_start, piece_end in _lines(text, start, end):
            if piece_start < piece_end:
                found.append((piece_start, piece_end))
    return tuple(found)


def joined(text: str, pieces: Sequence[Span]) -> tuple[Span, ...]:
    """The fragments with those made one again between which nothing but line ends stands."""
    found: list[Span] = []
    for start, end in pieces:
        if found and found[-1][1] < start and not text[found[-1][1] : start].strip("\n"):
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
