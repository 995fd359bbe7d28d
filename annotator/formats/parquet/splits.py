"""Which part of a data set a document goes to: by the hash of its group, so that copies never part.

A group is what a field of the metadata says, or else the documents that are copies of each other, as the list of
documents groups them (`domain/copies.py`). The same documents give the same parts; a new one moves others only where it
joins two groups.
"""

from array import array
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Protocol

from annotator.domain.copies import Copies, Signature, signature_of, words_of_text

VERSION = "splits 2, copies 1"


class Weights(Protocol):
    """Shares of the parts."""

    train: float
    validation: float
    test: float


class Groups:
    """Documents joined where one of their keys is the same, or where one is a copy of another."""

    def __init__(self, *, near: bool) -> None:
        self._near = near
        self._parent: array[int] = array("q")
        self._hash: list[bytes] = []  # the least of the group
        self._met: dict[int, int] = {}
        self._copies = Copies()

    def add(self, text: str, group: Any = None) -> None:
        """The next document; ``group`` is what its metadata say."""
        number = len(self._parent)
        self._parent.append(number)
        found: Signature | None = None
        if group is not None:
            key = sha256(f"group\0{group}".encode()).digest()
        else:
            words = words_of_text(text)
            key = sha256("\0".join(words).encode() if words else text.encode()).digest()
            found = signature_of(words) if self._near else None
        self._hash.append(key)
        self._join(number, self._met.setdefault(int.from_bytes(key[:8], "big"), number))
        for other, _ in self._copies.add(found):
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
