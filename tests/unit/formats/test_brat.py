"""brat's standoff files: ours, the news corpus of brat's own tutorial, and broken ones."""

from pathlib import Path

import pytest

from annotator.formats.records import AnnotationSetRecord, DocumentRecord, LinkRecord, SchemaRecord
from annotator.formats.registry import guess
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
from tests.unit.formats.zips import zipped, zipped_folder

TEXT = "Assad 🚀 in Damascus\nand Homs"


def _read(ann: str, text: str = TEXT, **options: object) -> list[object]:
    return read("brat", zipped({"d.txt": text, "d.ann": ann}), **options)  # type: ignore[return-value]


def test_the_sample_comes_back_whole() -> None:
    records = sample_records()
    data, manifest = exported("brat", records)
    assert manifest.losses == []
    found = read("brat", data)
    assert codes_in(found) == []
    assert all(record in found for record in records)
    assert len(found) == len(records)


def test_a_pair_of_files_says_what_is_marked() -> None:
    found = _read(
        "T1\tactor 0 5\tAssad\nT2\tplace 11 19;24 28\tDamascus Homs\nR1\tin Arg1:T1 Arg2:T2\n"
        "A1\tsure T1\nA2\tmood T1 calm\n#1\tAnnotatorNotes T1\twho else\nN1\tReference T2 GeoNames:170654\tx\n"
    )
    marks = annotations_in(found)  # type: ignore[arg-type]
    assert [(it.label, it.spans, it.attributes) for it in marks] == [
        ("actor", ((0, 5),), {"sure": True, "mood": "calm", "note": "who else"}),
        ("place", ((11, 19), (24, 28)), {"reference": "GeoNames:170654"}),
    ]
    (link,) = [it for it in found if isinstance(it, LinkRecord)]
    assert (link.type, link.from_annotation, link.to_annotation) == ("in", "T1", "T2")


def test_offsets_that_slip_by_an_emoji_are_found_by_their_quotes() -> None:
    found = _read("T1\tplace 12 20\tDamascus\n")
    assert [it.quote for it in annotations_in(found)] == ["Damascus"]  # type: ignore[arg-type]
    assert codes_in(found, "note")[0] == "offsets_converted"  # type: ignore[arg-type]


def test_windows_line_ends_are_counted_as_the_file_has_them() -> None:
    found = _read("T1\tplace 25 29\tHoms\r\n", TEXT.replace("\n", "\r\n"))
    assert [(it.spans, it.quote) for it in annotations_in(found)] == [(((24, 28),), "Homs")]  # type: ignore[arg-type]


def test_a_stretch_over_a_line_end_is_cut_and_joined_again() -> None:
    found = _read("T1\tplace 11 19;20 23\tDamascus and\n")
    assert [it.spans for it in annotations_in(found)] == [((11, 23),)]  # type: ignore[arg-type]


def test_events_and_equivalents_become_links() -> None:
    found = _read(
        "T1\tactor 0 5\tAssad\nT2\tgo 8 10\tin\nT3\tplace 11 19\tDamascus\n"
        "E1\tgo:T2 Who:T1 Where2:T3\nE2\tgo:T2 Cause:E1\n*\tEquiv T1 T3\n"
    )
    links = {(it.type, it.from_annotation, it.to_annotation) for it in found if isinstance(it, LinkRecord)}
    assert links == {("Who", "T2", "T1"), ("Where", "T2", "T3"), ("Cause", "T2", "T2"), ("Equiv", "T1", "T3")}


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("T1 actor 0 5 Assad", "broken_line", 19),
        ("T1\tactor 0\tAssad", "broken_line", 4),
        ("T1\tactor 5 0\tAssad", "quote_differs", None),
        ("T1\tactor 0 500\tAssad", "span_out_of_text", None),
        ("T1\tactor 0 4\tAssad", "quote_differs", None),
        ("R1\tin Arg1:T1", "broken_line", 4),
        ("R1\tin Arg1:T8 Arg2:T9", "link_end_missing", None),
        ("X1\twhat", "broken_line", 1),
        ("E1\tgo", "broken_line", 4),
    ],
)
def test_what_is_wrong_is_told_with_its_line(line: str, code: str, column: int | None) -> None:
    found = _read(f"\n{line}\n")
    assert [(it.code, it.line, it.column, it.document) for it in diagnostics_in(found, "error")] == [  # type: ignore[arg-type]
        (code, 2, column, "d")
    ]
    assert records_in(found) == []  # type: ignore[arg-type]


def test_labels_are_mapped_and_what_is_left_over_is_told() -> None:
    ann = "T1\tPER 0 5\tAssad\nT2\tGPE 11 19\tDamascus\nT3\tMISC 24 28\tHoms\nR1\tin Arg1:T1 Arg2:T3\n"
    found = _read(ann, labels={"PER": "actor", "MISC": ""})
    assert [it.label for it in annotations_in(found)] == ["actor", "GPE"]  # type: ignore[arg-type]
    assert not any(isinstance(it, LinkRecord) for it in found)
    told = {it.code: it.record for it in diagnostics_in(found)}  # type: ignore[arg-type]
    assert told == {"foreign_label": "label GPE", "left_out_by_mapping": "label MISC"}


def test_a_mapping_may_come_as_text_from_a_form() -> None:
    found = _read("T1\tPER 0 5\tAssad\n", labels='{"PER": "actor"}')
    assert [it.label for it in annotations_in(found)] == ["actor"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("authors", "expected"), [("option", ["me", "me"]), ("folder", ["ann", "bob"])])
def test_folders_may_be_annotators(authors: str, expected: list[str]) -> None:
    files = {"ann/d.txt": TEXT, "ann/d.ann": "T1\tactor 0 5\tAssad\n", "bob/d.txt": TEXT, "bob/d.ann": ""}
    found = read("brat", zipped(files), authors=authors, author="me")
    assert [it.author for it in found if isinstance(it, AnnotationSetRecord)] == expected
    assert len([it for it in found if isinstance(it, DocumentRecord)]) == (1 if authors == "folder" else 2)


def test_authors_with_different_texts_are_told() -> None:
    files = {"ann/d.txt": TEXT, "ann/d.ann": "", "bob/d.txt": TEXT + "!", "bob/d.ann": ""}
    assert codes_in(read("brat", zipped(files), authors="folder")) == ["text_differs"]


def test_files_without_their_other_half_are_told() -> None:
    found = read("brat", zipped({"a.ann": "", "b.txt": "B"}))
    assert codes_in(found) == ["no_text", "no_annotations"]


def test_a_lone_file_is_told() -> None:
    assert codes_in(read("brat", b"T1\tactor 0 5\tAssad")) == ["wrong_kind_of_file"]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"../d.ann": ""}, "zip_path"),
        ({"/d.ann": ""}, "zip_path"),
        ({"d.ann": "", "d.txt": b"\0" * (8 << 20)}, "zip_too_large"),
        ({"d.ann": "", "d.txt": b"\xff"}, "not_utf8"),
        ({"d.ann": "", "d.txt": "x" * 2_000}, "file_too_long"),
        ({"d.ann": "", "d.txt": "a\0b"}, "nul"),
    ],
)
def test_zips_that_could_hurt_are_told(files: dict[str, bytes | str], code: str) -> None:
    assert codes_in(read("brat", zipped(files), size_limit=1_000)) == [code]


def test_the_configuration_of_brat_is_a_schema() -> None:
    conf = "[entities]\nactor\nplace\n[relations]\nin\tArg1:actor, Arg2:place\n[events]\ngo\tWho:actor\n"
    conf += "[attributes]\nsure\tArg:actor\nmood\tArg:actor, Value:calm|angry\n"
    (schema,) = [it for it in read("brat", zipped({"annotation.conf": conf})) if isinstance(it, SchemaRecord)]
    assert [label.key for label in schema.labels] == ["actor", "place", "go"]
    assert [link.key for link in schema.link_types] == ["in"]
    assert [(it.key, it.kind, it.values) for it in schema.labels[0].attributes] == [
        ("sure", "boolean", ()),
        ("mood", "choice", ("calm", "angry")),
    ]


def test_our_configuration_names_every_label_and_link() -> None:
    conf = write("brat", sample_records())["annotation.conf"].decode()
    assert "[entities]\nactor\nlocation\nclaim\n" in conf
    assert "target\tArg1:claim, Arg2:actor" in conf


def test_brats_own_news_is_read_to_the_last_line() -> None:
    folder = corpus("brat-news/example-data/tutorials/news")
    found = read("brat", zipped_folder(folder))
    assert codes_in(found, "error") == []
    lines = [line for path in folder.glob("*.ann") for line in path.read_text("utf-8").splitlines()]
    assert len(annotations_in(found)) == sum(line.startswith("T") for line in lines) == 119
    assert len([it for it in found if isinstance(it, DocumentRecord)]) == 13


def test_a_zip_of_brat_is_known() -> None:
    form = guess(exported("brat", sample_records())[0][:60_000], "export.zip")
    assert form is not None
    assert form.key == "brat"


def test_pybrat_reads_the_sample(tmp_path: Path) -> None:
    parser = pytest.importorskip("pybrat.parser", reason="pybrat is not installed")
    for name, data in write("brat", sample_records()).items():
        (tmp_path / name).write_bytes(data)
    examples = list(parser.BratParser(error="raise").parse(tmp_path))
    assert sorted(len(example.entities) for example in examples) == [142, 144]
    assert sum(len(example.relations) for example in examples) == 177


def test_bioc_reads_the_sample(tmp_path: Path) -> None:
    brat = pytest.importorskip("bioc.brat", reason="bioc is not installed")
    files = write("brat", sample_records())
    texts = [it for it in sample_records() if isinstance(it, DocumentRecord)]
    for name in sorted({name.split(".")[0] for name in files if name.startswith("0")}):
        (tmp_path / "d.txt").write_bytes(files[f"{name}.txt"])
        (tmp_path / "d.ann").write_bytes(files[f"{name}.ann"])
        with (tmp_path / "d.txt").open() as text, (tmp_path / "d.ann").open() as ann:
            doc = brat.load(text, ann)
        assert doc.text == texts[0].text
        for entity in doc.entities:
            spans = sorted((it.begin, it.end) for it in entity.locations)
            assert " ".join(doc.text[start:end] for start, end in spans) == entity.text


def test_what_bioc_has_written_is_read() -> None:
    folder = Path(__file__).parent / "golden"
    found = read("brat", zipped_folder(folder))
    assert codes_in(found, "error") == []
    assert {it.label: it.spans for it in annotations_in(found)} == {
        "actor": ((0, 5),),
        "place": ((11, 19), (24, 28)),
        "go": ((8, 10),),
    }
    links = {(it.type, it.from_annotation, it.to_annotation) for it in found if isinstance(it, LinkRecord)}
    assert links == {("in", "T1", "T2"), ("Who", "T3", "T1")}


def test_a_file_without_a_name_is_no_file() -> None:
    data = zipped({"d.ann": "", "d.txt": "x", "q": ""}).replace(b"q", b"\0")
    assert codes_in(read("brat", data), "error") == []
