"""Which candidates stand: the set that weighs most among those that may stand together.

Candidates below ``tau`` never stand. Competitors never stand together, and what else may not is the project's
constraint. Of sets that weigh the same the one with the first candidate that only one of them has wins, in
the order of exact votes, reliability of the voters, start, length and the schema's order of types.
"""

from typing import Literal

import numpy as np

from annotator.domain.aggregation.arrays import Flags, Floats, Ints
from annotator.domain.aggregation.candidates import Candidates, Overlaps

Constraint = Literal["flat", "per_type", "nested", "free"]
"""flat: nothing overlaps. per_type: nothing of one type overlaps. nested: stretches may lie in each other but
not cross. free: only competitors exclude each other."""

SAME_STRETCH = 0.5
"""Labels of different types compete where they have so much of what either covers in common."""

GRAIN = 1e-9
SEARCHED = 24
"""Up to so many candidates at one place are searched through; more are taken one by one, weightiest first,
unless a scheduling of intervals solves them."""


def decode(
    found: Candidates,
    pairs: Overlaps,
    together: Flags,
    weight: Floats,
    *,
    constraint: Constraint,
    votes: Ints,
    reliability: Floats,
) -> Flags:
    """Flags of those that stand. ``weight`` is positive above ``tau``; ``reliability`` that of the voters."""
    units = np.rint(np.clip(weight, -1e6, 1e6) / GRAIN).astype(np.int64)
    stands = units > 0
    live = stands[pairs.left] & stands[pairs.right] & _exclusive(found, pairs, together, constraint)
    left, right = pairs.left[live], pairs.right[live]
    if not len(left):
        return stands
    disputed = np.unique(np.concatenate((left, right)))
    rank = _preference(found, disputed, votes, reliability)
    rivals: dict[int, set[int]] = {int(n): set() for n in disputed}
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        rivals[one].add(other)
        rivals[other].add(one)
    stands[disputed] = False
    for component in _components(rivals):
        ordered = sorted(component, key=rank.__getitem__)
        stands[_heaviest(ordered, rivals, units, found)] = True
    return stands


def _exclusive(found: Candidates, pairs: Overlaps, together: Flags, constraint: Constraint) -> Flags:
    competing = (pairs.same_type | (pairs.iou >= SAME_STRETCH)) & ~together
    if constraint == "flat":
        return np.ones(len(competing), dtype=np.bool_)
    if constraint == "per_type":
        return np.asarray(pairs.same_type | competing)
    if constraint == "free":
        return competing
    crossing = (found.start[pairs.left] < found.start[pairs.right]) & (
        found.end[pairs.left] < found.end[pairs.right]
    )
    return np.asarray(competing | crossing)


def _preference(found: Candidates, some: Ints, votes: Ints, reliability: Floats) -> dict[int, int]:
    keys = (
        found.type[some],
        -found.length[some],
        found.start[some],
        -np.rint(reliability[some] / GRAIN),
        -votes[some],
    )
    return {int(some[n]): place for place, n in enumerate(np.lexsort(keys))}


def _components(rivals: dict[int, set[int]]) -> list[list[int]]:
    seen: set[int] = set()
    found = []
    for first in rivals:
        if first in seen:
            continue
        seen.add(first)
        component, waiting = [], [first]
        while waiting:
            one = waiting.pop()
            component.append(one)
            fresh = rivals[one] - seen
            seen |= fresh
            waiting.extend(sorted(fresh))
        found.append(component)
    return found


def _heaviest(ordered: list[int], rivals: dict[int, set[int]], units: Ints, found: Candidates) -> list[int]:
    """The best set of a component whose members are in order of preference."""
    size = len(ordered)
    # Whole numbers, in which no sum of preferences reaches the smallest difference in weight.
    worth = {one: (int(units[one]) << size) | (1 << (size - 1 - n)) for n, one in enumerate(ordered)}
    if all(len(rivals[one]) == size - 1 for one in ordered):
        return [max(ordered, key=worth.__getitem__)]
    if _intervals(ordered, rivals, found):
        return _scheduled(ordered, worth, found)
    if size <= SEARCHED:
        return _searched(ordered, rivals, worth)
    taken: list[int] = []
    for one in sorted(ordered, key=lambda one: -worth[one]):
        if rivals[one].isdisjoint(taken):
            taken.append(one)
    return taken


def _intervals(ordered: list[int], rivals: dict[int, set[int]], found: Candidates) -> bool:
    """Whether exactly those exclude each other whose hulls overlap."""
    by_start = sorted(ordered, key=lambda one: (int(found.start[one]), one))
    for n, one in enumerate(by_start):
        for other in by_start[n + 1 :]:
            if (int(found.start[other]) < int(found.end[one])) != (other in rivals[one]):
                return False
    return True


def _scheduled(ordered: list[int], worth: dict[int, int], found: Candidates) -> list[int]:
    by_end = sorted(ordered, key=lambda one: (int(found.end[one]), one))
    ends = [int(found.end[one]) for one in by_end]
    best, before = [0], []
    for n, one in enumerate(by_end):
        start = int(found.start[one])
        free = int(np.searchsorted(ends[:n], start, side="right"))
        before.append(free)
        best.append(max(best[n], worth[one] + best[free]))
    taken, n = [], len(by_end)
    while n:
        if best[n] == best[n - 1]:
            n -= 1
        else:
            taken.append(by_end[n - 1])
            n = before[n - 1]
    return taken


def _searched(ordered: list[int], rivals: dict[int, set[int]], worth: dict[int, int]) -> list[int]:
    best, best_worth = [], 0
    rest = [0] * (len(ordered) + 1)
    for n in range(len(ordered) - 1, -1, -1):
        rest[n] = rest[n + 1] + worth[ordered[n]]

    def search(n: int, taken: list[int], sum_: int) -> None:
        nonlocal best, best_worth
        if sum_ > best_worth:
            best, best_worth = list(taken), sum_
        if n == len(ordered) or sum_ + rest[n] <= best_worth:
            return
        if rivals[ordered[n]].isdisjoint(taken):
            search(n + 1, [*taken, ordered[n]], sum_ + worth[ordered[n]])
        search(n + 1, taken, sum_)

    search(0, [], 0)
    return best
