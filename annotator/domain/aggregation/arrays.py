"""Array types, and the few operations on ragged arrays that several modules share."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def ints(values: object) -> Ints:
    """As an array of whole numbers."""
    return np.asarray(values, dtype=np.int64)


def starts_of(counts: Ints) -> Ints:
    """Where each of the runs with these lengths starts, and where the last one ends."""
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))


def runs(first: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """The numbers ``first[i], first[i] + 1, …`` (``counts[i]`` of them) one after another, and each one's i."""
    owner = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(owner)) - np.repeat(starts_of(counts)[:-1], counts)
    return first[owner] + within, owner


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), for any x."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, small) / (1.0 + small))


def logit(p: Floats, *, limit: float = 1e-9) -> Floats:
    """log(p / (1 - p)), with p kept ``limit`` away from 0 and 1."""
    kept = np.clip(p, limit, 1.0 - limit)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def sums(index: Ints, weights: Floats, size: int) -> Floats:
    """Sums of weights by index, added in order, so that the last bit is always the same."""
    return np.asarray(np.bincount(index, weights=weights, minlength=size), dtype=np.float64)


def ranks(keys: tuple[Ints, ...]) -> tuple[Ints, Ints]:
    """The order that sorts by the first key, then the second and so on; and the dense rank of every row."""
    size = len(keys[0])
    order = _order(keys)
    new = np.zeros(size, dtype=np.bool_)
    for key in keys:
        ordered = key[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.cumsum(new)
    return order, rank


def _order(keys: tuple[Ints, ...]) -> Ints:
    """By one packed number where that fits, which is several times faster than key by key."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64)
    bases = [int(key.min()) for key in keys]
    widths = [int(key.max()) - base + 1 for key, base in zip(keys, bases, strict=True)]
    span = 1
    for width in widths:
        span *= width
    if span >= 2**62:
        return np.lexsort(keys[::-1])
    packed = np.zeros(len(keys[0]), dtype=np.int64)
    for key, base, width in zip(keys, bases, widths, strict=True):
        packed *= width
        packed += key - base
    return np.argsort(packed, kind="stable")
