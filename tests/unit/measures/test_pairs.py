"""Agreement between authors."""

import pytest

from annotator.domain.measures.spans import mean_f1, pairwise_f1, span_f1
from tests.support.builders import ALICE, BOB, CAROL, a_mark, a_voter


def test_half_of_the_marks_in_common() -> None:
    alice = a_voter(ALICE, a_mark("Assad"), a_mark("Putin"))
    bob = a_voter(BOB, a_mark("Assad"), a_mark("Iran"))
    assert span_f1(alice, bob) == pytest.approx(0.5)


def test_labels_must_agree_as_well() -> None:
    assert span_f1(a_voter(ALICE, a_mark("Iran")), a_voter(BOB, a_mark("Iran", "location"))) == 0.0


def test_agreement_on_nothing_cannot_be_told() -> None:
    assert span_f1(a_voter(ALICE), a_voter(BOB)) is None
    assert mean_f1([a_voter(ALICE), a_voter(BOB)]) is None
    assert mean_f1([a_voter(ALICE, a_mark())]) is None


def test_pairs_that_cannot_be_told_are_left_out_of_the_mean() -> None:
    people = [a_voter(ALICE), a_voter(BOB), a_voter(CAROL, a_mark())]
    assert sorted(pairwise_f1(people).values(), key=str) == [0.0, 0.0, None]
    assert mean_f1(people) == 0.0
