"""Where a gold label or link comes from, as of any position: everything one needs to defend it, or to doubt it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.annotation_set import Annotation
from annotator.domain.curation import Decision, Reason, Verdict
from annotator.domain.gold import GoldLabel, GoldLink, Item, LinkItem, Status
from annotator.domain.policy import MajorityPolicy, Policy, WeightedPolicy
from annotator.domain.stretches import alike
from annotator.domain.values import Attributes, Origin, Spans
from annotator.projections.learned import digest_of_kept
from annotator.projections.provenance import calibrated_on, schema_version
from annotator.queries.accounts import names_of
from annotator.queries.gold import Judged, judged_document
from annotator.queries.guideline import GuidelineTold, Versions, versions
from events.streams import StreamRef

Answer = Literal["same", "near", "other", "nothing", "linked", "not linked"]
"""same: exactly this label. near: this label with other bounds. other: another label there. nothing: the set is
finished and has nothing there. linked, not linked: of links, by those who marked both ends."""


class Link(msgspec.Struct, frozen=True):
    """An event in the chain: its position, and the hash that covers it and everything before, in hexadecimal."""

    position: int
    hash: str
    recorded_at: datetime
    author: UUID | None


class MarkView(msgspec.Struct, frozen=True):
    """What somebody marked."""

    annotation: str
    label: str
    spans: Spans
    quote: str | None
    attributes: Attributes
    entity: str | None
    origin: Origin


class CastVote(msgspec.Struct, frozen=True):
    """What a voter says. `weight` is how much the vote counted; `reliability` what it was learned to be, if it was.

    `position` is that of the event that last changed the mark.
    """

    author: UUID | None
    name: str
    answer: Answer
    weight: float
    reliability: float | None
    mark: MarkView | None
    position: int | None


class SuggestionView(msgspec.Struct, frozen=True):
    """What a machine marked there. It is no vote; who took it has a vote of origin `suggestion`."""

    author: UUID
    name: str
    mark: MarkView
    position: int | None


class PolicyView(msgspec.Struct, frozen=True):
    """The rule, by whom it was set at which position; version 0 is the one that every project begins with."""

    version: int
    policy: Policy
    set_by: UUID | None
    name: str
    position: int | None


class LearnedView(msgspec.Struct, frozen=True):
    """What consensus knew of the annotators. `reproduced`: learned again it has the digest that the log names."""

    learned_from: int
    digest: str
    engine: int
    sets: int
    reviewed: int
    position: int
    reproduced: bool


class DecisionTold(msgspec.Struct, frozen=True):
    """What a curator decided, by whom and why. `stale`: votes have changed since; `guideline`: the version that held."""

    decision: str
    verdict: Verdict
    reason: Reason | None
    note: str
    author: UUID | None
    name: str
    position: int | None
    recorded_at: datetime | None
    stale: bool
    guideline: int | None


class TextTold(msgspec.Struct, frozen=True):
    """Which text was marked; `sha256` of its UTF-8 is null when it was erased."""

    version: int
    sha256: str | None
    length: int


class Certificate(msgspec.Struct, frozen=True):
    """Where a gold label or link comes from. `calibrated_on`: reviewed documents that the confidence rests on."""

    position: int
    chain: str
    project: UUID
    document: UUID
    gold: str
    kind: Literal["label", "link"]
    status: Status
    confidence: float
    calibrated_on: int
    item: str
    label: str
    spans: Spans | None
    quote: str | None
    attributes: Attributes
    entity: str | None
    ends: tuple[str, str] | None
    text: TextTold
    votes: Sequence[CastVote]
    suggestions: Sequence[SuggestionView]
    policy: PolicyView
    learned: LearnedView | None
    decisions: Sequence[DecisionTold]
    schema: str | None
    guideline: GuidelineTold | None
    events: Sequence[Link]


def read_certificate(project: UUID, document: UUID, gold: str, *, at: int) -> Certificate | None:
    """The certificate of a gold label or link as of a position; None when nothing of this id stood then."""
    judged = judged_document(project, document, at=at)
    if judged is None:
        return None
    for label in judged.result.labels:
        if label.id == gold:
            return _Teller(project, document, judged).of_label(label)
    for link in judged.result.links:
        if link.id == gold:
            return _Teller(project, document, judged).of_link(link)
    return None


class _Teller:
    def __init__(self, project: UUID, document: UUID, judged: Judged) -> None:
        self._project, self._document, self._judged = project, document, judged
        self._found, self._rules = judged.found, judged.rules
        self._reliability = judged.rules.learned.reliability
        self._weights = self._weights_of(judged.result.voters)
        self._policy_event = _last(project, "project", "policy_set", judged.position)
        self._learned_event = _last(project, "project", "reliability_learned", judged.position)
        self._guideline: Versions = versions(project, at=judged.position)
        authors = {UUID(author) for author in judged.found.sets if author}
        self._chain = _links(project, [judged.position, *self._positions()])
        authors |= {link.author for link in self._chain.values() if link.author is not None}
        self._names = names_of(authors)

    def of_label(self, label: GoldLabel) -> Certificate:
        item = next((one for one in self._judged.result.items if one.key == label.provenance.item), None)
        votes = [self._vote_on(author, label) for author in self._judged.result.voters]
        return self._made(label, "label", votes, self._suggestions(label), item)

    def of_link(self, link: GoldLink) -> Certificate:
        item = next((one for one in self._judged.result.link_items if one.key == link.provenance.item), None)
        cast = item.votes if item else link.provenance.votes
        votes = [self._vote(vote.author, "linked", None, vote.annotation) for vote in cast]
        votes += [
            self._vote(vote.author, "not linked", None, None) for vote in (item.against if item else ())
        ]
        return self._made(link, "link", votes, [], item)

    def _made(
        self,
        gold: GoldLabel | GoldLink,
        kind: Literal["label", "link"],
        votes: Sequence[CastVote],
        suggestions: Sequence[SuggestionView],
        item: Item | LinkItem | None,
    ) -> Certificate:
        stale = item.stale if item else False
        decisions = [one for one in _decisions(item) if one is not None]
        told = [self._decision(one, stale=stale) for one in decisions]
        policy, learned = self._policy(), self._learned()
        cited = [vote.position for vote in votes] + [one.position for one in suggestions]
        cited += [one.position for one in told]
        cited += [policy.position, learned.position if learned else None, self._text_position()]
        document = self._found.document
        label, link = (gold, None) if isinstance(gold, GoldLabel) else (None, gold)
        return Certificate(
            position=self._judged.position,
            chain=self._chain[self._judged.position].hash if self._judged.position in self._chain else "",
            project=self._project,
            document=self._document,
            gold=gold.id,
            kind=kind,
            status=gold.status,
            confidence=gold.confidence,
            calibrated_on=calibrated_on(self._rules),
            item=gold.provenance.item,
            label=label.label if label else link.type if link else "",
            spans=label.spans if label else None,
            quote=self._judged.quote(label.spans) if label else None,
            attributes=gold.attributes,
            entity=label.entity if label else None,
            ends=(link.from_gold, link.to_gold) if link else None,
            text=TextTold(document.text_version, self._sha256(), document.length),
            votes=votes,
            suggestions=suggestions,
            policy=policy,
            learned=learned,
            decisions=told,
            schema=schema_version(self._rules),
            guideline=self._guideline.at(self._judged.position),
            events=[self._chain[n] for n in sorted({n for n in cited if n is not None}) if n in self._chain],
        )

    # Votes and suggestions

    def _vote_on(self, author: str, label: GoldLabel) -> CastVote:
        mark, answer = self._nearest(author, label)
        return self._vote(author, answer, mark, mark.id if mark else None)

    def _nearest(self, author: str, label: GoldLabel) -> tuple[Annotation | None, Answer]:
        marks = sorted(self._found.sets[author].annotations.values(), key=lambda mark: mark.id)
        for mark in marks:
            if (mark.label, mark.spans) == (label.label, label.spans):
                return mark, "same"
        there = [mark for mark in marks if alike(mark.label, mark.spans, label.label, label.spans)]
        for mark in there:
            if mark.label == label.label:
                return mark, "near"
        return (there[0], "other") if there else (None, "nothing")

    def _vote(self, author: str, answer: Answer, mark: Annotation | None, entity: str | None) -> CastVote:
        return CastVote(
            author=UUID(author) if author else None,
            name=self._name(author),
            answer=answer,
            weight=round(self._weights.get(author, 1.0), 4),
            reliability=self._reliability.get(author),
            mark=self._mark(mark) if mark else None,
            position=self._found.positions.get((author, entity)) if entity else None,
        )

    def _suggestions(self, label: GoldLabel) -> list[SuggestionView]:
        machines = [a for a in sorted(self._found.sets) if self._rules.project.authors.get(a) == "machine"]
        return [
            SuggestionView(UUID(author), self._name(author), self._mark(mark), self._at(author, mark.id))
            for author in machines
            for _, mark in sorted(self._found.sets[author].annotations.items())
            if mark.text_version == self._found.document.text_version
            and alike(mark.label, mark.spans, label.label, label.spans)
        ]

    def _mark(self, mark: Annotation) -> MarkView:
        return MarkView(
            annotation=mark.id,
            label=mark.label,
            spans=mark.spans,
            quote=self._judged.quote(mark.spans),
            attributes=mark.attributes,
            entity=mark.entity,
            origin=mark.origin,
        )

    # The rules, and decisions

    def _weights_of(self, authors: Iterable[str]) -> Mapping[str, float]:
        match self._rules.project.policy:
            case MajorityPolicy():
                return {}
            case WeightedPolicy(weights=weights):
                return {**self._rules.learned.weights(authors), **weights}
            case _:
                return self._rules.learned.weights(authors)

    def _policy(self) -> PolicyView:
        state, position = self._rules.project, self._policy_event
        by = self._chain[position].author if position is not None else None
        name = self._names.get(by, "") if by else ""
        return PolicyView(state.policy_version, state.policy, by, name, position)

    def _learned(self) -> LearnedView | None:
        event, position = self._rules.project.taught, self._learned_event
        if event is None or position is None:
            return None
        return LearnedView(
            learned_from=event.learned_from,
            digest=event.digest,
            engine=event.engine,
            sets=event.sets,
            reviewed=event.reviewed,
            position=position,
            reproduced=digest_of_kept(self._rules.learned) == event.digest,
        )

    def _decision(self, decision: Decision, *, stale: bool) -> DecisionTold:
        position = self._found.positions.get((None, decision.id))
        link = self._chain.get(position) if position is not None else None
        return DecisionTold(
            decision=decision.id,
            verdict=decision.verdict,
            reason=decision.reason,
            note=decision.note,
            author=link.author if link else None,
            name=self._names.get(link.author, "") if link and link.author else "",
            position=position,
            recorded_at=link.recorded_at if link else None,
            stale=stale,
            guideline=told.version if (told := self._guideline.at(position)) else None,
        )

    # Names and places

    def _name(self, author: str) -> str:
        return self._names.get(UUID(author), "") if author else ""

    def _at(self, author: str | None, entity: str) -> int | None:
        return self._found.positions.get((author, entity))

    def _text_position(self) -> int | None:
        return _text_added(self._project, self._document, self._judged.position)

    def _sha256(self) -> str | None:
        text = self._found.text
        return None if text is None else hashlib.sha256(text.encode()).hexdigest()

    def _positions(self) -> list[int]:
        known = [
            *self._found.positions.values(),
            self._policy_event,
            self._learned_event,
            self._text_position(),
        ]
        return [position for position in known if position is not None]


def _decisions(item: Item | LinkItem | None) -> Sequence[Decision | None]:
    match item:
        case None:
            return []
        case LinkItem(decision=decision):
            return [decision]
        case _:
            return item.decisions


def _last(project: UUID, kind: str, type_: str, at: int) -> int | None:
    return _position(StreamRef(project, kind), type_, at)


def _text_added(project: UUID, document: UUID, at: int) -> int | None:
    return _position(StreamRef(project, "document", document), "text_added", at)


def _position(ref: StreamRef, type_: str, at: int) -> int | None:
    sql = """SELECT position FROM es.event_current WHERE project = %s AND stream = %s AND type = %s AND position <= %s
              ORDER BY version DESC LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [ref.project, ref.id, type_, at])
        row = cursor.fetchone()
    return row[0] if row else None


def _links(project: UUID, positions: Sequence[int]) -> Mapping[int, Link]:
    sql = """SELECT position, encode(hash, 'hex'), recorded_at, issued_by FROM es.event
              WHERE project = %s AND position = ANY (%s)"""
    values: list[Any] = [project, sorted(set(positions))]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {row[0]: Link(*row) for row in cursor.fetchall()}
