"""Text without case, accents and other differences of writing, each of its characters with its place in the text."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LIKE = str.maketrans(
    {
        # Apostrophes, hyphens and dashes are told apart by keyboards, not by readers.
        **dict.fromkeys("\u2018\u2019\u02bc\u02bb\u02bf\u02be`\u00b4\u2032", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212_", "-"),
        # Arabic: carriers of a hamza and final forms that names are written with, or without.
        "\u0649": "\u064a",
        "\u0629": "\u0647",
        "\u06cc": "\u064a",
        "\u06a9": "\u0643",
        "\u0671": "\u0627",
    }
)
_NOTHING = frozenset("\u0640\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\ufeff")


@dataclass(frozen=True, slots=True)
class Folded:
    """``places[n]`` is the offset in the source of the folded text's character ``n``; one more stands for the end."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source's stretch that became ``text[start:end]``, with the marks that belong to its last letter."""
        return self.places[start], self.places[end]


def folded(source: str) -> Folded:
    """White space becomes one space, hyphens become spaces, case and combining marks go, as do invisible characters."""
    out: list[str] = []
    places: list[int] = []
    for at, character in enumerate(source):
        for piece in _piece(character):
            if piece == " " and out and out[-1] == " ":
                continue
            out.append(piece)
            places.append(at)
    places.append(len(source))
    return Folded("".join(out), tuple(places))


def folded_text(source: str) -> str:
    """The folded text alone, trimmed: how names are compared."""
    return folded(source).text.strip()


@lru_cache(maxsize=20_000)
def _piece(character: str) -> str:
    if character in _NOTHING:
        return ""
    if character.isspace():
        return " "
    parts = unicodedata.normalize("NFKD", character.casefold()).translate(_LIKE)
    return "".join(
        " " if each in "- " else each
        for each in parts
        if not unicodedata.combining(each) and each not in _NOTHING
    )
