"""Forward and backward over many chains at once: exact sums over all label sequences."""

from typing import NamedTuple

import numpy as np

from annotator.domain.aggregation.arrays import Floats, Ints


class Steps(NamedTuple):
    """Chains of tokens, one step of all of them after the other. ``order[step]`` are the tokens, those of the
    longest chains first, so that a step's tokens follow the first ones of the step before."""

    order: tuple[Ints, ...]
    tokens: int


class Sums(NamedTuple):
    """By token and label, and ``scale`` by token. ``forward * backward`` are the labels' probabilities."""

    forward: Floats
    backward: Floats
    scale: Floats
    total: float


def steps(first: Ints) -> Steps:
    """Chains from where each begins, with the end of all."""
    lengths = np.diff(first)
    by_length = np.argsort(-lengths, kind="stable")
    counts = np.searchsorted(-lengths[by_length], -np.arange(int(lengths.max(initial=0))), side="left")
    begins = first[:-1][by_length]
    return Steps(tuple(begins[:count] + n for n, count in enumerate(counts.tolist())), int(first[-1]))


def sums(emission: Floats, start: Floats, move: Floats, over: Steps) -> Sums:
    """``emission[token, label]`` and ``move[from, to]`` are likelihoods, ``start[label]`` those of a first."""
    forward, backward = np.empty_like(emission), np.empty_like(emission)
    scale = np.ones(over.tokens)
    before: Floats = np.broadcast_to(start, (len(over.order[0]) if over.order else 0, len(start)))
    for n, tokens in enumerate(over.order):
        reached = before if n == 0 else _times(before[: len(tokens)], move)
        reached = reached * emission[tokens]
        scale[tokens] = reached.sum(axis=1)
        before = reached / scale[tokens][:, None]
        forward[tokens] = before
    after: Floats = np.zeros((0, emission.shape[1]))
    for tokens in reversed(over.order):
        here = np.ones((len(tokens), emission.shape[1]))
        here[: len(after)] = after
        backward[tokens] = here
        after = _times(here * emission[tokens] / scale[tokens][:, None], move.T)
    return Sums(forward, backward, scale, float(np.log(scale).sum()))


def _times(rows: Floats, matrix: Floats) -> Floats:
    # Column by column, because BLAS may add in another order on another machine.
    result = rows[:, :1] * matrix[:1]
    for n in range(1, len(matrix)):
        result += rows[:, n : n + 1] * matrix[n : n + 1]
    return np.asarray(result)


def moves(emission: Floats, move: Floats, found: Sums, over: Steps) -> Floats:
    """How often each label follows each, expected."""
    counts = np.zeros_like(move)
    for before, tokens in zip(over.order, over.order[1:], strict=False):
        came = found.forward[before[: len(tokens)]]
        goes = found.backward[tokens] * emission[tokens] / found.scale[tokens][:, None]
        counts += np.einsum("ni,nj->ij", came, goes, optimize=False)
    return np.asarray(counts * move)
