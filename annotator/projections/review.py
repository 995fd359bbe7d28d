"""What there is to review, and how annotators did: rows for each item of a document, and for each of its voters."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from annotator.domain.gold import Consensus, Item, LinkItem
from annotator.domain.stretches import overlap
from annotator.projections.evidence import Evidence

ITEM_COLUMNS = """project uuid, document uuid, number int, item text NOT NULL, kind text NOT NULL, label text NOT NULL,
                  start int NOT NULL, status text NOT NULL, conflict text, stale boolean NOT NULL,
                  appeals int NOT NULL, uncertainty float8 NOT NULL, dependants int NOT NULL, gain float8 NOT NULL,
                  draw float8 NOT NULL, PRIMARY KEY (project, document, number)"""

AUTHOR_COLUMNS = """project uuid, document uuid, author uuid, marks int NOT NULL, hits int NOT NULL, near int NOT NULL,
                    gold int NOT NULL, taken int NOT NULL, taken_hits int NOT NULL, corrected boolean NOT NULL,
                    PRIMARY KEY (project, document, author)"""


def item_rows(found: Evidence, result: Consensus) -> Iterator[dict[str, Any]]:
    """``gain`` is what a decision is expected to put right: doubt, times what hangs on the item.

    ``draw`` is between 0 and 1 by chance, but always the same for an item: the lowest are drawn for spot checks.
    """
    hanging = _hanging(result)
    appealed = Counter(appeal.item for appeal in found.curation.appeals.values() if appeal.answer is None)
    items: list[Item | LinkItem] = [*result.items, *result.link_items]
    for number, item in enumerate(items):
        doubt = _doubt(item)
        dependants = 0 if isinstance(item, LinkItem) else _dependants(item, hanging)
        yield {
            "document": found.id,
            "number": number,
            "item": item.key,
            "kind": "link" if isinstance(item, LinkItem) else "label",
            "label": item.type if isinstance(item, LinkItem) else _label(item),
            "start": 0 if isinstance(item, LinkItem) else _start(item),
            "status": item.status,
            "conflict": item.conflict,
            "stale": item.stale,
            "appeals": appealed[item.key],
            "uncertainty": doubt,
            "dependants": dependants,
            "gain": round(doubt * (1 + dependants), 4),
            "draw": _draw(f"{found.id}/{item.key}"),
        }


def author_rows(found: Evidence, result: Consensus) -> Iterator[dict[str, Any]]:
    """How each voter's marks compare to gold. ``taken`` are suggestions that they took; ``corrected``: a curator
    has decided something here."""
    gold = {(label.label, label.spans): label for label in result.labels}
    corrected = bool(found.curation.decisions)
    for author in filter(None, result.voters):  # the shared set is nobody's own
        marks = found.sets[author].annotations.values()
        distinct = {(mark.label, mark.spans) for mark in marks}
        taken = {(mark.label, mark.spans) for mark in marks if mark.origin == "suggestion"}
        near = sum(
            any(label == of and overlap(spans, other) for of, other in gold)
            for label, spans in distinct - gold.keys()
        )
        yield {
            "document": found.id,
            "author": author,
            "marks": len(distinct),
            "hits": len(distinct & gold.keys()),
            "near": near,
            "gold": len(gold),
            "taken": len(taken),
            "taken_hits": len(taken & gold.keys()),
            "corrected": corrected,
        }


def _doubt(item: Item | LinkItem) -> float:
    """How many of the item's answers are expected to be wrong as they stand or fall.

    What was decided is beyond doubt, unless the votes have changed since.
    """
    if item.status == "decided" and not item.stale:
        return 0.0
    if isinstance(item, LinkItem):
        return round(min(item.share, 1.0 - item.share), 4)
    answers = item.candidates
    return round(sum(min(c.confidence, 1.0 - c.confidence) + (1.0 - c.unity) / 2 for c in answers), 4)


def _dependants(item: Item, hanging: Counter[str]) -> int:
    """How many attributes and links hang on the item's answers."""
    return sum(hanging[candidate.key] + len(candidate.attributes) for candidate in item.candidates)


def _hanging(result: Consensus) -> Counter[str]:
    """How many links end at each candidate."""
    return Counter(end for link in result.link_items for end in (link.from_key, link.to_key))


def _label(item: Item) -> str:
    return item.candidates[0].label if item.candidates else item.key.partition(":")[0]


def _start(item: Item) -> int:
    if item.candidates:
        return item.candidates[0].spans[0][0]
    decided = item.decision
    return decided.spans[0][0] if decided is not None and decided.spans else 0


def _draw(name: str) -> float:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]) / 2**48
