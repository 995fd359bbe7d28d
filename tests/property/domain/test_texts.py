"""Laws of texts, offsets and anchors, over texts that break careless code."""

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.anchoring import reanchor
from annotator.domain.offsets import OffsetInsideCharacter, Offsets, Quoted, Unit, UnitUnclear, detect_unit
from annotator.domain.text import check_clean, clean, paragraphs, quote, utf16_length
from tests.support.strategies import raw_texts, texts, texts_with_spans

units = st.sampled_from(list(Unit))


def size(text: str, unit: Unit) -> int:
    match unit:
        case Unit.UTF16:
            return len(text.encode("utf-16-le")) // 2
        case Unit.UTF8:
            return len(text.encode())
        case _:
            return len(text)


@settings(max_examples=500)
@given(text=texts(), unit=units)
def test_every_offset_goes_there_and_back(text: str, unit: Unit) -> None:
    offsets = Offsets(text, unit)
    last = -1
    for at in range(len(text) + 1):
        try:
            found = offsets.from_code_point(at)
        except OffsetInsideCharacter:
            assert unit is Unit.GRAPHEME
            continue
        assert found > last
        assert offsets.to_code_point(found) == at
        last = found


@settings(max_examples=200)
@given(text=texts(), unit=st.sampled_from([Unit.CODE_POINT, Unit.UTF16, Unit.UTF8]))
def test_an_offset_is_the_size_of_what_stands_before_it(text: str, unit: Unit) -> None:
    offsets = Offsets(text, unit)
    for at in range(len(text) + 1):
        assert offsets.from_code_point(at) == size(text[:at], unit)


@settings(max_examples=200)
@given(text=texts(), unit=units)
def test_an_offset_that_is_none_is_refused(text: str, unit: Unit) -> None:
    offsets = Offsets(text, unit)
    for found in range(-1, size(text, unit) + 2):
        try:
            at = offsets.to_code_point(found)
        except OffsetInsideCharacter:
            continue
        assert offsets.from_code_point(at) == found


@given(source=raw_texts())
def test_a_cleaned_text_is_clean_and_keeps_every_other_character(source: str) -> None:
    cleaned = clean(source)
    assert clean(cleaned.text).text.removeprefix("\ufeff") == cleaned.text.removeprefix("\ufeff")
    if not cleaned.text.startswith("\ufeff"):
        check_clean(cleaned.text)
    for at, character in enumerate(source):
        if at not in cleaned.removed and character != "\r":
            assert cleaned.text[cleaned.offset(at)] == character


@given(text=texts())
def test_utf16_counts_astral_characters_twice(text: str) -> None:
    assert utf16_length(text) == len(text) + sum(ord(character) > 0xFFFF for character in text)


@given(text=texts())
def test_paragraphs_hold_everything_but_blank_lines(text: str) -> None:
    found = list(paragraphs(text))
    outside = set(range(len(text))) - {at for start, end in found for at in range(start, end)}
    assert all("\n" not in text[start:end] for start, end in found)
    assert all(text[at].isspace() for at in outside)


@st.composite
def quoted(draw: st.DrawFn, source: str, unit: Unit) -> list[Quoted]:
    """Records of a source with their quotes; no edge parts a CRLF or takes in the byte order mark."""
    offsets = Offsets(source, unit)
    edge = st.integers(source.startswith("\ufeff"), len(source))
    records = []
    for n in range(draw(st.integers(0, 4))):
        start, end = sorted((draw(edge), draw(edge)))
        if any(source[at - 1 : at + 1] == "\r\n" for at in (start, end)):
            continue
        try:
            span = (offsets.from_code_point(start), offsets.from_code_point(end))
        except OffsetInsideCharacter:
            continue
        records.append(Quoted(str(n), (span,), source[start:end]))
    return records


@settings(max_examples=300)
@given(source=raw_texts(), unit=units, data=st.data())
def test_a_detected_unit_makes_every_quote_fit_and_the_right_one_always_fits(
    source: str, unit: Unit, data: st.DataObject
) -> None:
    records = data.draw(quoted(source, unit))
    try:
        detected = detect_unit(source, records)
    except UnitUnclear as unclear:
        fitting = unclear.details["units"]
    else:
        fitting = [detected.unit]
        text = clean(source).text
        for record in records:
            assert quote(text, detected.spans[record.record]) == clean("x" + (record.quote or "")).text[1:]
    assert fitting


@given(found=texts_with_spans())
def test_spans_of_an_unchanged_text_stay(found: tuple[str, tuple[tuple[int, int], ...]]) -> None:
    text, spans = found
    joined = reanchor(text, text, spans)
    assert joined is not None
    covered = {at for start, end in joined for at in range(start, end)}
    assert covered == {at for start, end in spans for at in range(start, end)}


@settings(max_examples=300)
@given(found=texts_with_spans(most=1), before=texts(max_size=10), after=texts(max_size=10))
def test_spans_move_with_what_is_put_around_the_text(
    found: tuple[str, tuple[tuple[int, int], ...]], before: str, after: str
) -> None:
    text, spans = found
    moved = reanchor(text, before + text + after, spans)
    if moved is not None:
        assert quote(before + text + after, moved) == quote(text, spans)


@settings(max_examples=300)
@given(found=texts_with_spans(), put=texts(max_size=5), data=st.data())
def test_anchors_are_spans_of_the_corrected_text_or_none(
    found: tuple[str, tuple[tuple[int, int], ...]], put: str, data: st.DataObject
) -> None:
    text, spans = found
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    new = text[:start] + put + text[end:]
    edge = -1
    for left, right in reanchor(text, new, spans) or ():
        assert edge < left < right <= len(new)
        assert not new[left:right].isspace()
        edge = right


@settings(max_examples=300)
@given(found=texts_with_spans(), put=texts(max_size=5), data=st.data())
def test_a_correction_elsewhere_leaves_the_quote_as_it_was_or_nothing(
    found: tuple[str, tuple[tuple[int, int], ...]], put: str, data: st.DataObject
) -> None:
    text, spans = found
    outside = [at for at in range(len(text) + 1) if not any(start < at < end for start, end in spans)]
    at = data.draw(st.sampled_from(outside))
    new = text[:at] + put + text[at:]
    moved = reanchor(text, new, spans)
    if moved is not None and len(moved) == len(spans):
        assert quote(new, moved) == quote(text, spans)
