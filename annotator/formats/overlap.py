"""Which annotations stay when a format can hold no two at the same place."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import assert_never

from annotator.formats.records import AnnotationRecord, Span


class OverlapRule(StrEnum):
    OUTERMOST = "outermost"  # the longer one stays
    INNERMOST = "innermost"  # the shorter one stays
    PRIORITY = "priority"  # the one whose label is named first stays, then the longer one


def without_overlap(
    annotations: Iterable[AnnotationRecord], rule: OverlapRule, labels: Sequence[str] = ()
) -> list[AnnotationRecord]:
    """The annotations that stay, in the order of the text; each of them has one span.

    Where length (and priority) leave a choice, the earlier one stays, then the label and id that sort first.
    """
    ordered = sorted(annotations, key=lambda annotation: annotation.spans[0])
    if all(before.spans[0][1] <= after.spans[0][0] for before, after in pairwise(ordered)):
        return ordered
    kept: list[AnnotationRecord] = []
    taken: list[Span] = []  # ascending
    for annotation in sorted(ordered, key=_preference(rule, labels)):
        span = annotation.spans[0]
        place = bisect_left(taken, span)
        if _is_free(taken, place, span):
            taken.insert(place, span)
            kept.insert(place, annotation)
    return kept


def _is_free(taken: list[Span], place: int, span: Span) -> bool:
    before = place == 0 or taken[place - 1][1] <= span[0]
    return before and (place == len(taken) or span[1] <= taken[place][0])


def _preference(
    rule: OverlapRule, labels: Sequence[str]
) -> Callable[[AnnotationRecord], tuple[int | str, ...]]:
    rank = {label: place for place, label in enumerate(labels)}

    def preference(annotation: AnnotationRecord) -> tuple[int | str, ...]:
        start, end = annotation.spans[0]
        tie = (start, annotation.label, annotation.id)
        match rule:
            case OverlapRule.OUTERMOST:
                return (start - end, *tie)
            case OverlapRule.INNERMOST:
                return (end - start, *tie)
            case OverlapRule.PRIORITY:
                return (rank.get(annotation.label, len(rank)), start - end, *tie)
            case _:
                assert_never(rule)

    return preference
