"""What another policy would make of the project: beside the live one, from the log, and without a trace."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.comparing import Change, Flip, Tally, flips
from annotator.domain.gold import Consensus, GoldLabel
from annotator.domain.learned import NOTHING
from annotator.domain.measures.spans import pairwise_f1
from annotator.domain.policy import Policy, lesson_of
from annotator.domain.text import quote
from annotator.domain.values import Attributes, Spans
from annotator.projections.evidence import NO_CONTENTS, Evidence
from annotator.projections.learned import all_evidence, learned_at, who_votes
from annotator.projections.rules import Rules, judged, rules_at
from annotator.queries.accounts import names_of
from annotator.queries.text import TextId, present_text_of

Progress = Callable[[int, int | None], None]
SHOWN = 500


class LabelSide(msgspec.Struct, frozen=True):
    """A gold label under one of the two policies. `quote` is null when the text was erased."""

    label: str
    spans: Spans
    attributes: Attributes
    entity: str | None
    confidence: float
    quote: str | None = None


class FlipView(msgspec.Struct, frozen=True):
    """A gold label that would change."""

    document: UUID
    text_version: int
    item: str
    change: Change
    before: LabelSide | None
    after: LabelSide | None


class Effect(msgspec.Struct, frozen=True):
    """A figure under the live policy and under the other one; null where it cannot be told."""

    before: float | None
    after: float | None


class AuthorEffect(msgspec.Struct, frozen=True):
    """F1 of an annotator's marks against gold."""

    author: UUID
    name: str
    before: float | None
    after: float | None


class WhatIf(msgspec.Struct, frozen=True):
    """What would change. `agreement`: mean pairwise F1 of those whose votes count; `against_gold`: mean F1 of the
    annotators against gold. Of `flips` only the first are told, `flipped` counts all.
    """

    position: int
    policy: Policy
    live: Policy
    live_version: int
    documents: int
    changed_documents: int
    flipped: int
    changes: dict[str, int]
    labels: Effect
    disputed: Effect
    agreement: Effect
    against_gold: Effect
    authors: Sequence[AuthorEffect]
    flips: Sequence[FlipView]


def size(project: UUID) -> int:
    """How many marks there are to judge, as far as the board knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(annotations), 0) FROM read.board WHERE project = %s", [project])
        return int(cursor.fetchone()[0])


def what_if(
    project: UUID, policy: Policy, *, at: int, progress: Progress = lambda done, total: None
) -> WhatIf:
    """The gold of every document by the live policy and by another one, as of a position; without quotes, so that it
    can be kept when a text is erased.
    """
    with connection.cursor() as cursor:
        live = rules_at(cursor, project, at)
        other = _other(cursor, project, at, live, policy)
        sides = _Side(live), _Side(other)
        told = _Told()
        for number, found in enumerate(all_evidence(cursor, project, at, NO_CONTENTS), start=1):
            before, after = (side.judge(found) for side in sides)
            told.add(found, flips(before, after))
            if number % 200 == 0:
                progress(number, None)
    return _view(at, policy, live, sides, told)


def quoted(project: UUID, found: WhatIf) -> WhatIf:
    """The same with what the text says at each label that would change, as far as it is still there."""
    shown = []
    for flip in found.flips:
        text = present_text_of(TextId(project, flip.document, flip.text_version))
        before, after = (_with_quote(side, text) for side in (flip.before, flip.after))
        shown.append(msgspec.structs.replace(flip, before=before, after=after))
    return msgspec.structs.replace(found, flips=shown)


def _with_quote(side: LabelSide | None, text: str | None) -> LabelSide | None:
    if side is None or text is None:
        return side
    return msgspec.structs.replace(side, quote=quote(text, side.spans))


def _other(cursor: Any, project: UUID, at: int, live: Rules, policy: Policy) -> Rules:
    """The rules with the other policy; what it needs to know of annotators is learned on the spot."""
    lesson = lesson_of(policy)
    if lesson is None:
        learned = NOTHING
    elif live.project.taught is not None and lesson == lesson_of(live.project.policy):
        learned = live.learned
    else:
        learned = learned_at(cursor, project, at, lesson, live.project, live.schema).learned
    return replace(live, project=replace(live.project, policy=policy), learned=learned)


class _Side:
    """One of the two policies, with what its judgements come to."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.labels = self.disputed = 0
        self.tallies: dict[str, Tally] = {}
        self._pairs: list[float] = []

    def judge(self, found: Evidence) -> Consensus:
        result = judged(found, self._rules)
        self.labels += len(result.labels)
        self.disputed += sum(item.status == "disputed" for item in result.items)
        self.disputed += sum(link.status == "disputed" for link in result.link_items)
        voting = who_votes(found, self._rules.project, self._rules.project.policy)
        for voter in voting:
            if voter.author:
                tally = self.tallies.get(voter.author, Tally())
                self.tallies[voter.author] = tally.with_document(voter, result.labels)
        self._pairs += [f1 for f1 in pairwise_f1(voting).values() if f1 is not None]
        return result

    @property
    def agreement(self) -> float | None:
        return round(sum(self._pairs) / len(self._pairs), 4) if self._pairs else None

    @property
    def against_gold(self) -> float | None:
        told = [tally.f1 for _, tally in sorted(self.tallies.items()) if tally.f1 is not None]
        return round(sum(told) / len(told), 4) if told else None


@dataclass(slots=True)
class _Told:
    documents: int = 0
    changed: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    shown: list[FlipView] = field(default_factory=list)

    def add(self, found: Evidence, changed: Sequence[Flip]) -> None:
        self.documents += 1
        self.changed += bool(changed)
        self.changes.update(flip.change for flip in changed)
        room = SHOWN - len(self.shown)
        self.shown += [_flip(found, flip) for flip in changed[:room]]


def _flip(found: Evidence, flip: Flip) -> FlipView:
    label = flip.after or flip.before
    assert label is not None
    sides = _side(flip.before), _side(flip.after)
    return FlipView(found.id, found.document.text_version, label.provenance.item, flip.change, *sides)


def _side(label: GoldLabel | None) -> LabelSide | None:
    if label is None:
        return None
    return LabelSide(label.label, label.spans, label.attributes, label.entity, label.confidence)


def _view(at: int, policy: Policy, live: Rules, sides: tuple[_Side, _Side], told: _Told) -> WhatIf:
    before, after = sides
    return WhatIf(
        position=at,
        policy=policy,
        live=live.project.policy,
        live_version=live.project.policy_version,
        documents=told.documents,
        changed_documents=told.changed,
        flipped=sum(told.changes.values()),
        changes=dict(sorted(told.changes.items())),
        labels=Effect(before.labels, after.labels),
        disputed=Effect(before.disputed, after.disputed),
        agreement=Effect(before.agreement, after.agreement),
        against_gold=Effect(before.against_gold, after.against_gold),
        authors=list(_authors(before, after)),
        flips=told.shown,
    )


def _authors(before: _Side, after: _Side) -> Iterator[AuthorEffect]:
    everybody = {*before.tallies, *after.tallies}
    names = names_of(UUID(author) for author in everybody)
    nothing = Tally()
    for author in sorted(everybody, key=lambda one: (names.get(UUID(one), ""), one)):
        f1s = (side.tallies.get(author, nothing).f1 for side in (before, after))
        yield AuthorEffect(UUID(author), names.get(UUID(author), ""), *f1s)
