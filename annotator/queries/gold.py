"""The gold of one document, now or at a past position."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from annotator.domain.gold import GoldLabel, GoldLink, Provenance
from annotator.domain.text import quote
from annotator.domain.values import Attributes, Spans
from annotator.queries.judgement import Judgement, ProvenanceView, judge_document, vote_view


class GoldLabelView(msgspec.Struct, frozen=True):
    """A label that stands; `quote` is empty when the text was erased."""

    id: str
    label: str
    spans: Spans
    quote: str
    attributes: Attributes
    entity: str | None
    status: str
    confidence: float
    provenance: ProvenanceView


class GoldLinkView(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A link that stands, between two gold labels."""

    id: str
    type: str
    from_: str
    to: str
    attributes: Attributes
    status: str
    confidence: float
    provenance: ProvenanceView


class GoldView(msgspec.Struct, frozen=True):
    """What stands in a document, in order of the text."""

    position: int
    labels: Sequence[GoldLabelView]
    links: Sequence[GoldLinkView]


def read_gold(project: UUID, document: UUID, *, at: int, shows_votes: bool) -> GoldView | None:
    """A document's gold as of a position; None when there was no such document."""
    found = judge_document(project, document, at=at)
    if found is None:
        return None
    links = [_link(link, found, shows_votes=shows_votes) for link in found.result.links]
    return GoldView(at, gold_labels(found, shows_votes=shows_votes), links)


def gold_labels(found: Judgement, *, shows_votes: bool) -> list[GoldLabelView]:
    """The labels that a judgement lets stand."""
    return [_label(label, found, shows_votes=shows_votes) for label in found.result.labels]


def _label(label: GoldLabel, found: Judgement, *, shows_votes: bool) -> GoldLabelView:
    text = found.found.text
    return GoldLabelView(
        id=label.id,
        label=label.label,
        spans=label.spans,
        quote="" if text is None else quote(text, label.spans),
        attributes=label.attributes,
        entity=label.entity,
        status=label.status,
        confidence=label.confidence,
        provenance=_provenance(label.provenance, found, shows_votes=shows_votes),
    )


def _link(link: GoldLink, found: Judgement, *, shows_votes: bool) -> GoldLinkView:
    return GoldLinkView(
        id=link.id,
        type=link.type,
        from_=link.from_gold,
        to=link.to_gold,
        attributes=link.attributes,
        status=link.status,
        confidence=link.confidence,
        provenance=_provenance(link.provenance, found, shows_votes=shows_votes),
    )


def _provenance(provenance: Provenance, found: Judgement, *, shows_votes: bool) -> ProvenanceView:
    return ProvenanceView(
        votes=[vote_view(vote) for vote in provenance.votes] if shows_votes else [],
        policy=provenance.policy,
        decision=provenance.decision,
        schema_version=found.versions["label_schema"],
        positions=_positions(provenance, found) if shows_votes else [],
    )


def _positions(provenance: Provenance, found: Judgement) -> list[int]:
    """Where the log says so: the events of the votes, and of the decision."""
    keys = [(vote.author, vote.annotation) for vote in provenance.votes if vote.annotation]
    decided = [(None, provenance.decision)] if provenance.decision else []
    positions = {found.found.positions.get(key) for key in (*keys, *decided)}
    return sorted(position for position in positions if position is not None)
