"""What is known of annotators: how each responds to candidates that are right and to those that are not."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.aggregation.arrays import Floats
from annotator.domain.aggregation.responses import EXACT, NEAR

# Shares of responses (exact, near, far, same place, other, none) to candidates that are wrong and to those
# that are right: round figures for five annotators with little training. Every project is drawn towards them,
# which keeps right and wrong from changing places where there are few answers.
CROWD: Floats = np.array([[0.30, 0.05, 0.07, 0.12, 0.06, 0.40], [0.62, 0.03, 0.04, 0.05, 0.03, 0.23]])

ENGINE = 1
"""Raised with every change that changes results; kept beside each result."""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What a fit learned, enough to weigh the answers to one document without the others.

    ``ratio[start, annotator, type, response]`` is the log of how much likelier the response is where the
    candidate is right, with a last row for annotators whom the fit did not know; ``prior[start, type]`` are
    log odds before any response. A fit has several starts, whose log odds are averaged. ``documents`` is how
    many it saw. ``sound`` is false where right and wrong changed places, so that the vote is to be taken.
    ``trace[start]`` is the responses' log likelihood on the way.
    """

    annotators: tuple[str, ...]
    types: tuple[str, ...]
    ratio: Floats
    prior: Floats
    documents: int
    sound: bool
    reliability: Floats
    trace: Floats
    engine: int = ENGINE

    @property
    def trust(self) -> float:
        """How far the model is followed, not the vote: from 0 to 1 with the number of documents."""
        return self.documents / (self.documents + TRUSTED_FROM) if self.sound else 0.0


TRUSTED_FROM = 100
"""With so many documents, model and vote count the same."""


CEILING: Floats = np.array([np.inf, np.inf, 0.0, 1.0, 1.0, 0.0])
"""How much each response may speak for a candidate at most."""


def untrained(types: tuple[str, ...]) -> Tables:
    """The tables of a project without answers: nobody is known, and the vote decides."""
    pi = np.broadcast_to(shares(CROWD)[:, None, None, :], (2, 1, len(types), CROWD.shape[1]))
    return Tables(
        annotators=(),
        types=types,
        ratio=log_ratio(pi)[None],
        prior=np.zeros((1, len(types))),
        documents=0,
        sound=True,
        reliability=np.zeros(0),
        trace=np.zeros((1, 0)),
    )


def shares(counts: Floats) -> Floats:
    """Counts as shares along the last axis."""
    return np.asarray(counts / counts.sum(axis=-1, keepdims=True))


def log_ratio(pi: Floats) -> Floats:
    """From ``pi[right, …, response]``: how each response changes the log odds.

    A mark of the candidate itself never speaks against it, and a near one never more for it; whoever marked
    nothing there or hardly overlapped never speaks for it, and who marked another type does so within
    limits: it tells that something is there. Without them right and wrong change places in parts of the data.
    """
    ratio: Floats = np.minimum(np.log(pi[1]) - np.log(pi[0]), CEILING)
    ratio[..., EXACT] = np.maximum(ratio[..., EXACT], 0.0)
    ratio[..., NEAR] = np.minimum(ratio[..., NEAR], ratio[..., EXACT])
    return ratio
