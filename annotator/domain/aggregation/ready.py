"""What every policy starts from: candidates, how they overlap, and everybody's responses."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.aggregation.answers import Answers
from annotator.domain.aggregation.arrays import Floats, sums
from annotator.domain.aggregation.candidates import Candidates, Overlaps, Proposals, candidates, overlaps
from annotator.domain.aggregation.layers import Layers, layers
from annotator.domain.aggregation.responses import EXACT, Responses, responses
from annotator.domain.aggregation.span_model import vote_odds, vote_share
from annotator.domain.aggregation.tables import Tables


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Answers with their candidates."""

    answers: Answers
    found: Candidates
    pairs: Overlaps
    given: Responses
    over: Layers


def prepare(answers: Answers, proposals: Proposals | None = None) -> Prepared:
    """Candidates, how they overlap and compete, and everybody's responses."""
    found = candidates(answers, proposals)
    pairs = overlaps(found)
    given = responses(answers, found, pairs)
    return Prepared(answers, found, pairs, given, layers(found, pairs, given.together))


def trusted(ready: Prepared, tables: Tables, odds: Floats, *, sooner: float = 1.0) -> Floats:
    """Log odds of a model drawn to those of the vote, as far as the model has seen few documents; ``sooner``
    is how many times fewer it needs, because it was taught by more than votes."""
    vote = vote_odds(weighted_share(ready, tables) if tables.sound else vote_share(ready.given))
    trust = tables.trust * sooner / (1.0 + tables.trust * (sooner - 1.0))
    return trust * odds + (1.0 - trust) * vote


def weighted_share(ready: Prepared, tables: Tables) -> Floats:
    """By candidate the share of exact votes, where annotators count by the square of their reliability."""
    weight = reliabilities(ready, tables)[ready.given.annotator] ** 2
    size = len(ready.found)
    marked = sums(ready.given.candidate, np.where(ready.given.kind == EXACT, weight, 0.0), size)
    return np.asarray(marked / np.maximum(sums(ready.given.candidate, weight, size), 1e-12))


def reliabilities(ready: Prepared, tables: Tables) -> Floats:
    """By annotator; who is not known counts as the average of those who are."""
    known = dict(zip(tables.annotators, tables.reliability.tolist(), strict=True))
    usual = float(tables.reliability.mean()) if len(tables.reliability) else 0.5
    return np.array([known.get(name, usual) for name in ready.answers.annotators])


def reliability_of_voters(ready: Prepared, tables: Tables | None) -> Floats:
    """By candidate the sum of the reliability of those who marked it."""
    if tables is None:
        return ready.given.counts(EXACT).astype(np.float64)
    weight = reliabilities(ready, tables)[ready.given.annotator]
    return sums(ready.given.candidate, np.where(ready.given.kind == EXACT, weight, 0.0), len(ready.found))
