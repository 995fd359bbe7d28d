"""Cleaning, quoting and paragraphs."""

import pytest

from annotator.domain.text import TextNotClean, clean, paragraphs, quote, utf16_length


def test_line_ends_become_one_and_a_mark_goes() -> None:
    cleaned = clean("\ufeffa\r\nb\rc\n")
    assert cleaned.text == "a\nb\nc\n"
    assert (cleaned.byte_order_mark, cleaned.line_ends, cleaned.removed) == (True, 2, (0, 2))


def test_nothing_else_is_touched() -> None:
    text = "e\u0301 \u00a0\u200b\u2028 dellì'Eufrate \ufeff"
    assert clean(text).text == text


@pytest.mark.parametrize(("text", "offset"), [("ab\x00", 2), ("🚀\ud800x", 1), ("\udc00", 0)])
def test_what_cannot_be_stored_is_refused_with_its_place(text: str, offset: int) -> None:
    with pytest.raises(TextNotClean) as refused:
        clean(text)
    assert refused.value.details["offset"] == offset


def test_offsets_follow_the_cleaning() -> None:
    source = "\ufeffa\r\nbc\r\nd"
    cleaned = clean(source)
    for letter in "abcd":
        assert cleaned.text[cleaned.offset(source.index(letter))] == letter
    assert cleaned.offset(len(source)) == len(cleaned.text)


def test_a_quote_joins_its_pieces_by_one_space() -> None:
    assert quote("reparti speciali iracheni e iraniani", ((0, 16), (28, 36))) == "reparti speciali iraniani"


def test_paragraphs_are_the_lines_that_say_something() -> None:
    text = "One.\n\n  \nTwo 🚀.\n"
    assert [text[start:end] for start, end in paragraphs(text)] == ["One.", "Two 🚀."]


def test_an_emoji_is_two_utf16_units() -> None:
    assert utf16_length("a🚀") == 3
