"""What stands around a mention is whole words of its line."""

import pytest

from annotator.queries.mentions import AROUND, _after, _before

LONG = "word " * 30


@pytest.mark.parametrize(
    ("line", "said"),
    [("", ""), ("The army of ", "The army of "), (f"above\n{'The army of '}", "The army of ")],
)
def test_a_short_line_is_told_as_it_is(line: str, said: str) -> None:
    assert _before(f"{line}X", len(line)) == said


def test_a_long_line_is_cut_between_words_and_says_so() -> None:
    before, after = _before(f"{LONG}X", len(LONG)), _after(f"X {LONG}\nbelow", 1)
    assert before.startswith("…word ")
    assert before.endswith(" word ")
    assert after.startswith(" word ")
    assert after.endswith("word…")
    assert max(len(before), len(after)) <= AROUND + 1


def test_one_long_word_is_cut_where_it_must_be() -> None:
    assert _before("x" * 100, 100) == f"…{'x' * AROUND}"
    assert _after("x" * 100, 0) == f"{'x' * AROUND}…"
