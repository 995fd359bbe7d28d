"""Reading the text along: the sequence model, the reader, and what reviewed documents teach."""

from itertools import pairwise, product

import numpy as np
import pytest

from annotator.domain.aggregation.aggregate import aggregate
from annotator.domain.aggregation.answers import Sheet, answers
from annotator.domain.aggregation.arrays import starts_of
from annotator.domain.aggregation.chain import moves, steps, sums
from annotator.domain.aggregation.ensemble import TextUnknown
from annotator.domain.aggregation.settings import Settings, SpanModel, TextModel
from annotator.domain.aggregation.tokens import bio, sheet_tokens, tokens
from tests.support.crowd import planted

NAMES = ("Anna", "Bruno", "Carla", "Dario", "Elena", "Franco")
WORDS = ("spoke", "in", "the", "evening", "near", "river", "of", "old", "walls")


def a_project(documents: int = 24) -> tuple[list[Sheet], dict[tuple[str, int], str]]:
    """Names among words; of three annotators two miss a third of the names, one marks words besides."""
    rng = np.random.default_rng(5)
    sheets, texts = [], {}
    for number in range(documents):
        chosen = [str(rng.choice(NAMES if place % 4 == 0 else WORDS)) for place in range(40)]
        begins = starts_of(np.array([len(word) + 1 for word in chosen]))
        texts[f"d{number:02}", 0] = " ".join(chosen)
        for who in range(3):
            marks = tuple(
                ("actor", ((int(begins[n]), int(begins[n]) + len(word)),))
                for n, word in enumerate(chosen)
                if (word in NAMES and rng.random() > (0.1 if who == 0 else 0.35))
                or (word not in NAMES and who == 2 and rng.random() < 0.1)
            )
            sheets.append(Sheet(f"d{number:02}", f"a{who}", marks))
    return sheets, texts


def test_text_tells_names_that_most_missed_from_words_that_one_marked() -> None:
    sheets, texts = a_project()
    said = answers(sheets, ("actor",), texts=texts)
    for constraint in ("flat", "free"):
        result = aggregate(said, settings=Settings(TextModel(), constraint))
        found = {texts[document, 0][a:b] for document, _, _, ((a, b),), _ in result.labels()}
        assert found == set(NAMES)
    alone = aggregate(said, settings=Settings(SpanModel(), "flat"))
    assert len(result.labels()) > len(alone.labels())


def test_a_policy_that_reads_needs_the_text() -> None:
    with pytest.raises(TextUnknown):
        aggregate(planted(documents=2).answers, settings=Settings(TextModel()))


def test_one_document_is_refreshed_from_what_was_heard_before() -> None:
    sheets, texts = a_project()
    said = answers(sheets, ("actor",), texts=texts)
    whole = aggregate(said, settings=Settings(TextModel(), "flat"))
    mine = [sheet for sheet in sheets if sheet.document == "d03"]
    heard = {key: voices for key, voices in whole.heard().items() if key[0] == "d03"}
    one = aggregate(
        answers(mine, ("actor",)), settings=Settings(TextModel(), "flat"), tables=whole.tables, heard=heard
    )
    among = [label for label in whole.labels() if label[0] == "d03"]
    assert [label[:4] for label in one.labels()] == [label[:4] for label in among]
    assert [label[4] for label in one.labels()] == pytest.approx([label[4] for label in among], abs=0.02)


def test_reviewed_documents_make_confidence_mean_what_it_says() -> None:
    crowd = planted(documents=120, skills=(0.8, 0.6, 0.4))
    reviewed = [f"d{number:03}" for number in range(40)]
    known = {key: True for key in crowd.truth if key[0] in reviewed}
    before = aggregate(crowd.answers, settings=Settings())
    after = aggregate(crowd.answers, settings=Settings(), known=known, reviewed=reviewed)
    errors = [_calibration(result, crowd.truth, set(reviewed)) for result in (before, after)]
    assert errors[1] < min(errors[0], 0.05)
    assert {label[:4] for label in after.labels() if label[0] in reviewed} == set(known)


def _calibration(result: object, truth: object, reviewed: set[str]) -> float:
    keys = [result.key(n) for n in range(len(result.candidates))]  # type: ignore[attr-defined]
    rest = np.array([key[0] not in reviewed for key in keys])
    right = np.array([key in truth for key in keys])[rest]  # type: ignore[operator]
    p = result.confidence[rest]  # type: ignore[attr-defined]
    bins = np.minimum((p * 10).astype(int), 9)
    return float(sum(abs((right - p)[bins == n].sum()) for n in range(10)) / len(p))


def test_sums_over_label_sequences_equal_those_of_every_sequence_listed() -> None:
    rng = np.random.default_rng(3)
    first = np.array([0, 3, 4, 8])
    emission, move, start = rng.random((8, 3)) + 0.1, rng.random((3, 3)) + 0.1, rng.random(3)
    over = steps(first)
    found = sums(emission, start, move, over)
    labels = found.forward * found.backward
    counts = np.zeros((3, 3))
    log_total = 0.0
    for begin, end in pairwise(first):
        weights = {}
        for path in product(range(3), repeat=int(end - begin)):
            weight = start[path[0]] * emission[begin, path[0]]
            for n in range(1, len(path)):
                weight *= move[path[n - 1], path[n]] * emission[begin + n, path[n]]
            weights[path] = weight
        total = sum(weights.values())
        log_total += float(np.log(total))
        for n in range(int(end - begin)):
            expected = [
                sum(w for path, w in weights.items() if path[n] == label) / total for label in range(3)
            ]
            assert labels[begin + n] == pytest.approx(expected)
        for path, weight in weights.items():
            for one, other in pairwise(path):
                counts[one, other] += weight / total
    assert found.total == pytest.approx(log_total)
    assert moves(emission, move, found, over) == pytest.approx(counts)


def test_marks_become_labels_of_the_tokens_that_they_touch() -> None:
    marks = (("actor", ((4, 15),)), ("actor", ((10, 15),)), ("place", ((19, 24),)))
    said = answers(
        [Sheet("d", "a", marks)], ("actor", "place"), texts={("d", 0): "The Syrian army in Idlib."}
    )
    read = tokens(said.texts or ())
    assert [read.words[n] for n in read.word] == ["The", "Syrian", "army", "in", "Idlib", "."]
    assert bio(said, read, types=(0, 1)).tolist() == [0, 1, 2, 0, 3, 0]
    assert len(sheet_tokens(said, read)[0]) == 6
