"""What holds of every consensus, whoever said what in which order."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from annotator.domain.aggregation.aggregate import Aggregation, aggregate
from annotator.domain.aggregation.answers import Pieces, Sheet, answers
from annotator.domain.aggregation.arrays import sigmoid
from annotator.domain.aggregation.candidates import candidates, overlaps
from annotator.domain.aggregation.decode import Constraint
from annotator.domain.aggregation.layers import layers, marginals
from annotator.domain.aggregation.responses import responses
from annotator.domain.aggregation.settings import Policy, Settings, SpanModel, SpanVote, WeightedVote
from tests.support.crowd import KINDS, labels, planted

TYPES = KINDS
POLICIES: tuple[Policy, ...] = (SpanVote(0.5), SpanVote(0.34), WeightedVote(0.5), SpanModel())
CONSTRAINTS: tuple[Constraint, ...] = ("flat", "per_type", "nested", "free")

CALM = settings(deadline=None, max_examples=60)
TABLES = aggregate(planted(documents=20).answers, settings=Settings()).tables

Mark = tuple[str, Pieces]


@st.composite
def pieces(draw: st.DrawFn) -> Pieces:
    edges = draw(st.lists(st.integers(0, 24), min_size=2, max_size=4, unique=True).map(sorted))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


marks: SearchStrategy[tuple[Mark, ...]] = st.lists(
    st.tuples(st.sampled_from(TYPES), pieces()), max_size=6, unique=True
).map(tuple)


@st.composite
def sheets(draw: st.DrawFn) -> list[Sheet]:
    seats = list(product(("d1", "d2", "d3"), ("ann", "bob", "cid", "dan"), (0, 1)))
    chosen = draw(st.lists(st.sampled_from(seats), unique=True, max_size=12))
    return [Sheet(document, who, draw(marks), unit) for document, who, unit in chosen]


def same(one: Aggregation, other: Aggregation) -> bool:
    return (
        one.labels() == other.labels()
        and one.confidence.tobytes() == other.confidence.tobytes()
        and one.stands.tobytes() == other.stands.tobytes()
    )


@CALM
@given(sheets(), st.randoms(use_true_random=False), st.sampled_from(POLICIES), st.sampled_from(CONSTRAINTS))
def test_order_does_not_matter(
    made: list[Sheet], rng: object, policy: Policy, constraint: Constraint
) -> None:
    shuffled = [replace(sheet, marks=sheet.marks[::-1]) for sheet in made]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    chosen = Settings(policy, constraint)
    assert same(
        aggregate(answers(made, TYPES), settings=chosen), aggregate(answers(shuffled, TYPES), settings=chosen)
    )


@CALM
@given(marks, st.integers(1, 4), st.sampled_from(POLICIES))
def test_unanimous_sheets_give_themselves_back(said: tuple[Mark, ...], voters: int, policy: Policy) -> None:
    made = [Sheet("d", f"a{n}", said) for n in range(voters)]
    result = aggregate(answers(made, TYPES), settings=Settings(policy, "free"))
    assert labels(result) == {("d", 0, *mark) for mark in said}


@CALM
@given(sheets(), st.sampled_from(POLICIES), st.sampled_from(CONSTRAINTS))
def test_nothing_stands_together_that_may_not(
    made: list[Sheet], policy: Policy, constraint: Constraint
) -> None:
    result = aggregate(answers(made, TYPES), settings=Settings(policy, constraint))
    found = result.candidates
    pairs = overlaps(found)
    both = result.stands[pairs.left] & result.stands[pairs.right]
    if constraint == "flat":
        assert not both.any()
    if constraint == "per_type":
        assert not (both & pairs.same_type).any()
    if constraint == "nested":
        left, right = pairs.left[both], pairs.right[both]
        crossing = (found.start[left] < found.start[right]) & (found.end[left] < found.end[right])
        assert not crossing.any()


@CALM
@given(sheets(), st.sampled_from(POLICIES))
def test_confidence_is_a_probability_of_four_decimals(made: list[Sheet], policy: Policy) -> None:
    confidence = aggregate(answers(made, TYPES), settings=Settings(policy)).confidence
    assert ((confidence >= 0) & (confidence <= 1)).all()
    assert (confidence == confidence.round(4)).all()


@CALM
@given(st.lists(marks, min_size=1, max_size=5), st.data())
def test_an_identical_vote_never_lowers_a_share(said: list[tuple[Mark, ...]], data: st.DataObject) -> None:
    made = [Sheet("d", f"a{n}", one) for n, one in enumerate(said)]
    again = data.draw(st.sampled_from(said))
    more = [*made, Sheet("d", "z", again)]
    for policy in (SpanVote(), WeightedVote()):
        before = _confidences(made, policy)
        after = _confidences(more, policy)
        assert all(after[mark] >= before[mark] for mark in again)


@CALM
@given(st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=6), st.data())
def test_an_identical_vote_never_lowers_the_models_confidence(said: list[int], data: st.DataObject) -> None:
    variants = (((0, 10),), ((0, 12),), ((3, 10),))
    made = [Sheet("d", f"a{n}", (("actor", variants[one]),)) for n, one in enumerate(said)]
    again = data.draw(st.sampled_from(said))
    more = [*made, Sheet("d", "somebody new", (("actor", variants[again]),))]
    mark = ("actor", variants[again])
    before = _confidences(made, SpanModel())
    after = _confidences(more, SpanModel())
    assert after[mark] >= before[mark]


def _confidences(made: Sequence[Sheet], policy: Policy) -> dict[Mark, float]:
    result = aggregate(answers(made, KINDS), settings=Settings(policy), tables=TABLES)
    found = result.candidates
    return {
        (KINDS[int(found.type[n])], found.pieces(n)): float(result.confidence[n]) for n in range(len(found))
    }


@CALM
@given(sheets(), st.data())
def test_sums_over_sets_equal_those_of_every_set_listed(made: list[Sheet], data: st.DataObject) -> None:
    said = answers(made, TYPES)
    found = candidates(said)
    pairs = overlaps(found)
    heard = responses(said, found, pairs)
    over = layers(found, pairs, heard.together)
    odds = np.array(data.draw(st.lists(st.floats(-4, 4), min_size=len(found), max_size=len(found))))
    rivals = {*zip(*(side.tolist() for side in over.rivals), strict=True)}
    for unit, type_ in {*zip(found.unit.tolist(), found.type.tolist(), strict=True)}:
        members = np.flatnonzero((found.unit == unit) & (found.type == type_))
        if len(members) > 8:
            continue
        weights, inside = [], []
        for chosen in product((0, 1), repeat=len(members)):
            some = members[np.array(chosen, dtype=bool)].tolist()
            if any((a, b) in rivals for a in some for b in some):
                continue
            weights.append(np.exp(odds[some].sum()))
            inside.append(chosen)
        expected = (np.array(weights)[:, None] * np.array(inside)).sum(0) / sum(weights)
        assert marginals(odds, over)[0][members] == pytest.approx(expected, abs=1e-9)


def test_one_that_competes_with_nobody_has_its_own_odds() -> None:
    said = answers([Sheet("d", "a", (("actor", ((0, 5),)),))], TYPES)
    found = candidates(said)
    pairs = overlaps(found)
    over = layers(found, pairs, responses(said, found, pairs).together)
    assert marginals(np.array([1.5]), over)[0][0] == sigmoid(np.array([1.5]))[0]


@pytest.mark.parametrize("threads", ["1", "2"])
def test_bytes_are_the_same_under_every_hash_seed_and_thread_count(threads: str) -> None:
    code = (
        "from hashlib import sha256;"
        "from tests.support.crowd import planted;"
        "from annotator.domain.aggregation.aggregate import aggregate;"
        "from annotator.domain.aggregation.settings import Settings;"
        "r = aggregate(planted().answers, settings=Settings());"
        "print(sha256(r.confidence.tobytes() + repr(r.labels()).encode()).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "77")
    }
    assert len(printed) == 1
