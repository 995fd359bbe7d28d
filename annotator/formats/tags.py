"""Tags of words, one each: B begins a mention, I goes on; in BIOES also E ends one and S is one of a single word."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

OUTSIDE = frozenset({"O", "_", "-", ""})


class Scheme(StrEnum):
    BIO = "bio"  # IOB2: every mention begins with B
    BIOES = "bioes"


class Mention(NamedTuple):
    first: int
    end: int  # after its last word
    label: str


def tags(
    words: int, label: str, scheme: Scheme, *, goes_on: bool = False, goes_forth: bool = False
) -> list[str]:
    """Tags of a stretch of a mention, which may have begun before it and may end after it."""
    name = "_".join(label.split())
    found = [f"I-{name}"] * words
    if words and not goes_on:
        found[0] = f"B-{name}"
    if words and scheme is Scheme.BIOES and not goes_forth:
        found[-1] = f"{'E' if words > 1 or goes_on else 'S'}-{name}"
    return found


def mentions(found: Sequence[str]) -> list[Mention]:
    """The mentions that tags tell, whatever the scheme: IOB1, IOB2, BIOES, BILOU, or labels alone."""
    result: list[Mention] = []
    first, label = 0, ""
    for place, tag in enumerate([*found, "O"]):
        prefix, name = split(tag)
        if label and (prefix in "OBSU" or name != label):
            result.append(Mention(first, place, label))
            label = ""
        if prefix != "O" and not label:
            first, label = place, name
        if prefix in "ESLU" and label:
            result.append(Mention(first, place + 1, label))
            label = ""
    return result


def split(tag: str) -> tuple[str, str]:
    """Prefix and label; ``I`` for a label alone, ``O`` for none."""
    if tag in OUTSIDE:
        return "O", ""
    if len(tag) > 2 and tag[0] in "BIESLUM" and tag[1] in "-_":
        return ("I" if tag[0] == "M" else tag[0]), tag[2:]
    return "I", tag
