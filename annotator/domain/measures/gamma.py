"""Gamma: agreement on where units are and of which type, against chance.

After Mathet, Widlöcher and Métivier (2015): one minus the disorder of the best alignment over that of random
continua with as many units, gaps, lengths and types as the annotators' own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.domain.measures.alignment import Floats, Ints, Units, best_alignment, units
from annotator.domain.measures.result import Undefined

SAMPLES = 30


@dataclass(frozen=True, slots=True)
class Gamma:
    """``value`` with the disorder observed and expected. The true value lies between ``low`` and ``high``,
    which differ only where an alignment could not be proven best."""

    value: float
    observed: float
    expected: float
    low: float
    high: float


def gamma(annotators: Sequence[Units], *, seed: int, samples: int = SAMPLES) -> Gamma | Undefined:
    """Gamma of the annotators' units in one text; chance is drawn by the seed."""
    if len(annotators) < 2:
        return Undefined("fewer_than_two_annotators")
    if not any(len(one) for one in annotators):
        return Undefined("nothing_marked")
    best = best_alignment(annotators)
    chance = [best_alignment(sample) for sample in sampled(annotators, seed=seed, samples=samples)]
    expected = float(np.mean([one.disorder for one in chance]))
    least = float(np.mean([one.bound for one in chance]))
    if least <= 0.0:
        return Undefined("no_variation")
    value = 1.0 - best.disorder / expected
    return Gamma(value, best.disorder, expected, 1.0 - best.disorder / least, 1.0 - best.bound / expected)


def sampled(annotators: Sequence[Units], *, seed: int, samples: int) -> Iterator[list[Units]]:
    """Random continua with the means and deviations of the annotators' numbers of units, gaps and lengths."""
    rng = np.random.default_rng(seed)
    counts = np.array([len(one) for one in annotators])
    lengths = np.concatenate([one.end - one.start for one in annotators])
    types = np.concatenate([one.type for one in annotators])
    gaps = np.concatenate([[0.0], *(_gaps(one) for one in annotators)])
    for _ in range(samples):
        made: list[Units] = []
        for _ in annotators:
            number = abs(int(rng.normal(counts.mean(), counts.std())))
            if not number and not any(len(one) for one in made) and len(made) == len(annotators) - 1:
                number = 1
            made.append(_drawn(rng, number, gaps, lengths, types))
        yield made


def _gaps(one: Units) -> list[float]:
    between = (one.start[1:] - one.end[:-1]).tolist()
    return [*between, float(one.start[0])] if len(one) and one.start[0] > 0 else between


def _drawn(rng: np.random.Generator, number: int, gaps: Floats, lengths: Floats, types: Ints) -> Units:
    marks, last = [], 0.0
    for _ in range(number):
        start = last + rng.normal(gaps.mean(), gaps.std())
        length = 0.0
        while length < 1e-6:
            length = abs(rng.normal(lengths.mean(), lengths.std())) or 1.0
        last = start + length
        marks.append((start, last, int(rng.choice(types))))
    return units(marks)
