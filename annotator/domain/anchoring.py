"""Finding the spans of one text version again in a corrected one.

What a correction left alone is found by comparing the texts, what it moved by quote and context. A span that
neither finds is an orphan: better none than a wrong one.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from re import compile as pattern

Spans = tuple[tuple[int, int], ...]

CONTEXT = 32
"""Code points on either side of a quote that tell it from its like."""

ENOUGH = 12
"""Code points of context that must agree before a quote is believed at a new place."""

ALIKE = 0.6
"""Share of its characters that an edited stretch must keep to be the same."""

NEAR = 300
"""Code points around the old place in which a lost stretch is looked for."""

LIKE_ENOUGH = 0.4
"""Share of its characters that a suggestion must have in common with what was marked."""

_WORD = pattern(r"\w+")
_TOKEN = pattern(r"\w+|\s+|[^\w\s]")
# Comparing token by token takes time in the product of both lengths; beyond this only lines are compared.
_TOKENS_AT_MOST = 4_000_000


@dataclass(frozen=True, slots=True)
class _Same:
    """``old[start:end]`` stands unchanged at ``start + shift`` in the new text."""

    start: int
    end: int
    shift: int


def reanchor(old: str, new: str, spans: Spans) -> Spans | None:
    """Where an annotation's spans in ``old`` are in ``new``; None if one cannot be found for sure."""
    return Anchoring(old, new).spans(spans)


class Anchoring:
    """Two versions of a text, compared once for any number of annotations."""

    def __init__(self, old: str, new: str) -> None:
        self._old = old
        self._new = new
        self._same = list(_unchanged(old, new))
        self._starts = [same.start for same in self._same]

    def spans(self, spans: Spans) -> Spans | None:
        """The spans in the new text, in order; None if one of them is lost, or their order is."""
        found = [self._span(start, end) for start, end in spans]
        if any(span is None for span in found):
            return None
        return _joined([span for span in found if span is not None])

    def nearest(self, spans: Spans) -> Spans | None:
        """Where an annotation that is lost may stand: for a person to judge. None where nothing is like it.

        Of several spans the suggestion is one from the first to the last.
        """
        found = self.spans(spans)
        if found is not None:
            return found
        start, end = spans[0][0], spans[-1][1]
        said = self._old[start:end]
        length, place = len(_WORD.findall(said)), self._about(start)
        low = max(0, place - NEAR)
        words = [word.span() for word in _WORD.finditer(self._new, low, place + len(said) + NEAR)]
        scored = [
            (round(_likeness(said, self._new[first:last]), 2), -abs(first - place), first, last)
            for (first, _), (_, last) in zip(words, words[max(length - 1, 0) :], strict=False)
        ]
        likeness, _, first, last = max(scored, default=(0.0, 0, 0, 0))
        return ((first, last),) if likeness >= LIKE_ENOUGH else None

    def _about(self, place: int) -> int:
        """About where a place of the old text is in the new one: after what stayed before it."""
        k = bisect_right(self._starts, place) - 1
        if k < 0:
            return min(place, len(self._new))
        same = self._same[k]
        return min(place + same.shift, len(self._new))

    def _span(self, start: int, end: int) -> tuple[int, int] | None:
        same = self._around(start)
        if same is not None and end <= same.end:
            return start + same.shift, end + same.shift
        return self._elsewhere(start, end) or self._edited(start, end)

    def _around(self, at: int) -> _Same | None:
        """The unchanged stretch that holds the character at ``at``."""
        k = bisect_right(self._starts, at) - 1
        return self._same[k] if k >= 0 and at < self._same[k].end else None

    def _edited(self, start: int, end: int) -> tuple[int, int] | None:
        """The stretch between edges that stayed, if what is between them is still alike."""
        left, right = self._edge_after(start), self._edge_before(end)
        if left is None or right is None or left >= right:
            return None
        before, after = self._old[start:end], self._new[left:right]
        alike = SequenceMatcher(None, before, after, autojunk=False).ratio() >= ALIKE
        return (left, right) if alike and not after.isspace() else None

    def _edge_after(self, start: int) -> int | None:
        """Where a span that started here starts now: at its first character, or after the one before."""
        if (same := self._around(start)) is not None:
            return start + same.shift
        if start == 0:
            return 0
        same = self._around(start - 1)
        return start + same.shift if same is not None else None

    def _edge_before(self, end: int) -> int | None:
        if (same := self._around(end - 1)) is not None:
            return end + same.shift
        if end == len(self._old):
            return len(self._new)
        same = self._around(end)
        return end + same.shift if same is not None else None

    def _elsewhere(self, start: int, end: int) -> tuple[int, int] | None:
        """The one place outside of what stayed where the quote stands in the same context."""
        said = self._old[start:end]
        scored = sorted(((self._score(start, end, at), at) for at in self._free(said)), reverse=True)
        if not scored or scored[0][0] < min(ENOUGH, len(self._old) - len(said)):
            return None
        if len(scored) > 1 and scored[1][0] == scored[0][0]:
            return None
        return scored[0][1], scored[0][1] + len(said)

    def _free(self, said: str) -> Iterator[int]:
        """Places of the quote that no other stretch of the old text claims."""
        claimed = sorted((same.start + same.shift, same.end + same.shift) for same in self._same)
        starts = [start for start, _ in claimed]
        at = self._new.find(said)
        while at >= 0:
            k = bisect_right(starts, at) - 1
            if k < 0 or claimed[k][1] < at + len(said):
                yield at
            at = self._new.find(said, at + 1)

    def _score(self, start: int, end: int, at: int) -> int:
        """Code points of context that agree at both ends."""
        before, after = self._old[max(0, start - CONTEXT) : start], self._old[end : end + CONTEXT]
        there = at + end - start
        return _common(before[::-1], self._new[max(0, at - CONTEXT) : at][::-1]) + _common(
            after, self._new[there : there + CONTEXT]
        )


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def _common(one: str, other: str) -> int:
    """Length of the common beginning."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _joined(found: Sequence[tuple[int, int]]) -> Spans | None:
    """The spans in order, touching ones made one; None if they have overtaken each other."""
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start < joined[-1][1]:
            return None
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _unchanged(old: str, new: str) -> Iterator[_Same]:
    """Unchanged stretches in order: whole lines first, then words within lines that were edited."""
    start, tail = _common(old, new), 0
    if start < len(old) or start < len(new):
        tail = _common(old[start:][::-1], new[start:][::-1])
    if start:
        yield _Same(0, start, 0)
    old_end, new_end = len(old) - tail, len(new) - tail
    yield from _by_line(old[start:old_end], new[start:new_end], start, start)
    if tail:
        yield _Same(old_end, len(old), new_end - old_end)


def _by_line(old: str, new: str, old_at: int, new_at: int) -> Iterator[_Same]:
    ours, theirs = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, (a, b), (c, d) in _compared(ours, theirs):
        if tag == "equal":
            yield _Same(old_at + a, old_at + b, new_at + c - old_at - a)
        elif tag == "replace":
            yield from _by_token(old[a:b], new[c:d], old_at + a, new_at + c)


def _by_token(old: str, new: str, old_at: int, new_at: int) -> Iterator[_Same]:
    ours, theirs = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(ours) * len(theirs) > _TOKENS_AT_MOST:
        return
    same = [(range_, other) for tag, range_, other in _compared(ours, theirs) if tag == "equal"]
    kept = sum(b - a for (a, b), _ in same)
    # Two sentences that merely share their small words are not versions of each other.
    if kept * 2 < ALIKE * (len(old) + len(new)):
        return
    for (a, b), (c, _) in same:
        yield _Same(old_at + a, old_at + b, new_at + c - old_at - a)


Range = tuple[int, int]


def _compared(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[str, Range, Range]]:
    """What became of which stretch, in characters from the start of each side."""
    a, b = (list(accumulate(map(len, parts), initial=0)) for parts in (ours, theirs))
    opcodes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return [(tag, (a[i], a[j]), (b[k], b[m])) for tag, i, j, k, m in opcodes]
