"""Measures of agreement against values worked out by hand and against other implementations."""

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest

from annotator.domain.aggregation.answers import Sheet, answers
from annotator.domain.measures.alignment import Units, best_alignment, dissimilarity, units
from annotator.domain.measures.gamma import Gamma, gamma, sampled
from annotator.domain.measures.nominal import (
    MISSING,
    alpha,
    cohen,
    cohen_of_pairs,
    confusion,
    counts_of,
    fleiss,
    mean,
)
from annotator.domain.measures.result import Result, Undefined, Value
from annotator.domain.measures.spans import Mark, group_f1, matched, pair_counts, pair_f1, type_confusion
from annotator.domain.measures.unitizing import alpha_unitizing
from tests.support.crowd import planted

# Four observers, twelve units, five values: Krippendorff, "Computing Krippendorff's alpha reliability" (2011).
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]

# Fourteen raters, ten subjects, five categories: the example of Fleiss (1971) as it is usually given.
FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def value(result: Result) -> float:
    assert isinstance(result, Value)
    return result.value


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    assert value(alpha(np.array(KRIPPENDORFF) - 1, values=5)) == pytest.approx(0.743, abs=5e-4)


def test_fleiss_kappa_is_that_of_the_known_example() -> None:
    assert value(fleiss(np.array(FLEISS))) == pytest.approx(0.20993, abs=1e-5)


def test_cohens_kappa_is_that_of_a_table_by_hand() -> None:
    assert value(cohen(np.array([[20, 5], [10, 15]]))) == pytest.approx(0.4)


def test_measures_equal_their_definitions_on_random_answers() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        said = rng.integers(0, 4, (5, 30))
        with_gaps = np.where(rng.random(said.shape) < 0.3, MISSING, said)
        assert value(alpha(with_gaps, values=4)) == pytest.approx(_alpha(with_gaps), abs=1e-9)
        assert value(fleiss(counts_of(said, values=4))) == pytest.approx(_fleiss(said), abs=1e-9)
        for one, other, kappa in cohen_of_pairs(said, values=4):
            assert value(kappa) == pytest.approx(_sklearn(said[one], said[other]), abs=1e-9)


def _alpha(said: Any) -> float:
    """By the definition: disagreeing pairs within items against those among all values that can be paired."""
    columns = [[v for v in column if v != MISSING] for column in said.T]
    columns = [column for column in columns if len(column) > 1]
    every = [v for column in columns for v in column]
    observed = sum(
        sum(a != b for a, b in product(column, column)) / (len(column) - 1) for column in columns
    ) / len(every)
    expected = sum(a != b for a, b in product(every, every)) / (len(every) * (len(every) - 1))
    return float(1 - observed / expected)


def _fleiss(said: Any) -> float:
    agree = [np.mean([a == b for a, b in combinations(column, 2)]) for column in said.T]
    shares = np.bincount(said.ravel()) / said.size
    return float((np.mean(agree) - (shares**2).sum()) / (1 - (shares**2).sum()))


def _sklearn(one: Any, other: Any) -> float:
    metrics: Any = pytest.importorskip("sklearn.metrics")
    return float(metrics.cohen_kappa_score(one, other))


def test_what_cannot_be_told_says_why() -> None:
    assert cohen(np.zeros((2, 2), dtype=int)) == Undefined("nothing_in_common")
    assert cohen(confusion(np.array([1, 1]), np.array([1, 1]), values=2)) == Undefined("no_variation")
    assert alpha(np.array([[0, 0], [0, 0]]), values=1) == Undefined("no_variation")
    assert alpha(np.array([[0, MISSING], [MISSING, 0]]), values=1) == Undefined("nothing_in_common")
    assert fleiss(np.array([[1, 0], [0, 1]])) == Undefined("fewer_than_two_annotators")
    assert mean([]) == Undefined("fewer_than_two_annotators")
    assert alpha_unitizing([[(0, 4)]], length=10) == Undefined("fewer_than_two_annotators")
    assert alpha_unitizing([[], []], length=10) == Undefined("nothing_marked")
    assert gamma([units([(0, 1, 0)])], seed=1) == Undefined("fewer_than_two_annotators")
    assert gamma([units([]), units([])], seed=1) == Undefined("nothing_marked")
    few = answers([Sheet("d", "a"), Sheet("d", "b")], ("actor",))
    assert group_f1(pair_counts(few, matching="exact")) == Undefined("too_few_documents")
    assert pair_f1(pair_counts(few, matching="exact")) == [Undefined("nothing_marked")]
    alone = answers([Sheet("d", "a")], ("actor",))
    assert group_f1(pair_counts(alone, matching="exact")) == Undefined("fewer_than_two_annotators")


def test_f1_of_a_pair_counts_exact_and_overlapping_marks() -> None:
    ours = (("actor", ((0, 10),)), ("claim", ((20, 30),)), ("actor", ((40, 44), (50, 54))))
    theirs = (
        ("actor", ((0, 12),)),
        ("claim", ((20, 30),)),
        ("actor", ((40, 44), (50, 60))),
        ("claim", ((90, 95),)),
    )
    said = answers([Sheet("d", "a", ours), Sheet("d", "b", theirs)], ("actor", "claim"))
    assert value(pair_f1(pair_counts(said, matching="exact"))[0]) == pytest.approx(2 * 1 / 7)
    assert value(pair_f1(pair_counts(said, matching="half"))[0]) == pytest.approx(2 * 3 / 7)
    assert value(pair_f1(pair_counts(said, matching="half", type_="actor"))[0]) == 1.0


def test_the_interval_holds_the_value_and_follows_the_seed() -> None:
    counts = pair_counts(planted().answers, matching="exact")
    one, again = group_f1(counts, seed=3), group_f1(counts, seed=3)
    assert one == again
    assert isinstance(one, Value)
    assert one.low is not None
    assert one.high is not None
    assert one.low < one.value < one.high


def test_confusion_counts_types_given_to_the_same_stretches() -> None:
    said = answers(
        [
            Sheet("d", "a", (("actor", ((0, 5),)), ("claim", ((9, 12),)))),
            Sheet("d", "b", (("claim", ((0, 5),)),)),
        ],
        ("actor", "claim"),
    )
    assert type_confusion(said).tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]


def test_unitizing_alpha_is_full_for_equals_and_falls_as_ends_move_apart() -> None:
    marks = [(10, 30), (50, 55)]
    values = [
        value(alpha_unitizing([marks, [(10 + off, 30 + off), (50, 55)]], length=100)) for off in (0, 2, 5, 15)
    ]
    assert values[0] == 1.0
    assert values == sorted(values, reverse=True)
    assert value(alpha_unitizing([[(0, 4)], [(40, 44)]], length=100)) < 0


def test_unitizing_alpha_is_that_of_a_sum_by_hand() -> None:
    # Units of 4 and 6 from 2 to 6 and 2 to 8 in 10: ends 2 apart, both ways, over 2 * 1 * 100.
    observed = 2 * 4 / 200
    # (N - 1) / 3 (2l³ - 3l² + l), plus l² times the places in gaps of 2 and 4, 2 and 2.
    among = (2 * 64 - 48 + 4) / 3 + (2 * 216 - 108 + 6) / 3
    room = 16 * 1 + 0
    expected = 2 / 10 * (among + room) / (20 * 19 - 4 * 3 - 6 * 5)
    got = alpha_unitizing([[(2, 6)], [(2, 8)]], length=10)
    assert value(got) == pytest.approx(1 - observed / expected)


def _continuum(annotators: int, size: int, seed: int) -> list[Units]:
    rng = np.random.default_rng(seed)
    places = [
        (30 * n + int(rng.integers(10)), int(rng.integers(5, 25)), int(rng.integers(3))) for n in range(size)
    ]
    return [
        units(
            [
                (start + int(rng.integers(6)), start + length + 6 + int(rng.integers(6)), kind)
                for start, length, kind in places
                if rng.random() > 0.2
            ]
        )
        for _ in range(annotators)
    ]


def test_the_best_alignment_is_that_of_trying_all() -> None:
    for seed in range(6):
        some = _continuum(3, 4, seed)
        assert best_alignment(some).disorder == pytest.approx(_tried(some), abs=1e-9)


def _tried(some: list[Units]) -> float:
    """Every alignment of three annotators, unit by unit."""
    d = {(i, j): dissimilarity(some[i], some[j]) for i in range(3) for j in range(3)}

    def cost(chosen: tuple[int, ...]) -> float:
        pairs = combinations(range(3), 2)
        return sum(
            1.0 if min(chosen[i], chosen[j]) < 0 else float(d[i, j][chosen[i], chosen[j]]) for i, j in pairs
        )

    def best(left: tuple[frozenset[int], ...]) -> float:
        first = next((i for i in range(3) if left[i]), None)
        if first is None:
            return 0.0
        unit = min(left[first])
        options = [[unit] if i == first else [-1, *sorted(left[i])] for i in range(3)]
        return min(
            cost(chosen) + best(tuple(one - {chosen[i]} for i, one in enumerate(left)))
            for chosen in product(*options)
        )

    total = sum(len(one) for one in some)
    return best(tuple(frozenset(range(len(one))) for one in some)) / 3 / (total / 3)


def test_the_alignment_takes_every_unit_once_and_proves_its_bound() -> None:
    for seed, annotators in enumerate((2, 4, 6, 8)):
        some = _continuum(annotators, 15, seed)
        found = best_alignment(some)
        assert found.disorder == pytest.approx(found.bound)
        for n, one in enumerate(some):
            taken = found.chosen[:, n]
            assert sorted(taken[taken >= 0].tolist()) == list(range(len(one)))


def test_disorder_is_that_of_pygamma_on_texts_and_on_chance() -> None:
    pygamma: Any = pytest.importorskip("pygamma_agreement")
    segment: Any = pytest.importorskip("pyannote.core").Segment
    some = _continuum(3, 8, 2)
    for sample in [some, *sampled(some, seed=5, samples=3)]:
        continuum = pygamma.Continuum()
        for n, one in enumerate(sample):
            continuum.add_annotator(str(n))
            for start, end, kind in zip(one.start, one.end, one.type, strict=True):
                continuum.add(str(n), segment(start, end), str(kind))
        theirs = continuum.get_best_alignment(pygamma.CombinedCategoricalDissimilarity()).disorder
        assert best_alignment(sample).disorder == pytest.approx(theirs, abs=1e-5)


def test_gamma_is_one_for_equals_near_nothing_for_chance_and_the_same_for_a_seed() -> None:
    one = _continuum(1, 12, 1)[0]
    same = gamma([one, one, one], seed=1, samples=5)
    assert isinstance(same, Gamma)
    assert same.value == 1.0
    some = _continuum(3, 12, 1)
    assert gamma(some, seed=2, samples=5) == gamma(some, seed=2, samples=5)
    chance = gamma(next(iter(sampled(some, seed=9, samples=1))), seed=2, samples=10)
    assert isinstance(chance, Gamma)
    assert abs(chance.value) < 0.3


def test_half_matches_are_those_of_comparing_all() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        one, other = ([_mark(rng) for _ in range(int(rng.integers(9)))] for _ in range(2))
        assert matched(one, other, "half") == _compared_all(one, other)


def _mark(rng: np.random.Generator) -> Mark:
    start = int(rng.integers(40))
    end = start + int(rng.integers(1, 12))
    more = ((end + 2, end + 2 + int(rng.integers(1, 6))),) if rng.random() < 0.2 else ()
    return int(rng.integers(2)), ((start, end), *more)


def _compared_all(one: list[Mark], other: list[Mark]) -> int:
    """The same first, then the closest pairs, each mark once."""
    left, right = list(one), list(other)
    exact = 0
    for mark in one:
        if mark in right:
            left.remove(mark)
            right.remove(mark)
            exact += 1
    pairs = sorted(
        (-len(_points(a) & _points(b)) / len(_points(a) | _points(b)), n, m)
        for n, a in enumerate(left)
        for m, b in enumerate(right)
        if a[0] == b[0]
    )
    taken: set[tuple[str, int]] = set()
    close = 0
    for share, n, m in pairs:
        if share <= -0.5 and not taken & {("left", n), ("right", m)}:
            taken |= {("left", n), ("right", m)}
            close += 1
    return exact + close


def _points(mark: Mark) -> set[int]:
    return {at for start, end in mark[1] for at in range(start, end)}
