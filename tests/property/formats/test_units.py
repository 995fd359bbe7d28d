"""Whatever a file counts, quotes lead every span to its place in the clean text, or the import asks."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotator.domain.offsets import OffsetInsideCharacter, Offsets, Unit
from annotator.domain.text import clean, quote
from tests.support.strategies import raw_texts, spans_in
from tests.unit.formats.samples import annotations_in, codes_in, read_lines

Spans = tuple[tuple[int, int], ...]
NAMES = {Unit.CODE_POINT: "unicode_code_point", Unit.UTF16: "utf16_code_unit", Unit.UTF8: "byte"}


def _counted(source: str, spans: Spans, unit: Unit, *, raw: bool) -> list[list[int]]:
    """Spans of the clean text as a source would write them; grapheme clusters cannot say everything."""
    cleaned = clean(source)
    removed = set(cleaned.removed)
    kept = [place for place in range(len(source)) if place not in removed]
    text = source if raw else cleaned.text
    offsets = Offsets(text, unit)
    try:
        points = [(kept[start], kept[end - 1] + 1) if raw else (start, end) for start, end in spans]
        return [[offsets.from_code_point(start), offsets.from_code_point(end)] for start, end in points]
    except OffsetInsideCharacter:
        assume(False)
        raise


@given(st.data(), raw_texts(), st.sampled_from(Unit), st.booleans())
@settings(max_examples=150, deadline=None)
def test_quotes_lead_to_the_place_or_the_import_asks(
    data: st.DataObject, source: str, unit: Unit, raw: bool
) -> None:
    text = clean(source).text
    assume(len(text) > 1 and not text.startswith("\ufeff"))
    marks = data.draw(st.lists(spans_in(text).filter(bool), min_size=1, max_size=3))
    lines = [
        {
            "kind": "annotation",
            "label": "x",
            "spans": _counted(source, spans, unit, raw=raw),
            "quote": quote(text, spans),
        }
        for spans in marks
    ]
    found = read_lines({"kind": "document", "id": "d", "text": source}, *lines)
    if codes_in(found, "error"):
        assert codes_in(found, "error") == ["unit_unknown"]
    else:
        assert [it.quote for it in annotations_in(found)] == [quote(text, spans) for spans in marks]


def test_declared_bytes_are_counted_where_other_units_agree() -> None:
    line = {"kind": "annotation", "label": "x", "spans": [[0, 2]]}
    found = annotations_in(
        read_lines(
            {"kind": "schema", "offset_unit": NAMES[Unit.UTF8]},
            {"kind": "document", "id": "d", "text": "\u00e0a"},
            line,
        )
    )
    assert [it.spans for it in found] == [((0, 1),)]


@given(st.data(), raw_texts(), st.sampled_from(list(NAMES)))
@settings(max_examples=150, deadline=None)
def test_a_declared_unit_leads_to_the_place_without_quotes(
    data: st.DataObject, source: str, unit: Unit
) -> None:
    text = clean(source).text
    assume(len(text) > 1 and not text.startswith("\ufeff"))
    marks = data.draw(st.lists(spans_in(text).filter(bool), min_size=1, max_size=3))
    lines = [
        {"kind": "annotation", "label": "x", "spans": _counted(source, spans, unit, raw=True)}
        for spans in marks
    ]
    schema = {"kind": "schema", "offset_unit": NAMES[unit]}
    found = annotations_in(read_lines(schema, {"kind": "document", "id": "d", "text": source}, *lines))
    assert [it.spans for it in found] == marks
