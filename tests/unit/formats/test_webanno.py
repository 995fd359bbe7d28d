"""WebAnno TSV 3: ours, INCEpTION's own suite against its XMI twins, and broken files."""

from typing import Any

import pytest
import spacy

from annotator.formats.records import DocumentRecord, LinkRecord
from annotator.formats.registry import guess
from annotator.formats.webanno import escapes
from tests.unit.formats.samples import (
    annotations_in,
    codes_in,
    corpus,
    diagnostics_in,
    exported,
    read,
    records_in,
    sample_records,
    write,
)

SUITE = "inception-tsv3/inception/inception-io-webanno-tsv/src/test/resources/tsv3-suite"
HEAD = (
    "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Span|value\n"
    "#T_RL=webanno.custom.Rel|value|BT_webanno.custom.Span\n\n\n"
)
# The two files differ there: white space outside of words is not in a TSV, and a tree hangs on words in the XMI.
DIFFER = {
    "testAnnotationWithLeadingWhitespace",
    "testAnnotationWithLeadingWhitespaceAtStart",
    "testAnnotationWithTrailingWhitespace",
    "testAnnotationWithTrailingWhitespaceAtEnd",
    "testDependencyWithValues",
    "testZeroWidthAnnotationBeyondLastTokenIsMovedToEndOfLastToken",
}


def _read(*lines: str) -> list[Any]:
    return read("webanno", (HEAD + "\n".join(lines) + "\n").encode())


def test_the_sample_comes_back_whole() -> None:
    records = sample_records()
    data, manifest = exported("webanno", records)
    assert manifest.losses == []
    found = read("webanno", data)
    assert codes_in(found) == []
    assert len(found) == len(records)
    assert all(record in found for record in records)


def _view(found: list[Any]) -> tuple[Any, ...]:
    """Text, places and links; the twins name some layers differently."""
    places = {it.id: it.spans for it in annotations_in(found)}
    links = [
        (places[it.from_annotation], places[it.to_annotation]) for it in found if isinstance(it, LinkRecord)
    ]
    texts = [it.text for it in found if isinstance(it, DocumentRecord)]
    return texts, sorted(places.values()), sorted(links)


def test_inceptions_own_suite_says_what_its_twins_in_xmi_say() -> None:
    paths = sorted(corpus(SUITE).glob("*/reference.tsv"))
    assert len(paths) == 75
    compared = 0
    for path in paths:
        found = read("webanno", path.read_bytes(), name="doc.tsv")
        assert codes_in(found, "error") == [], path
        twin = path.with_name("reference.xmi")
        if twin.exists() and path.parent.name not in DIFFER:
            other = read("xmi", twin.read_bytes(), name="doc.xmi")
            if "link_end_missing" not in codes_in(found):
                assert _view(found) == _view(other), path
                compared += 1
    assert compared >= 64


@pytest.mark.filterwarnings("ignore")
def test_another_reader_takes_our_words() -> None:
    other = pytest.importorskip("webanno2spacy", reason="webanno2spacy is not installed")
    (document,) = [it for it in sample_records() if isinstance(it, DocumentRecord)]
    data = write("webanno", sample_records())["000001-1.tsv"].decode()
    rows = iter([line.split("\t") for line in data.split("\n")])
    assert other.convert_rows(spacy.blank("xx"), document.text, rows).text == document.text


def test_every_word_is_where_its_offsets_say() -> None:
    (document,) = [it for it in sample_records() if isinstance(it, DocumentRecord)]
    units = document.text.encode("utf-16-le")
    rows = [
        line.split("\t") for line in write("webanno", sample_records())["000001-1.tsv"].decode().split("\n")
    ]
    words = [row for row in rows if len(row) > 3]
    assert len({len(row) for row in words}) == 1
    for row in words:
        start, end = map(int, row[1].split("-"))
        assert units[2 * start : 2 * end].decode("utf-16-le") == escapes.plain(row[2])


@pytest.mark.parametrize(
    "text", ["a\\b", "[1]", "a|b;c", "x->1", "_", "*", "tab\tline\n", "\\n", "🚀", "é\\\\["]
)
def test_what_is_escaped_is_read_again(text: str) -> None:
    assert escapes.plain(escapes.value(text)) == text
    assert escapes.plain(escapes.line(text)) == text
    assert escapes.parts(f"{escapes.value(text)}[3]|x", "|") == [f"{escapes.value(text)}[3]", "x"]
    assert escapes.numbered(f"{escapes.value(text)}[3]") == (escapes.value(text), 3)


def test_stacked_spans_and_their_relations_are_told_apart() -> None:
    found = _read(
        "#Text=🚀 Assad wins",
        "1-1\t0-2\t🚀\t_\t_\t_\t",
        "1-2\t3-8\tAssad\tPER[1]|X[2]\t_\t_\t",
        "1-3\t9-13\twins\tX[2]|EV[3]\tagent\t1-2[1_3]\t",
    )
    assert codes_in(found, "error") == []
    marks = {it.label: it.quote for it in annotations_in(found)}
    assert marks == {"PER": "Assad", "X": "Assad wins", "EV": "wins"}
    ids = {it.label: it.id for it in annotations_in(found)}
    assert [
        (it.type, it.from_annotation, it.to_annotation) for it in found if isinstance(it, LinkRecord)
    ] == [("agent", ids["PER"], ids["EV"])]


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        (["#Text=Assad", "1-1\t0-5\tAssad"], "broken_line", 7),
        (["#Text=Assad", "1-1\t0:5\tAssad\t_\t_\t_"], "broken_line", 7),
        (["#Text=Assad", "one\t0-5\tAssad\t_\t_\t_"], "broken_line", 7),
        (["#Text=Assad", "1-1\t0-5\tPutin\t_\t_\t_"], "broken_line", 7),
        (["#Text=Assad", "1-1\t0-50\tAssad\tX\t_\t_"], "span_out_of_text", 7),
        (["#Text=Assad", "1-1\t0-5\tAssad\tX\tr\t?"], "broken_line", 7),
        (["#Text=Assad", "1-1\t0-5\tAssad\tX\tr\t1-9"], "link_end_missing", 7),
        (["#Text=🚀x", "1-1\t0-1\t🚀\tX\t_\t_"], "span_out_of_text", 7),
    ],
)
def test_what_is_wrong_is_told_with_its_line(lines: list[str], code: str, line: int) -> None:
    found = _read(*lines)
    assert (code, line) in [(it.code, it.line) for it in diagnostics_in(found, "error")]
    assert records_in(found) == []


def test_other_files_are_told() -> None:
    assert "broken_line" in codes_in(read("webanno", b"hello\n"), "error")
    assert codes_in(read("webanno", b"\xff\xfe")) == ["wrong_kind_of_file"]


def test_files_of_webanno_are_known() -> None:
    for head in (HEAD.encode(), exported("webanno", sample_records())[0][:60_000]):
        form = guess(head, "x.zip")
        assert form is not None
        assert form.key == "webanno"
