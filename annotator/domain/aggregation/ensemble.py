"""The span model, the sequence model and a reader of candidates, together.

Each gives log odds of every candidate; these are kept within bounds and added. What they come to teaches the
tables of annotators once more, because text tells who was right where votes are even.
"""

from typing import NamedTuple

import numpy as np

from annotator.domain.aggregation.arrays import Flags, Floats, Ints, ints, logit, sigmoid
from annotator.domain.aggregation.candidates import Proposals
from annotator.domain.aggregation.reader import (
    candidate_features,
    features,
    fold_of,
    read_across,
    read_candidates,
)
from annotator.domain.aggregation.ready import Prepared, prepare, trusted
from annotator.domain.aggregation.responses import EXACT
from annotator.domain.aggregation.sequence import Labelled, label, labels_of, probabilities, proposals
from annotator.domain.aggregation.settings import TextModel
from annotator.domain.aggregation.span_model import fit, taught, weigh
from annotator.domain.aggregation.tables import Tables
from annotator.domain.aggregation.tokens import Tokens, tokens

BOUND, PART = 6.0, 0.5
"""Log odds are kept within ``BOUND`` and count this part each."""

LENIENT = 0.35
"""Added, because each of the three is careful on its own."""


SOONER = 5.0
"""Tables that the text has taught are trusted with so many times fewer documents."""


class TextUnknown(Exception):
    """The policy reads the text, and the answers come without it."""


class Voices(NamedTuple):
    """By candidate, log odds of the span model, the sequence model and the reader."""

    span: Floats
    sequence: Floats
    reader: Floats


def combined(voices: Voices) -> Floats:
    """Log odds by all of them."""
    return np.asarray(sum(np.clip(voice, -BOUND, BOUND) for voice in voices) * PART + LENIENT)


class Listened(NamedTuple):
    """The candidates with those that the models add, what was decided of them, which of them votes or models
    found, what each of the three says of them, and the tables in the end."""

    ready: Prepared
    told: Floats
    own: Flags
    voices: Voices
    tables: Tables


def listen(ready: Prepared, policy: TextModel, *, flat: bool, told: Floats) -> Listened:
    """Read the text and the answers together. In a ``flat`` project types are read as one layer."""
    answers = ready.answers
    if answers.texts is None:
        raise TextUnknown
    read = tokens(answers.texts)
    odds, _ = _by_spans(ready, None, told, policy)
    types = range(len(answers.types))
    layers: list[tuple[int, ...]] = [tuple(types)] if flat else [(n,) for n in types]
    lessons = _lessons(ready, read, layers, sigmoid(odds))
    labelled = _labelled(ready, read, lessons, sigmoid(odds), policy)
    ready, told, own = _with_proposals(ready, labelled, told)
    odds, tables = _by_spans(ready, None, told, policy)
    voices = Voices(odds, _by_sequence(ready, labelled, odds), odds)
    halves = sigmoid(np.clip(voices.span, -BOUND, BOUND) / 2 + np.clip(voices.sequence, -BOUND, BOUND) / 2)
    looks = candidate_features(read, ready.found)
    folds = _folds(ready)[answers.unit_document][ready.found.unit]
    reader = read_candidates(looks, np.where(np.isnan(told), halves, told), folds)
    right = sigmoid(combined(voices._replace(reader=reader)))
    right = np.where(np.isnan(told), right, told)
    tables = taught(answers, ready.given, ready.found, right, settings=policy.model)
    odds, tables = _by_spans(ready, tables, told, policy)
    labelled = _labelled(ready, read, lessons, right, policy)
    return Listened(ready, told, own, Voices(odds, _by_sequence(ready, labelled, odds), reader), tables)


def _by_spans(
    ready: Prepared, tables: Tables | None, told: Floats, policy: TextModel
) -> tuple[Floats, Tables]:
    known = None if np.isnan(told).all() else told
    parts = (ready.answers, ready.found, ready.given, ready.over)
    if tables is None:
        tables, odds = fit(*parts, known=known, settings=policy.model)
        return trusted(ready, tables, odds), tables
    odds = weigh(*parts, tables, known=known, settings=policy.model)
    return trusted(ready, tables, odds, sooner=SOONER), tables


class _Lesson(NamedTuple):
    types: tuple[int, ...]
    told: Floats


def _lessons(ready: Prepared, read: Tokens, layers: list[tuple[int, ...]], right: Floats) -> list[_Lesson]:
    looks = features(read)
    folds = _folds(ready)[ready.answers.unit_document][read.unit]
    return [
        _Lesson(types, read_across(looks, labels_of(read, ready.found, right, types=types), folds))
        for types in layers
    ]


def _labelled(
    ready: Prepared, read: Tokens, lessons: list[_Lesson], right: Floats, policy: TextModel
) -> tuple[Labelled, ...]:
    return tuple(
        label(
            ready.answers,
            read,
            types=lesson.types,
            settings=policy.sequence,
            labels=labels_of(read, ready.found, right, types=lesson.types),
            told=lesson.told,
        )
        for lesson in lessons
    )


def _with_proposals(
    ready: Prepared, labelled: tuple[Labelled, ...], told: Floats
) -> tuple[Prepared, Floats, Flags]:
    """The candidates with the sequence model's; what was decided of them; and who has votes or is of these."""
    kept, found = np.unique(ready.found.of_proposal), ready.found
    made = [proposals(layer) for layer in labelled]
    decided = Proposals(
        found.unit[kept],
        found.type[kept],
        found.start[kept],
        found.end[kept],
        found.shape[kept],
        found.shapes,
    )
    every = [decided, *made]
    more = prepare(
        ready.answers,
        Proposals(
            unit=np.concatenate([one.unit for one in every]),
            type=np.concatenate([one.type for one in every]),
            start=np.concatenate([one.start for one in every]),
            end=np.concatenate([one.end for one in every]),
            shape=np.concatenate([one.shape for one in every]),
            shapes=found.shapes,
        ),
    )
    fresh = np.full(len(more.found), np.nan)
    fresh[more.found.of_proposal[: len(kept)]] = told[kept]
    own = more.given.counts(EXACT) > 0
    own[more.found.of_proposal[len(kept) :]] = True
    return more, fresh, own


def _by_sequence(ready: Prepared, labelled: tuple[Labelled, ...], odds: Floats) -> Floats:
    """What the sequence model says; for candidates that its labels cannot hold, what the span model does."""
    return np.where(_held(ready), logit(probabilities(labelled, ready.found), limit=1e-6), odds)


def _held(ready: Prepared) -> Flags:
    inside = ready.given.together & ready.pairs.same_type
    held = ready.found.shape < 0
    held[ready.pairs.left[inside]] = False
    held[ready.pairs.right[inside]] = False
    return held


def _folds(ready: Prepared) -> Ints:
    return ints([fold_of(document) for document in ready.answers.documents])
