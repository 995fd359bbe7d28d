"""UIMA's CAS as XMI and JSON, against dkpro-cassis in both directions."""

from io import BytesIO
from pathlib import Path
from typing import Any

import cassis
import msgspec
import pytest

from annotator.formats.bundles import Work
from annotator.formats.records import AnnotationRecord, DocumentRecord, LinkRecord, Record
from annotator.formats.registry import guess
from annotator.formats.uima import json as jsoncas
from annotator.formats.uima import xmi
from annotator.formats.uima.types import LINK, MARK, STRETCH, as_xml
from tests.unit.formats.samples import (
    annotations_in,
    codes_in,
    corpus,
    diagnostics_in,
    exported,
    read,
    records_in,
    sample_records,
)
from tests.unit.formats.zips import zipped

HEAD = (
    '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" '
    'xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0">'
)
SOFA = '<cas:Sofa xmi:id="9" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{}"/></xmi:XMI>'
EMOJI = "🚀 Assad & <Putin>\nin\tDamascus 🇸🇾 نص"


def _work(text: str, *marks: tuple[str, tuple[tuple[int, int], ...]]) -> tuple[DocumentRecord, Work]:
    document = DocumentRecord(id="d", title="T", text=text)
    work = Work("alice")
    for number, (label, spans) in enumerate(marks):
        quote = " ".join(text[start:end] for start, end in spans)
        work.annotations.append(
            AnnotationRecord(
                id=f"s{number}", document="d", author="alice", label=label, spans=spans, quote=quote
            )
        )
    return document, work


def _loaded(key: str, document: DocumentRecord, work: Work) -> Any:
    if key == "jsoncas":
        return cassis.load_cas_from_json(jsoncas.render(document, work).decode())
    system = cassis.load_typesystem(as_xml())
    return cassis.load_cas_from_xmi(BytesIO(xmi.render(document, work).encode()), typesystem=system)


def _sample(author: str) -> tuple[DocumentRecord, Work]:
    records = sample_records()
    (document,) = [it for it in records if isinstance(it, DocumentRecord)]
    work = Work(author)
    work.annotations = [it for it in records if isinstance(it, AnnotationRecord) and it.author == author]
    work.links = [it for it in records if isinstance(it, LinkRecord) and it.author == author]
    return document, work


@pytest.mark.parametrize("key", ["xmi", "jsoncas"])
def test_the_sample_comes_back_whole(key: str) -> None:
    records = sample_records()
    found = read(key, exported(key, records)[0])
    assert codes_in(found) == []
    assert len(found) == len(records)
    assert all(record in found for record in records)


@pytest.mark.parametrize("key", ["xmi", "jsoncas"])
def test_cassis_finds_every_mark_of_the_sample_with_its_text(key: str) -> None:
    document, work = _sample("import")
    cas = _loaded(key, document, work)
    assert cas.sofa_string == document.text
    marks = {mark.identifier: mark for mark in cas.select(MARK)}
    assert len(marks) == 144
    for mark in work.annotations:
        theirs = marks[mark.id]
        parts = theirs.stretches.elements if theirs.stretches else [theirs]
        assert " ".join(part.get_covered_text() for part in parts) == mark.quote
        assert (theirs.label, theirs.entity) == (mark.label, mark.entity)
    assert len(cas.select(STRETCH)) == sum(len(it.spans) for it in work.annotations if len(it.spans) > 1)
    links = {(it.label, it.Governor.identifier, it.Dependent.identifier) for it in cas.select(LINK)}
    assert links == {(it.type, it.from_annotation, it.to_annotation) for it in work.links}
    assert len(links) == 92


@pytest.mark.parametrize("key", ["xmi", "jsoncas"])
def test_cassis_counts_as_we_do_after_an_emoji(key: str) -> None:
    places = [EMOJI.index(word) for word in ("Assad", "<Putin>", "Damascus", "🇸🇾", "نص")]
    marks = [("x", ((place, place + 2),)) for place in places]
    document, work = _work(EMOJI, *marks)
    cas = _loaded(key, document, work)
    assert cas.sofa_string == EMOJI
    assert [it.get_covered_text() for it in cas.select(MARK)] == [it.quote for it in work.annotations]


@pytest.mark.parametrize("key", ["xmi", "jsoncas"])
def test_what_cassis_writes_is_read(key: str) -> None:
    document, work = _sample("import")
    cas = _loaded(key, document, work)
    if key == "jsoncas":
        found = read("jsoncas", cas.to_json().encode())
    else:
        system = cas.typesystem.to_xml()
        found = read("xmi", zipped({"a/doc.xmi": cas.to_xmi(), "a/TypeSystem.xml": system}))
    assert codes_in(found, "error") == []
    marks = {it.id: it for it in annotations_in(found)}
    for mark in work.annotations:
        got = marks[mark.id]
        assert (got.label, got.spans, got.quote) == (mark.label, mark.spans, mark.quote)
        assert (got.attributes, got.entity) == (mark.attributes, mark.entity)
    links = {(it.type, it.from_annotation, it.to_annotation) for it in found if isinstance(it, LinkRecord)}
    assert links == {(it.type, it.from_annotation, it.to_annotation) for it in work.links}


def test_slots_relations_and_chains_become_links() -> None:
    marks = "".join(
        f'<custom:{name} xmi:id="{id_}" sofa="9" begin="{begin}" end="{end}" {more}/>'
        for name, id_, begin, end, more in [
            ("Span", 1, 0, 5, 'value="PER"'),
            ("Span", 2, 6, 10, ""),
            ("Host", 3, 6, 10, 'links="4"'),
            ("Relation", 5, 6, 10, 'Governor="1" Dependent="2" value="beats"'),
            ("Link", 6, 0, 5, 'next="7" referenceRelation="same" referenceType="NAM"'),
            ("Link", 7, 6, 10, 'referenceType="NOM"'),
            ("Empty", 8, 2, 2, ""),
        ]
    )
    marks += '<custom:LinkType xmi:id="4" role="who" target="1"/>'
    found = read("xmi", (HEAD + marks + SOFA.format("Assad wins")).encode(), name="doc.xmi")
    assert [(it.label, it.quote) for it in annotations_in(found)] == [
        ("PER", "Assad"),
        ("Span", "wins"),
        ("Host", "wins"),
        ("NAM", "Assad"),
        ("NOM", "wins"),
    ]
    links = {(it.type, it.from_annotation, it.to_annotation) for it in found if isinstance(it, LinkRecord)}
    assert links == {("beats", "1", "2"), ("same", "6", "7"), ("who", "3", "1")}
    assert codes_in(found, "warning") == ["span_empty"]


def test_a_text_with_windows_line_ends_is_counted_as_it_is() -> None:
    mark = '<custom:Span xmi:id="1" sofa="9" begin="4" end="5"/>'
    found = read("xmi", (HEAD + mark + SOFA.format("🚀&#13;&#10;b")).encode())
    assert [(it.spans, it.quote) for it in annotations_in(found)] == [(((2, 3),), "b")]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + HEAD + SOFA.format("&b;")


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (BOMB, "xml_doctype", 1),
        ("<!DOCTYPE x SYSTEM 'file:///etc/passwd'>" + HEAD + SOFA.format("x"), "xml_doctype", 1),
        (HEAD + "\n<a>", "broken_xml", 2),
        ("", "broken_xml", 1),
        (HEAD + "<a>" * 200, "too_deep", 1),
        ("<html></html>", "wrong_kind_of_file", 1),
        (HEAD + SOFA.format("x" * 3_000_000), "file_too_long", 1),
        (HEAD + '\n<custom:A xmi:id="1" sofa="9" begin="x" end="2"/>' + SOFA.format("abc"), "wrong_type", 2),
        (
            HEAD + '\n<custom:A xmi:id="1" sofa="9" begin="0" end="20"/>' + SOFA.format("abc"),
            "span_out_of_text",
            2,
        ),
        (
            HEAD + '\n<custom:A xmi:id="1" sofa="9" begin="1" end="2"/>' + SOFA.format("🚀"),
            "span_out_of_text",
            2,
        ),
        (HEAD + "</xmi:XMI>", "no_text", 1),
    ],
)
def test_xml_that_is_wrong_or_could_hurt_is_told(data: str, code: str, line: int) -> None:
    found = read("xmi", data.encode(), size_limit=1_000_000)
    assert (code, line) in [(it.code, it.line) for it in diagnostics_in(found, "error")]
    assert records_in(found) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "broken_json"),
        (b"[]", "wrong_kind_of_file"),
        (b'{"%FEATURE_STRUCTURES": [1]}', "wrong_type"),
        (b'{"%FEATURE_STRUCTURES": [{}]}', "wrong_type"),
        (b'{"%FEATURE_STRUCTURES": []}', "no_text"),
        (b"[" * 100_000, "broken_json"),
    ],
)
def test_json_that_is_no_cas_is_told(data: bytes, code: str) -> None:
    found = read("jsoncas", data)
    assert code in codes_in(found, "error")
    assert records_in(found) == []


def test_control_characters_are_counted_as_lost_in_xml_only() -> None:
    document, _ = _work("a\x0bb\x1fc")
    data, manifest = exported("xmi", [document])
    assert [(it.code, it.count) for it in manifest.losses] == [("characters", 2)]
    assert [it.text for it in read("xmi", data) if isinstance(it, DocumentRecord)] == ["a\ufffdb\ufffdc"]
    assert exported("jsoncas", [document])[1].losses == []


@pytest.mark.filterwarnings("ignore:Type with name")
def test_every_xmi_of_inceptions_suite_is_read() -> None:
    folder = corpus("inception-tsv3/inception/inception-io-webanno-tsv/src/test/resources/tsv3-suite")
    paths = sorted(folder.glob("*/reference.xmi"))
    assert len(paths) == 73
    for path in paths:
        found = read("xmi", path.read_bytes(), name="doc.xmi")
        assert codes_in(found, "error") == [], path
        cas = cassis.load_cas_from_xmi(path.open("rb"), lenient=True)
        (document,) = [it for it in found if isinstance(it, DocumentRecord)]
        assert document.text == cas.sofa_string


def test_every_json_cas_of_the_dkpro_project_is_read_as_its_own_reader_does() -> None:
    paths = sorted(corpus("cassis/tests/test_files/json").rglob("data.json"))
    assert len(paths) > 8
    seen = 0
    for path in paths:
        found = read("jsoncas", path.read_bytes(), name="doc.json")
        if not _has_text(path):
            assert codes_in(found, "error")[-1] == "no_text", path
            continue
        assert codes_in(found, "error") == [], path
        cas = cassis.load_cas_from_json(path.read_text("utf-8"))
        theirs = sorted(
            (it.begin, it.end)
            for it in cas.select("uima.tcas.Annotation")
            if it.type.name == "uima.tcas.Annotation" and it.begin < it.end
        )
        ours = sorted(it.spans[0] for it in annotations_in(found) if it.label == "Annotation")
        assert ours == theirs, path
        seen += len(ours)
    assert seen == 19


def _has_text(path: Path) -> bool:
    given = msgspec.json.decode(path.read_bytes()).get("%FEATURE_STRUCTURES", [])
    return any(it.get("sofaString") is not None for it in given)


def test_files_of_uima_are_known() -> None:
    records: list[Record] = sample_records()
    for key in ("xmi", "jsoncas"):
        form = guess(exported(key, records)[0][:60_000], "export.zip")
        assert form is not None
        assert form.key == key
    assert getattr(guess(HEAD.encode(), "x"), "key", None) == "xmi"
