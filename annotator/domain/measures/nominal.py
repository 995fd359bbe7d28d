"""Agreement on which of several values a thing has: Cohen's and Fleiss's kappa, Krippendorff's alpha."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotator.domain.measures.result import Result, Undefined, Value

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MISSING = -1
"""In a table of values: not answered."""


def confusion(one: Ints, other: Ints, *, values: int) -> Ints:
    """How often one said the row's value where the other said the column's. Missing answers are left out."""
    both = (one != MISSING) & (other != MISSING)
    cells = np.bincount(one[both] * values + other[both], minlength=values * values)
    return cells.reshape(values, values)


def cohen(table: Ints) -> Result:
    """Cohen's kappa from a confusion table."""
    total = int(table.sum())
    if not total:
        return Undefined("nothing_in_common")
    observed = float(np.trace(table)) / total
    expected = float((table.sum(axis=0) / total * (table.sum(axis=1) / total)).sum())
    if expected >= 1.0:
        return Undefined("no_variation")
    return Value((observed - expected) / (1.0 - expected), total)


def fleiss(counts: Ints) -> Result:
    """Fleiss's kappa; ``counts[item, value]`` is how many gave the value. Every item has as many answers.

    Raises:
        ValueError: items differ in the number of their answers.
    """
    if not len(counts):
        return Undefined("nothing_in_common")
    raters = counts.sum(axis=1)
    if (raters != raters[0]).any():
        raise ValueError("Fleiss's kappa needs as many answers to every item")
    n = int(raters[0])
    if n < 2:
        return Undefined("fewer_than_two_annotators")
    agreed = ((counts * counts).sum(axis=1) - n) / (n * (n - 1))
    shares = counts.sum(axis=0) / counts.sum()
    expected = float((shares * shares).sum())
    if expected >= 1.0:
        return Undefined("no_variation")
    return Value((float(agreed.mean()) - expected) / (1.0 - expected), len(counts))


def alpha(answers: Ints, *, values: int) -> Result:
    """Krippendorff's alpha for nominal values; ``answers[annotator, item]``, where ``MISSING`` is allowed."""
    return alpha_of_counts(counts_of(answers, values=values))


def counts_of(answers: Ints, *, values: int) -> Ints:
    """How many gave each value to each item, from ``answers[annotator, item]``."""
    items = answers.shape[1]
    given = answers != MISSING
    place = np.broadcast_to(np.arange(items), answers.shape)[given] * values + answers[given]
    return np.bincount(place, minlength=items * values).reshape(items, values)


def alpha_of_counts(counts: Ints) -> Result:
    """Krippendorff's alpha from ``counts[item, value]``; items with fewer than two answers have no part."""
    raters = counts.sum(axis=1)
    paired = counts[raters >= 2].astype(np.float64)
    if not len(paired):
        return Undefined("nothing_in_common")
    weight = 1.0 / (paired.sum(axis=1) - 1.0)
    total = float(paired.sum())
    disagreed = float((weight * (paired.sum(axis=1) ** 2 - (paired * paired).sum(axis=1))).sum()) / total
    by_value = paired.sum(axis=0)
    expected = float(total * total - (by_value * by_value).sum()) / (total * (total - 1.0))
    if expected <= 0.0:
        return Undefined("no_variation")
    return Value(1.0 - disagreed / expected, len(paired))


def cohen_of_pairs(answers: Ints, *, values: int) -> list[tuple[int, int, Result]]:
    """Cohen's kappa of every pair of annotators."""
    return [
        (one, other, cohen(confusion(answers[one], answers[other], values=values)))
        for one in range(len(answers))
        for other in range(one + 1, len(answers))
    ]


def mean(results: Sequence[Result]) -> Result:
    """The mean of those that have a value."""
    told = [result.value for result in results if isinstance(result, Value)]
    if told:
        return Value(float(np.mean(told)), len(told))
    first = next((result for result in results if isinstance(result, Undefined)), None)
    return first or Undefined("fewer_than_two_annotators")
