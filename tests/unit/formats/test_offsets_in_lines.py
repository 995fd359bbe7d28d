"""Offsets of a file against its text: the unit, the line ends, the quotes."""

from typing import Any

import pytest

from annotator.domain.offsets import Offsets, Unit
from annotator.formats.records import AnnotationRecord, DocumentRecord
from tests.unit.formats.samples import annotations_in, codes_in, diagnostics_in, read_lines

SOURCE = "\ufeffGià 🚀\r\nPutin ha\u0300 detto\rno"
CLEAN = "Già 🚀\nPutin ha\u0300 detto\nno"


def _line(unit: Unit, word: str, *, quoted: bool = True) -> dict[str, Any]:
    offsets, start = Offsets(SOURCE, unit), SOURCE.index(word)
    span = [offsets.from_code_point(start), offsets.from_code_point(start + len(word))]
    return {"kind": "annotation", "label": "x", "spans": [span], "quote": word if quoted else None}


@pytest.mark.parametrize("unit", Unit)
def test_quotes_find_the_unit_whatever_the_file_says_of_itself(unit: Unit) -> None:
    words = ["Putin", "detto", "no"]
    schema = {"kind": "schema", "offset_unit": "unicode_code_point"}
    found = read_lines(schema, _document(), *[_line(unit, word) for word in words])
    assert [it.quote for it in annotations_in(found)] == words
    assert [CLEAN[slice(*it.spans[0])] for it in annotations_in(found)] == words
    assert "offsets_converted" in codes_in(found, "note")


def test_the_text_is_stored_with_plain_line_ends_and_this_is_told() -> None:
    found = read_lines(_document())
    assert [it.text for it in found if isinstance(it, DocumentRecord)] == [CLEAN]
    (told,) = diagnostics_in(found)
    assert (told.severity, told.code) == ("note", "text_cleaned")


def test_a_declared_unit_settles_it_where_there_are_no_quotes() -> None:
    schema = {"kind": "schema", "offset_unit": "utf16_code_unit"}
    found = read_lines(schema, _document(), _line(Unit.UTF16, "Putin", quoted=False))
    assert [it.quote for it in annotations_in(found)] == ["Putin"]


def test_offsets_that_cut_a_character_are_refused() -> None:
    schema = {"kind": "schema", "offset_unit": "utf16_code_unit"}
    line = {"kind": "annotation", "label": "x", "spans": [[6, 8]]}
    found = read_lines(schema, _document(), line)
    assert codes_in(found, "error") == ["span_out_of_text"]


def test_quotes_in_pieces_are_joined_by_a_space() -> None:
    text = "special forces, Iraqi and Iranian"
    spans = [[0, 14], [26, 33]]
    line = {"kind": "annotation", "label": "x", "spans": spans, "quote": "special forces Iranian"}
    (found,) = annotations_in(read_lines({"kind": "document", "id": "d", "text": text}, line))
    assert found.spans == ((0, 14), (26, 33))


def test_a_tidied_quote_is_repaired_and_told() -> None:
    text = "He said “no\nway” today"
    line = {"kind": "annotation", "id": "q", "label": "x", "spans": [[8, 16]], "quote": "'no way'"}
    found = read_lines({"kind": "document", "id": "d", "text": text}, line)
    (annotation,) = annotations_in(found)
    assert annotation.quote == "“no\nway”"
    (told,) = diagnostics_in(found)
    assert (told.severity, told.code, told.record) == ("warning", "quote_flattened", "annotation q")


def test_language_ranges_count_as_the_offsets_do() -> None:
    length = len(SOURCE.encode("utf-16-le")) // 2
    languages = [{"start": 0, "end": 9, "lang": "it"}, {"start": 9, "end": length, "lang": "fr"}]
    (document,) = [it for it in read_lines(_document(languages=languages)) if isinstance(it, DocumentRecord)]
    assert [(part.start, part.end, part.lang) for part in document.languages] == [
        (0, 6, "it"),
        (6, len(CLEAN), "fr"),
    ]


def test_gold_is_gold_only_where_a_line_says_so() -> None:
    document = {"kind": "document", "id": "d", "text": "Putin"}
    mark = {"kind": "annotation", "label": "actor", "spans": [[0, 5]]}
    gold = {**mark, "gold": True, "status": "agreed", "confidence": 0.9, "provenance": {"votes": 3}}
    one, other = annotations_in(read_lines(document, {**mark, "author": None}, gold))
    assert one.author == "import"
    assert other == AnnotationRecord(
        id="#1",
        document="d",
        author=None,
        label="actor",
        spans=((0, 5),),
        quote="Putin",
        status="agreed",
        confidence=0.9,
        provenance={"votes": 3},
    )


def _document(**changes: Any) -> dict[str, Any]:
    return {"kind": "document", "id": "d", "text": SOURCE, **changes}
