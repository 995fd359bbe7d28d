"""Gold and curation of one document, computed from the log: as current, and as past, as it is asked for."""

from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

from django.db import connection

from annotator.domain.gold import (
    Band,
    Consensus,
    GoldLabel,
    GoldLink,
    Status,
    band,
)
from annotator.domain.text import quote
from annotator.domain.values import Attributes, Spans
from annotator.log import STORE
from annotator.projections.evidence import Contents, Evidence, Row, evidence, query
from annotator.projections.provenance import provenance_of
from annotator.projections.rules import Rules, judged, rules_at


class VoteView(TypedDict):
    """An author's vote; ``annotation`` is null where the author marked nothing."""

    author: str | None
    annotation: str | None
    version: int


class ReliabilityView(TypedDict):
    """What consensus knows of the annotators: learned from the log up to a position."""

    learned_from: int
    digest: str
    engine: int


class ProvenanceView(TypedDict):
    """Where a label or link comes from.

    `calibrated_on`: the reviewed documents that the confidence was learned from; with 0 it only orders labels.
    """

    votes: list[VoteView]
    policy: dict[str, Any]
    policy_version: int
    reliability: ReliabilityView | None
    calibrated_on: int
    decision: str | None
    item: str
    schema_version: str | None
    positions: list[int]


class GoldLabelView(TypedDict):
    """A label that stands; ``quote`` is null when the text was erased."""

    id: str
    label: str
    spans: Spans
    quote: str | None
    attributes: Attributes
    entity: str | None
    status: Status
    confidence: float
    band: Band
    provenance: ProvenanceView


GoldLinkView = TypedDict(
    "GoldLinkView",
    {
        "id": str,
        "type": str,
        "from": str,
        "to": str,
        "attributes": Attributes,
        "status": Status,
        "confidence": float,
        "provenance": ProvenanceView,
    },
)
"""A link that stands, between two gold labels."""


class DocumentLabelView(TypedDict):
    """What the voters say of the document as a whole; ``value`` is null while none stands."""

    label: str
    value: str | None
    status: Status
    share: float


class GoldView(TypedDict):
    """The gold of a document as of a position."""

    position: int
    labels: list[GoldLabelView]
    links: list[GoldLinkView]
    document_labels: list[DocumentLabelView]


@dataclass(frozen=True, slots=True)
class Judged:
    """A document with what its votes and decisions come to."""

    position: int
    found: Evidence
    rules: Rules
    result: Consensus

    def quote(self, spans: Spans | None) -> str | None:
        """What the text says there; None when it was erased."""
        return None if self.found.text is None or spans is None else quote(self.found.text, spans)


def judged_document(project: UUID, document: UUID, *, at: int | None = None) -> Judged | None:
    """A document judged as of a position, by default now; None when it does not exist then."""
    position = STORE.head(project) if at is None else at
    with connection.cursor() as cursor:
        cursor.execute(*query(project, position, [document]))
        rows = [Row(*row) for row in cursor.fetchall()]
        found = next(evidence(rows, Contents(project)), None)
        if found is None:
            return None
        rules = rules_at(cursor, project, position)
    return Judged(position, found, rules, judged(found, rules))


def gold(project: UUID, document: UUID, *, at: int | None = None) -> GoldView | None:
    """The labels and links that stand."""
    found = judged_document(project, document, at=at)
    return None if found is None else gold_view(found)


def gold_view(found: Judged) -> GoldView:
    """A judged document's gold in plain JSON."""
    return {
        "position": found.position,
        "labels": [_label(found, label) for label in found.result.labels],
        "links": [_link(found, link) for link in found.result.links],
        "document_labels": _document_labels(found),
    }


def _label(found: Judged, label: GoldLabel) -> GoldLabelView:
    return {
        "id": label.id,
        "label": label.label,
        "spans": label.spans,
        "quote": found.quote(label.spans),
        "attributes": label.attributes,
        "entity": label.entity,
        "status": label.status,
        "confidence": label.confidence,
        "band": band(label.confidence),
        "provenance": _provenance(found, label),
    }


def _link(found: Judged, link: GoldLink) -> GoldLinkView:
    return {
        "id": link.id,
        "type": link.type,
        "from": link.from_gold,
        "to": link.to_gold,
        "attributes": link.attributes,
        "status": link.status,
        "confidence": link.confidence,
        "provenance": _provenance(found, link),
    }


def _provenance(found: Judged, gold: GoldLabel | GoldLink) -> ProvenanceView:
    made: Any = provenance_of(gold.provenance, found.found, found.rules)
    shown: ProvenanceView = made
    return shown


def _document_labels(found: Judged) -> list[DocumentLabelView]:
    return [
        {"label": item.label, "value": item.value, "status": item.status, "share": item.share}
        for item in found.result.document_labels
    ]
