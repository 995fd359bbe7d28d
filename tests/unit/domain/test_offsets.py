"""Units of offsets, and finding out which one a source uses."""

import pytest

from annotator.domain.offsets import OffsetInsideCharacter, Offsets, Quoted, Unit, UnitUnclear, detect_unit
from annotator.domain.text import quote

TEXT = "Già 🚀 e\u0301 fine"
WORD = (8, 12)  # "fine", in code points


@pytest.mark.parametrize(
    ("unit", "expected"), [(Unit.CODE_POINT, 9), (Unit.UTF16, 10), (Unit.UTF8, 14), (Unit.GRAPHEME, 8)]
)
def test_each_unit_counts_its_own_way(unit: Unit, expected: int) -> None:
    offsets = Offsets(TEXT, unit)
    start = TEXT.index("fine")
    assert offsets.from_code_point(start) == expected
    assert offsets.to_code_point(expected) == start


@pytest.mark.parametrize(
    ("unit", "offset"), [(Unit.UTF16, 5), (Unit.UTF8, 3), (Unit.UTF8, 6), (Unit.UTF8, 8)]
)
def test_an_offset_inside_of_a_character_is_refused(unit: Unit, offset: int) -> None:
    with pytest.raises(OffsetInsideCharacter):
        Offsets(TEXT, unit).to_code_point(offset)


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("offset", [-1, 99])
def test_an_offset_out_of_the_text_is_refused(unit: Unit, offset: int) -> None:
    with pytest.raises(OffsetInsideCharacter):
        Offsets(TEXT, unit).to_code_point(offset)
    with pytest.raises(OffsetInsideCharacter):
        Offsets(TEXT, unit).from_code_point(offset)


@pytest.mark.parametrize(
    "cluster", ["e\u0301", "👩‍👩‍👧‍👦", "👍🏽", "🇮🇹", "한", "각", "क्", "\r\n", "☕️", "a\u200d"]
)
def test_what_looks_like_one_character_is_one_grapheme(cluster: str) -> None:
    offsets = Offsets(f"x{cluster}y", Unit.GRAPHEME)
    assert offsets.from_code_point(len(cluster) + 1) == 2
    assert offsets.to_code_point(3) == len(cluster) + 2


@pytest.mark.parametrize(
    "cluster", ["\u1112\u1161\u11ab", "가\u11a8", "각\u11a8", "\u1100가", "\u1100\u1100\u1161"]
)
def test_hangul_letters_make_one_syllable(cluster: str) -> None:
    assert Offsets(cluster + "x", Unit.GRAPHEME).from_code_point(len(cluster)) == 1


@pytest.mark.parametrize(
    "two", ["가가", "각\u1161", "a🇮", "\n\u0301", "\u200b\u200d", "a\n", "\n\r", "x\u200d🚀"]
)
def test_what_looks_like_two_characters_is_two_graphemes(two: str) -> None:
    assert Offsets(two + "x", Unit.GRAPHEME).from_code_point(len(two)) == 2


def test_flags_are_told_apart_in_pairs() -> None:
    assert Offsets("🇮🇹🇸🇾🇮🇶", Unit.GRAPHEME).from_code_point(6) == 3


def records(source: str, unit: Unit, *words: str, quotes: bool = True) -> list[Quoted]:
    offsets = Offsets(source, unit)
    found = []
    for word in words:
        start, end = source.index(word), source.index(word) + len(word)
        span = (offsets.from_code_point(start), offsets.from_code_point(end))
        found.append(Quoted(word, (span,), word if quotes else None))
    return found


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("source", [TEXT, "\ufeff" + TEXT, "uno\r\ndue\r\n" + TEXT, "\ufeffuno\r\n" + TEXT])
def test_the_quotes_tell_the_unit(unit: Unit, source: str) -> None:
    detected = detect_unit(source, records(source, unit, "fine", "🚀"))
    assert detected.unit == unit
    clean = source.removeprefix("\ufeff").replace("\r\n", "\n")
    assert quote(clean, detected.spans["fine"]) == "fine"


def test_a_source_may_have_counted_without_carriage_returns() -> None:
    source = "uno\r\n🚀 fine"
    detected = detect_unit(source, [Quoted("r", ((7, 11),), "fine")])
    assert (detected.unit, detected.counts_removed) == (Unit.UTF16, False)
    detected = detect_unit(source, [Quoted("r", ((8, 12),), "fine")])
    assert (detected.unit, detected.counts_removed) == (Unit.UTF16, True)


def test_units_that_agree_are_one() -> None:
    assert detect_unit("plain text", records("plain text", Unit.UTF16, "text")).unit is Unit.CODE_POINT


def test_without_quotes_a_plain_text_settles_it() -> None:
    source = "perché no"
    detected = detect_unit(source, records(source, Unit.UTF16, "no", quotes=False))
    assert detected.spans["no"] == ((7, 9),)


def test_without_quotes_an_emoji_leaves_it_open() -> None:
    with pytest.raises(UnitUnclear) as unclear:
        detect_unit("🚀 via da qui", [Quoted("before", ((0, 0),)), Quoted("after", ((3, 6),))])
    assert unclear.value.details["records"] == ["after"]
    assert unclear.value.details["units"] == ["code_point", "utf16", "grapheme"]


def test_quotes_that_fit_two_units_leave_it_open() -> None:
    with pytest.raises(UnitUnclear):
        detect_unit("🚀aaaa", [Quoted("r", ((2, 4),), "aa")])


def test_wrong_offsets_are_named_and_never_shifted() -> None:
    good = records(TEXT, Unit.UTF16, "fine", "🚀")
    with pytest.raises(UnitUnclear) as unclear:
        detect_unit(TEXT, [*good, Quoted("bad", ((0, 3),), "via")])
    assert unclear.value.details == {"records": ["bad"], "units": []}


def test_flattened_quotes_are_repaired_and_reported() -> None:
    source = "said “yes\nno” 🚀 ok"
    detected = detect_unit(source, [Quoted("r", ((5, 13),), "'yes no'"), Quoted("s", ((17, 19),), "ok")])
    assert (detected.unit, detected.repaired) == (Unit.UTF16, ("r",))
