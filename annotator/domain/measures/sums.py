"""What documents add to measures of agreement: every measure here is a function of sums over documents.

So an interval is one product of matrices: the bootstrap draws documents, and a draw is a row of weights.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from annotator.domain.measures.result import Reason, Result, Undefined, Value
from annotator.domain.measures.spans import FEWEST, SAMPLES, Matching

Floats = NDArray[np.float64]
Pair = tuple[str, str]
"""Two annotators, in order."""

AT_ONCE = 250
"""Draws that are in memory together."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Of two annotators in one document: marks that match exactly, by half, and all they made together."""

    exact: int
    half: int
    made: int


@dataclass(frozen=True, slots=True)
class Named:
    """Values that annotators gave to the items of one document.

    ``pairs``: how often the first gave one value where the second gave another. ``totals``: how often each value
    was given to items with two answers or more, ``disagreed`` is Krippendorff's sum over these items. ``even``: by
    the number of answers the sum of Fleiss's agreement, the items, and how often each value was given.
    """

    pairs: Mapping[Pair, Mapping[tuple[str, str], int]]
    totals: Mapping[str, float]
    disagreed: float
    even: Mapping[int, tuple[float, int, Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class Disorder:
    """Disorder observed and expected by chance; ``bound`` and ``least`` are what they are at least."""

    observed: float
    expected: float
    bound: float
    least: float


@dataclass(frozen=True, slots=True)
class Part:
    """What one document says of one thing that is measured. What is None cannot be told of it."""

    marks: Mapping[Pair, Matched] = field(default_factory=dict)
    named: Named | None = None
    unitized: Disorder | None = None
    gamma: Disorder | None = None


ValuesOf = Callable[[Floats], Floats]
"""From weights ``[draw, document]`` to the measure by draw, NaN where it has no value."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How intervals are drawn. ``fewest`` documents are needed for a value; ``samples`` 0 draws none."""

    seed: int
    samples: int = SAMPLES
    fewest: int = FEWEST


def measured(values_of: ValuesOf | None, documents: int, drawn: Drawn, *, lacking: Reason) -> Result:
    """The measure over some documents with its interval; ``lacking`` says why where it has no value."""
    if values_of is None or not documents:
        return Undefined("nothing_in_common")
    if documents < drawn.fewest:
        return Undefined("too_few_documents")
    value = float(values_of(np.ones((1, documents)))[0])
    if np.isnan(value):
        return Undefined(lacking)
    if not drawn.samples or documents < FEWEST:
        return Value(value, documents)
    low, high = np.nanquantile(_spread(values_of, documents, drawn), (0.025, 0.975))
    return Value(value, documents, float(low), float(high))


def _spread(values_of: ValuesOf, documents: int, drawn: Drawn) -> Floats:
    rng = np.random.default_rng(drawn.seed)
    even = np.full(documents, 1.0 / documents)
    sizes = [min(AT_ONCE, drawn.samples - at) for at in range(0, drawn.samples, AT_ONCE)]
    return np.concatenate(
        [values_of(rng.multinomial(documents, even, size=size).astype(np.float64)) for size in sizes]
    )


def f1(parts: Sequence[Part], matching: Matching) -> ValuesOf | None:
    """The mean of the pairs' F1."""
    pairs = _pairs(part.marks for part in parts)
    if not pairs:
        return None
    hits, made = np.zeros((len(pairs), len(parts))), np.zeros((len(pairs), len(parts)))
    for n, part in enumerate(parts):
        for pair, found in part.marks.items():
            hits[pairs[pair], n] = getattr(found, matching)
            made[pairs[pair], n] = found.made

    return lambda weights: _mean(_ratio(2.0 * (weights @ hits.T), weights @ made.T))


def kappa(parts: Sequence[Part]) -> ValuesOf | None:
    """The mean of the pairs' kappa after Cohen."""
    told = [part.named.pairs if part.named else {} for part in parts]
    pairs = _pairs(told)
    if not pairs:
        return None
    values = _numbered(value for each in told for cells in each.values() for cell in cells for value in cell)
    shape = (len(pairs), len(values), len(parts))
    same, ones, others = np.zeros((len(pairs), len(parts))), np.zeros(shape), np.zeros(shape)
    for n, each in enumerate(told):
        for pair, cells in each.items():
            for (one, other), count in cells.items():
                ones[pairs[pair], values[one], n] += count
                others[pairs[pair], values[other], n] += count
                same[pairs[pair], n] += count if one == other else 0

    def values_of(weights: Floats) -> Floats:
        total = weights @ ones.sum(axis=1).T
        chance: Floats = np.zeros_like(total)
        for value in range(len(values)):
            chance += (weights @ ones[:, value].T) * (weights @ others[:, value].T)
        observed, expected = _ratio(weights @ same.T, total), _ratio(chance, total * total)
        return _mean(_ratio(observed - expected, 1.0 - expected))

    return values_of


def alpha(parts: Sequence[Part]) -> ValuesOf | None:
    """Krippendorff's alpha for nominal values."""
    told = [part.named for part in parts]
    if not any(each and each.totals for each in told):
        return None
    totals = _table([each.totals if each else {} for each in told])
    disagreed = np.array([each.disagreed if each else 0.0 for each in told])

    def values_of(weights: Floats) -> Floats:
        by_value = weights @ totals
        total = by_value.sum(axis=1)
        return 1.0 - _ratio((weights @ disagreed) * (total - 1.0), total * total - (by_value**2).sum(axis=1))

    return values_of


def fleiss(parts: Sequence[Part]) -> ValuesOf | None:
    """Fleiss's kappa, of the items with that number of answers which most items have."""
    counts: dict[int, int] = {}
    for part in parts:
        for raters, (_, items, _) in (part.named.even if part.named else {}).items():
            counts[raters] = counts.get(raters, 0) + items
    if not counts:
        return None
    most = min(counts, key=lambda raters: (-counts[raters], raters))
    nothing: tuple[float, int, Mapping[str, float]] = (0.0, 0, {})
    told = [part.named.even.get(most, nothing) if part.named else nothing for part in parts]
    agreed, of_items = np.array([each[0] for each in told]), np.array([float(each[1]) for each in told])
    totals = _table([each[2] for each in told])

    def values_of(weights: Floats) -> Floats:
        by_value = weights @ totals
        observed = _ratio(weights @ agreed, weights @ of_items)
        expected = _ratio((by_value**2).sum(axis=1), by_value.sum(axis=1) ** 2)
        return _ratio(observed - expected, 1.0 - expected)

    return values_of


def ordered(disorders: Sequence[Disorder | None]) -> ValuesOf | None:
    """One minus the disorder observed over that expected by chance, both summed over the documents."""
    if not any(disorders):
        return None
    observed = np.array([each.observed if each else 0.0 for each in disorders])
    expected = np.array([each.expected if each else 0.0 for each in disorders])
    return lambda weights: 1.0 - _ratio(weights @ observed, weights @ expected)


def bounds(disorders: Sequence[Disorder | None]) -> tuple[float, float] | None:
    """Between what the value of ``ordered`` surely lies, where alignments could not be proven best."""
    told = [each for each in disorders if each]
    expected, least = sum(each.expected for each in told), sum(each.least for each in told)
    if expected <= 0.0 or least <= 0.0:
        return None
    observed, bound = sum(each.observed for each in told), sum(each.bound for each in told)
    return 1.0 - observed / least, 1.0 - bound / expected


def _pairs(told: Iterable[Mapping[Pair, object]]) -> dict[Pair, int]:
    return {pair: n for n, pair in enumerate(sorted({pair for each in told for pair in each}))}


def _numbered(values: Iterable[str]) -> dict[str, int]:
    return {value: n for n, value in enumerate(sorted(set(values)))}


def _table(told: Sequence[Mapping[str, float]]) -> Floats:
    values = _numbered(value for each in told for value in each)
    table = np.zeros((len(told), len(values)))
    for n, each in enumerate(told):
        for value, count in each.items():
            table[n, values[value]] = count
    return table


def _ratio(above: Floats, below: Floats) -> Floats:
    """NaN where there is nothing to divide by; what differs from it by rounding alone counts as nothing."""
    some = below > 1e-12
    return np.where(some, above / np.where(some, below, 1.0), np.nan)


def _mean(values: Floats) -> Floats:
    """By row, of those that are there."""
    told = ~np.isnan(values)
    return _ratio(np.where(told, values, 0.0).sum(axis=1), told.sum(axis=1).astype(np.float64))
