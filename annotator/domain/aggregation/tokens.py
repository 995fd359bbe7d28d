"""Texts as tokens, and marks as BIO labels on them, for the models that read text."""

import re
from dataclasses import dataclass

import numpy as np

from annotator.domain.aggregation.answers import Answers
from annotator.domain.aggregation.arrays import Ints, ints, runs, starts_of

WORD = re.compile(r"\w+|[^\w\s]")
"""A run of letters and digits in any script, or one sign."""


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """All tokens in order of (unit, start). ``first`` says where a unit's start, with the end of all.

    ``start`` and ``end`` are offsets in the unit's text; ``word`` a number in ``words``.
    """

    first: Ints
    unit: Ints
    start: Ints
    end: Ints
    word: Ints
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.unit)


def tokens(texts: tuple[str, ...]) -> Tokens:
    """The texts' tokens; ``words`` are sorted."""
    found = [[(match.start(), match.end(), match.group()) for match in WORD.finditer(text)] for text in texts]
    words = tuple(sorted({word for unit in found for *_, word in unit}))
    place = {word: n for n, word in enumerate(words)}
    counts = ints([len(unit) for unit in found])
    flat = [token for unit in found for token in unit]
    return Tokens(
        first=starts_of(counts),
        unit=np.repeat(np.arange(len(texts)), counts),
        start=ints([token[0] for token in flat]),
        end=ints([token[1] for token in flat]),
        word=ints([place[token[2]] for token in flat]),
        words=words,
    )


def covered(read: Tokens, unit: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """By stretch, the first token that it touches and the one after the last; empty if it touches none."""
    width = int(max(read.end.max(initial=0), end.max(initial=0))) + 1
    first = np.searchsorted(read.unit * width + read.end, unit * width + start, side="right")
    last = np.searchsorted(read.unit * width + read.start, unit * width + end, side="left")
    return first, np.maximum(first, last)


def sheet_tokens(answers: Answers, read: Tokens) -> tuple[Ints, Ints, Ints]:
    """A row for every token that every annotator saw, in order of (sheet, token): the token, the sheet, and
    where each sheet's rows start, with the end of all."""
    counts = np.diff(read.first)[answers.seen_unit]
    token, sheet = runs(read.first[answers.seen_unit], counts)
    return token, sheet, starts_of(counts)


def bio(answers: Answers, read: Tokens, *, types: tuple[int, ...]) -> Ints:
    """The labels that annotators gave, by row of ``sheet_tokens``: 0 for none, 1 + 2n to begin a mark of the
    n-th of the types, 2 + 2n to go on with it. Of marks that overlap the longest is kept."""
    _, _, rows = sheet_tokens(answers, read)
    who = len(answers.annotators)
    sheet = np.searchsorted(
        answers.seen_unit * who + answers.seen_annotator, answers.mark_unit * who + answers.mark_annotator
    )
    first, last = covered(read, answers.mark_unit, answers.mark_start, answers.mark_end)
    offset = rows[sheet] - read.first[answers.mark_unit]
    number = {kind: n for n, kind in enumerate(types)}
    labels = np.zeros(int(rows[-1]), dtype=np.int64)
    chosen = np.flatnonzero(np.isin(answers.mark_type, ints(types)) & (last > first))
    # Longer ones later, so that they are what remains; what they cut in two is taken out beforehand.
    for mark in chosen[np.argsort(last[chosen] - first[chosen], kind="stable")].tolist():
        begin, end = int(first[mark] + offset[mark]), int(last[mark] + offset[mark])
        _clear(labels, begin, end, int(rows[sheet[mark]]), int(rows[sheet[mark] + 1]))
        code = 1 + 2 * number[int(answers.mark_type[mark])]
        labels[begin] = code
        labels[begin + 1 : end] = code + 1
    return labels


def _clear(labels: Ints, begin: int, end: int, low: int, high: int) -> None:
    """Take out marks that reach into the rows from ``begin`` to ``end``."""
    if not labels[begin:end].any():
        return
    while begin > low and labels[begin] and labels[begin] % 2 == 0:
        begin -= 1
    while end < high and labels[end] and labels[end] % 2 == 0:
        end += 1
    labels[begin:end] = 0
