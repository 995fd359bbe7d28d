"""The best alignment of several annotators' units, exactly, with a bound that proves it.

A unitary alignment takes at most one unit of each annotator; an alignment takes every unit once. The cheapest
one is a linear programme over all unitary alignments. There are far too many to list, so those that could
still lower the cost are looked for again and again, by branch and bound, until there are none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EMPTY = 1.0
"""The dissimilarity of a unit and none, and of none and none."""

ROUNDS = 60
WIDEST = 400_000
"""More partial alignments than so many are not followed at one step: then the bound stays below the cost."""

SMALLEST = 1e-7

FEW = 5
"""Annotators up to whom all beginnings are tried with and without each next unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """One annotator's units: where they start and end, and the numbers of their types."""

    start: Floats
    end: Floats
    type: Ints

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """``chosen[n, annotator]`` is a unit's number or -1. ``disorder`` is the mean cost of a unit, and no
    alignment has one below ``bound``."""

    chosen: Ints
    disorder: float
    bound: float


class _Problem(NamedTuple):
    """``gain[i][j]``: what two units save by standing together, 1 - their dissimilarity."""

    sizes: Ints
    first: Ints
    gain: list[list[Floats]]
    pairs: float


def units(marks: Sequence[tuple[float, float, int]]) -> Units:
    """Units from (start, end, type)."""
    ordered = sorted(marks)
    return Units(
        np.array([mark[0] for mark in ordered], dtype=np.float64),
        np.array([mark[1] for mark in ordered], dtype=np.float64),
        np.array([mark[2] for mark in ordered], dtype=np.int64),
    )


def dissimilarity(ours: Units, theirs: Units) -> Floats:
    """Of every two units: squared distance of their ends relative to their lengths, and 1 for another type."""
    apart = np.abs(ours.start[:, None] - theirs.start) + np.abs(ours.end[:, None] - theirs.end)
    lengths = (ours.end - ours.start)[:, None] + (theirs.end - theirs.start)
    return np.asarray((apart / lengths) ** 2 + (ours.type[:, None] != theirs.type))


def best_alignment(annotators: Sequence[Units]) -> Alignment:
    """The alignment with the least disorder. There must be two annotators or more, and a unit."""
    problem = _problem(annotators)
    total = int(problem.sizes.sum())
    columns = _Columns(problem)
    columns.add(_alone(problem))
    columns.add(_greedy(problem))
    price = np.full(total, problem.pairs)
    lowest, bound, taken = np.inf, -np.inf, np.zeros(0)
    for _ in range(ROUNDS):
        value, taken, price = columns.solve()
        found, least = _price(problem, price)
        # Each unitary alignment holds a unit, so there are no more of them than units.
        bound = max(bound, value + total * min(least, 0.0))
        lowest = value
        if not columns.add(found):
            break
    if np.abs(taken - np.rint(taken)).max(initial=0.0) > 1e-6:
        lowest, taken = columns.solve_whole()
        # Only what costs less above its price than is left between the two can make the whole solution better.
        left = lowest - bound
        found, least = _price(problem, price, slack=left, most=len(columns.tuples()) + total)
        if columns.add(found):
            lowest, taken = columns.solve_whole()
        if least >= -SMALLEST - left:
            bound = lowest
    scale = problem.pairs * total / len(annotators)
    chosen = columns.tuples()[: len(taken)][taken > 0.5]
    return Alignment(chosen, lowest / scale, min(bound, lowest) / scale)


def _problem(annotators: Sequence[Units]) -> _Problem:
    sizes = np.array([len(one) for one in annotators], dtype=np.int64)
    gain = [[EMPTY - dissimilarity(one, other) for other in annotators] for one in annotators]
    p = len(annotators)
    return _Problem(sizes, np.concatenate(([0], np.cumsum(sizes))), gain, p * (p - 1) / 2 * EMPTY)


class _Columns:
    """The unitary alignments found so far, each with its cost."""

    def __init__(self, problem: _Problem) -> None:
        self._problem = problem
        self._seen: dict[bytes, None] = {}
        self._tuples: list[Ints] = []
        self._costs: list[Floats] = []

    def add(self, found: Ints) -> int:
        """Take in those that are new; how many there were."""
        fresh = []
        for row in np.asarray(found, dtype=np.int64):
            name = row.tobytes()
            if name not in self._seen:
                self._seen[name] = None
                fresh.append(row)
        if fresh:
            table = np.stack(fresh)
            self._tuples.append(table)
            self._costs.append(_cost(self._problem, table))
        return len(fresh)

    def tuples(self) -> Ints:
        """All of them."""
        return np.concatenate(self._tuples)

    def solve(self) -> tuple[float, Floats, Floats]:
        """Cost, how much of each is taken, and the units' prices."""
        from scipy.optimize import linprog  # it takes 17 MB, and few processes need it

        found = linprog(
            np.concatenate(self._costs),
            A_eq=self._matrix(),
            b_eq=np.ones(int(self._problem.sizes.sum())),
            method="highs",
            options={"presolve": False},  # it takes longer than it saves here
        )
        return float(found.fun), np.asarray(found.x), np.asarray(found.eqlin.marginals)

    def solve_whole(self) -> tuple[float, Floats]:
        """The same with each taken wholly or not at all."""
        costs = np.concatenate(self._costs)
        ones = np.ones(int(self._problem.sizes.sum()))
        from scipy.optimize import Bounds, LinearConstraint, milp  # it takes 17 MB, and few processes need it

        found = milp(
            costs,
            constraints=LinearConstraint(self._matrix(), ones, ones),
            integrality=np.ones(len(costs)),
            bounds=Bounds(0, 1),
        )
        return float(found.fun), np.asarray(found.x)

    def _matrix(self) -> csc_array:
        table = self.tuples()
        inside = table >= 0
        rows = (table + self._problem.first[:-1])[inside]
        starts = np.concatenate(([0], np.cumsum(inside.sum(axis=1))))
        shape = (int(self._problem.sizes.sum()), len(table))
        return csc_array((np.ones(len(rows)), rows, starts), shape=shape)


def _cost(problem: _Problem, table: Ints) -> Floats:
    cost = np.full(len(table), problem.pairs)
    for i in range(table.shape[1]):
        for j in range(i):
            both = (table[:, i] >= 0) & (table[:, j] >= 0)
            cost[both] -= problem.gain[i][j][table[both, i], table[both, j]]
    return cost


def _alone(problem: _Problem) -> Ints:
    table = np.full((int(problem.sizes.sum()), len(problem.sizes)), -1, dtype=np.int64)
    for i, size in enumerate(problem.sizes):
        table[problem.first[i] : problem.first[i] + size, i] = np.arange(size)
    return table


def _greedy(problem: _Problem) -> Ints:
    """From every unit on, with the unit of each next annotator that saves most with those taken before. Where
    there are few annotators, without it as well: that spares rounds."""
    p = len(problem.sizes)
    found = []
    for i in range(p):
        table = np.full((int(problem.sizes[i]), p), -1, dtype=np.int64)
        table[:, i] = np.arange(problem.sizes[i])
        for j in [*range(i + 1, p), *(range(i) if p > FEW else ())]:
            if not problem.sizes[j] or not len(table):
                continue
            saved = _saved(problem, table, j)
            best = saved.argmax(axis=1)
            good = np.flatnonzero(saved[np.arange(len(table)), best] > -EMPTY)
            wider = table[good]
            wider[:, j] = best[good]
            found.append(wider)
            left = np.ones(len(table), dtype=np.bool_)
            left[good] = p <= FEW
            table = np.concatenate((table[left], wider))
    return np.concatenate(found) if found else np.zeros((0, p), dtype=np.int64)


def _saved(problem: _Problem, table: Ints, j: int) -> Floats:
    """By row and unit of j, what the unit saves with those of the row."""
    saved = np.zeros((len(table), int(problem.sizes[j])))
    for i in range(table.shape[1]):
        inside = table[:, i] >= 0
        if i != j and inside.any():
            saved[inside] += problem.gain[i][j][table[inside, i]]
    return saved


def _price(
    problem: _Problem, price: Floats, *, slack: float = -SMALLEST, most: int = 10
) -> tuple[Ints, float]:
    """Unitary alignments that cost less than the prices of their units and the slack, at most so many for each
    first unit; and the least difference of cost and prices, or a bound of it."""
    p = len(problem.sizes)
    prices = [price[problem.first[i] : problem.first[i + 1]] for i in range(p)]
    found, least = [], 0.0
    for i in range(p):
        table = np.full((int(problem.sizes[i]), p), -1, dtype=np.int64)
        table[:, i] = np.arange(problem.sizes[i])
        value = prices[i].copy()
        for j in range(i + 1, p):
            table, value, cut = _widened(problem, prices, table, value, j, slack)
            least = min(least, cut)
        difference = problem.pairs - value
        good = np.flatnonzero(difference < slack)
        if len(good):
            least = min(least, float(difference[good].min()))
            found.append(_cheapest(table[good], difference[good], i, most=most))
    return (np.concatenate(found) if found else np.zeros((0, p), dtype=np.int64)), least


def _widened(
    problem: _Problem, prices: list[Floats], table: Ints, value: Floats, j: int, slack: float
) -> tuple[Ints, Floats, float]:
    """Every row with no unit and with each unit of j, as far as it could still come out below its price."""
    p = len(problem.sizes)
    if not len(table):
        return table, value, 0.0
    hope = np.zeros((len(table), p))
    for k in range(j + 1, p):
        if problem.sizes[k]:
            # What k may save at most: with those taken, and fully with each that may come before it.
            hope[:, k] = (_saved(problem, table, k) + prices[k]).max(axis=1)
    later = np.arange(j + 1, p)
    without = value + np.maximum(hope[:, j + 1 :] + (later - j - 1), 0.0).sum(axis=1)
    kept = np.flatnonzero(without > problem.pairs - slack)
    tables, values, bounds = [table[kept]], [value[kept]], [without[kept]]
    if problem.sizes[j]:
        reached = value[:, None] + _saved(problem, table, j) + prices[j]
        best = reached + np.maximum(hope[:, j + 1 :] + (later - j), 0.0).sum(axis=1)[:, None]
        row, unit = np.nonzero(best > problem.pairs - slack)
        wider = table[row]
        wider[:, j] = unit
        tables.append(wider)
        values.append(reached[row, unit])
        bounds.append(best[row, unit])
    table, value, bound = np.concatenate(tables), np.concatenate(values), np.concatenate(bounds)
    if len(table) <= WIDEST:
        return table, value, 0.0
    order = np.argsort(-bound, kind="stable")
    return table[order[:WIDEST]], value[order[:WIDEST]], float(problem.pairs - bound[order[WIDEST]])


def _cheapest(table: Ints, difference: Floats, i: int, *, most: int) -> Ints:
    order = np.lexsort((difference, table[:, i]))
    unit = table[order, i]
    first = np.searchsorted(unit, unit, side="left")
    return np.asarray(table[order[np.arange(len(order)) - first < most]])
