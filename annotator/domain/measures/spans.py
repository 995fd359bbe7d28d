"""Agreement on marks: F1 of pairs of annotators, exact or overlapping, with intervals by documents."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from annotator.domain.aggregation.answers import Answers
from annotator.domain.measures.result import Result, Undefined, Value
from annotator.domain.voting import Voter

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Matching = Literal["exact", "half"]
"""exact: same type and stretches. half: same type, and half of what either covers in common."""

SAMPLES = 2000
FEWEST = 5
"""Documents below which no measure is given."""


@dataclass(frozen=True, slots=True, eq=False)
class PairCounts:
    """By (pair of annotators, document): ``hits`` marks matched, ``made`` by both together. ``shared`` where
    both answered. ``pairs`` are numbers of annotators, ``documents`` names."""

    pairs: tuple[tuple[int, int], ...]
    documents: tuple[str, ...]
    hits: Floats
    made: Floats
    shared: NDArray[np.bool_]


def pair_counts(answers: Answers, *, matching: Matching, type_: str | None = None) -> PairCounts:
    """What the pairs of annotators have in common, in units that both saw; of one type, or of all."""
    who, documents = len(answers.annotators), len(answers.documents)
    pairs = [(one, other) for one in range(who) for other in range(one + 1, who)]
    index = {pair: n for n, pair in enumerate(pairs)}
    hits, made = np.zeros((len(pairs), documents)), np.zeros((len(pairs), documents))
    shared = np.zeros((len(pairs), documents), dtype=np.bool_)
    for document, sheets in _sheets(answers, type_):
        names = sorted(sheets)
        for n, one in enumerate(names):
            for other in names[n + 1 :]:
                place = index[one, other], document
                shared[place] = True
                made[place] += len(sheets[one]) + len(sheets[other])
                hits[place] += matched(sheets[one], sheets[other], matching)
    return PairCounts(tuple(pairs), answers.documents, hits, made, shared)


def pair_f1(counts: PairCounts) -> list[Result]:
    """F1 of each pair, over the documents that both answered."""
    return [
        _f1(float(counts.hits[n].sum()), float(counts.made[n].sum()), int(counts.shared[n].sum()))
        for n in range(len(counts.pairs))
    ]


def group_f1(counts: PairCounts, *, seed: int = 0, samples: int = SAMPLES, fewest: int = FEWEST) -> Result:
    """The mean F1 of the pairs, with the bounds of a bootstrap by documents, drawn by the seed."""
    if len(counts.pairs) < 1:
        return Undefined("fewer_than_two_annotators")
    told = counts.shared.any(axis=0)
    if not told.any():
        return Undefined("nothing_in_common")
    if told.sum() < fewest:
        return Undefined("too_few_documents")
    hits, made = counts.hits[:, told], counts.made[:, told]
    value = _mean_f1(hits.sum(axis=1), made.sum(axis=1))
    if np.isnan(value):
        return Undefined("nothing_marked")
    documents = int(told.sum())
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(documents, np.full(documents, 1.0 / documents), size=samples).astype(np.float64)
    # One product gives all the samples' sums.
    spread = [
        _mean_f1(sample_hits, sample_made)
        for sample_hits, sample_made in zip(drawn @ hits.T, drawn @ made.T, strict=True)
    ]
    low, high = np.nanquantile(spread, (0.025, 0.975))
    return Value(value, documents, float(low), float(high))


def type_confusion(answers: Answers) -> Ints:
    """How often one annotator gave the row's type where another gave the column's on the very same stretches;
    each pair counts both ways, so that the table is symmetric. The last row and column are "not marked"."""
    size = len(answers.types) + 1
    table = np.zeros((size, size), dtype=np.int64)
    for _, sheets in _sheets(answers, None):
        names = sorted(sheets)
        for one in names:
            for other in names:
                if one != other:
                    _compare(sheets[one], sheets[other], table)
    return table


Mark = tuple[int, tuple[tuple[int, int], ...]]


def _sheets(answers: Answers, type_: str | None) -> list[tuple[int, dict[int, list[Mark]]]]:
    """By unit, the document and the marks of each annotator who saw it."""
    seen: list[dict[int, list[Mark]]] = [{} for _ in range(answers.units)]
    for unit, who in zip(answers.seen_unit.tolist(), answers.seen_annotator.tolist(), strict=True):
        seen[unit][who] = []
    kinds = answers.mark_type.tolist()
    for n, (unit, who) in enumerate(
        zip(answers.mark_unit.tolist(), answers.mark_annotator.tolist(), strict=True)
    ):
        if type_ is None or answers.types[kinds[n]] == type_:
            seen[unit][who].append((kinds[n], answers.pieces(n)))
    return list(zip(answers.unit_document.tolist(), seen, strict=True))


def span_f1(one: Voter, other: Voter) -> float | None:
    """F1 of two annotators' labels on exactly the same spans of a document; None where neither marked anything."""
    ours, theirs = (
        {(annotation.label, annotation.spans) for annotation in voter.annotations} for voter in (one, other)
    )
    made = len(ours) + len(theirs)
    return 2 * _same(ours, theirs) / made if made else None


def pairwise_f1(voters: Sequence[Voter]) -> dict[tuple[str, str], float | None]:
    """``span_f1`` of each pair, in order of author."""
    ordered = sorted(voters, key=lambda voter: voter.author)
    return {(one.author, other.author): span_f1(one, other) for one, other in combinations(ordered, 2)}


def mean_f1(voters: Sequence[Voter]) -> float | None:
    """The mean over those pairs for which it can be told; None if there are none."""
    told = [f1 for f1 in pairwise_f1(voters).values() if f1 is not None]
    return sum(told) / len(told) if told else None


def _same(ours: Iterable[Hashable], theirs: Iterable[Hashable]) -> int:
    return sum((Counter(ours) & Counter(theirs)).values())


def matched(ours: Sequence[Mark], theirs: Sequence[Mark], matching: Matching) -> int:
    """How many marks of two annotators match, each with one of the other's."""
    exact = _same(ours, theirs)
    if matching == "exact":
        return exact
    left, right = (
        list((Counter(ours) - Counter(theirs)).elements()),
        list((Counter(theirs) - Counter(ours)).elements()),
    )
    close = sorted(_close(left, right))
    used: tuple[set[int], set[int]] = set(), set()
    for _, n, m in close:
        if n not in used[0] and m not in used[1]:
            used[0].add(n)
            used[1].add(m)
    return exact + len(used[0])


def _close(left: Sequence[Mark], right: Sequence[Mark]) -> Iterator[tuple[float, int, int]]:
    """Marks of one type with half in common, the share as negative. Only what can overlap is compared."""
    places: dict[int, list[tuple[int, int]]] = {}
    for m, (type_, pieces) in enumerate(right):
        places.setdefault(type_, []).append((pieces[0][0], m))
    longest = max((pieces[-1][1] - pieces[0][0] for _, pieces in right), default=0)
    for type_ in places:
        places[type_].sort()
    for n, one in enumerate(left):
        there = places.get(one[0], [])
        start, end = one[1][0][0], one[1][-1][1]
        for _, m in there[bisect_left(there, (start - longest, -1)) : bisect_left(there, (end, -1))]:
            share = _share(one, right[m])
            if share >= 0.5:
                yield -share, n, m


def _share(one: Mark, other: Mark) -> float:
    common = sum(
        max(0, min(end, last) - max(start, first)) for start, end in one[1] for first, last in other[1]
    )
    covered = sum(end - start for start, end in (*one[1], *other[1])) - common
    return common / covered


def _compare(ours: Sequence[Mark], theirs: Sequence[Mark], table: Ints) -> None:
    places: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for type_, pieces in theirs:
        places.setdefault(pieces, []).append(type_)
    for type_, pieces in ours:
        same = places.get(pieces, [])
        if type_ in same:
            table[type_, type_] += 1
        elif same:
            table[type_, min(same)] += 1
        else:
            table[type_, -1] += 1
            table[-1, type_] += 1


def _f1(hits: float, made: float, documents: int) -> Result:
    if not documents:
        return Undefined("nothing_in_common")
    return Value(2.0 * hits / made, documents) if made else Undefined("nothing_marked")


def _mean_f1(hits: Floats, made: Floats) -> float:
    some = made > 0
    return float((2.0 * hits[some] / made[some]).mean()) if some.any() else float("nan")
