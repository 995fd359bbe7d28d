"""Which annotation stays where two overlap."""

from random import Random

import pytest

from annotator.formats.overlap import OverlapRule, without_overlap
from annotator.formats.records import AnnotationRecord


def _marks(*spans: tuple[int, int], label: str = "x") -> list[AnnotationRecord]:
    return [
        AnnotationRecord(
            id=f"{start}-{end}", document="d", author="a", label=label, spans=((start, end),), quote=""
        )
        for start, end in spans
    ]


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (OverlapRule.OUTERMOST, ["0-10", "10-14", "20-30"]),
        (OverlapRule.INNERMOST, ["1-3", "4-6", "12-13", "20-25"]),
        (OverlapRule.PRIORITY, ["0-10", "10-14", "20-30"]),
    ],
)
def test_the_rule_says_which_one_stays(rule: OverlapRule, kept: list[str]) -> None:
    marks = _marks((0, 10), (1, 3), (2, 4), (4, 6), (10, 14), (12, 13), (20, 30), (20, 25), (24, 31))
    for seed in range(5):
        Random(seed).shuffle(marks)
        assert [it.id for it in without_overlap(marks, rule)] == kept


def test_where_length_leaves_a_choice_the_earlier_stays() -> None:
    assert [it.id for it in without_overlap(_marks((3, 6), (1, 4)), OverlapRule.OUTERMOST)] == ["1-4"]


def test_at_the_same_place_the_label_that_sorts_first_stays() -> None:
    marks = _marks((0, 3), label="b") + _marks((0, 3), label="a")
    assert [it.label for it in without_overlap(marks, OverlapRule.OUTERMOST)] == ["a"]


def test_priority_goes_before_length() -> None:
    marks = _marks((0, 9), label="claim") + _marks((2, 4), label="actor") + _marks((3, 6), label="place")
    kept = without_overlap(marks, OverlapRule.PRIORITY, ["actor", "claim"])
    assert [it.label for it in kept] == ["actor"]
