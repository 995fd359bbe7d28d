"""Krippendorff's alpha for unitizing: agreement on where units of a type begin and end in a text.

After Krippendorff, *Measuring the reliability of qualitative text analysis data* (2004). Units of one
annotator and type do not overlap; those that do count as one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotator.domain.measures.result import Result, Undefined, Value

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Section = tuple[Ints, Ints]
"""Starts and lengths of stretches, in order."""


def alpha_unitizing(coders: Sequence[Sequence[tuple[int, int]]], *, length: int) -> Result:
    """Alpha of one type; ``coders`` are the annotators' stretches in a text of ``length`` code points."""
    m = len(coders)
    if m < 2:
        return Undefined("fewer_than_two_annotators")
    if length < 1:
        return Undefined("empty_text")
    observed, expected, count = disorders(coders, length=length)
    if not count:
        return Undefined("nothing_marked")
    if expected <= 0.0:
        return Undefined("no_variation")
    return Value(1.0 - observed / expected, count)


def disorders(coders: Sequence[Sequence[tuple[int, int]]], *, length: int) -> tuple[float, float, int]:
    """Disagreement observed and expected by chance, and how many units there are. There are two coders or
    more, and a text."""
    m = len(coders)
    units = [_joined(stretches) for stretches in coders]
    gaps = [_gaps(unit, length) for unit in units]
    count = sum(len(starts) for starts, _ in units)
    if not count:
        return 0.0, 0.0, 0
    observed = sum(
        _difference(units[one], units[other])
        + _alone(units[one], gaps[other])
        + _alone(units[other], gaps[one])
        for one in range(m)
        for other in range(one + 1, m)
    )
    observed = 2.0 * observed / (m * (m - 1) * float(length) ** 2)
    return observed, _expected(units, gaps, m, length), count


def _difference(ours: Section, theirs: Section) -> float:
    """Squared distances of both ends, of every two units that overlap."""
    start, length = ours[0][:, None], ours[1][:, None]
    other, other_length = theirs[0][None], theirs[1][None]
    overlap = (start < other + other_length) & (other < start + length)
    ends = start + length - other - other_length
    return float((((start - other) ** 2 + ends**2) * overlap).sum())


def _alone(units: Section, gaps: Section) -> float:
    """Squared lengths of units that lie within a gap."""
    start, length = units[0][:, None], units[1][:, None]
    gap, gap_length = gaps[0][None], gaps[1][None]
    within = (gap <= start) & (start + length <= gap + gap_length)
    return float((length.astype(np.float64) ** 2 * within).sum())


def _expected(units: Sequence[Section], gaps: Sequence[Section], m: int, length: int) -> float:
    sizes = np.concatenate([unit[1] for unit in units]).astype(np.float64)
    empty = np.concatenate([gap[1] for gap in gaps]).astype(np.float64)
    count = len(sizes)
    among = (count - 1) / 3.0 * (2.0 * sizes**3 - 3.0 * sizes**2 + sizes)
    room = _room(sizes, empty)
    total = float((among + sizes**2 * room).sum())
    places = float(m * length) * (m * length - 1) - float((sizes * (sizes - 1.0)).sum())
    return 2.0 / length * total / places if places > 0 else 0.0


def _room(sizes: Floats, empty: Floats) -> Floats:
    """By unit, in how many places of all the gaps it would fit."""
    gaps = np.sort(empty)
    first = np.searchsorted(gaps, sizes, side="left")
    rest = gaps.sum() - np.concatenate(([0.0], np.cumsum(gaps)))[first]
    return np.asarray(rest - (len(gaps) - first) * (sizes - 1.0))


def _joined(stretches: Sequence[tuple[int, int]]) -> Section:
    joined: list[list[int]] = []
    for start, end in sorted(stretches):
        if joined and start < joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    table = np.array(joined, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1] - table[:, 0]


def _gaps(units: Section, length: int) -> Section:
    starts = np.concatenate(([0], units[0] + units[1]))
    sizes = np.concatenate((units[0], [length])) - starts
    return starts[sizes > 0], sizes[sizes > 0]
