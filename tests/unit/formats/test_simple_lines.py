"""JSON Lines as other tools write them: one text a line."""

from hashlib import sha256
from typing import Any

import pytest

from annotator.formats.records import AnnotationSetRecord, DocumentLabelRecord, DocumentRecord, LinkRecord
from tests.unit.formats.samples import annotations_in, codes_in, diagnostics_in, read_lines

TEXT = "Putin in Moscow"
SHAPES: dict[str, Any] = {
    "Prodigy": {
        "text": TEXT,
        "_input_hash": 17,
        "tokens": [],
        "spans": [{"start": 0, "end": 5, "label": "actor"}, {"start": 9, "end": 15, "label": "location"}],
        "answer": "accept",
    },
    "spaCy's old pairs": [TEXT, {"entities": [[0, 5, "actor"], [9, 15, "location"]]}],
    "doccano's labels": {"id": 1, "text": TEXT, "label": [[0, 5, "actor"], [9, 15, "location"]]},
    "doccano's entities": {
        "id": 1,
        "data": TEXT,
        "entities": [
            {"id": 7, "start_offset": 0, "end_offset": 5, "label": "actor"},
            {"id": 8, "start_offset": 9, "end_offset": 15, "label": "location"},
        ],
        "relations": [],
    },
    "quotes": {
        "text": TEXT,
        "spans": [
            {"start": 0, "end": 5, "label": "actor", "text": "Putin"},
            {"start": 9, "end": 15, "label": "location", "quote": "Moscow"},
        ],
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_spans_of_other_tools_become_annotations_of_the_importers_author(shape: str) -> None:
    found = read_lines(SHAPES[shape], author="alice")
    assert codes_in(found) == []
    marked = [(it.label, it.quote, it.author) for it in annotations_in(found)]
    assert marked == [("actor", "Putin", "alice"), ("location", "Moscow", "alice")]
    assert [it.status for it in found if isinstance(it, AnnotationSetRecord)] == ["finished"]


def test_a_text_alone_is_a_document_without_a_set() -> None:
    found = read_lines({"text": TEXT, "title": "News", "meta": {"outlet": "x"}, "url": "https://a.b"})
    (document,) = found
    assert isinstance(document, DocumentRecord)
    assert (document.title, document.meta, document.source_url) == ("News", {"outlet": "x"}, "https://a.b")


def test_a_document_without_a_name_is_known_by_its_text() -> None:
    named, numbered, nameless = read_lines(
        {"id": "a-1", "text": TEXT}, {"id": 5, "text": "Assad"}, {"text": "Iran"}
    )
    assert isinstance(named, DocumentRecord)
    assert isinstance(numbered, DocumentRecord)
    assert isinstance(nameless, DocumentRecord)
    assert named.id == "a-1"
    assert (numbered.id, numbered.meta) == (f"sha256:{sha256(b'Assad').hexdigest()}", {"id": 5})
    assert nameless.id == f"sha256:{sha256(b'Iran').hexdigest()}"


def test_the_same_text_marked_by_somebody_else_is_another_set() -> None:
    spans = [{"start": 0, "end": 5, "label": "actor"}]
    lines = [{"text": TEXT, "spans": spans, "_annotator_id": name} for name in ("ann", "bob", "ann")]
    found = read_lines(*lines)
    assert [it.author for it in found if isinstance(it, AnnotationSetRecord)] == ["ann", "bob"]
    assert codes_in(found) == ["id_twice"]


@pytest.mark.parametrize(
    "relation",
    [
        {"from_id": 7, "to_id": 8, "type": "in"},
        {
            "label": "in",
            "head_span": {"start": 0, "end": 5, "label": "actor"},
            "child_span": {"start": 9, "end": 15, "label": "location"},
        },
    ],
)
def test_relations_become_links(relation: dict[str, Any]) -> None:
    given = SHAPES["doccano's entities"] | {"relations": [relation]}
    (link,) = [it for it in read_lines(given) if isinstance(it, LinkRecord)]
    assert (link.type, link.from_annotation, link.to_annotation) == ("in", "#1", "#2")


def test_a_relation_to_nothing_is_told() -> None:
    given = SHAPES["doccano's entities"] | {"relations": [{"from_id": 7, "to_id": 99, "type": "in"}]}
    assert codes_in(read_lines(given), "error") == ["link_end_missing"]


def test_a_bare_label_is_one_of_the_document() -> None:
    found = read_lines({"text": TEXT, "label": ["politics"]}, {"text": "Assad", "label": "war"})
    labels = [(it.label, it.value) for it in found if isinstance(it, DocumentLabelRecord)]
    assert labels == [("label", "politics"), ("label", "war")]


def test_several_bare_labels_are_not_guessed_at() -> None:
    assert codes_in(read_lines({"text": TEXT, "label": ["a", "b"]})) == ["several_document_labels"]


def test_rejected_answers_bring_no_spans() -> None:
    found = read_lines({**SHAPES["Prodigy"], "answer": "reject"})
    assert annotations_in(found) == []
    assert codes_in(found) == ["answer_not_accept"]


@pytest.mark.parametrize(
    "spans", [[[0, 5]], ["a", 1], [{"start": 0}], [{"start": "0", "end": 5, "label": "a"}], 5]
)
def test_spans_of_no_known_shape_are_told(spans: Any) -> None:
    found = read_lines({"text": TEXT, "spans": spans}, {"text": "Assad"})
    assert codes_in(found, "error") == ["wrong_type"]
    assert [it.text for it in found if isinstance(it, DocumentRecord)] == ["Assad"]


def test_offsets_that_could_mean_two_things_are_asked_about() -> None:
    line = {"text": "🚀 Putin in Moscow", "label": [[2, 7, "actor"]]}
    (told,) = diagnostics_in(read_lines(line), "error")
    assert told.code == "unit_unknown"
    assert told.repair is not None
    assert "option unit" in told.repair


@pytest.mark.parametrize(("unit", "span"), [("code_point", (2, 7)), ("utf16", (3, 8)), ("utf8", (5, 10))])
def test_the_answer_is_an_option(unit: str, span: tuple[int, int]) -> None:
    line = {"text": "🚀 Putin in Moscow", "label": [[*span, "actor"]]}
    (found,) = annotations_in(read_lines(line, unit=unit))
    assert (found.quote, found.spans) == ("Putin", ((2, 7),))


def test_an_emoji_after_the_last_span_raises_no_question() -> None:
    line = {"text": "Putin in Moscow 🚀", "label": [[0, 5, "actor"]]}
    assert [it.quote for it in annotations_in(read_lines(line))] == ["Putin"]


def test_prodigy_is_known_to_count_code_points() -> None:
    line = {"text": "🚀 Putin", "_input_hash": 1, "spans": [{"start": 2, "end": 7, "label": "actor"}]}
    assert [it.quote for it in annotations_in(read_lines(line))] == ["Putin"]


def test_labels_may_be_mapped_and_what_is_left_over_is_told() -> None:
    lines = [{"text": "Assad in Homs", "spans": [[0, 5, "PER"], [9, 13, "LOC"]]}]
    found = read_lines(*lines, labels={"PER": "actor"})
    assert [it.label for it in annotations_in(found)] == ["actor", "LOC"]
    assert codes_in(found) == ["foreign_label"]
    assert [it.label for it in annotations_in(read_lines(*lines, labels={"PER": "actor", "*": ""}))] == [
        "actor"
    ]


def test_labels_in_words_become_keys_and_are_mapped_by_their_words() -> None:
    lines = [{"text": "Assad in Homs", "spans": [[0, 5, "A person/group"]]}]
    assert [it.label for it in annotations_in(read_lines(*lines))] == ["A_person_group"]
    found = read_lines(*lines, labels={"A person/group": "actor"})
    assert [it.label for it in annotations_in(found)] == ["actor"]
