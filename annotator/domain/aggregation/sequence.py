"""The sequence model: the true labels of tokens follow one another, and so do those of each annotator.

After Simpson and Gurevych (2019): an annotator's label depends on the true one and on the label that they gave
to the token before. Here their tables are drawn towards the crowd's, and words are read along.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from annotator.domain.aggregation.answers import Answers
from annotator.domain.aggregation.arrays import Floats, Ints, ints, runs
from annotator.domain.aggregation.arrays import sums as sums_by
from annotator.domain.aggregation.candidates import Candidates, Proposals
from annotator.domain.aggregation.chain import Steps, Sums, moves, steps, sums
from annotator.domain.aggregation.tables import shares
from annotator.domain.aggregation.tokens import Tokens, bio, covered, sheet_tokens


@dataclass(frozen=True, slots=True)
class SequenceSettings:
    """How the sequence model is fitted.

    ``iterations`` are few on purpose: it starts from the span model, and drifts away from it and from the
    truth when left alone. ``pool``: labels of the crowd in each row of an annotator's table. ``temper``:
    weight of an annotator's label. ``word``: weight of a word's labels elsewhere. ``empty``: as in the span
    model. ``reader``: weight of what a reader of the text says.
    """

    iterations: int = 1
    pool: float = 10.0
    temper: float = 1.0
    word: float = 0.3
    empty: float = 0.5
    reader: float = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A fitted layer: probabilities of labels by token, and what spans are read from."""

    types: tuple[int, ...]
    found: Sums
    emission: Floats
    move: Floats
    read: Tokens

    @property
    def labels(self) -> Floats:
        """By token, how likely each label is."""
        return self.found.forward * self.found.backward


def label(
    answers: Answers,
    read: Tokens,
    *,
    types: tuple[int, ...],
    settings: SequenceSettings,
    labels: Floats,
    told: Floats,
) -> Labelled:
    """Fit one layer, whose ``types`` exclude each other, from the probabilities ``labels[token, label]``.

    ``told[token, label]`` are likelihoods of labels that a reader of the text gives, from other documents.
    """
    token, sheet, rows = sheet_tokens(answers, read)
    given = bio(answers, read, types=types)
    size = 1 + 2 * len(types)
    over = steps(read.first)
    said = _said(answers, read, token, sheet, rows, given, size, settings)
    reader = told**settings.reader
    words = coo_array(
        (np.ones(len(read)), (read.word, np.arange(len(read)))), shape=(len(read.words), len(read))
    ).tocsr()
    counts = _first_moves(labels, over)
    for _ in range(settings.iterations):
        table = _table(said, labels, len(answers.annotators), size, settings)
        move = shares(counts + _allowed(size))
        start = shares(labels[over.order[0]].sum(axis=0) + 1.0) if over.order else np.ones(size)
        start[2::2] = 1e-9
        evidence = settings.temper * (said @ table) + settings.word * _words(words, read.word, labels)
        emission = np.exp(evidence - evidence.max(axis=1, keepdims=True)) * reader + 1e-12
        found = sums(emission, start, move, over)
        labels = found.forward * found.backward
        counts = moves(emission, move, found, over)
    return Labelled(types, found, emission, move, read)


def span_probabilities(layer: Labelled, unit: Ints, kind: Ints, start: Ints, end: Ints) -> Floats:
    """How likely a label begins at the first and ends with the last token that each stretch touches; 0 for
    stretches that touch no token or whose type is not of the layer."""
    first, last = covered(layer.read, unit, start, end)
    number = np.full(int(max(kind.max(initial=0), max(layer.types))) + 1, -1)
    number[ints(layer.types)] = np.arange(len(layer.types))
    n = number[kind]
    p = np.zeros(len(unit))
    good = np.flatnonzero((n >= 0) & (last > first))
    first, last, n = first[good], last[good], n[good]
    begin, inside = 1 + 2 * n, 2 + 2 * n
    found, size = layer.found, len(layer.read)
    each = np.log(layer.emission / found.scale[:, None])  # by token and label
    stay = np.concatenate((np.zeros((1, each.shape[1])), np.cumsum(each, axis=0)))
    length = last - first
    log_move = np.log(layer.move)
    path = np.where(length > 1, log_move[begin, inside], 0.0)
    path += np.maximum(length - 2, 0) * log_move[inside, inside]
    path += np.where(length > 1, stay[last, inside] - stay[np.minimum(first + 1, size), inside], 0.0)
    # What comes after may be anything but more of the same.
    at_end = np.where(length > 1, inside, begin)
    following = np.minimum(last, size - 1)
    goes_on = layer.read.unit[following] == layer.read.unit[first]
    goes_on &= last < size
    after = layer.emission[following] * found.backward[following] / found.scale[following][:, None]
    leave = (layer.move[at_end] * after).sum(axis=1) - layer.move[at_end, inside] * after[
        np.arange(len(n)), inside
    ]
    p[good] = found.forward[first, begin] * np.exp(path) * np.where(goes_on, leave, 1.0)
    return np.clip(p, 0.0, 1.0)


def proposals(layer: Labelled) -> Proposals:
    """The spans of the likeliest label of each token."""
    read, best = layer.read, layer.labels.argmax(axis=1)
    kind = np.where(best > 0, (best - 1) // 2, -1)
    same_unit = np.concatenate(([False], read.unit[1:] == read.unit[:-1]))
    goes_on = same_unit & (kind == np.concatenate(([-1], kind[:-1]))) & (best % 2 == 0) & (best > 0)
    begins = np.flatnonzero((kind >= 0) & ~goes_on)
    ends = np.concatenate((np.flatnonzero(~goes_on), [len(read)]))
    last = ends[np.searchsorted(ends, begins, side="right")] - 1
    return Proposals(
        unit=read.unit[begins],
        type=ints(layer.types)[kind[begins]],
        start=read.start[begins],
        end=read.end[last],
        shape=np.full(len(begins), -1),
    )


def labels_of(read: Tokens, found: Candidates, right: Floats, *, types: tuple[int, ...]) -> Floats:
    """By token the probabilities of labels, if candidates are right with these probabilities."""
    size = 1 + 2 * len(types)
    number = np.full(int(max(found.type.max(initial=0), *types)) + 1, -1)
    number[ints(types)] = np.arange(len(types))
    first, last = covered(read, found.unit, found.start, found.end)
    some = np.flatnonzero((number[found.type] >= 0) & (last > first))
    token, which = runs(first[some], (last - first)[some])
    begins = token == first[some][which]
    code = np.where(begins, 1, 2) + 2 * number[found.type[some]][which]
    labels = sums_by(token * size + code, right[some][which], len(read) * size).reshape(len(read), size)
    labels /= np.maximum(labels.sum(axis=1, keepdims=True), 1.0)
    labels[:, 0] = np.maximum(1.0 - labels.sum(axis=1), 0.0) + 1e-3
    return shares(labels)


def probabilities(layers: tuple[Labelled, ...], found: Candidates) -> Floats:
    """By candidate, from the layer of its type. A candidate with a gap counts as what it spans."""
    p = np.zeros(len(found))
    for layer in layers:
        p += span_probabilities(layer, found.unit, found.type, found.start, found.end)
    return p


def _said(
    answers: Answers,
    read: Tokens,
    token: Ints,
    sheet: Ints,
    rows: Ints,
    given: Ints,
    size: int,
    settings: SequenceSettings,
) -> csr_array:
    """A row for each token, a column for each (annotator, label before, label)."""
    before = np.concatenate((np.zeros(1, dtype=np.int64), given[:-1]))
    before[rows[:-1][np.diff(rows) > 0]] = 0
    marked = np.bincount(sheet[given > 0], minlength=len(answers.seen_unit)) > 0
    who, document = answers.seen_annotator, answers.unit_document[answers.seen_unit]
    busy = (
        np.bincount(
            (document * len(answers.annotators) + who)[marked],
            minlength=len(answers.documents) * len(answers.annotators),
        )
        > 0
    )
    passed = ~marked & busy[document * len(answers.annotators) + who]
    weight = np.where(passed, settings.empty, 1.0)[sheet]
    cell = (who[sheet] * size + before) * size + given
    shape = (len(read), len(answers.annotators) * size * size)
    return coo_array((weight, (token, cell)), shape=shape).tocsr()


def _first_moves(labels: Floats, over: Steps) -> Floats:
    counts = np.zeros((labels.shape[1],) * 2)
    for before, tokens in zip(over.order, over.order[1:], strict=False):
        counts += np.einsum("ni,nj->ij", labels[before[: len(tokens)]], labels[tokens], optimize=False)
    return counts


def _allowed(size: int) -> Floats:
    """One imagined move each, and next to none into the middle of a span that has not begun."""
    move = np.ones((size, size))
    for inside in range(2, size, 2):
        move[:, inside] = 1e-6
        move[inside - 1 : inside + 1, inside] = 1.0
    return move


def _table(said: csr_array, labels: Floats, annotators: int, size: int, settings: SequenceSettings) -> Floats:
    """Log shares of labels by (annotator, label before, label), for every true label."""
    counts = np.asarray(said.T @ labels).reshape(annotators, size, size, size)  # who, before, given, true
    crowd = counts.sum(axis=0) + _usual(size)
    crowd /= crowd.sum(axis=1, keepdims=True)
    own = counts + settings.pool * crowd
    own /= own.sum(axis=2, keepdims=True)
    return np.asarray(np.log(own).reshape(annotators * size * size, size))


def _usual(size: int) -> Floats:
    """Imagined labels of a usual annotator, by (label before, label, true label)."""
    usual = np.full((size, size, size), 0.5)
    for true in range(size):
        usual[:, true, true] += 10.0
        usual[:, 0, true] += 4.0
    return usual


def _words(words: csr_array, word: Ints, labels: Floats) -> Floats:
    """By token, the log of how much likelier each label is for the word elsewhere than for any word."""
    elsewhere = np.maximum(np.asarray(words @ labels)[word] - labels, 0.0)
    usual = shares(labels.sum(axis=0) + 1.0)
    likely = (elsewhere + USUAL * usual) / (elsewhere.sum(axis=1, keepdims=True) + USUAL)
    return np.asarray(np.log(likely) - np.log(usual))


USUAL = 2.0
"""Imagined other places of every word, labelled as words usually are."""
