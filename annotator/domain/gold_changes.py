"""What became of a document's gold between two moments, and why.

The why is found by going from the one moment to the other step by step: first what people marked changes, then what
curators decided, then the policy, what was learned of annotators, the schema and the register. A label changed for
the reasons at whose steps it changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from annotator.domain.gold import Consensus, GoldLabel, GoldLink

Why = Literal["document", "text", "vote", "decision", "policy", "reliability", "schema", "register"]
Kind = Literal["label", "link", "document_label"]
Content = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A gold label, link or label of the document, with what matters of it; ``place`` finds its likes."""

    kind: Kind
    id: str
    content: Mapping[str, Any]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where it is, for labels."""
        return tuple(self.content.get("spans") or ())


@dataclass(frozen=True, slots=True)
class Step:
    """What stands after a change of this kind, by id."""

    why: Why
    things: Mapping[str, Thing]


@dataclass(frozen=True, slots=True)
class Change:
    """``before`` is None for what was added, ``after`` for what was removed; ``fields`` differ in what was changed."""

    before: Thing | None
    after: Thing | None
    fields: tuple[str, ...]
    why: tuple[Why, ...]


def things_of(result: Consensus | None) -> dict[str, Thing]:
    """What stands, by id."""
    if result is None:
        return {}
    found = [*map(_label, result.labels), *map(_link, result.links)]
    found += [
        Thing("document_label", f"document_label/{item.label}", {"label": item.label, "value": item.value})
        for item in result.document_labels
        if item.value is not None
    ]
    return {thing.id: thing for thing in found}


def changes(before: Mapping[str, Thing], steps: Sequence[Step]) -> list[Change]:
    """What differs between the beginning and the last of the steps, in order of the text."""
    after = steps[-1].things if steps else before
    gone = {id_: thing for id_, thing in before.items() if id_ not in after}
    come = {id_: thing for id_, thing in after.items() if id_ not in before}
    found = [
        _change(before, steps, thing, after[id_])
        for id_, thing in before.items()
        if id_ in after and thing.content != after[id_].content
    ]
    for old, new in _likes(gone, come):
        del gone[old.id], come[new.id]
        found.append(_change(before, steps, old, new))
    found += [_change(before, steps, thing, None) for thing in gone.values()]
    found += [_change(before, steps, None, thing) for thing in come.values()]
    return sorted(found, key=_order)


def _label(label: GoldLabel) -> Thing:
    content = {
        "label": label.label,
        "spans": label.spans,
        "attributes": label.attributes,
        "entity": label.entity,
        "status": label.status,
    }
    return Thing("label", label.id, content)


def _link(link: GoldLink) -> Thing:
    content = {
        "type": link.type,
        "from": link.from_gold,
        "to": link.to_gold,
        "attributes": link.attributes,
        "status": link.status,
    }
    return Thing("link", link.id, content)


def _change(
    before: Mapping[str, Thing], steps: Sequence[Step], old: Thing | None, new: Thing | None
) -> Change:
    ids = {thing.id for thing in (old, new) if thing is not None}
    fields: tuple[str, ...] = ()
    if old is not None and new is not None:
        fields = tuple(key for key, value in old.content.items() if value != new.content[key])
    return Change(old, new, fields, tuple(_reasons(before, steps, ids)))


def _reasons(before: Mapping[str, Thing], steps: Sequence[Step], ids: set[str]) -> Iterator[Why]:
    held = before
    for step in steps:
        if any(held.get(id_) != step.things.get(id_) for id_ in ids):
            yield step.why
        held = step.things


def _likes(gone: Mapping[str, Thing], come: Mapping[str, Thing]) -> Iterator[tuple[Thing, Thing]]:
    """A label that went and one that came in its place: the same words under another label, or the same label on
    words that overlap. Each is taken once, the nearest first."""
    pairs = [
        (rank, old.id, new.id)
        for old in gone.values()
        for new in come.values()
        if (rank := _likeness(old, new)) is not None
    ]
    taken: set[str] = set()
    for _, old_id, new_id in sorted(pairs):
        if old_id not in taken and new_id not in taken:
            taken |= {old_id, new_id}
            yield gone[old_id], come[new_id]


def _likeness(old: Thing, new: Thing) -> int | None:
    if old.kind != "label" or new.kind != "label":
        return None
    if old.spans == new.spans:
        return 0
    same = old.content["label"] == new.content["label"]
    overlap = any(a < d and c < b for a, b in old.spans for c, d in new.spans)
    return 1 if same and overlap else None


def _order(change: Change) -> tuple[Any, ...]:
    thing = change.after or change.before
    assert thing is not None
    return (thing.kind, thing.spans, thing.id)
