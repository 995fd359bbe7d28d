"""Copies are told by the runs of words that they share."""

from random import Random

import pytest

from annotator.domain.copies import ALIKE, Copies, alike, bands, signature

WORDS = [f"word{number}" for number in range(400)]
TEXT = " ".join(WORDS)


def told(text: str) -> bytes:
    found = signature(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("share", "copy"), [(0.0, True), (0.03, True), (0.05, True), (0.2, False), (0.6, False)]
)
def test_a_text_with_some_words_changed_is_a_copy_and_one_with_many_is_none(share: float, copy: bool) -> None:
    rng = Random(7)
    changed = " ".join(word if rng.random() >= share else f"other{rng.random()}" for word in WORDS)
    known, other = told(TEXT), told(changed)
    assert (alike(known, other) >= ALIKE) is copy
    assert not copy or set(bands(known)) & set(bands(other))


def test_case_marks_and_line_ends_do_not_matter() -> None:
    assert told(TEXT) == told(TEXT.upper().replace(" word7 ", ",\n\n – word7! "))


@pytest.mark.parametrize("text", ["", " \n", "…!", "🚀"])
def test_a_text_without_words_is_like_no_other(text: str) -> None:
    assert signature(text) is None


@pytest.mark.parametrize("text", ["Yes", "Two words", "三つの言葉", "a b c"])
def test_short_texts_are_copies_only_when_equal(text: str) -> None:
    assert alike(told(text), told(text)) == 1.0
    assert alike(told(text), told(f"{text} and a few words more than that")) < ALIKE


def test_documents_that_a_later_one_connects_are_one_group() -> None:
    copies = Copies()
    parts = [WORDS[:300], WORDS[100:], WORDS[40:360]]
    first, second, both = ([number for number, _ in copies.add(told(" ".join(part)))] for part in parts)
    assert (first, second, both) == ([], [], [0, 1])
    assert [copies.joined.of(number) for number in range(3)] == [0, 0, 0]


def test_a_crowd_of_unrelated_texts_has_no_copies() -> None:
    rng, copies = Random(3), Copies()
    for _ in range(600):
        assert copies.add(told(" ".join(rng.choices(WORDS, k=150)))) == []
