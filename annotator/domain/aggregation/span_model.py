"""The span model: each candidate is right or wrong, and annotators respond to the two in their own ways.

A Dawid-Skene model whose items are candidates and whose answers are responses. Tables of annotators are
drawn towards their type's, these towards the crowd's, and that towards the one shipped. Candidates of one
type that overlap exclude each other.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from annotator.domain.aggregation.answers import Answers
from annotator.domain.aggregation.arrays import Flags, Floats, Ints, logit, sigmoid, sums
from annotator.domain.aggregation.candidates import Candidates
from annotator.domain.aggregation.layers import Layers, marginals
from annotator.domain.aggregation.responses import EXACT, KINDS, Responses
from annotator.domain.aggregation.tables import CROWD, Tables, log_ratio, shares

SLOPE, MIDDLE = 12.0, 0.339
"""The vote's log odds: ``SLOPE * (share - MIDDLE)``, nothing either way at a third of the annotators."""

KNOWN = 30.0
"""Log odds of what a curator decided."""


STEP = 10
"""The likelihood is noted after so many iterations."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How the span model is fitted.

    ``anchor``: responses of the shipped table in the crowd's. ``tie``: responses of the crowd in the table of
    a type. ``own``: responses of the crowd in an annotator's table over all types; ``pool``: responses of
    that in their table of one type. ``prior``: candidates half of which are right, in each type. ``starts``:
    shares of votes taken for even odds at the beginning. ``empty``: weight of the silence of somebody who left
    a unit empty and marked others in the document, who may have passed over it.
    """

    iterations: int = 20
    anchor: float = 1000.0
    tie: float = 100.0
    own: float = 20.0
    pool: float = 20.0
    prior: float = 50.0
    starts: tuple[float, ...] = (0.2, MIDDLE)
    empty: float = 0.5


DEFAULT = ModelSettings()


class Evidence(NamedTuple):
    """Responses as a matrix: a row for each (annotator, type, response), a column for each candidate."""

    matrix: csr_array
    type: Ints
    annotators: int
    types: int


class _Start(NamedTuple):
    right: Floats
    ratio: Floats
    prior: Floats
    trace: Floats
    sound: bool


def vote_share(given: Responses) -> Floats:
    """By candidate, the share of those who saw its unit that marked exactly it; 0 where nobody saw it."""
    return np.asarray(given.counts(EXACT) / np.maximum(np.diff(given.first), 1))


def vote_odds(share: Floats) -> Floats:
    """Log odds that follow from the share of votes alone."""
    return SLOPE * (share - MIDDLE)


def evidence(
    answers: Answers, found: Candidates, given: Responses, rows: Ints, *, annotators: int, empty: float
) -> Evidence:
    """The responses as a matrix; ``rows`` gives each annotator's number in the tables."""
    weights = np.where(_passed_over(answers, found, given), empty, 1.0)
    types = len(answers.types)
    cell = (rows[given.annotator] * types + found.type[given.candidate]) * KINDS + given.kind
    # Candidates come in order, so the transpose is in canonical form as it stands.
    by_candidate = csr_array(
        (weights, cell, given.first), shape=(len(found), annotators * types * KINDS), copy=False
    )
    return Evidence(by_candidate, found.type, annotators, types)


def fit(
    answers: Answers,
    found: Candidates,
    given: Responses,
    over: Layers,
    *,
    known: Floats | None = None,
    settings: ModelSettings = DEFAULT,
) -> tuple[Tables, Floats]:
    """Tables learned from all the answers, and the log odds of every candidate by the model alone.

    ``known`` has 1 for candidates decided to be right, 0 for wrong, NaN for open ones.
    """
    said = evidence(
        answers,
        found,
        given,
        np.arange(len(answers.annotators)),
        annotators=len(answers.annotators),
        empty=settings.empty,
    )
    share = vote_share(given)
    starts = [_fit(said, over, share, known, settings, middle) for middle in settings.starts]
    odds = _mean([logit(start.right, limit=1e-6) for start in starts])
    tables = Tables(
        annotators=answers.annotators,
        types=answers.types,
        ratio=np.stack([start.ratio for start in starts]),
        prior=np.stack([start.prior for start in starts]),
        documents=len(answers.documents),
        sound=all(start.sound for start in starts),
        reliability=reliability(answers, given, sigmoid(odds)),
        trace=np.stack([start.trace for start in starts]),
    )
    return tables, odds


def taught(
    answers: Answers, given: Responses, found: Candidates, right: Floats, *, settings: ModelSettings = DEFAULT
) -> Tables:
    """Tables that follow from probabilities which more than the votes has gone into."""
    who = len(answers.annotators)
    said = evidence(answers, found, given, np.arange(who), annotators=who, empty=settings.empty)
    by_cell = said.matrix.T
    ones = by_cell @ right
    counts = np.stack((by_cell @ np.ones(len(right)) - ones, ones))
    pi, type_ = _pooled(counts.reshape(2, who, said.types, KINDS), settings)
    return Tables(
        annotators=answers.annotators,
        types=answers.types,
        ratio=np.concatenate((log_ratio(pi), log_ratio(type_)[None]))[None],
        prior=_prior(right, said, settings)[None],
        documents=len(answers.documents),
        sound=bool((type_[1, :, EXACT] >= type_[0, :, EXACT]).all()),
        reliability=reliability(answers, given, right),
        trace=np.zeros((1, 0)),
    )


def weigh(
    answers: Answers,
    found: Candidates,
    given: Responses,
    over: Layers,
    tables: Tables,
    *,
    known: Floats | None = None,
    settings: ModelSettings = DEFAULT,
) -> Floats:
    """Log odds of the candidates by tables that were learned before. Types must be those of the tables."""
    place = {name: n for n, name in enumerate(tables.annotators)}
    unknown = len(tables.annotators)
    rows = np.array([place.get(name, unknown) for name in answers.annotators], dtype=np.int64)
    said = evidence(answers, found, given, rows, annotators=unknown + 1, empty=settings.empty)
    right = [
        marginals(_odds(said, ratio.ravel(), prior, known), over)[0]
        for ratio, prior in zip(tables.ratio, tables.prior, strict=True)
    ]
    return _mean([logit(p, limit=1e-6) for p in right])


def reliability(answers: Answers, given: Responses, right: Floats) -> Floats:
    """By annotator the expected F1 of their marks, if candidates are right with these probabilities."""
    who = len(answers.annotators)
    marked = given.kind == EXACT
    weights = right[given.candidate]
    hits = sums(given.annotator[marked], weights[marked], who)
    made = np.bincount(given.annotator[marked], minlength=who)
    due = sums(given.annotator, weights, who)
    # One imagined mark, half right, for those who have hardly answered anything.
    return np.asarray((2.0 * hits + 1.0) / (made + due + 2.0))


def _passed_over(answers: Answers, found: Candidates, given: Responses) -> Flags:
    """Rows of annotators who left the unit empty and marked something elsewhere in the document."""
    who = len(answers.annotators)
    empty = np.ones(answers.units * who, dtype=np.bool_)
    empty[answers.mark_unit * who + answers.mark_annotator] = False
    active = np.zeros(len(answers.documents) * who, dtype=np.bool_)
    active[answers.unit_document[answers.mark_unit] * who + answers.mark_annotator] = True
    unit = found.unit[given.candidate]
    busy = active[answers.unit_document[unit] * who + given.annotator]
    return np.asarray(empty[unit * who + given.annotator] & busy)


def _fit(
    said: Evidence,
    over: Layers,
    share: Floats,
    known: Floats | None,
    settings: ModelSettings,
    middle: float,
) -> _Start:
    by_cell = said.matrix.T
    totals = by_cell @ np.ones(len(share))
    right = _with_known(sigmoid(SLOPE * (share - middle)), known)
    trace: list[float] = []
    ratio, prior = np.zeros(len(totals)), np.zeros(said.types)
    type_ = np.zeros((2, said.types, KINDS))
    for n in range(settings.iterations):
        ones = by_cell @ right
        counts = np.stack((totals - ones, ones)).reshape(2, said.annotators, said.types, KINDS)
        pi, type_ = _pooled(counts, settings)
        ratio = log_ratio(pi).ravel()
        prior = _prior(right, said, settings)
        right, total = marginals(_odds(said, ratio, prior, known), over)
        right = _with_known(right, known)
        if n % STEP == STEP - 1:
            before = marginals(prior[said.type], over)[1]
            trace.append(total - before + float((totals * np.log(pi[0]).ravel()).sum()))
    sound = bool((type_[1, :, EXACT] >= type_[0, :, EXACT]).all())
    table = np.concatenate((ratio.reshape(said.annotators, said.types, KINDS), log_ratio(type_)[None]))
    return _Start(right, table, prior, np.array(trace), sound)


def _pooled(counts: Floats, settings: ModelSettings) -> tuple[Floats, Floats]:
    """Tables of annotators by type, and those of the types, from ``counts[right, annotator, type, response]``."""
    all_ = counts.sum(axis=(1, 2))
    crowd = shares(all_ + settings.anchor * shares(CROWD))
    by_type = counts.sum(axis=1)
    type_ = shares(by_type + settings.tie * crowd[:, None])
    # An annotator's own way over all types: how much oftener each response than their types lead to expect.
    expected = (counts.sum(-1)[..., None] * type_[:, None]).sum(axis=2)
    own = (counts.sum(axis=2) + settings.own * crowd[:, None]) / (expected + settings.own * crowd[:, None])
    typical = shares(type_[:, None] * own[:, :, None])
    return shares(counts + settings.pool * typical), type_


def _prior(right: Floats, said: Evidence, settings: ModelSettings) -> Floats:
    count = np.bincount(said.type, minlength=said.types)
    rate = (sums(said.type, right, said.types) + settings.prior / 2) / (count + settings.prior)
    return np.asarray(np.log(rate) - np.log1p(-rate))


def _odds(said: Evidence, ratio: Floats, prior: Floats, known: Floats | None) -> Floats:
    odds = prior[said.type] + said.matrix @ ratio
    return odds if known is None else np.where(np.isnan(known), odds, np.where(known == 1.0, KNOWN, -KNOWN))


def _with_known(right: Floats, known: Floats | None) -> Floats:
    return right if known is None else np.where(np.isnan(known), right, known)


def _mean(values: list[Floats]) -> Floats:
    return np.asarray(sum(values[1:], start=values[0]) / len(values))
