"""Which part of a data set a document goes to: by the hash of its group, so that copies never part.

A group is what a field of the metadata says, or else the documents whose words are nearly the same. The same
documents give the same parts, whatever their order; a new document moves others only where it joins two groups.
"""

import re
from array import array
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b, sha256
from typing import Any, Protocol

import numpy as np

VERSION = "splits 1"

_WORD = re.compile(r"\w+")
_BANDS, _ROWS = 8, 3  # texts of which eight runs of words in ten are the same meet in a band with p > .99
_LONGEST = 20_000  # words that are looked at
_PRIME = (1 << 31) - 1
_SHINGLE = 3  # words


class Weights(Protocol):
    """Shares of the parts."""

    train: float
    validation: float
    test: float


class Groups:
    """Documents joined where one of their keys is the same; remembers some numbers for each document."""

    def __init__(self, *, near: bool) -> None:
        self._near = near
        self._parent: array[int] = array("q")
        self._hash: list[bytes] = []  # the least of the group
        self._met: dict[int, int] = {}

    def add(self, text: str, group: Any = None) -> None:
        """The next document; ``group`` is what its metadata say."""
        number = len(self._parent)
        self._parent.append(number)
        if group is not None:
            keys = [sha256(f"group\0{group}".encode()).digest()]
        else:
            words = _WORD.findall(text.casefold())
            keys = [sha256("\0".join(words).encode() if words else text.encode()).digest()]
            keys += _bands(words) if self._near else []
        self._hash.append(keys[0])
        for key in keys:
            other = self._met.setdefault(int.from_bytes(key[:8], "big"), number)
            self._join(number, other)

    def of(self, number: int) -> bytes:
        """The hash of a document's group."""
        return self._hash[self._root(number)]

    def _join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        if one == other:
            return
        least = min(self._hash[one], self._hash[other])
        self._parent[max(one, other)] = min(one, other)
        self._hash[min(one, other)] = least

    def _root(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number


def part(group: bytes, shares: Sequence[tuple[str, float]], seed: str) -> str:
    """The part that a group goes to: its hash is a number between 0 and 1, which falls into one of the shares."""
    digest = sha256(seed.encode() + b"\0" + group).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64 * sum(share for _, share in shares)
    for name, share in shares:
        if place < share:
            return name
        place -= share
    return next(name for name, share in reversed(shares) if share > 0)


def _bands(words: list[str]) -> list[bytes]:
    """Keys of which two texts that are nearly the same share at least one: MinHash over runs of words."""
    words = words[:_LONGEST]
    if len(words) < 2 * _SHINGLE:
        return []
    hashes = np.array([_of_word(word) for word in words], dtype=np.uint64)
    runs = hashes[:-2] * np.uint64(1_000_003) ^ hashes[1:-1] * np.uint64(8_191) ^ hashes[2:]
    runs %= np.uint64(_PRIME)
    factors, addends = _permutations()
    least = np.full(_BANDS * _ROWS, _PRIME, dtype=np.uint64)
    for start in range(0, len(runs), 2_000):  # some megabytes at once
        some = (np.outer(factors, runs[start : start + 2_000]) + addends[:, None]) % np.uint64(_PRIME)
        least = np.minimum(least, some.min(axis=1))
    rows = least.reshape(_BANDS, _ROWS)
    return [sha256(bytes([number]) + row.tobytes()).digest() for number, row in enumerate(rows)]


@cache
def _permutations() -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    numbers = [
        int.from_bytes(sha256(f"palimpsest {number}".encode()).digest()[:4], "big") % (_PRIME - 1) + 1
        for number in range(2 * _BANDS * _ROWS)
    ]
    return np.array(numbers[::2], dtype=np.uint64), np.array(numbers[1::2], dtype=np.uint64)


def _of_word(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big")
