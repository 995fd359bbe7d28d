"""From answers to consensus: the one door of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, assert_never

import numpy as np

from annotator.domain.aggregation.answers import Answers, Pieces
from annotator.domain.aggregation.arrays import Flags, Floats, Ints, ints, sigmoid, sums
from annotator.domain.aggregation.candidates import (
    NO_PROPOSALS,
    Candidates,
    Overlaps,
    Proposals,
    candidates,
    overlaps,
)
from annotator.domain.aggregation.decode import decode
from annotator.domain.aggregation.layers import Layers, layers
from annotator.domain.aggregation.responses import EXACT, NEAR, NONE, Responses, responses
from annotator.domain.aggregation.settings import Policy, Settings, SpanModel, SpanVote, WeightedVote
from annotator.domain.aggregation.span_model import ModelSettings, fit, vote_odds, vote_share, weigh
from annotator.domain.aggregation.tables import Tables

LEAST, DECIDED = 1e-6, 1e5
"""Weights of what just may stand, and of what must."""

Known = Mapping[tuple[str, int, str, Pieces], bool]
"""Whether a candidate, by (document, unit, type, pieces), was decided to be right."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Answers with their candidates: what every policy starts from."""

    answers: Answers
    found: Candidates
    pairs: Overlaps
    given: Responses
    over: Layers


@dataclass(frozen=True, slots=True, eq=False)
class Aggregation:
    """What the answers come to, by candidate. ``confidence`` is rounded to 4 decimals.

    ``stands``: it is part of the consensus. ``share``: of those who saw it, who marked exactly it. ``exact``,
    ``near``, ``silent``: how many did, marked nearly it, marked nothing there. ``seers``: how many saw it.
    ``tables``: what a model was read from, None for a plain vote.
    """

    answers: Answers
    candidates: Candidates
    stands: Flags
    confidence: Floats
    share: Floats
    exact: Ints
    near: Ints
    silent: Ints
    seers: Ints
    tables: Tables | None

    def labels(self) -> list[tuple[str, int, str, Pieces, float]]:
        """The consensus in order of the text: (document, unit's number in it, type, pieces, confidence)."""
        found = self.candidates
        return [
            (
                self.answers.documents[int(self.answers.unit_document[found.unit[n]])],
                int(self.answers.unit_number[found.unit[n]]),
                self.answers.types[int(found.type[n])],
                found.pieces(n),
                float(self.confidence[n]),
            )
            for n in np.flatnonzero(self.stands).tolist()
        ]


def prepare(answers: Answers, proposals: Proposals | None = None) -> Prepared:
    """Candidates, how they overlap and compete, and everybody's responses."""
    found = candidates(answers, proposals)
    pairs = overlaps(found)
    given = responses(answers, found, pairs)
    return Prepared(answers, found, pairs, given, layers(found, pairs, given.together))


def aggregate(
    answers: Answers,
    *,
    settings: Settings,
    tables: Tables | None = None,
    known: Known | None = None,
) -> Aggregation:
    """The consensus of the answers. With tables these are applied as they are; without, they are learned.

    ``known`` holds what curators decided: it stands or falls whatever the votes say, and teaches the model
    who is reliable.
    """
    told, proposals = told_of(answers, known or {})
    ready = prepare(answers, proposals)
    decided = np.full(len(ready.found), np.nan)
    decided[ready.found.of_proposal] = told
    judged = _judged(ready, settings.policy, tables, decided)
    return settle(ready, judged, decided, settings)


class Judged(NamedTuple):
    """By candidate how likely it is right, and a weight that is positive where it may stand."""

    confidence: Floats
    weight: Floats
    tables: Tables | None


def settle(ready: Prepared, judged: Judged, decided: Floats, settings: Settings) -> Aggregation:
    """The best set of candidates. What is decided overrides; what all who saw it marked may always stand."""
    exact, seers = ready.given.counts(EXACT), np.diff(ready.given.first)
    open_ = np.isnan(decided)
    weight = np.where((exact == seers) & (exact > 0), np.maximum(judged.weight, LEAST), judged.weight)
    weight = np.where(open_, weight, np.where(decided == 1.0, DECIDED, -DECIDED))
    stands = decode(
        ready.found,
        ready.pairs,
        ready.given.together,
        weight,
        constraint=settings.constraint,
        votes=exact,
        reliability=_of_voters(ready, judged.tables),
    )
    return Aggregation(
        answers=ready.answers,
        candidates=ready.found,
        stands=stands,
        confidence=np.asarray(np.where(open_, judged.confidence, decided).round(4), dtype=np.float64),
        share=vote_share(ready.given),
        exact=exact,
        near=ready.given.counts(NEAR),
        silent=ready.given.counts(NONE),
        seers=seers,
        tables=judged.tables,
    )


def told_of(answers: Answers, known: Known) -> tuple[Floats, Proposals]:
    """What was decided, as candidates with 1 for right and 0 for wrong."""
    if not known:
        return np.zeros(0), NO_PROPOSALS
    documents = {name: n for n, name in enumerate(answers.documents)}
    place = {
        unit: n
        for n, unit in enumerate(
            zip(answers.unit_document.tolist(), answers.unit_number.tolist(), strict=True)
        )
    }
    kinds = {key: n for n, key in enumerate(answers.types)}
    listed = sorted(
        (place[documents[document], unit], kinds[type_], tuple(sorted(pieces)), right)
        for (document, unit, type_, pieces), right in known.items()
        if document in documents and (documents[document], unit) in place and type_ in kinds
    )
    shapes = tuple(sorted({pieces for _, _, pieces, _ in listed if len(pieces) > 1}))
    shape = {pieces: n for n, pieces in enumerate(shapes)}
    proposals = Proposals(
        unit=ints([unit for unit, *_ in listed]),
        type=ints([kind for _, kind, *_ in listed]),
        start=ints([pieces[0][0] for _, _, pieces, _ in listed]),
        end=ints([pieces[-1][1] for _, _, pieces, _ in listed]),
        shape=ints([shape.get(pieces, -1) for _, _, pieces, _ in listed]),
        shapes=shapes,
    )
    return np.array([float(right) for *_, right in listed]), proposals


def _judged(ready: Prepared, policy: Policy, tables: Tables | None, decided: Floats) -> Judged:
    share = vote_share(ready.given)
    match policy:
        case SpanVote(threshold):
            return Judged(share, _above(share, threshold), None)
        case WeightedVote(threshold):
            used = tables or fit(ready.answers, ready.found, ready.given, ready.over, known=decided)[0]
            share = _weighted(ready, used)
            return Judged(share, _above(share, threshold), used)
        case SpanModel(tau, model):
            odds, used = modelled(ready, tables, decided, model)
            return Judged(sigmoid(odds), odds - float(np.log(tau / (1.0 - tau))), used)
        case _:
            assert_never(policy)


def modelled(
    ready: Prepared, tables: Tables | None, decided: Floats, model: ModelSettings
) -> tuple[Floats, Tables]:
    """Log odds by the span model, drawn to the vote as far as the model has seen few documents."""
    known = None if np.isnan(decided).all() else decided
    parts = (ready.answers, ready.found, ready.given, ready.over)
    if tables is None:
        tables, odds = fit(*parts, known=known, settings=model)
    else:
        odds = weigh(*parts, tables, known=known, settings=model)
    vote = vote_odds(_weighted(ready, tables) if tables.sound else vote_share(ready.given))
    return tables.trust * odds + (1.0 - tables.trust) * vote, tables


def _above(share: Floats, threshold: float) -> Floats:
    return np.where(share >= 1.0, np.maximum(share - threshold, LEAST), share - threshold)


def _weighted(ready: Prepared, tables: Tables) -> Floats:
    weight = _reliability(ready, tables)[ready.given.annotator] ** 2
    size = len(ready.found)
    marked = sums(ready.given.candidate, np.where(ready.given.kind == EXACT, weight, 0.0), size)
    return np.asarray(marked / np.maximum(sums(ready.given.candidate, weight, size), 1e-12))


def _reliability(ready: Prepared, tables: Tables) -> Floats:
    """By annotator; who is not known counts as the average of those who are."""
    known = dict(zip(tables.annotators, tables.reliability.tolist(), strict=True))
    usual = float(tables.reliability.mean()) if len(tables.reliability) else 0.5
    return np.array([known.get(name, usual) for name in ready.answers.annotators])


def _of_voters(ready: Prepared, tables: Tables | None) -> Floats:
    """By candidate the sum of the reliability of those who marked it."""
    if tables is None:
        return ready.given.counts(EXACT).astype(np.float64)
    weight = np.where(ready.given.kind == EXACT, _reliability(ready, tables)[ready.given.annotator], 0.0)
    return sums(ready.given.candidate, weight, len(ready.found))
