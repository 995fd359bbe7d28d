"""Where annotators agree and differ in one document, and what was decided; now or at a past position."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.curation import Decision, Reason, SeenVote, Verdict
from annotator.domain.gold import Conflict, DocumentLabelItem, Item, ItemCandidate, LinkItem, Status
from annotator.domain.text import quote
from annotator.domain.values import Attributes, Spans
from annotator.domain.voting import Vote
from annotator.queries.accounts import names_of
from annotator.queries.gold import GoldLabelView, GoldLinkView, Judged, gold_view, judged_document
from events.streams import StreamRef


class VoteView(msgspec.Struct, frozen=True):
    """One author's vote; `annotation` is null where the author finished without marking anything there."""

    author: UUID | None
    annotation: str | None
    version: int


class VoterView(msgspec.Struct, frozen=True):
    """An author whose set is finished; null is the shared set."""

    author: UUID | None
    name: str


class CandidateView(msgspec.Struct, frozen=True):
    """One answer to an item; `share` is that of all voters, `confidence` what the policy makes of it.

    `quote` is null when the text was erased.
    """

    key: str
    label: str
    spans: Spans
    quote: str | None
    attributes: Attributes
    entity: str | None
    votes: Sequence[VoteView]
    share: float
    confidence: float


class DecidedView(msgspec.Struct, frozen=True):
    """What a decision is about, or puts in its place."""

    label: str
    spans: Spans
    attributes: Attributes
    entity: str | None


class DecisionView(msgspec.Struct, frozen=True):
    """A decision that holds, by whom, and the votes that were seen."""

    decision: str
    item: str
    verdict: Verdict
    annotation: DecidedView | None
    votes: Sequence[VoteView]
    reason: Reason | None
    note: str
    author: UUID | None
    position: int | None


class ItemView(msgspec.Struct, frozen=True):
    """A question to the text. `against`: voters who gave none of its answers; `decision`: the last one.

    `splits`: decisions that made it a question of its own.
    """

    item: str
    status: Status
    stale: bool
    candidates: Sequence[CandidateView]
    against: Sequence[VoteView]
    conflict: Conflict | None
    decision: DecisionView | None
    decisions: Sequence[DecisionView]
    splits: Sequence[DecisionView]


class LinkItemView(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A link that somebody made; its ends are keys of candidates."""

    item: str
    type: str
    from_: str
    to: str
    attributes: Attributes
    status: Status
    stale: bool
    conflict: Conflict | None
    votes: Sequence[VoteView]
    against: Sequence[VoteView]
    share: float
    decision: DecisionView | None


class ValueView(msgspec.Struct, frozen=True):
    """A value of a document label, with its votes."""

    value: str
    votes: Sequence[VoteView]


class DocumentLabelVotes(msgspec.Struct, frozen=True):
    """What voters say of the document as a whole; `value` is null while none stands."""

    label: str
    value: str | None
    status: Status
    share: float
    values: Sequence[ValueView]


class CurationView(msgspec.Struct, frozen=True):
    """All there is to decide in a document, in order of the text.

    `version` is that of the curation's stream; `unmatched` are decisions about nothing there is any more.
    """

    position: int
    voters: Sequence[VoterView]
    items: Sequence[ItemView]
    links: Sequence[LinkItemView]
    document_labels: Sequence[DocumentLabelVotes]
    gold: Sequence[GoldLabelView]
    gold_links: Sequence[GoldLinkView]
    unmatched: Sequence[DecisionView]
    finished: bool
    version: int


def read_curation(project: UUID, document: UUID, *, at: int) -> CurationView | None:
    """A document's curation as of a position; None when there was no such document."""
    judged = judged_document(project, document, at=at)
    if judged is None:
        return None
    result, told, gold = judged.result, _Teller(project, judged), gold_view(judged)
    decisions = judged.found.curation.decisions
    return CurationView(
        position=at,
        voters=_voters(result.voters),
        items=[told.item(item) for item in result.items],
        links=[told.link(link) for link in result.link_items],
        document_labels=[_document_label(label) for label in result.document_labels],
        gold=gold["labels"],
        gold_links=gold["links"],
        unmatched=[told.decision(decisions[id_]) for id_ in result.unmatched],
        finished=judged.found.curation.finished,
        version=_version(project, document, at),
    )


def _voters(authors: Iterable[str]) -> list[VoterView]:
    ids = [UUID(author) if author else None for author in authors]
    names = names_of(id_ for id_ in ids if id_)
    return [VoterView(id_, names.get(id_, "") if id_ else "") for id_ in ids]


_author = lru_cache(maxsize=4096)(UUID)  # the same few authors give all the votes


def _votes(votes: Iterable[Vote | SeenVote]) -> list[VoteView]:
    return [
        VoteView(_author(vote.author) if vote.author else None, vote.annotation, vote.version)
        for vote in votes
    ]


def _document_label(label: DocumentLabelItem) -> DocumentLabelVotes:
    values = [ValueView(value, _votes(votes)) for value, votes in label.votes]
    return DocumentLabelVotes(label.label, label.value, label.status, label.share, values)


def _version(project: UUID, document: UUID, at: int) -> int:
    sql = """SELECT version FROM es.event WHERE project = %s AND stream = %s AND position <= %s
              ORDER BY version DESC LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, StreamRef(project, "curation", document).id, at])
        row = cursor.fetchone()
    return row[0] if row else 0


def _issuers(project: UUID, positions: Sequence[int]) -> Mapping[int, UUID]:
    """Who issued the events at some positions."""
    if not positions:
        return {}
    sql = "SELECT position, issued_by FROM es.event WHERE project = %s AND position = ANY (%s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, list(positions)])
        return dict(cursor.fetchall())


class _Teller:
    """Tells of one judgement, whose text and decisions it knows."""

    def __init__(self, project: UUID, judged: Judged) -> None:
        self._text = judged.found.text
        self._positions = judged.found.positions
        made = [self._positions.get((None, id_)) for id_ in judged.found.curation.decisions]
        self._issuers = _issuers(project, [position for position in made if position is not None])

    def item(self, item: Item) -> ItemView:
        """An item with its candidates."""
        return ItemView(
            item=item.key,
            status=item.status,
            stale=item.stale,
            candidates=[self._candidate(candidate) for candidate in item.candidates],
            against=_votes(item.against),
            conflict=item.conflict,
            decision=self.decision(item.decision) if item.decision else None,
            decisions=[self.decision(decision) for decision in item.decisions],
            splits=[self.decision(decision) for decision in item.splits],
        )

    def link(self, link: LinkItem) -> LinkItemView:
        """A link that somebody made."""
        return LinkItemView(
            item=link.key,
            type=link.type,
            from_=link.from_key,
            to=link.to_key,
            attributes=link.attributes,
            status=link.status,
            stale=link.stale,
            conflict=link.conflict,
            votes=_votes(link.votes),
            against=_votes(link.against),
            share=link.share,
            decision=self.decision(link.decision) if link.decision else None,
        )

    def decision(self, decision: Decision) -> DecisionView:
        """A decision with who made it."""
        position = self._positions.get((None, decision.id))
        return DecisionView(
            decision=decision.id,
            item=decision.item,
            verdict=decision.verdict,
            annotation=_decided(decision),
            votes=_votes(decision.votes),
            reason=decision.reason,
            note=decision.note,
            author=self._issuers.get(position) if position is not None else None,
            position=position,
        )

    def _candidate(self, found: ItemCandidate) -> CandidateView:
        return CandidateView(
            key=found.key,
            label=found.label,
            spans=found.spans,
            quote=None if self._text is None else quote(self._text, found.spans),
            attributes=found.attributes,
            entity=found.entity,
            votes=_votes(found.votes),
            share=found.share,
            confidence=found.confidence,
        )


def _decided(decision: Decision) -> DecidedView | None:
    if decision.label is None or decision.spans is None:
        return None
    return DecidedView(decision.label, decision.spans, decision.attributes, decision.entity)
