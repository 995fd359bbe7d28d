"""Learning from reviewed documents how far each piece of evidence is to be believed.

A logistic model over the evidence of each candidate, drawn towards the weights that hold without any review.
It makes confidences that can be quoted: of labels with 0.9, nine in ten are right.
"""

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from annotator.domain.aggregation.arrays import Flags, Floats, sigmoid
from annotator.domain.aggregation.ready import Prepared, weighted_share
from annotator.domain.aggregation.responses import FAR, KINDS, OTHER, SAME_PLACE
from annotator.domain.aggregation.span_model import vote_share
from annotator.domain.aggregation.tables import Tables


def half_of(document: str) -> int:
    """The half of the reviewed documents that one is in, by its name."""
    return sha256(document.encode()).digest()[1] % 2


ENOUGH = 10
"""So many reviewed documents before anything is learned from them."""

PENALTY = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Weights of the evidence, in the order of ``evidence``; ``documents`` is how many were reviewed."""

    weights: Floats
    documents: int


def evidence(ready: Prepared, voices: tuple[Floats, ...], tables: Tables | None) -> Floats:
    """A row for each candidate: the voices first, then the constant, then what else tells."""
    found, given = ready.found, ready.given
    seers = np.maximum(np.diff(given.first), 1)
    kinds = np.bincount(given.candidate * KINDS + given.kind, minlength=len(found) * KINDS)
    shares = kinds.reshape(len(found), KINDS) / seers[:, None]
    top = _best_rival(ready, voices[0])
    common = [
        *voices,
        np.ones(len(found)),
        vote_share(given),
        weighted_share(ready, tables) if tables else vote_share(given),
        shares[:, FAR],
        shares[:, SAME_PLACE],
        shares[:, OTHER],
        1.0 / seers,
        np.log1p(found.length) / 3.0,
        top,
        (kinds.reshape(len(found), KINDS)[:, 0] == 0).astype(np.float64),
    ]
    types = len(ready.answers.types)
    of_type = (found.type[:, None] == np.arange(types)).astype(np.float64)
    by_type = [of_type, *(of_type * voice[:, None] / 3.0 for voice in voices)]
    return np.concatenate((np.stack(common, axis=1), *by_type), axis=1)


def learn(rows: Floats, right: Flags, *, usual: Floats, documents: int) -> Stack:
    """Weights from the rows of reviewed documents; ``usual`` are those that hold without."""
    prior = np.zeros(rows.shape[1])
    prior[: len(usual)] = usual

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = _times(rows, weights)
        away = weights - prior
        value = float((np.logaddexp(0.0, odds) - right * odds).sum()) + PENALTY / 2 * float(
            (away * away).sum()
        )
        slope = ((sigmoid(odds) - right)[:, None] * rows).sum(axis=0) + PENALTY * away
        return value, np.asarray(slope)

    from scipy.optimize import minimize  # it takes 17 MB, and few processes need it

    found = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return Stack(np.asarray(found.x, dtype=np.float64), documents)


def stacked(rows: Floats, stack: Stack) -> Floats:
    """Log odds by the evidence."""
    return _times(rows, stack.weights)


def _times(rows: Floats, weights: Floats) -> Floats:
    return np.asarray((rows * weights).sum(axis=1))


def _best_rival(ready: Prepared, odds: Floats) -> Floats:
    """The highest probability of a candidate of any type that overlaps, 0 where none does."""
    best, p = np.zeros(len(odds)), sigmoid(odds)
    np.maximum.at(best, ready.pairs.left, p[ready.pairs.right])
    np.maximum.at(best, ready.pairs.right, p[ready.pairs.left])
    return best
