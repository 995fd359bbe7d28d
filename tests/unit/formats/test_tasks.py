"""Label Studio, doccano and Prodigy: ours come back, others' are read, what is wrong is told."""

from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from annotator.formats.given.files import Unreadable
from annotator.formats.given.items import items
from annotator.formats.records import AnnotationSetRecord, DocumentLabelRecord, DocumentRecord, LinkRecord
from annotator.formats.registry import guess
from tests.unit.formats.samples import (
    annotations_in,
    codes_in,
    diagnostics_in,
    exported,
    read,
    records_in,
    sample_records,
    write,
)

TEXT = "🚀 Assad in Damascus"


def _region(id_: str, start: int, end: int, label: str, quote: str | None = None) -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": [label]} | ({"text": quote} if quote else {})
    return {"id": id_, "type": "labels", "from_name": "l", "to_name": "t", "value": value}


def _task(*result: dict[str, Any], **more: Any) -> bytes:
    one = {"completed_by": {"email": "ann@example.org"}, "result": list(result), **more}
    return msgspec.json.encode([{"id": 7, "data": {"text": TEXT}, "annotations": [one]}])


def test_the_sample_comes_back_whole_from_label_studio() -> None:
    records = sample_records()
    data, manifest = exported("labelstudio", records)
    assert manifest.losses == []
    found = read("labelstudio", data)
    assert codes_in(found) == []
    assert len(found) == len(records)
    assert all(record in found for record in records)


@pytest.mark.parametrize("unit", ["code_point", "utf16"])
def test_regions_say_their_text(unit: str) -> None:
    tasks = msgspec.json.decode(write("labelstudio", sample_records(), unit=unit)["tasks.json"])
    (task,) = tasks
    text = task["data"]["text"]
    units = text.encode("utf-16-le")
    regions = [it for one in task["annotations"] for it in one["result"] if it["type"] == "labels"]
    assert len(regions) > 286
    for region in regions:
        start, end = region["value"]["start"], region["value"]["end"]
        there = units[2 * start : 2 * end].decode("utf-16-le") if unit == "utf16" else text[start:end]
        assert region["value"]["text"] == there


def test_the_configuration_has_every_label() -> None:
    root = ElementTree.fromstring(write("labelstudio", sample_records())["config.xml"].decode())
    assert [it.get("value") for it in root.iter("Label")] == ["actor", "location", "claim"]
    assert {it.get("name") for it in root.iter("Choices")} >= {"mention", "claim_type"}


def test_tasks_of_anybody_are_read() -> None:
    choice = {"id": "a", "type": "choices", "from_name": "mention", "value": {"choices": ["named"]}}
    topic = {"id": "z", "type": "choices", "from_name": "topic", "value": {"choices": ["war"]}}
    link = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "left", "labels": ["in"]}
    regions = _region("a", 2, 7, "PER", "Assad"), _region("b", 11, 19, "LOC", "Damascus")
    found = read("labelstudio", _task(*regions, choice, topic, link))
    assert [(it.label, it.quote, it.attributes, it.author) for it in annotations_in(found)] == [
        ("PER", "Assad", {"mention": "named"}, "ann@example.org"),
        ("LOC", "Damascus", {}, "ann@example.org"),
    ]
    (made,) = [it for it in found if isinstance(it, LinkRecord)]
    assert (made.type, made.from_annotation, made.to_annotation) == ("in", "b", "a")
    (label,) = [it for it in found if isinstance(it, DocumentLabelRecord)]
    assert (label.label, label.value) == ("topic", "war")


def test_offsets_of_old_versions_are_found_by_their_quotes() -> None:
    found = read("labelstudio", _task(_region("a", 3, 8, "PER", "Assad")))
    assert [(it.spans, it.quote) for it in annotations_in(found)] == [(((2, 7),), "Assad")]


def test_models_are_machines_and_cancelled_work_is_left_out() -> None:
    predictions = [{"model_version": "m-1", "result": [_region("a", 2, 7, "PER", "Assad")]}]
    task = {
        "data": {"text": TEXT},
        "predictions": predictions,
        "annotations": [{"was_cancelled": True, "result": []}],
    }
    found = read("labelstudio", msgspec.json.encode(task))
    sets = [(it.author, it.author_class) for it in found if isinstance(it, AnnotationSetRecord)]
    assert sets == [("m-1", "machine")]
    assert "answer_not_accept" in codes_in(found)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b'[{"data": {"text": "x"}, "data": 1}]', "key_twice", 1),
        (b'[\n{"data": {}},\n', "broken_json", None),
        (b'[\n{"data": {"n": 1}}]', "no_text", 2),
        (b'[\n{"data": {"text": "x"}, "annotations": [{"result": [1]}]}]', "wrong_type", 2),
        (b'[\n\n{"data" {"text": "x"}}]', "broken_json", 3),
        (b"[1]", "broken_json", None),
        (b'[{"a": "', "broken_json", None),
        (b'{"a": 1} x', "broken_json", None),
    ],
)
def test_tasks_that_are_wrong_are_told(data: bytes, code: str, line: int | None) -> None:
    found = read("labelstudio", data)
    assert (code, line) in [(it.code, it.line) for it in diagnostics_in(found, "error")]
    assert records_in(found) == []


def test_a_link_to_nowhere_and_a_quote_from_elsewhere_are_told() -> None:
    link = {"type": "relation", "from_id": "a", "to_id": "x"}
    assert codes_in(read("labelstudio", _task(_region("a", 2, 7, "PER"), link)), "error") == [
        "link_end_missing"
    ]
    assert codes_in(read("labelstudio", _task(_region("a", 2, 7, "PER", "Putin"))), "error") == [
        "quote_differs"
    ]


def test_objects_are_cut_out_of_lists_and_lines_piece_by_piece() -> None:
    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(3)

    one, other = b'{"a": "]}\\\\\\"{", "b": [{}]}', b'{"c": "\xf0\x9f\x9a\x80"}'
    for data in (
        b"[" + one + b",\n" + other + b"]",
        one + b"\n" + other,
        b"\xef\xbb\xbf[\n" + one + b"," + other + b"\n]",
    ):
        assert [item.data for item in items(Slow(data), 100)] == [one, other]
    with pytest.raises(Unreadable):
        list(items(Slow(b'[{"a": "' + b"x" * 500 + b'"}]'), 100))


def test_doccano_gets_and_gives_utf_16() -> None:
    line = {"text": TEXT, "entities": [{"id": 1, "label": "PER", "start_offset": 3, "end_offset": 8}]}
    found = read("doccano", msgspec.json.encode(line), labels={"PER": "actor"}, author="ann")
    assert [(it.label, it.quote) for it in annotations_in(found)] == [("actor", "Assad")]
    (out,) = write("doccano", records_in(found))["data.jsonl"].splitlines()
    assert msgspec.json.decode(out)["entities"] == [
        {"id": 1, "label": "actor", "start_offset": 3, "end_offset": 8}
    ]


def test_prodigy_gets_spans_of_whole_words() -> None:
    lines = [msgspec.json.decode(it) for it in write("prodigy", sample_records())["data.jsonl"].splitlines()]
    assert [line["_annotator_id"] for line in lines] == ["annotator-b", "import"]
    for line in lines:
        tokens = line["tokens"]
        assert all(line["text"][it["start"] : it["end"]] == it["text"] for it in tokens)
        assert [it["id"] for it in tokens] == list(range(len(tokens)))
        for span in line["spans"]:
            assert tokens[span["token_start"]]["start"] == span["start"]
            assert tokens[span["token_end"]]["end"] == span["end"]
        places = [(span["start"], span["end"], span["label"]) for span in line["spans"]]
        ends = [end for it in line["relations"] for end in (it["head_span"], it["child_span"])]
        assert ends
        assert all((end["start"], end["end"], end["label"]) in places for end in ends)


def test_prodigy_lines_without_spans_are_somebodys_work() -> None:
    line = {"text": TEXT, "spans": [], "_annotator_id": "ann", "_input_hash": 1, "answer": "accept"}
    found = read("prodigy", msgspec.json.encode(line))
    assert [it.author for it in found if isinstance(it, AnnotationSetRecord)] == ["ann"]
    assert [it.text for it in found if isinstance(it, DocumentRecord)] == [TEXT]


@pytest.mark.parametrize("key", ["labelstudio", "doccano", "prodigy"])
def test_files_of_these_tools_are_known(key: str) -> None:
    files = write(key, sample_records())
    form = guess(next(iter(files.values()))[:60_000], "x")
    assert form is not None
    assert form.key == key


def test_label_studios_own_judge_takes_our_annotations() -> None:
    sdk = pytest.importorskip("label_studio_sdk.label_interface", reason="label-studio-sdk is not installed")
    files = write("labelstudio", sample_records())
    judge = sdk.LabelInterface(files["config.xml"].decode())
    (task,) = msgspec.json.decode(files["tasks.json"])
    for one in task["annotations"]:
        assert judge.validate_annotation(one), one["result"][:2]
    wrong = msgspec.json.decode(msgspec.json.encode(task["annotations"][0]))
    wrong["result"][0]["value"]["labels"] = ["nobody"]
    assert not judge.validate_annotation(wrong)
