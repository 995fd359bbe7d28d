"""How the gold of a document changes from one rule to another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from annotator.domain.gold import Consensus, GoldLabel
from annotator.domain.stretches import alike, shared
from annotator.domain.values import Spans
from annotator.domain.voting import Voter

Change = Literal["appears", "disappears", "bounds", "label", "attributes"]


@dataclass(frozen=True, slots=True)
class Flip:
    """A gold label that changes: ``before`` is None where it appears, ``after`` where it disappears."""

    change: Change
    before: GoldLabel | None
    after: GoldLabel | None

    @property
    def place(self) -> tuple[Spans, str, str]:
        """Sorts flips by the text."""
        label = self.before or self.after
        assert label is not None
        return label.spans, label.label, self.change


def flips(before: Consensus, after: Consensus) -> list[Flip]:
    """What changes, in order of the text. Labels with a new confidence alone do not."""
    old, new = ({label.key: label for label in one.labels} for one in (before, after))
    found = [
        Flip("attributes", old[key], new[key])
        for key in old.keys() & new.keys()
        if (old[key].attributes, old[key].entity) != (new[key].attributes, new[key].entity)
    ]
    gone = sorted((old[key] for key in old.keys() - new.keys()), key=lambda label: (label.spans, label.key))
    come = {key: new[key] for key in sorted(new.keys() - old.keys())}
    for label in gone:
        successor = _successor(label, come.values())
        if successor is None:
            found.append(Flip("disappears", label, None))
        else:
            del come[successor.key]
            found.append(Flip("bounds" if successor.label == label.label else "label", label, successor))
    found += [Flip("appears", None, label) for label in come.values()]
    return sorted(found, key=lambda flip: flip.place)


def _successor(label: GoldLabel, come: Iterable[GoldLabel]) -> GoldLabel | None:
    near = [one for one in come if alike(label.label, label.spans, one.label, one.spans)]
    return min(
        near,
        key=lambda one: (one.label != label.label, -shared(one.spans, label.spans), one.key),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """By author marks, those that are gold, and what gold has: enough for F1 over many documents."""

    marks: int = 0
    hits: int = 0
    gold: int = 0

    def with_document(self, voter: Voter, labels: Sequence[GoldLabel]) -> "Tally":
        """With one more document that the voter finished."""
        mine = {(mark.label, mark.spans) for mark in voter.annotations}
        right = {(label.label, label.spans) for label in labels}
        return Tally(self.marks + len(mine), self.hits + len(mine & right), self.gold + len(right))

    @property
    def f1(self) -> float | None:
        """None where there is nothing to compare."""
        whole = self.marks + self.gold
        return round(2 * self.hits / whole, 4) if whole else None
