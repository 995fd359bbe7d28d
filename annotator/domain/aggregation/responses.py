"""How every annotator who saw a candidate's unit responded to the candidate."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.aggregation.answers import Answers
from annotator.domain.aggregation.arrays import Codes, Flags, Ints, runs, starts_of
from annotator.domain.aggregation.candidates import Candidates, Overlaps

EXACT, NEAR, FAR, SAME_PLACE, OTHER, NONE = range(6)
"""The candidate itself; its type on more than half of what either covers; its type, overlapping; another type
on the same stretches; another type, overlapping; nothing there."""
KINDS = 6

MOSTLY = 0.5
"""Above this share of covered code points in common, marks of one type are near. Exactly half is far, so that
nobody's one mark can be near to two candidates that exclude nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """A row for each candidate and each annotator who saw its unit, in order of (candidate, annotator).

    ``first`` says where a candidate's rows start, with the end of all. ``together`` flags pairs of the
    overlaps that somebody marked both of: they do not compete.
    """

    candidate: Ints
    annotator: Ints
    kind: Codes
    first: Ints
    together: Flags

    def counts(self, kind: int) -> Ints:
        """By candidate, how many annotators responded this way."""
        return np.bincount(self.candidate[self.kind == kind], minlength=len(self.first) - 1)


def responses(answers: Answers, found: Candidates, pairs: Overlaps) -> Responses:
    """Each annotator's closest response: the first in the order of the kinds."""
    sheets = starts_of(answers.voters())
    seers = answers.voters()[found.unit]
    first = starts_of(seers)
    sheet, candidate = runs(sheets[found.unit], seers)
    kind = np.full(len(sheet), NONE, dtype=np.int8)
    seat = _seats(answers) - sheets[answers.mark_unit]  # the marking annotator's place among the unit's
    exact = first[found.of_mark] + seat
    kind[exact] = EXACT
    together = np.zeros(len(pairs.left), dtype=np.bool_)
    if len(pairs.left):
        rows, pair = _rows_of_neighbours(found, pairs, first, seat)
        together[pair[kind[rows] == EXACT]] = True
        relation = np.where(together & pairs.same_type, NONE, _relations(found, pairs))[pair]
        relation[kind[rows] == EXACT] = EXACT
        for code in (OTHER, SAME_PLACE, FAR, NEAR, EXACT):
            kind[rows[relation == code]] = code
    return Responses(candidate, answers.seen_annotator[sheet], kind, first, together)


def _seats(answers: Answers) -> Ints:
    who = len(answers.annotators)
    seen = answers.seen_unit * who + answers.seen_annotator
    return np.searchsorted(seen, answers.mark_unit * who + answers.mark_annotator)


def _rows_of_neighbours(found: Candidates, pairs: Overlaps, first: Ints, seat: Ints) -> tuple[Ints, Ints]:
    """For each mark and each candidate that overlaps the marked one: the annotator's row there, and the pair."""
    size = len(found)
    one = np.concatenate((pairs.left, pairs.right))
    other = np.concatenate((pairs.right, pairs.left))
    order = np.argsort(one, kind="stable")
    neighbours = np.bincount(one, minlength=size)
    marked = found.of_mark
    entry, mark = runs(starts_of(neighbours)[marked], neighbours[marked])
    entry = order[entry]
    return first[other[entry]] + seat[mark], entry % len(pairs.left)


def _relations(found: Candidates, pairs: Overlaps) -> Codes:
    left, right = pairs.left, pairs.right
    same_place = (
        (found.start[left] == found.start[right])
        & (found.end[left] == found.end[right])
        & (found.shape[left] == found.shape[right])
    )
    same = np.where(pairs.iou > MOSTLY, NEAR, FAR)
    other = np.where(same_place, SAME_PLACE, OTHER)
    return np.where(pairs.same_type, same, other).astype(np.int8)
