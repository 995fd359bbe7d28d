"""Candidates: every distinct label on a stretch that somebody marked, and which of them overlap."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.aggregation.answers import Answers, Pieces
from annotator.domain.aggregation.arrays import Flags, Floats, Ints, ints, ranks, runs


@dataclass(frozen=True, slots=True, eq=False)
class Proposals:
    """Stretches without a vote that are candidates all the same, found by a model or put in by a curator.

    ``shape`` is -1 for one stretch, else an index in ``shapes``.
    """

    unit: Ints
    type: Ints
    start: Ints
    end: Ints
    shape: Ints
    shapes: tuple[Pieces, ...] = ()


NO_PROPOSALS = Proposals(ints([]), ints([]), ints([]), ints([]), ints([]))


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """In order of (unit, start, end, type, shape); ``of_mark`` gives each mark's candidate, ``of_proposal``
    each proposal's."""

    unit: Ints
    type: Ints
    start: Ints
    end: Ints
    shape: Ints
    length: Ints
    of_mark: Ints
    of_proposal: Ints
    shapes: tuple[Pieces, ...]

    def __len__(self) -> int:
        return len(self.unit)

    def pieces(self, candidate: int) -> Pieces:
        """The stretches of a candidate."""
        shape = int(self.shape[candidate])
        return self.shapes[shape] if shape >= 0 else ((int(self.start[candidate]), int(self.end[candidate])),)


@dataclass(frozen=True, slots=True, eq=False)
class Overlaps:
    """Pairs of candidates with code points in common, ``left`` before ``right``.

    ``iou``: shared code points / covered code points. ``same_type``: both have one type.
    """

    left: Ints
    right: Ints
    iou: Floats
    same_type: Flags


def candidates(answers: Answers, proposals: Proposals | None = None) -> Candidates:
    """The distinct marks of the answers, with the proposals."""
    added = proposals or NO_PROPOSALS
    shapes, of_answers, of_added = _joined(answers.shapes, added.shapes)
    keys = (
        np.concatenate((answers.mark_unit, added.unit)),
        np.concatenate((answers.mark_start, added.start)),
        np.concatenate((answers.mark_end, added.end)),
        np.concatenate((answers.mark_type, added.type)),
        np.concatenate((of_answers[answers.mark_shape], of_added[added.shape])),
    )
    order, rank = ranks(keys)
    ordered = rank[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    unit, start, end, kind, shape = (key[order[first]] for key in keys)
    marks = len(answers.mark_unit)
    return Candidates(
        unit=unit,
        type=kind,
        start=start,
        end=end,
        shape=shape,
        length=_lengths(start, end, shape, shapes),
        of_mark=rank[:marks],
        of_proposal=rank[marks:],
        shapes=shapes,
    )


def overlaps(found: Candidates) -> Overlaps:
    """Every pair that overlaps."""
    if not len(found):
        return _pairs(found, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    # Units one after another on one line, so that overlap is a question to one sorted array.
    width = int(found.end.max()) + 1
    position = found.unit * width + found.start
    reach = np.searchsorted(position, found.unit * width + found.end, side="left")
    first = np.arange(len(found)) + 1
    right, left = runs(first, np.maximum(reach - first, 0))
    return _pairs(found, left, right)


def _joined(ours: tuple[Pieces, ...], theirs: tuple[Pieces, ...]) -> tuple[tuple[Pieces, ...], Ints, Ints]:
    """All the shapes in order, and what each number of either becomes; -1 stays."""
    shapes = tuple(sorted({*ours, *theirs}))
    place = {pieces: n for n, pieces in enumerate(shapes)}
    become = [ints([*(place[pieces] for pieces in some), -1]) for some in (ours, theirs)]
    return shapes, become[0], become[1]


def _pairs(found: Candidates, left: Ints, right: Ints) -> Overlaps:
    common = np.minimum(found.end[left], found.end[right]) - found.start[right]
    broken = np.flatnonzero((found.shape[left] >= 0) | (found.shape[right] >= 0))
    for pair in broken.tolist():
        common[pair] = _common(found.pieces(int(left[pair])), found.pieces(int(right[pair])))
    if len(broken):
        kept = common > 0
        left, right, common = left[kept], right[kept], common[kept]
    covered = found.length[left] + found.length[right] - common
    return Overlaps(left, right, common / covered, found.type[left] == found.type[right])


def _lengths(start: Ints, end: Ints, shape: Ints, shapes: tuple[Pieces, ...]) -> Ints:
    length = end - start
    for n in np.flatnonzero(shape >= 0).tolist():
        length[n] = sum(last - first for first, last in shapes[int(shape[n])])
    return length


def _common(pieces: Pieces, others: Pieces) -> int:
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in pieces
        for other_start, other_end in others
    )
