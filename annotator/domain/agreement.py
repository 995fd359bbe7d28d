"""How far authors agree. What cannot be told is None, never 1.0."""

from collections.abc import Sequence
from itertools import combinations

from annotator.domain.voting import Voter


def span_f1(one: Voter, other: Voter) -> float | None:
    """F1 of labels on exactly the same spans; None where neither marked anything."""
    ours = {(annotation.label, annotation.spans) for annotation in one.annotations}
    theirs = {(annotation.label, annotation.spans) for annotation in other.annotations}
    if not ours and not theirs:
        return None
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


def pairwise_f1(voters: Sequence[Voter]) -> dict[tuple[str, str], float | None]:
    """``span_f1`` of each pair, in order of author."""
    ordered = sorted(voters, key=lambda voter: voter.author)
    return {(one.author, other.author): span_f1(one, other) for one, other in combinations(ordered, 2)}


def mean_f1(voters: Sequence[Voter]) -> float | None:
    """The mean over those pairs for which it can be told; None if there are none."""
    told = [f1 for f1 in pairwise_f1(voters).values() if f1 is not None]
    return sum(told) / len(told) if told else None
