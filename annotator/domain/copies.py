"""Near-duplicates: texts that were copied, syndicated or slightly edited are told by the runs of words they share.

Two texts are copies when the signatures agree on ``ALIKE`` of their places, which is about the share of the runs of
three words that both have (one-permutation MinHash). Whom a text is compared with is told by its bands: the first
document that had the same one. So a document costs the same however many there are, and the groups follow from the
documents in the order of their import alone.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np

ALIKE = 0.6
"""Share of the runs of words from which on texts are copies: one word in twelve was changed, or a third was added."""

VERSION = "copies 1"

_PLACES = 64  # numbers of a signature
_BANDS, _ROWS = 8, 3  # of texts of which eight runs in ten are the same, .997 meet; of unrelated ones, 1e-6
_RUN = 3  # words
_LONGEST = 20_000  # words that are looked at
# Ideographs and kana are written without spaces, so each is a word.
_IDEOGRAPHS = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[^\W{_IDEOGRAPHS}]+|[{_IDEOGRAPHS}]")

Signature = bytes
"""64 numbers of 32 bits, little endian."""


def words_of_text(text: str) -> list[str]:
    """The words as copies are compared by them: without case, marks and line ends."""
    return _WORD.findall(text.casefold())[:_LONGEST]


def signature(text: str) -> Signature | None:
    """What tells the text from others, in 256 bytes; None for a text without words."""
    return signature_of(words_of_text(text))


def signature_of(words: Sequence[str]) -> Signature | None:
    """The same of words that are known already."""
    if not words:
        return None
    told = np.array([crc32(word.encode("utf-8", "surrogatepass")) for word in words], dtype=np.uint64)
    if len(told) < _RUN:
        told = np.resize(told, _RUN)
    mixed = _mixed(
        told[:-2] * np.uint64(0x9E3779B97F4A7C15)
        + told[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F)
        + told[2:] * np.uint64(0x165667B19E3779F9)
    )
    mixed.sort()
    # A run belongs to the place that its upper bits say; of the runs there the least counts.
    homes = mixed >> np.uint64(58)
    first = np.searchsorted(homes, np.arange(_PLACES, dtype=np.uint64))
    found = homes[np.minimum(first, len(mixed) - 1)] == np.arange(_PLACES, dtype=np.uint64)
    least = (mixed[np.minimum(first, len(mixed) - 1)] >> np.uint64(26)).astype("<u4")
    for place in np.flatnonzero(~found):
        order = _borrowing()[place]
        least[place] = least[order[found[order]][0]]
    return least.tobytes()


def alike(one: Signature, other: Signature) -> float:
    """About the share of runs of words that two texts have in common, 0 to 1."""
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


def bands(found: Signature) -> list[int]:
    """Numbers of 63 bits: texts that are nearly the same share at least one of them."""
    rows = np.frombuffer(found, "<u4")[: _BANDS * _ROWS].astype(np.uint64).reshape(_BANDS, _ROWS)
    factors = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
    numbers = np.arange(1, _BANDS + 1, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    keys = _mixed((rows * factors).sum(axis=1, dtype=np.uint64) + numbers) >> np.uint64(1)
    return [int(key) for key in keys]


class Joined:
    """Numbers that belong together; each group is called by its least."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def join(self, one: int, other: int) -> None:
        """Both belong to the same group from now on."""
        one, other = self.of(one), self.of(other)
        if one != other:
            self._parent[max(one, other)] = min(one, other)

    def of(self, number: int) -> int:
        """The least number of its group."""
        while (parent := self._parent.get(number, number)) != number:
            self._parent[number] = self._parent.get(parent, parent)
            number = parent
        return number


class Copies:
    """Documents in the order of their import, while they come in; memory: about 1 KB each."""

    def __init__(self) -> None:
        self._leaders: dict[int, int] = {}
        self._signatures: list[Signature | None] = []
        self.joined = Joined()

    def add(self, found: Signature | None) -> list[tuple[int, float]]:
        """The next document: the numbers, counted from 0, of those it is a copy of, with how alike they are."""
        number = len(self._signatures)
        self._signatures.append(found)
        if found is None:
            return []
        leaders = {self._leaders.setdefault(band, number) for band in bands(found)} - {number}
        alikes = [(leader, alike(found, self._signatures[leader] or b"")) for leader in sorted(leaders)]
        copied = [(leader, share) for leader, share in alikes if share >= ALIKE]
        for leader, _ in copied:
            self.joined.join(number, leader)
        return copied

    def __len__(self) -> int:
        return len(self._signatures)


def _mixed(numbers: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Each bit of the result hangs on each bit that was given."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray[Any, Any] = numbers ^ (numbers >> np.uint64(31))
    return mixed


@cache
def _borrowing() -> "np.ndarray[Any, Any]":
    """For each place without a run of its own, the places that it takes one from, in order."""
    numbers = np.arange(_PLACES * _PLACES, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1)
    order: np.ndarray[Any, Any] = np.argsort(_mixed(numbers).reshape(_PLACES, _PLACES), axis=1, kind="stable")
    return order
