"""The sample's file comes in whole and goes out again."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec

from annotator.formats.bundles import Bundle, bundles
from annotator.formats.records import (
    AnnotationRecord,
    AnnotationSetRecord,
    DocumentRecord,
    EntityRecord,
    LinkRecord,
    SchemaRecord,
)
from tests.unit.formats import samples

FIRST, SECOND = "import", "annotator-b"


def _bundle() -> Bundle:
    (found,) = [item for item in bundles(samples.sample_records()) if isinstance(item, Bundle)]
    return found


def test_everything_of_the_sample_is_read() -> None:
    found = samples.sample_records()
    count = Counter((type(record), getattr(record, "author", None)) for record in found)
    assert count[AnnotationRecord, FIRST] == 144
    assert count[LinkRecord, FIRST] == 92
    assert count[EntityRecord, None] == 67
    assert count[SchemaRecord, None] == count[DocumentRecord, None] == 1
    assert samples.codes_in(samples.read("jsonl", samples.sample_bytes()), "error") == []


def test_thirteen_alterations_make_the_set_of_the_second_annotator() -> None:
    work = _bundle().works
    first = {it.id: it for it in work[FIRST].annotations}
    second = {it.id: it for it in work[SECOND].annotations}
    assert first.keys() - second.keys() == {"s5", "s47", "c31"}
    assert second.keys() - first.keys() == {"variant-13"}
    changed = {id_ for id_ in first.keys() & second.keys() if _content(first[id_]) != _content(second[id_])}
    assert changed == {"s1", "s50", "s43", "s36", "s39", "c7", "c5", "c15"}
    assert {it.id for it in work[SECOND].links} - {it.id for it in work[FIRST].links} == {"variant-12"}


def test_an_altered_label_takes_no_entity_attribute_or_link_with_it_that_does_not_fit() -> None:
    second = _bundle().works[SECOND]
    country = next(it for it in second.annotations if it.id == "s36")
    assert (country.label, country.entity, country.attributes) == ("location", None, {})
    labels = {it.id: it.label for it in second.annotations}
    assert all(labels[it.to_annotation] == "actor" for it in second.links if it.type == "target")


def test_links_of_what_the_second_annotator_did_not_mark_are_gone() -> None:
    second = _bundle().works[SECOND]
    marked = {it.id for it in second.annotations}
    assert all({it.from_annotation, it.to_annotation} <= marked for it in second.links)


def test_every_quote_is_what_the_text_says() -> None:
    bundle = _bundle()
    text = bundle.document.text
    for work in bundle.works.values():
        for found in work.annotations:
            assert found.quote == " ".join(text[start:end] for start, end in found.spans)


def test_what_is_written_has_the_fields_that_the_file_had() -> None:
    given = {line["id"]: line for line in _lines(samples.sample_bytes()) if "id" in line}
    written = _lines(samples.write("jsonl", samples.sample_records())["data.jsonl"])
    mine = [line for line in written if line.get("author") != SECOND and "id" in line]
    assert len(mine) == len(given)
    for line in mine:
        before = given[line["id"]]
        kept = {key: value for key, value in before.items() if key != "core" and value is not None}
        assert kept == {key: value for key, value in line.items() if key in kept}


def test_the_samples_own_checker_finds_no_fault_in_what_is_written(tmp_path: Path) -> None:
    checker = samples.corpus("../seed/verify.py")
    records = [it for it in samples.sample_records() if getattr(it, "author", None) != SECOND]
    (tmp_path / "written.jsonl").write_bytes(samples.write("jsonl", records)["data.jsonl"])
    done = subprocess.run(
        [sys.executable, str(checker), "--jsonl", str(tmp_path / "written.jsonl")],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, [])
    for said in ("144 annotations", "5 discontinuous", "92 links", "67 entities", "0 faults"):
        assert said in done.stdout


def test_values_that_the_file_leaves_open_are_no_attributes() -> None:
    places = [record for record in samples.sample_records() if isinstance(record, EntityRecord)]
    valley = next(place for place in places if place.id == "l-euphrates-valley")
    assert valley.attributes == {"location_type": "natural_area", "resolution": "nil"}


def test_sets_are_finished_unless_the_importer_says_otherwise() -> None:
    found = samples.read("jsonl", samples.sample_bytes(), set_status="open", author="alice")
    sets = {record.author: record for record in found if isinstance(record, AnnotationSetRecord)}
    assert {author: record.status for author, record in sets.items()} == {"alice": "open", SECOND: "open"}


def _content(found: AnnotationRecord) -> tuple[object, ...]:
    return found.label, found.spans, found.attributes


def _lines(data: bytes) -> list[dict[str, object]]:
    return [msgspec.json.decode(line) for line in data.splitlines()]
