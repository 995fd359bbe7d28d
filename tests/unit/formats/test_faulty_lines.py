"""Faulty JSON Lines: each fault is told with its place, and the neighbours come in."""

from io import BytesIO
from typing import Any

import pytest

from annotator.formats import registry
from annotator.formats.records import Diagnostic, DocumentRecord, EntityRecord
from tests.unit.formats.samples import (
    annotations_in,
    codes_in,
    diagnostics_in,
    read,
    read_lines,
    records_in,
)

BEFORE = {"kind": "document", "id": "before", "text": "Assad in Damascus"}
AFTER = {"kind": "document", "id": "after", "text": "Putin in Moscow"}
TEXT = "Hezbollah took Al-Bukamal"


def document(**changes: Any) -> dict[str, Any]:
    return {"kind": "document", "id": "d", "text": TEXT, **changes}


def annotation(**changes: Any) -> dict[str, Any]:
    given = {"kind": "annotation", "id": "s1", "label": "actor", "spans": [[0, 9]], "quote": "Hezbollah"}
    return given | changes


FAULTS: dict[str, tuple[str, list[dict[str, Any] | bytes]]] = {
    "a broken line": ("broken_json", [document(), b'{"kind":"annotation","id":"s1"']),
    "a line that is no object": ("unknown_line", [document(), b"17"]),
    "an unknown kind": ("unknown_line", [document(), {"kind": "tier", "id": "x"}]),
    "a kind that is no text": ("unknown_line", [document(), {"kind": ["annotation"]}]),
    "a text of the wrong type": ("wrong_type", [document(text=17)]),
    "spans of the wrong type": ("wrong_type", [document(), annotation(spans=[["0", 9]])]),
    "no spans": ("wrong_type", [document(), annotation(spans=[])]),
    "no label": ("wrong_type", [document(), {"kind": "annotation", "id": "s1", "spans": [[0, 9]]}]),
    "a label with a space": ("wrong_type", [document(), annotation(label="an actor")]),
    "NUL": ("nul", [document(text="a\0b")]),
    "NUL in an attribute": ("nul", [document(), annotation(attrs={"note": "a\0b"})]),
    "a lone surrogate": ("lone_surrogate", [b'{"kind":"document","id":"d","text":"a\\ud83d b"}']),
    "half a pair the wrong way": (
        "lone_surrogate",
        [b'{"kind":"document","id":"d","text":"\\ude00\\ud83d"}'],
    ),
    "bytes that are not UTF-8": ("not_utf8", [b'{"kind":"document","id":"d","text":"citt\xe0"}']),
    "a span out of the text": ("span_out_of_text", [document(), annotation(spans=[[20, 99]], quote=None)]),
    "an empty span": ("span_out_of_text", [document(), annotation(spans=[[3, 3]], quote="")]),
    "another quote": ("quote_differs", [document(), annotation(quote="Hezbollan")]),
    "spans out of order": (
        "spans_not_in_order",
        [document(), annotation(spans=[[10, 14], [0, 9]], quote="took Hezbollah")],
    ),
    "spans that touch": (
        "spans_not_in_order",
        [document(), annotation(spans=[[0, 4], [4, 9]], quote="Hezb ollah")],
    ),
    "a blank span": ("span_blank", [document(), annotation(spans=[[9, 10]], quote=" ")]),
    "an id twice": ("id_twice", [document(), annotation(), annotation(label="claim")]),
    "a link to nothing": (
        "link_end_missing",
        [document(), annotation(), {"kind": "link", "id": "k", "type": "target", "from": "s1", "to": "s9"}],
    ),
    "a document label twice": (
        "id_twice",
        [document(), *[{"kind": "document_label", "label": "topic", "value": value} for value in "ab"]],
    ),
    "a set twice": ("set_twice", [document(), *[{"kind": "set", "author": "alice"}] * 2]),
    "another length": ("text_differs", [document(length=3)]),
    "another hash": ("text_differs", [document(sha256="0" * 64)]),
    "languages with a gap": (
        "languages_do_not_cover",
        [document(languages=[{"start": 0, "end": 4, "lang": "en"}, {"start": 9, "end": 25, "lang": "it"}])],
    ),
    "too many levels": (
        "too_deep",
        [b'{"kind":"document","id":"d","text":"x","meta":{"a":%s}}' % (b"[" * 50 + b"]" * 50)],
    ),
    "more levels than a stack holds": (
        "too_deep",
        [b'{"kind":"document","id":"d","text":"x","meta":%s}' % (b"[" * 99_999)],
    ),
    "a number out of all range": (
        "number_out_of_range",
        [document(), b'{"kind":"annotation","label":"a","spans":[[0,9]],"attrs":{"n":%s}}' % (b"9" * 30)],
    ),
    "an alteration of nothing": (
        "bad_variant",
        [
            document(),
            annotation(),
            {"kind": "variant", "annotator": "b", "op": "label", "ref": "s9", "label": "claim"},
        ],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_line_and_leaves_the_neighbours_alone(fault: str) -> None:
    code, lines = FAULTS[fault]
    found = read_lines(BEFORE, *lines, AFTER)
    told = diagnostics_in(found, "error")
    assert code in [it.code for it in told]
    assert all(it.line in range(2, 2 + len(lines)) and it.message for it in told)
    assert _documents(found) == ["before", "after"]


def test_all_faults_of_a_document_are_told_at_once() -> None:
    links = [{"kind": "link", "id": "k", "type": "target", "from": "s1", "to": "s1"}] * 2
    wrong = annotation(quote="Hezb")
    found = read_lines(document(length=1), wrong, annotation(id="s2", quote="Hez"), *links)
    assert codes_in(found, "error") == ["text_differs", "quote_differs", "quote_differs", "id_twice"]
    assert {it.document for it in diagnostics_in(found)} == {"d"}
    assert records_in(found) == []


def test_a_message_shows_what_stands_there_and_what_was_said() -> None:
    (told,) = diagnostics_in(read_lines(document(), annotation(quote="Hezbollan")))
    assert (told.line, told.record) == (2, "annotation s1")
    assert "'Hezbollah'" in told.message
    assert "'Hezbollan'" in told.message


def test_a_column_counts_code_points() -> None:
    (told,) = diagnostics_in(read_lines('{"kind":"entity","id":"é🚀", nonsense}'.encode()))
    assert (told.code, told.line, told.column) == ("broken_json", 1, 29)


def test_a_bad_byte_is_told_with_its_place() -> None:
    (told,) = diagnostics_in(read_lines(b'{"text":"citt\xe0"}'))
    assert (told.code, told.column) == ("not_utf8", 14)
    assert "Byte 14 of the line" in told.message


def test_a_document_twice_is_refused_with_its_lines() -> None:
    found = read_lines(document(), annotation(), document(text="Other"), annotation(), AFTER)
    assert codes_in(found) == ["id_twice"]
    assert _documents(found) == ["d", "after"]
    assert len(annotations_in(found)) == 1


def test_an_entity_twice_counts_once() -> None:
    entity = {"kind": "entity", "id": "e", "entity_type": "actor", "name": "Hezbollah"}
    found = read_lines(entity, {**entity, "name": "Hamas"}, document())
    assert codes_in(found) == ["id_twice"]
    assert [it.name for it in found if isinstance(it, EntityRecord)] == ["Hezbollah"]


def test_a_line_for_a_document_that_is_over_is_told() -> None:
    found = read_lines(document(), AFTER, annotation(document="d"))
    (told,) = diagnostics_in(found)
    assert (told.code, told.line, told.document) == ("out_of_place", 3, "d")


def test_lines_before_any_document_are_told() -> None:
    assert codes_in(read_lines(annotation(), document())) == ["no_document"]


def test_a_file_may_begin_with_a_byte_order_mark_and_end_its_lines_with_cr_lf() -> None:
    data = b'\xef\xbb\xbf{"text":"uno"}\r\n\r\n{"text":"due"}\r\n'
    assert [it.text for it in read("jsonl", data) if isinstance(it, DocumentRecord)] == ["uno", "due"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04more", "wrong_kind_of_file"),
        (b"\x1f\x8bmore", "wrong_kind_of_file"),
        ("\ufeff{}".encode("utf-16-le"), "wrong_kind_of_file"),
    ],
)
def test_other_files_are_recognised(data: bytes, code: str) -> None:
    assert codes_in(read("jsonl", data)) == [code]


def test_a_line_that_is_too_long_costs_no_memory_and_no_neighbour() -> None:
    long = b'{"text":"' + b"x" * 5_000 + b'"}'
    found = read_lines({"text": "uno"}, long, {"text": "due"}, line_limit=1_000)
    assert codes_in(found) == ["line_too_long"]
    assert [it.text for it in found if isinstance(it, DocumentRecord)] == ["uno", "due"]


def test_a_source_that_breaks_off_is_told() -> None:
    class Broken(BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError("Input/output error")

    reader = registry.find("jsonl").reader
    assert reader is not None
    (told,) = reader.read(Broken(), reader.options())
    assert isinstance(told, Diagnostic)
    assert told.code == "unreadable"


def test_fields_that_are_not_kept_are_told_once_with_their_number() -> None:
    lines = [annotation(id=f"s{n}", colour="red") for n in range(3)]
    (told,) = diagnostics_in(read_lines(document(), *lines))
    assert (told.severity, told.code, told.line) == ("note", "ignored_field", 2)
    assert "'colour'" in told.message
    assert "3 times" in told.message


def test_an_entity_that_the_file_does_not_describe_is_a_warning() -> None:
    found = read_lines(document(), annotation(entity="e1"))
    assert codes_in(found, "warning") == ["entity_not_in_file"]
    assert [it.entity for it in annotations_in(found)] == ["e1"]


def _documents(found: list[Any]) -> list[str]:
    return [it.id for it in found if isinstance(it, DocumentRecord)]
