"""From answers to consensus: the one door of the engine."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple, assert_never

import numpy as np

from annotator.domain.aggregation.answers import Answers, Pieces
from annotator.domain.aggregation.arrays import Flags, Floats, Ints, ints, sigmoid
from annotator.domain.aggregation.candidates import NO_PROPOSALS, Candidates, Proposals
from annotator.domain.aggregation.decode import decode
from annotator.domain.aggregation.ensemble import BOUND, LENIENT, PART, Voices, combined, listen
from annotator.domain.aggregation.ready import (
    Prepared,
    prepare,
    reliability_of_voters,
    trusted,
    weighted_share,
)
from annotator.domain.aggregation.responses import EXACT, NEAR, NONE
from annotator.domain.aggregation.settings import (
    Settings,
    SpanModel,
    SpanVote,
    TextModel,
    WeightedVote,
)
from annotator.domain.aggregation.span_model import ModelSettings, fit, vote_share, weigh
from annotator.domain.aggregation.stacking import ENOUGH, Stack, evidence, half_of, learn, stacked
from annotator.domain.aggregation.tables import Tables

LEAST, DECIDED = 1e-6, 1e5
"""Weights of what just may stand, and of what must."""

Heard = Mapping[tuple[str, int, str, Pieces], tuple[float, ...]]
"""Log odds of the sequence model and of the reader for a candidate."""

Known = Mapping[tuple[str, int, str, Pieces], bool]
"""Whether a candidate, by (document, unit, type, pieces), was decided to be right."""


@dataclass(frozen=True, slots=True, eq=False)
class Aggregation:
    """What the answers come to, by candidate. ``confidence`` is rounded to 4 decimals.

    ``stands``: it is part of the consensus. ``share``: of those who saw it, who marked exactly it. ``exact``,
    ``near``, ``silent``: how many did, marked nearly it, marked nothing there. ``seers``: how many saw it.
    ``tables``: what a model was read from, None for a plain vote. ``voices``: log odds that its parts gave.
    ``stack``: how far they are believed, where reviewed documents taught it.
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
    voices: tuple[Floats, ...]
    stack: Stack | None = None

    def labels(self) -> list[tuple[str, int, str, Pieces, float]]:
        """The consensus in order of the text: (document, unit's number in it, type, pieces, confidence)."""
        return [(*self.key(n), float(self.confidence[n])) for n in np.flatnonzero(self.stands).tolist()]

    def heard(self) -> dict[tuple[str, int, str, Pieces], tuple[float, ...]]:
        """What the models of the text said of each candidate, for later runs with these tables."""
        if len(self.voices) < 2:
            return {}
        said = np.stack(self.voices[1:], axis=1).round(4).tolist()
        return {self.key(n): tuple(said[n]) for n in range(len(self.candidates))}

    def key(self, candidate: int) -> tuple[str, int, str, Pieces]:
        """(document, unit's number in it, type, pieces) of a candidate."""
        return key_of(self.answers, self.candidates, candidate)


def aggregate(
    answers: Answers,
    *,
    settings: Settings,
    tables: Tables | None = None,
    known: Known | None = None,
    reviewed: Collection[str] = (),
    heard: Heard | None = None,
    stack: Stack | None = None,
) -> Aggregation:
    """The consensus of the answers. With tables these are applied as they are; without, they are learned.
    The same holds for the ``stack`` that goes with the tables.

    ``known`` holds what curators decided: it stands or falls whatever the votes say. ``reviewed`` names the
    documents about which everything was decided: what is not known to be right there is wrong; from ten of
    them on they teach how far the evidence is to be believed, else what is known teaches who is reliable.
    ``heard`` is what an earlier run with the text said of candidates, for a run with its tables.
    """
    known, heard = known or {}, heard or {}
    named = proposed(answers, {**dict.fromkeys(heard), **known})
    ready = prepare(answers, named.proposals)
    decided = np.full(len(ready.found), np.nan)
    decided[ready.found.of_proposal] = [np.nan if right is None else float(right) for right in named.values]
    closed = (
        np.isin(answers.documents, sorted(reviewed)) if answers.documents else np.zeros(0, dtype=np.bool_)
    )
    decided = _closed(ready, decided, closed)
    if closed.sum() >= ENOUGH and tables is None and isinstance(settings.policy, SpanModel | TextModel):
        judged = _learned(ready, settings, settings.policy, decided, closed)
    else:
        judged = _judged(ready, settings, tables, decided, heard)
        if stack is not None and isinstance(settings.policy, SpanModel | TextModel):
            judged = _believed(judged, stack, settings.policy)
    return settle(judged, _closed(judged.ready, _carried(ready, decided, judged.ready), closed), settings)


def _closed(ready: Prepared, decided: Floats, documents: Flags) -> Floats:
    """What was decided, where in reviewed documents everything is wrong that is not right."""
    inside = documents[ready.answers.unit_document][ready.found.unit]
    return np.where(inside & np.isnan(decided), 0.0, decided)


class Judged(NamedTuple):
    """By candidate how likely it is right, and a weight that is positive where it may stand.

    ``own``: votes or models found it, not only a curator.
    """

    ready: Prepared
    confidence: Floats
    weight: Floats
    tables: Tables | None = None
    voices: tuple[Floats, ...] = ()
    own: Flags = np.zeros(0, dtype=np.bool_)
    stack: Stack | None = None


def settle(judged: Judged, decided: Floats, settings: Settings) -> Aggregation:
    """The best set of candidates. What is decided overrides; what all who saw it marked may always stand."""
    ready = judged.ready
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
        reliability=reliability_of_voters(ready, judged.tables),
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
        voices=judged.voices,
        stack=judged.stack,
    )


def key_of(answers: Answers, found: Candidates, candidate: int) -> tuple[str, int, str, Pieces]:
    """(document, unit's number in it, type, pieces)."""
    unit = int(found.unit[candidate])
    return (
        answers.documents[int(answers.unit_document[unit])],
        int(answers.unit_number[unit]),
        answers.types[int(found.type[candidate])],
        found.pieces(candidate),
    )


class Proposed(NamedTuple):
    """Named candidates as proposals, each with what goes with it."""

    proposals: Proposals
    values: list[bool | None]


def proposed(answers: Answers, named: Mapping[tuple[str, int, str, Pieces], bool | None]) -> Proposed:
    """The named candidates that are in the answers' units, in order."""
    if not named:
        return Proposed(NO_PROPOSALS, [])
    documents = {name: n for n, name in enumerate(answers.documents)}
    units = zip(answers.unit_document.tolist(), answers.unit_number.tolist(), strict=True)
    place = {unit: n for n, unit in enumerate(units)}
    kinds = {key: n for n, key in enumerate(answers.types)}
    listed = []
    for (document, number, type_, pieces), value in named.items():
        unit = place.get((documents.get(document, -1), number))
        if unit is not None and type_ in kinds:
            listed.append((unit, kinds[type_], tuple(sorted(pieces)), value))
    listed.sort(key=lambda one: one[:3])
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
    return Proposed(proposals, [value for *_, value in listed])


def _judged(ready: Prepared, settings: Settings, tables: Tables | None, told: Floats, heard: Heard) -> Judged:
    match settings.policy:
        case SpanVote(threshold):
            share = vote_share(ready.given)
            return Judged(ready, share, _above(share, threshold))
        case WeightedVote(threshold):
            parts = (ready.answers, ready.found, ready.given, ready.over)
            used = tables or fit(*parts, known=_some(told))[0]
            share = weighted_share(ready, used)
            return Judged(ready, share, _above(share, threshold), used)
        case SpanModel(tau, model):
            odds, used = modelled(ready, tables, told, model)
            own = ready.given.counts(EXACT) > 0
            return _by_odds(ready, odds, tau, used, (odds,))._replace(own=own)
        case TextModel(tau, model) as policy:
            if tables is None:
                flat = settings.constraint == "flat"
                ready, _, own, voices, used = listen(ready, policy, flat=flat, told=told)
            else:
                odds, used = modelled(ready, tables, told, model)
                voices, own = _remembered(ready, odds, heard), ready.given.counts(EXACT) > 0
            return _by_odds(ready, combined(voices), tau, used, tuple(voices))._replace(own=own)
        case _:
            assert_never(settings.policy)


def modelled(
    ready: Prepared, tables: Tables | None, told: Floats, model: ModelSettings
) -> tuple[Floats, Tables]:
    """Log odds by the span model, drawn to the vote as far as the model has seen few documents."""
    parts = (ready.answers, ready.found, ready.given, ready.over)
    if tables is None:
        tables, odds = fit(*parts, known=_some(told), settings=model)
    else:
        odds = weigh(*parts, tables, known=_some(told), settings=model)
    return trusted(ready, tables, odds), tables


def _some(told: Floats) -> Floats | None:
    return None if np.isnan(told).all() else told


def _by_odds(
    ready: Prepared, odds: Floats, tau: float, tables: Tables | None, voices: tuple[Floats, ...]
) -> Judged:
    return Judged(ready, sigmoid(odds), odds - float(np.log(tau / (1.0 - tau))), tables, voices)


def _remembered(ready: Prepared, odds: Floats, heard: Heard) -> Voices:
    """What was said of the candidates before; of new ones the span model speaks for all."""
    said = [heard.get(key_of(ready.answers, ready.found, n)) for n in range(len(ready.found))]
    sequence = [float(odds[n]) if one is None else one[0] for n, one in enumerate(said)]
    reader = [float(odds[n]) if one is None else one[1] for n, one in enumerate(said)]
    return Voices(odds, np.array(sequence), np.array(reader))


def _learned(
    ready: Prepared, settings: Settings, policy: SpanModel | TextModel, decided: Floats, closed: Flags
) -> Judged:
    """Judged by all the evidence, as far as it is to be believed.

    That is learned on each half of the reviewed documents from evidence in which only the other half counted
    as known: else what was decided would seem to agree with itself.
    """
    answers, halves = ready.answers, np.array([half_of(name) for name in ready.answers.documents])
    rows, right = [], []
    for half in (0, 1):
        asked = closed & (halves == half)
        if not asked.any():
            continue
        told = np.where(asked[answers.unit_document][ready.found.unit], np.nan, decided)
        one = _judged(ready, settings, None, told, {})
        truth = _closed(one.ready, _carried(ready, decided, one.ready), closed)
        mine = asked[answers.unit_document][one.ready.found.unit] & one.own
        rows.append(_evidence(one)[mine])
        right.append(truth[mine] == 1.0)
    judged = _judged(ready, settings, None, decided, {})
    usual = [1.0, 0.0] if isinstance(policy, SpanModel) else [PART, PART, PART, LENIENT]
    stack = learn(
        np.concatenate(rows), np.concatenate(right), usual=np.array(usual), documents=int(closed.sum())
    )
    return _believed(judged, stack, policy)


def _believed(judged: Judged, stack: Stack, policy: SpanModel | TextModel) -> Judged:
    """The evidence, as far as it is to be believed."""
    odds = stacked(_evidence(judged), stack)
    learned = _by_odds(judged.ready, odds, policy.tau, judged.tables, judged.voices)
    return learned._replace(own=judged.own, stack=stack)


def _evidence(judged: Judged) -> Floats:
    return evidence(
        judged.ready, tuple(np.clip(voice, -BOUND, BOUND) for voice in judged.voices), judged.tables
    )


def _carried(before: Prepared, values: Floats, after: Prepared) -> Floats:
    """Values of candidates as values of the same ones among more."""
    if after is before:
        return values
    kept = np.flatnonzero(~np.isnan(values))
    place = {key_of(after.answers, after.found, n): n for n in range(len(after.found))} if len(kept) else {}
    carried = np.full(len(after.found), np.nan)
    for n in kept.tolist():
        carried[place[key_of(before.answers, before.found, n)]] = values[n]
    return carried


def _above(share: Floats, threshold: float) -> Floats:
    return np.where(share >= 1.0, np.maximum(share - threshold, LEAST), share - threshold)
