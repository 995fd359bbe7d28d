"""What gold has made of one annotator's set: which marks it kept, changed or dropped, and what it has besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from annotator.domain.annotation_set import Annotation
from annotator.domain.gold import Consensus, GoldLabel
from annotator.domain.stretches import alike, overlap, shared

Outcome = Literal["kept", "attributes", "bounds", "label", "dropped"]
"""kept: it is gold as it is. attributes, bounds, label: gold has it, but there it differs. dropped: gold has nothing
there."""


@dataclass(frozen=True, slots=True)
class MarkResult:
    """What became of one mark; ``item`` is the question it answers."""

    mark: Annotation
    outcome: Outcome
    gold: GoldLabel | None
    item: str


@dataclass(frozen=True, slots=True)
class Score:
    """How well marks meet gold labels: exactly, and with any overlap in the same label. None where there are none."""

    marks: int
    gold: int
    exact: int
    touching: int
    precision: float | None
    recall: float | None
    f1: float | None
    lenient_f1: float | None


def results(marks: Sequence[Annotation], consensus: Consensus) -> tuple[list[MarkResult], list[GoldLabel]]:
    """What became of each mark, in order of the text, and gold labels that no mark came near."""
    ordered = sorted(marks, key=lambda mark: (mark.spans, mark.label, mark.id))
    items = {c.key: item.key for item in consensus.items for c in item.candidates}
    found = [_result(mark, consensus.labels, items) for mark in ordered]
    met = {result.gold.id for result in found if result.gold is not None}
    return found, [label for label in consensus.labels if label.id not in met]


def score(marks: Sequence[Annotation], labels: Sequence[GoldLabel]) -> Score:
    """Marks against the labels that count as right."""
    mine = {(mark.label, mark.spans) for mark in marks}
    right = {(label.label, label.spans) for label in labels}
    exact, whole = len(mine & right), len(mine) + len(right)
    touching = sum(any(a == b and overlap(one, other) for b, other in right) for a, one in mine)
    touched = sum(any(a == b and overlap(one, other) for a, one in mine) for b, other in right)
    return Score(
        marks=len(mine),
        gold=len(right),
        exact=exact,
        touching=touching,
        precision=_share(exact, len(mine)),
        recall=_share(exact, len(right)),
        f1=_share(2 * exact, whole),
        lenient_f1=_share(touching + touched, whole),
    )


def _result(mark: Annotation, labels: Sequence[GoldLabel], items: dict[str, str]) -> MarkResult:
    near = [label for label in labels if alike(mark.label, mark.spans, label.label, label.spans)]
    best = min(
        near,
        key=lambda label: (label.label != mark.label, -shared(mark.spans, label.spans), label.key),
        default=None,
    )
    own = f"{mark.label}:{','.join(f'{start}-{end}' for start, end in mark.spans)}"
    item = best.provenance.item if best else items.get(own, own)
    return MarkResult(mark, _outcome(mark, best), best, item)


def _outcome(mark: Annotation, gold: GoldLabel | None) -> Outcome:
    if gold is None:
        return "dropped"
    if gold.label != mark.label:
        return "label"
    if gold.spans != mark.spans:
        return "bounds"
    return "kept" if (gold.attributes, gold.entity) == (mark.attributes, mark.entity) else "attributes"


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
