"""How likely each candidate is when those that compete cannot stand together: exact sums over all sets.

Candidates compete that have one type and overlap, unless somebody marked both. They fall into components;
within a component every set without competitors has the weight that its candidates' odds multiply to.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from annotator.domain.aggregation.arrays import Flags, Floats, Ints, sigmoid, starts_of
from annotator.domain.aggregation.candidates import Candidates, Overlaps

SETS = 512
"""Components are enumerated up to so many sets; larger ones count as if all that overlaps competed."""


class _Chain(NamedTuple):
    """Components of much the same size, side by side: a column per component, padded.

    ``by_start`` and ``by_end`` name candidates in order of start and of end, -1 as padding; ``place`` is where
    in ``by_start`` the candidates of ``by_end`` are. ``before``: by place in ``by_end``, how many candidates
    end before it starts; ``after``: by place in ``by_start``, the first that starts after it ends.
    """

    by_start: Ints
    by_end: Ints
    before: Ints
    after: Ints
    ends_before: Ints


class _Sets(NamedTuple):
    """One component whose sets are listed: a row per set, a column per member."""

    members: Ints
    sets: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """The components of a collection of candidates, ready for many sums. ``alone`` compete with nobody."""

    alone: Ints
    pairs: Ints
    chains: tuple[_Chain, ...]
    listed: tuple[_Sets, ...]
    rivals: tuple[Ints, Ints]


def layers(found: Candidates, overlaps: Overlaps, together: Flags) -> Layers:
    """Find the components."""
    competing = overlaps.same_type & ~together
    left, right = overlaps.left[competing], overlaps.right[competing]
    component = _components(left, right, len(found))
    size = np.bincount(component)[component] if len(found) else component
    pair = size[left] == 2
    large = np.flatnonzero(size > 2)
    order = large[np.argsort(component[large], kind="stable")]
    edges = np.bincount(component[left], minlength=len(found) + 1)
    chains, listed = _large(found, order, component, edges, (left, right))
    return Layers(
        alone=np.flatnonzero(size == 1),
        pairs=np.stack((left[pair], right[pair])),
        chains=chains,
        listed=listed,
        rivals=(left, right),
    )


def marginals(odds: Floats, over: Layers) -> tuple[Floats, float]:
    """By candidate the probability that it stands, from log odds; and the log of the sum over all sets."""
    p = np.empty(len(odds))
    alone = odds[over.alone]
    p[over.alone] = sigmoid(alone)
    total = float(np.logaddexp(0.0, alone).sum())
    both = odds[over.pairs]
    sum_ = np.logaddexp(np.logaddexp(both[0], both[1]), 0.0)
    p[over.pairs] = np.exp(both - sum_)
    total += float(sum_.sum())
    for chain in over.chains:
        total += _chain(odds, chain, p)
    for listed in over.listed:
        total += _listed(odds, listed, p)
    return p, total


def _components(left: Ints, right: Ints, size: int) -> Ints:
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _large(
    found: Candidates, order: Ints, component: Ints, edges: Ints, rivals: tuple[Ints, Ints]
) -> tuple[tuple[_Chain, ...], tuple[_Sets, ...]]:
    names, sizes = np.unique(component[order], return_counts=True)
    begins = starts_of(sizes)[:-1]
    listed: list[_Sets] = []
    plain = np.ones(len(names), dtype=np.bool_)
    for n in _uneven(found, order, begins, sizes, edges[names]).tolist():
        members = order[begins[n] : begins[n] + sizes[n]]
        sets = _independent(members, rivals)
        if sets is not None:
            listed.append(_Sets(members, sets))
            plain[n] = False
    chains = []
    kept = np.flatnonzero(plain)
    low = 2
    while low < sizes[kept].max(initial=0):
        high = low * 4
        some = kept[(sizes[kept] > low) & (sizes[kept] <= high)]
        if len(some):
            chains.append(_padded(found, order, begins[some], sizes[some]))
        low = high
    return tuple(chains), tuple(listed)


def _uneven(found: Candidates, order: Ints, begins: Ints, sizes: Ints, edges: Ints) -> Ints:
    """Components in which some overlap does not compete."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    base = (int(found.end.max(initial=0)) + 1) * owner
    start, end = base + found.start[order], base + found.end[order]
    sorted_ = np.sort(start)
    hulls = np.searchsorted(sorted_, end, side="left") - np.searchsorted(sorted_, start, side="right")
    # Of those that start together each counts the later ones only once.
    _, ties = np.unique(start, return_counts=True)
    together = np.bincount(np.searchsorted(begins, _first_of(sorted_, ties), side="right") - 1,
                           weights=ties * (ties - 1) // 2, minlength=len(sizes))  # fmt: skip
    overlapping = np.bincount(owner, weights=hulls, minlength=len(sizes)) + together
    return np.flatnonzero(overlapping != edges)


def _first_of(sorted_: Ints, ties: Ints) -> Ints:
    return starts_of(ties)[:-1]


def _independent(members: Ints, rivals: tuple[Ints, Ints]) -> Floats | None:
    """All sets without competitors, or None when there are too many."""
    inside = np.isin(rivals[0], members)
    place = {int(member): n for n, member in enumerate(members)}
    barred = [0] * len(members)
    for one, other in zip(rivals[0][inside].tolist(), rivals[1][inside].tolist(), strict=True):
        barred[place[one]] |= 1 << place[other]
        barred[place[other]] |= 1 << place[one]
    sets = [0]
    for n in range(len(members)):
        sets += [chosen | 1 << n for chosen in sets if not chosen & barred[n]]
        if len(sets) > SETS:
            return None
    return np.array([[chosen >> n & 1 for n in range(len(members))] for chosen in sets], dtype=np.float64)


def _listed(odds: Floats, listed: _Sets, p: Floats) -> float:
    weights = (listed.sets * odds[listed.members]).sum(axis=1)
    top = weights.max()
    weights = np.exp(weights - top)
    p[listed.members] = (weights[:, None] * listed.sets).sum(axis=0) / weights.sum()
    return float(top + np.log(weights.sum()))


def _padded(found: Candidates, order: Ints, begins: Ints, sizes: Ints) -> _Chain:
    width, count = int(sizes.max()), len(sizes)
    place = np.arange(width)[:, None]
    inside = place < sizes
    members = np.where(inside, order[np.minimum(begins + place, len(order) - 1)], -1)
    far = int(found.end.max()) + 1
    start = np.where(inside, found.start[members], far)
    end = np.where(inside, found.end[members], far)
    rank = np.argsort(end, axis=0, kind="stable")
    ends = np.take_along_axis(end, rank, axis=0)
    column = np.arange(count) * (far + 1)
    flat_ends = (ends + column).T.ravel()
    flat_starts = (start + column).T.ravel()  # candidates are in order of start
    begin = np.arange(count) * width
    ends_before = np.searchsorted(flat_ends, start + column, side="right") - begin
    after = np.searchsorted(flat_starts, end + column, side="left") - begin
    return _Chain(
        by_start=members,
        by_end=np.take_along_axis(members, rank, axis=0),
        before=np.minimum(np.take_along_axis(ends_before, rank, axis=0), width),
        after=np.minimum(after, width),
        ends_before=np.minimum(ends_before, width),
    )


def _chain(odds: Floats, chain: _Chain, p: Floats) -> float:
    """Sums over the sets of what ends before and of what starts after each candidate give its own."""
    width, count = chain.by_start.shape
    columns = np.arange(count)
    padded = np.concatenate((odds, [-np.inf]))
    by_end, by_start = padded[chain.by_end], padded[chain.by_start]
    forward = np.zeros((width + 1, count))
    backward = np.zeros((width + 1, count))
    for n in range(width):
        forward[n + 1] = np.logaddexp(forward[n], by_end[n] + forward[chain.before[n], columns])
    for n in range(width - 1, -1, -1):
        backward[n] = np.logaddexp(backward[n + 1], by_start[n] + backward[chain.after[n], columns])
    total = forward[width]
    inside = chain.by_start >= 0
    share = by_start + forward[chain.ends_before, columns] + backward[chain.after, columns] - total
    p[chain.by_start[inside]] = np.exp(np.minimum(share[inside], 0.0))
    return float(total.sum())
