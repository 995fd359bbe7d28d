"""Crowd labels with a truth: CoNLL-2003 as many annotators marked it, where it is at hand, and made-up ones.

The corpus is Rodrigues et al. 2014; a worker's sentence counts only where its tokens equal the expert's. A
sentence is a unit, its text the tokens joined by one space.
"""

import gzip
import json
import random
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from annotator.domain.aggregation.aggregate import Aggregation
from annotator.domain.aggregation.answers import Answers, Pieces, Sheet, answers

CONLL = Path(__file__).parents[3] / "shared/data/conll-amt/conll_amt_val.jsonl.gz"
TYPES = ("PER", "LOC", "ORG", "MISC")

Truth = frozenset[tuple[str, int, str, Pieces]]


class Crowd(NamedTuple):
    """Answers with their truth, and the documents they are from."""

    answers: Answers
    truth: Truth
    documents: tuple[dict[str, Any], ...]
    sheets: tuple[Sheet, ...]


class Score(NamedTuple):
    """Strict precision, recall and F1, in per cent."""

    precision: float
    recall: float
    f1: float


def conll(*, documents: int | None = None, annotators: int | None = None, seed: int = 0) -> Crowd:
    """The corpus, or so many of its documents and so many annotators of each, drawn by the seed."""
    rng = random.Random(seed)
    read = _read()
    chosen = read if documents is None else rng.sample(read, documents)
    kept = [_kept(document, annotators, rng) for document in chosen]
    sheets = tuple(
        sheet for document, names in zip(chosen, kept, strict=True) for sheet in _sheets(document, names)
    )
    truth = frozenset(
        (document["doc"], unit, type_, pieces)
        for document in chosen
        for unit, sentence in enumerate(document["sents"])
        for type_, pieces in marks(sentence["tok"], sentence["gold"])
    )
    texts = {
        (document["doc"], unit): " ".join(sentence["tok"])
        for document in chosen
        for unit, sentence in enumerate(document["sents"])
    }
    return Crowd(answers(sheets, TYPES, texts=texts), truth, tuple(chosen), sheets)


def score(found: Iterable[tuple[str, int, str, Pieces]], truth: Truth) -> Score:
    """How far the found labels are the true ones, exactly."""
    labels = set(found)
    hits = len(labels & truth)
    return Score(
        100 * hits / max(len(labels), 1),
        100 * hits / max(len(truth), 1),
        200 * hits / max(len(labels) + len(truth), 1),
    )


def labels(result: Aggregation) -> set[tuple[str, int, str, Pieces]]:
    """The consensus without its confidences."""
    return {(document, unit, type_, pieces) for document, unit, type_, pieces, _ in result.labels()}


def marks(tokens: Sequence[str], tags: Sequence[str]) -> list[tuple[str, Pieces]]:
    """The spans of BIO tags in the text of the tokens joined by a space."""
    found: list[tuple[str, Pieces]] = []
    place = start = end = 0
    open_: str | None = None
    for token, tag in zip([*tokens, ""], [*tags, "O"], strict=True):
        if open_ is not None and tag != f"I-{open_}":
            found.append((open_, ((start, end),)))
            open_ = None
        if open_ is None and tag != "O":
            open_, start = tag[2:], place
        place, end = place + len(token) + 1, place + len(token)
    return found


@cache
def _read() -> tuple[dict[str, Any], ...]:
    with gzip.open(CONLL, "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


def _kept(document: dict[str, Any], annotators: int | None, rng: random.Random) -> set[str]:
    names = sorted({name for sentence in document["sents"] for name in sentence["exact"]})
    return set(names if annotators is None else rng.sample(names, min(annotators, len(names))))


def _sheets(document: dict[str, Any], names: set[str]) -> list[Sheet]:
    return [
        Sheet(document["doc"], name, tuple(marks(sentence["tok"], sentence["crowd"][name])), unit)
        for unit, sentence in enumerate(document["sents"])
        for name in sentence["exact"]
        if name in names
    ]


def planted(
    *,
    documents: int = 30,
    skills: Sequence[float] = (0.9, 0.8, 0.7, 0.5, 0.3),
    seed: int = 1,
    spans: int = 12,
) -> Crowd:
    """Made-up documents whose truth overlaps: actors within claims, locations, claims in two pieces.

    An annotator of skill s marks a true label with chance s, else misses it, its boundary or its type, and
    marks at most one wrong label in ten a tenth as often as they err.
    """
    rng = random.Random(seed)
    sheets: list[Sheet] = []
    truth: set[tuple[str, int, str, Pieces]] = set()
    for number in range(documents):
        name = f"d{number:03}"
        true = _true(rng, spans)
        truth |= {(name, 0, type_, pieces) for type_, pieces in true}
        for who, skill in enumerate(skills):
            made = [mark for mark in true for mark in _seen(rng, mark, skill)]
            made += [_random(rng, spans) for _ in range(spans) if rng.random() > 0.9 + skill / 10]
            sheets.append(Sheet(name, f"a{who}", tuple(dict.fromkeys(made))))
    return Crowd(answers(sheets, KINDS), frozenset(truth), (), tuple(sheets))


KINDS = ("actor", "location", "claim")


def _true(rng: random.Random, spans: int) -> list[tuple[str, Pieces]]:
    made: list[tuple[str, Pieces]] = []
    for place in range(0, spans * 40, 40):
        start = place + rng.randrange(4)
        end = start + rng.randrange(20, 30)
        kind = rng.randrange(3)
        if kind == 0:
            made.append(("claim", ((start, start + 8), (start + 12, end))))
        elif kind == 1:
            made += [
                ("claim", ((start, end),)),
                ("actor", ((start, start + 6),)),
                ("location", ((end - 7, end),)),
            ]
        else:
            made.append((rng.choice(("actor", "location")), ((start, start + rng.randrange(4, 12)),)))
    return made


def _seen(rng: random.Random, mark: tuple[str, Pieces], skill: float) -> list[tuple[str, Pieces]]:
    if rng.random() < skill:
        return [mark]
    type_, pieces = mark
    match rng.randrange(3):
        case 0:
            return []
        case 1:
            *first, (start, end) = pieces
            return [(type_, (*first, (start, end + rng.randrange(1, 5))))]
        case _:
            return [(rng.choice(KINDS), pieces)]


def _random(rng: random.Random, spans: int) -> tuple[str, Pieces]:
    start = rng.randrange(spans * 40)
    return rng.choice(KINDS), ((start, start + rng.randrange(3, 20)),)
