"""Gold and curation of one document, computed from the log: as current, and as past, as it is asked for."""

from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

from django.db import connection

from annotator.domain.curation import Decision
from annotator.domain.gold import (
    Band,
    Conflict,
    Consensus,
    GoldLabel,
    GoldLink,
    Item,
    ItemCandidate,
    LinkItem,
    Status,
    band,
)
from annotator.domain.text import quote
from annotator.domain.values import Attributes, Spans
from annotator.log import STORE
from annotator.projections.evidence import Contents, Evidence, Row, evidence, query
from annotator.projections.provenance import provenance_of, vote_view
from annotator.projections.rules import Rules, judged, rules_at
from events.streams import StreamRef


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


class CandidateView(TypedDict):
    """One answer to an item."""

    key: str
    label: str
    spans: Spans
    quote: str | None
    attributes: Attributes
    entity: str | None
    votes: list[VoteView]
    share: float
    confidence: float


class DecisionView(TypedDict):
    """What a curator decided."""

    id: str
    item: str
    verdict: str
    label: str | None
    spans: Spans | None
    attributes: Attributes
    entity: str | None
    reason: str | None
    note: str
    votes: list[VoteView]
    text_version: int
    position: int | None


class ItemView(TypedDict):
    """A question with its answers; ``against`` are voters who gave none of them."""

    item: str
    status: Status
    stale: bool
    conflict: Conflict | None
    candidates: list[CandidateView]
    against: list[VoteView]
    decision: DecisionView | None
    decisions: list[DecisionView]


LinkItemView = TypedDict(
    "LinkItemView",
    {
        "item": str,
        "status": Status,
        "stale": bool,
        "conflict": Conflict | None,
        "type": str,
        "from": str,
        "to": str,
        "attributes": Attributes,
        "share": float,
        "votes": list[VoteView],
        "against": list[VoteView],
        "decision": DecisionView | None,
    },
)
"""A link that somebody made; its ends are keys of candidates."""


class CurationView(TypedDict):
    """Everything a curator sees of a document; ``voters`` are ids, null for the set that is shared.

    ``unmatched`` are decisions that are about nothing there is any more.
    """

    position: int
    voters: list[str | None]
    items: list[ItemView]
    links: list[LinkItemView]
    document_labels: list[DocumentLabelView]
    gold: list[GoldLabelView]
    gold_links: list[GoldLinkView]
    unmatched: list[str]
    finished: bool
    version: int


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


def curation(project: UUID, document: UUID, *, at: int | None = None) -> CurationView | None:
    """Items, decisions and gold."""
    found = judged_document(project, document, at=at)
    return None if found is None else curation_view(found, _version(project, document, found.position))


def gold_view(found: Judged) -> GoldView:
    """A judged document's gold in plain JSON."""
    return {
        "position": found.position,
        "labels": [_label(found, label) for label in found.result.labels],
        "links": [_link(found, link) for link in found.result.links],
        "document_labels": _document_labels(found),
    }


def curation_view(found: Judged, version: int) -> CurationView:
    """A judged document's curation in plain JSON; ``version`` is that of the stream of decisions."""
    shown = gold_view(found)
    return {
        "position": found.position,
        "voters": [voter or None for voter in found.result.voters],
        "items": [_item(found, item) for item in found.result.items],
        "links": [_link_item(found, item) for item in found.result.link_items],
        "document_labels": shown["document_labels"],
        "gold": shown["labels"],
        "gold_links": shown["links"],
        "unmatched": list(found.result.unmatched),
        "finished": found.found.curation.finished,
        "version": version,
    }


def _version(project: UUID, document: UUID, at: int) -> int:
    stream = StreamRef(project, "curation", document).id
    sql = "SELECT version FROM es.event WHERE project = %s AND stream = %s AND position <= %s ORDER BY version DESC LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, stream, at])
        row = cursor.fetchone()
    return row[0] if row else 0


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


def _votes(votes: Any) -> list[VoteView]:
    views: Any = [vote_view(vote) for vote in votes]
    shown: list[VoteView] = views
    return shown


def _candidate(found: Judged, candidate: ItemCandidate) -> CandidateView:
    return {
        "key": candidate.key,
        "label": candidate.label,
        "spans": candidate.spans,
        "quote": found.quote(candidate.spans),
        "attributes": candidate.attributes,
        "entity": candidate.entity,
        "votes": _votes(candidate.votes),
        "share": candidate.share,
        "confidence": candidate.confidence,
    }


def _item(found: Judged, item: Item) -> ItemView:
    decisions = [_decision(found, decision) for decision in item.decisions]
    return {
        "item": item.key,
        "status": item.status,
        "stale": item.stale,
        "conflict": item.conflict,
        "candidates": [_candidate(found, candidate) for candidate in item.candidates],
        "against": _votes(item.against),
        "decision": decisions[-1] if decisions else None,
        "decisions": decisions,
    }


def _link_item(found: Judged, item: LinkItem) -> LinkItemView:
    return {
        "item": item.key,
        "status": item.status,
        "stale": item.stale,
        "conflict": item.conflict,
        "type": item.type,
        "from": item.from_key,
        "to": item.to_key,
        "attributes": item.attributes,
        "share": item.share,
        "votes": _votes(item.votes),
        "against": _votes(item.against),
        "decision": _decision(found, item.decision) if item.decision else None,
    }


def _decision(found: Judged, decision: Decision) -> DecisionView:
    return {
        "id": decision.id,
        "item": decision.item,
        "verdict": decision.verdict,
        "label": decision.label,
        "spans": decision.spans,
        "attributes": decision.attributes,
        "entity": decision.entity,
        "reason": decision.reason,
        "note": decision.note,
        "votes": _votes(decision.votes),
        "text_version": decision.text_version,
        "position": found.found.positions.get((None, decision.id)),
    }
