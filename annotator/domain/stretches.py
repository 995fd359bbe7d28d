"""Labels on stretches of a text, compared by what they cover."""

from collections.abc import Sequence

from annotator.domain.values import Spans

SAME_STRETCH = 0.5
"""Share of their characters that marks with different labels must have in common to be about the same."""


def candidate_key(label: str, spans: Sequence[tuple[int, int]]) -> str:
    """The name of a label on stretches of the text, such as ``actor:61-77`` or ``claim:0-9,12-20``."""
    return f"{label}:{','.join([f'{start}-{end}' for start, end in spans])}"


Place = tuple[int, int, Spans, int, str]


def place(label: str, spans: Spans, order: int) -> Place:
    """Sorts marks by the text: earlier first, then longer, then by the label's ``order`` in the schema."""
    return spans[0][0], -length(spans), spans, order, label


def alike(label: str, spans: Spans, other_label: str, other_spans: Spans) -> bool:
    """Whether two marks could be two answers to one question, whoever gave them."""
    if label == other_label:
        return overlap(spans, other_spans) > 0
    return shared(spans, other_spans) >= SAME_STRETCH


def length(spans: Spans) -> int:
    """Code points that the spans cover."""
    if len(spans) == 1:
        return spans[0][1] - spans[0][0]
    return sum(end - start for start, end in spans)


def overlap(spans: Spans, others: Spans) -> int:
    """Code points that both cover."""
    if len(spans) == len(others) == 1:
        (start, end), (other_start, other_end) = spans[0], others[0]
        return max(0, min(end, other_end) - max(start, other_start))
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in spans
        for other_start, other_end in others
    )


def shared(spans: Spans, others: Spans) -> float:
    """Share of what either covers that both cover."""
    common = overlap(spans, others)
    covered = length(spans) + length(others) - common
    return common / covered if covered else 0.0
