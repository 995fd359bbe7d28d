"""What labels carry along: who may speak of their attributes, and links between them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from annotator.domain.aggregation.aggregate import Aggregation
from annotator.domain.aggregation.arrays import Flags, Floats, Ints, ints
from annotator.domain.aggregation.candidates import overlaps
from annotator.domain.aggregation.categorical import CategoricalSettings, choose_values

CLOSE = 0.5
"""Who marked so much of a label, in its type, speaks of its attributes and may have linked it."""


@dataclass(frozen=True, slots=True, eq=False)
class Speakers:
    """Rows of (label, mark): ``candidate`` stands, and the mark's annotator meant it. In order of both, one
    mark of each annotator for a label, and one label for a mark."""

    candidate: Ints
    mark: Ints


@dataclass(frozen=True, slots=True)
class LinkVote:
    """A link that an annotator made between two marks, by their numbers in the answers."""

    type: str
    source: int
    goal: int


@dataclass(frozen=True, slots=True)
class LinkFound:
    """A link between two labels that stand, by the numbers of their candidates."""

    type: str
    source: int
    goal: int
    confidence: float
    votes: int
    able: int
    stands: bool


def speakers(result: Aggregation) -> Speakers:
    """Whose marks the labels come from: exact ones first, else the closest of the same type."""
    found, answers = result.candidates, result.answers
    pairs = overlaps(found)
    close = pairs.same_type & (pairs.iou >= CLOSE)
    near: dict[int, list[tuple[float, int]]] = {n: [(1.0, n)] for n in np.flatnonzero(result.stands).tolist()}
    for one, other, iou in zip(
        pairs.left[close].tolist(), pairs.right[close].tolist(), pairs.iou[close].tolist(), strict=True
    ):
        for label, variant in ((one, other), (other, one)):
            if result.stands[label]:
                near[label].append((iou, variant))
    marks: dict[int, list[int]] = {}
    for mark, candidate in enumerate(found.of_mark.tolist()):
        marks.setdefault(candidate, []).append(mark)
    offers = sorted(
        (-iou, label, mark)
        for label, variants in near.items()
        for iou, variant in variants
        for mark in marks.get(variant, [])
    )
    taken: dict[tuple[int, int], int] = {}
    used: set[int] = set()
    for _, label, mark in offers:
        seat = (label, int(answers.mark_annotator[mark]))
        if mark not in used and seat not in taken:
            taken[seat] = mark
            used.add(mark)
    rows = sorted((label, mark) for (label, _), mark in taken.items())
    return Speakers(ints([row[0] for row in rows]), ints([row[1] for row in rows]))


def links(
    result: Aggregation,
    votes: Iterable[LinkVote],
    *,
    settings: CategoricalSettings | None = None,
    threshold: float = 0.5,
) -> list[LinkFound]:
    """Every link that somebody made between labels that stand, in order of (source, goal, type).

    An annotator who has both ends and did not link them speaks against it; who lacks an end does not speak.
    """
    said = speakers(result)
    label_of = dict(zip(said.mark.tolist(), said.candidate.tolist(), strict=True))
    who = result.answers.mark_annotator
    has: dict[int, set[int]] = {}
    for mark, label in label_of.items():
        has.setdefault(label, set()).add(int(who[mark]))
    made: dict[tuple[int, int, str], set[int]] = {}
    for vote in votes:
        ends = label_of.get(vote.source), label_of.get(vote.goal)
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            made.setdefault((ends[0], ends[1], vote.type), set()).add(int(who[vote.source]))
    listed = sorted(made)
    rows = [
        (n, annotator, int(annotator in made[key]))
        for n, key in enumerate(listed)
        for annotator in sorted(has[key[0]] & has[key[1]])
    ]
    table = ints(rows).reshape(-1, 3)
    chosen = choose_values(
        table[:, 0], table[:, 1], table[:, 2],
        items=len(listed), annotators=len(result.answers.annotators), values=2, settings=settings,
    )  # fmt: skip
    unanimous = _unanimous(table, len(listed))
    return [
        LinkFound(
            type=type_,
            source=source,
            goal=goal,
            confidence=float(chosen.posterior[n, 1].round(4)),
            votes=len(made[source, goal, type_]),
            able=len(has[source] & has[goal]),
            stands=bool(unanimous[n]) or float(chosen.posterior[n, 1]) > threshold,
        )
        for n, (source, goal, type_) in enumerate(listed)
    ]


def _unanimous(table: Ints, size: int) -> Flags:
    said = np.bincount(table[:, 0], weights=table[:, 2], minlength=size)
    return np.asarray(said == np.bincount(table[:, 0], minlength=size))


def mark_weights(result: Aggregation, said: Speakers) -> Floats:
    """By row of the speakers, how reliable the mark's annotator is; 1 for all where no model knows."""
    tables = result.tables
    if tables is None:
        return np.ones(len(said.mark))
    known = dict(zip(tables.annotators, tables.reliability.tolist(), strict=True))
    names = result.answers.annotators
    return np.array([known.get(names[int(n)], 0.5) for n in result.answers.mark_annotator[said.mark]])
