"""A reader of the text: what a token's look and neighbours tell of its label, learned from other documents.

A multinomial logistic model on hashed features that no language needs a list for. Each document is read by a
model that was taught by the others, so that no document's answers come back to it as if they were evidence.
"""

from collections.abc import Iterator
from hashlib import sha256
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from annotator.domain.aggregation.arrays import Floats, Ints, ints
from annotator.domain.aggregation.candidates import Candidates
from annotator.domain.aggregation.tables import shares
from annotator.domain.aggregation.tokens import Tokens, covered

FOLDS = 3
BITS = 17
PENALTY = 1.0
ROUNDS = 40
LONG = 8
"""More words of a candidate than so many are not looked at."""


def fold_of(document: str) -> int:
    """The part of the documents that one is in: by its name, so that it stays there for ever."""
    return sha256(document.encode()).digest()[0] % FOLDS


def features(read: Tokens) -> csr_array:
    """A row for each token, a column for each hashed feature."""
    columns = [_hashed(list(_looks(word))) for word in read.words]
    own = _stacked(columns, read.word)
    names = [(crc32(word.lower().encode()), crc32(_shape(word).encode())) for word in read.words]
    seen = np.array(names, dtype=np.uint64).reshape(-1, 2)
    # Their sum: hashed features share their columns.
    return sum((_neighbours(read, seen, offset) for offset in (-2, -1, 1, 2)), start=own).tocsr()


def read_across(looks: csr_array, labels: Floats, folds: Ints, *, rounds: int = ROUNDS) -> Floats:
    """By token, the likelihoods of labels as a reader of the other folds sees them: how much likelier the
    label is for this token than for any. ``labels`` are probabilities, ``folds`` the tokens' parts."""
    told = np.ones(labels.shape)
    for fold in range(FOLDS):
        mine, others = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        if not len(mine) or not len(others):
            continue
        taught = _teach(looks[others], labels[others], rounds)
        usual = shares(labels[others].sum(axis=0) + 1.0)
        told[mine] = _softmax(np.asarray(looks[mine] @ taught)) / usual
    return told


def read_candidates(looks: csr_array, right: Floats, folds: Ints) -> Floats:
    """By candidate, the log odds that it is right as its words and their neighbours tell, from other folds."""
    odds = np.zeros(len(right))
    labels = np.stack((1.0 - right, right), axis=1)
    for fold in range(FOLDS):
        mine, others = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        if len(mine) and len(others):
            taught = _teach(looks[others], labels[others], ROUNDS)
            odds[mine] = np.asarray(looks[mine] @ (taught[:, 1] - taught[:, 0]))
    return odds


def candidate_features(read: Tokens, found: Candidates) -> csr_array:
    """A row for each candidate, a column for each hashed feature, with and without its type."""
    first, last = covered(read, found.unit, found.start, found.end)
    shapes = tuple(_shape(word) for word in read.words)
    lows = tuple(word.lower() for word in read.words)
    word, unit = read.word.tolist(), read.unit.tolist()

    def near(place: int, of: int) -> int | None:
        return word[place] if 0 <= place < len(word) and unit[place] == of else None

    rows = []
    for of, kind, begin, end in zip(
        found.unit.tolist(), found.type.tolist(), first.tolist(), last.tolist(), strict=True
    ):
        inside = word[begin:end]
        around = [near(begin - 2, of), near(begin - 1, of), near(end, of), near(end + 1, of)]
        names = list(_said_of(inside, around, lows, shapes))
        rows.append(_hashed([*names, *(f"{kind}|{name}" for name in names)]))
    return _stacked(rows, np.arange(len(rows)))


def _said_of(
    inside: list[int], around: list[int | None], lows: tuple[str, ...], shapes: tuple[str, ...]
) -> Iterator[str]:
    words = [lows[n] for n in inside]
    looks = " ".join(shapes[n] for n in inside[:LONG])
    far, before, after, beyond = ("" if n is None else lows[n] for n in around)
    left, right = ("" if n is None else shapes[n] for n in around[1:3])
    yield "*"
    yield f"t{' '.join(words[:LONG])}"
    yield f"s{looks}"
    yield f"p{before}"
    yield f"n{after}"
    yield f"pp{far} {before}"
    yield f"nn{after} {beyond}"
    yield f"l{min(len(inside), LONG)}"
    yield f"ps{left}"
    yield f"ns{right}"
    yield f"sps{looks} {left} {right}"
    if words:
        yield f"f{words[0]}"
        yield f"e{words[-1]}"
        yield f"f3{words[0][:3]}"
        yield f"e3{words[-1][-3:]}"
    for one in words[:LONG]:
        yield f"w{one}"


def _teach(looks: csr_array, labels: Floats, rounds: int) -> Floats:
    # A feature that nothing has keeps its weight of nought, so it need not be carried along.
    used = np.unique(looks.indices)
    weights = np.zeros((looks.shape[1], labels.shape[1]))
    weights[used] = _taught(looks[:, used], labels, rounds)
    return weights


def _taught(looks: csr_array, labels: Floats, rounds: int) -> Floats:
    columns, size = looks.shape[1], labels.shape[1]
    transposed = looks.T.tocsr()

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(columns, size)
        score = np.asarray(looks @ weights)
        score -= score.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(score).sum(axis=1, keepdims=True))
        error = np.exp(score - log_sum) - labels
        value = -float((labels * (score - log_sum)).sum()) + PENALTY / 2 * float((flat * flat).sum())
        return value, (np.asarray(transposed @ error) + PENALTY * weights).ravel()

    from scipy.optimize import minimize  # it takes 17 MB, and few processes need it

    found = minimize(loss, np.zeros(columns * size), jac=True, method="L-BFGS-B", options={"maxiter": rounds})
    return np.asarray(found.x, dtype=np.float64).reshape(columns, size)


def _softmax(score: Floats) -> Floats:
    return shares(np.exp(score - score.max(axis=1, keepdims=True)))


def _looks(word: str) -> Iterator[str]:
    low = word.lower()
    yield "*"
    yield f"w{low}"
    yield f"s{_shape(word)}"
    yield f"c{_shape(word)[:1]}{len(word) > 1 and word.isupper()}"
    for length in (2, 3, 4):
        if len(low) > length:
            yield f"<{low[:length]}"
            yield f">{low[-length:]}"


def _shape(word: str) -> str:
    """Letters by case, digits and signs, with repetitions left out: ``Xx``, ``d-d``."""
    kinds = ["X" if c.isupper() else "x" if c.isalpha() else "d" if c.isdigit() else c for c in word]
    return "".join(kind for n, kind in enumerate(kinds) if n == 0 or kinds[n - 1] != kind)


def _hashed(names: list[str]) -> Ints:
    return ints(sorted({crc32(name.encode()) % (1 << BITS) for name in names}))


def _stacked(columns: list[Ints], word: Ints) -> csr_array:
    counts = ints([len(some) for some in columns])
    flat = np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64)
    table = csr_array(
        (np.ones(len(flat)), flat, np.concatenate(([0], np.cumsum(counts)))), shape=(len(columns), 1 << BITS)
    )
    return table[word]


def _neighbours(read: Tokens, seen: NDArray[np.uint64], offset: int) -> csr_array:
    place = np.arange(len(read)) + offset
    inside = (place >= 0) & (place < len(read))
    inside &= read.unit[np.clip(place, 0, len(read) - 1)] == read.unit
    near = read.word[np.clip(place, 0, len(read) - 1)]
    salt = np.uint64(crc32(f"neighbour {offset}".encode()))
    mixed = (seen[near] ^ salt) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(64 - BITS)
    edge = int(salt) % (1 << BITS)
    columns = np.where(inside[:, None], mixed.astype(np.int64), edge)
    first = np.arange(len(read) + 1) * columns.shape[1]
    return csr_array((np.ones(columns.size), columns.ravel(), first), shape=(len(read), 1 << BITS))
