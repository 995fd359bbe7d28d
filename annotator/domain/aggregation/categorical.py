"""One value for each thing out of what several annotators said: attributes, links, document labels.

A Dawid-Skene model whose tables of annotators are drawn towards the crowd's, and that towards answers which
are mostly right: with few answers it is the vote, with many it knows whom to believe. Whoever did not answer
has no part.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from annotator.domain.aggregation.arrays import Flags, Floats, Ints, ranks, sums
from annotator.domain.aggregation.tables import shares

RIGHT = 0.8
"""How often an unknown annotator is taken to say what is true."""

GRAIN = 9
"""Decimals that probabilities must differ in to be told apart; the first value of the schema wins a tie."""


@dataclass(frozen=True, slots=True)
class CategoricalSettings:
    """``crowd``: imagined answers of a usual annotator in the crowd's table, by true value; ``pool``: answers
    of the crowd in the table of each annotator, by true value; ``usual``: imagined items of each value."""

    iterations: int = 20
    crowd: float = 20.0
    pool: float = 10.0
    usual: float = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """By item: the value's number, and how likely it is, to 4 decimals. -1 and 0 where nobody answered."""

    value: Ints
    confidence: Floats
    posterior: Floats


def choose_values(
    item: Ints,
    annotator: Ints,
    value: Ints,
    *,
    items: int,
    annotators: int,
    values: int,
    known: Ints | None = None,
    settings: CategoricalSettings | None = None,
) -> Chosen:
    """The likeliest value of each item. Rows are answers, in any order; ``known`` has values that were
    decided, -1 where none was. What all say stands."""
    chosen = settings or CategoricalSettings()
    order, _ = ranks((item, annotator, value))
    item, annotator, value = item[order], annotator[order], value[order]
    votes = sums(item * values + value, np.ones(len(item)), items * values).reshape(items, values)
    told = np.full(items, -1) if known is None else known
    posterior = _with_known(shares(votes + 1e-3), told)
    cell = annotator * values + value
    said = csr_array((np.ones(len(item)), (item, cell)), shape=(items, annotators * values))
    answered = votes.sum(axis=1) > 0
    for _ in range(chosen.iterations if values > 1 else 0):
        table, prior = _tables(said, posterior, annotators, values, answered, chosen)
        odds = np.asarray(said @ np.log(table)) + np.log(prior)
        posterior = _with_known(shares(np.exp(odds - odds.max(axis=1, keepdims=True))), told)
    alike = (votes > 0).sum(axis=1) == 1
    best = np.where(alike & (told < 0), votes.argmax(axis=1), posterior.round(GRAIN).argmax(axis=1))
    best = np.where(answered | (told >= 0), best, -1)
    confidence = np.where(best >= 0, posterior[np.arange(items), best], 0.0)
    return Chosen(best, np.asarray(confidence.round(4), dtype=np.float64), posterior)


def weighted_median(item: Ints, value: Floats, weight: Floats, *, items: int) -> Floats:
    """By item the value below and above which the voters weigh the same, the lower of two; NaN for no answer."""
    order = np.lexsort((value, item))
    item, value, weight = item[order], value[order], weight[order]
    below = np.cumsum(weight)
    total = sums(item, weight, items)
    before = np.concatenate(([0.0], np.cumsum(total)))[:-1]
    half = below - before[item] >= total[item] / 2 - 1e-12
    found = np.full(items, np.nan)
    rows = np.flatnonzero(half)[::-1]
    found[item[rows]] = value[rows]  # the first of each item is written last
    return found


def _tables(
    said: csr_array,
    posterior: Floats,
    annotators: int,
    values: int,
    answered: Flags,
    settings: CategoricalSettings,
) -> tuple[Floats, Floats]:
    """Shares of answers by (annotator, answer) and true value, and of the true values themselves."""
    counts = np.asarray(said.T @ posterior).reshape(annotators, values, values)  # who, said, true
    ideal = np.full((values, values), (1.0 - RIGHT) / max(values - 1, 1))
    np.fill_diagonal(ideal, RIGHT)
    crowd = counts.sum(axis=0) + settings.crowd * ideal
    crowd /= crowd.sum(axis=0, keepdims=True)
    own = counts + settings.pool * crowd
    own /= own.sum(axis=1, keepdims=True)
    prior = shares(posterior[answered].sum(axis=0) + settings.usual)
    return own.reshape(annotators * values, values), prior


def _with_known(posterior: Floats, told: Ints) -> Floats:
    rows = np.flatnonzero(told >= 0)
    if len(rows):
        posterior = posterior.copy()
        posterior[rows] = 0.0
        posterior[rows, told[rows]] = 1.0
    return posterior
