"""spaCy reads what is written: the text to the letter, every span with its quote, no span lost."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import spacy
from spacy.tokens import Doc, DocBin, Span

from annotator.domain.values import LanguageRange
from annotator.formats.export import losses_before
from annotator.formats.records import AnnotationRecord, DocumentLabelRecord, DocumentRecord
from annotator.formats.registry import find
from tests.unit.formats.samples import codes_in, exported, read, sample_records, write

TEXT = "Con l'esercito siriano di Assad: vince 🚀 Putin  oggi."


def _loaded(data: bytes, folder: Path) -> list[Doc]:
    """As a training pipeline would do it."""
    path = folder / "part.spacy"
    path.write_bytes(data)
    return list(DocBin().from_disk(path).get_docs(spacy.blank("xx").vocab))


def _document(text: str = TEXT, **changes: object) -> DocumentRecord:
    given = {"id": "d", "title": "T", "text": text, "languages": (LanguageRange(0, len(text), "it"),)}
    return DocumentRecord(**{**given, **changes})  # type: ignore[arg-type]


def _annotation(
    id_: str, *spans: tuple[int, int], label: str = "actor", **changes: object
) -> AnnotationRecord:
    quote = " ".join(TEXT[start:end] for start, end in spans)
    given = {"id": id_, "document": "d", "author": "alice", "label": label, "spans": spans, "quote": quote}
    return AnnotationRecord(**{**given, **changes})  # type: ignore[arg-type]


def test_spacy_finds_every_span_of_the_sample_with_its_quote(tmp_path: Path) -> None:
    records = sample_records()
    (document,) = [it for it in records if isinstance(it, DocumentRecord)]
    docs = _loaded(write("docbin", records)["part-00001.spacy"], tmp_path)
    assert [doc.text for doc in docs] == [document.text] * 2
    for doc in docs:
        author = doc.user_data["palimpsest"]["author"]
        mine = [it for it in records if isinstance(it, AnnotationRecord) and it.author == author]
        expected = {(it.id, it.label, start, end) for it in mine for start, end in it.spans}
        found = [span for group in doc.spans.values() for span in group]
        assert {(span.id_, span.label_, span.start_char, span.end_char) for span in found} == expected
        assert len(found) == sum(len(it.spans) for it in mine)
        for span in found:
            assert span.text == document.text[span.start_char : span.end_char]
            assert doc.char_span(span.start_char, span.end_char) is not None


@pytest.mark.parametrize(
    "spans",
    [
        [(9, 13)],  # inside a word
        [(3, 6)],  # begins with a space
        [(15, 23)],  # ends with a space
        [(44, 46)],  # two spaces before, of which spaCy makes a token
        [(39, 40), (38, 41)],  # an emoji, and the same with the spaces around it
        [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)],
        [(len(TEXT) - 1, len(TEXT))],
        [(0, len(TEXT))],
    ],
)
@pytest.mark.parametrize("language", ["it", "en", "ar", "zh", "ja", "und"])
def test_no_span_is_lost_wherever_it_begins_and_ends(
    spans: list[tuple[int, int]], language: str, tmp_path: Path
) -> None:
    document = _document(languages=(LanguageRange(0, 20, language), LanguageRange(20, len(TEXT), "it")))
    marks = [_annotation(f"s{number}", span) for number, span in enumerate(spans)]
    (doc,) = _loaded(write("docbin", [document, *marks])["part-00001.spacy"], tmp_path)
    assert doc.text == TEXT
    assert sorted((span.start_char, span.end_char) for span in doc.spans["actor"]) == sorted(spans)
    assert all(span.text == TEXT[span.start_char : span.end_char] for span in doc.spans["actor"])


def test_entities_do_not_overlap_and_the_rest_is_counted(tmp_path: Path) -> None:
    marks = [
        _annotation("army", (6, 31)),
        _annotation("assad", (26, 31)),
        _annotation("both", (6, 14), (26, 31)),
        _annotation("putin", (41, 46), entity="p-1"),
    ]
    (doc,) = _loaded(write("docbin", [_document(), *marks])["part-00001.spacy"], tmp_path)
    assert [(ent.text, ent.kb_id_) for ent in doc.ents] == [
        ("esercito siriano di Assad", ""),
        ("Putin", "p-1"),
    ]
    form = find("docbin")
    assert form.writer is not None
    (loss,) = losses_before(form, [_document(), *marks], form.writer.options())
    assert (loss.code, loss.count) == ("ents", 2)


def test_entities_may_be_of_chosen_labels(tmp_path: Path) -> None:
    marks = [_annotation("claim", (33, 46), label="claim"), _annotation("putin", (41, 46))]
    data = write("docbin", [_document(), *marks], entity_labels=["actor"])["part-00001.spacy"]
    (doc,) = _loaded(data, tmp_path)
    assert [ent.text for ent in doc.ents] == ["Putin"]
    assert [span.text for span in doc.spans["claim"]] == ["vince 🚀 Putin"]


def test_document_labels_are_categories(tmp_path: Path) -> None:
    label = DocumentLabelRecord(document="d", author="alice", label="topic", value="war")
    (doc,) = _loaded(write("docbin", [_document(), label])["part-00001.spacy"], tmp_path)
    assert doc.cats == {"topic=war": 1.0}


def test_a_document_without_text_is_a_doc_without_tokens(tmp_path: Path) -> None:
    empty = _document("", languages=())
    docs = _loaded(write("docbin", [empty, _document(id="e")])["part-00001.spacy"], tmp_path)
    assert [(len(doc), doc.text) for doc in docs] == [(0, ""), (len(docs[1]), TEXT)]


def test_many_documents_are_several_files_that_load_by_themselves(tmp_path: Path) -> None:
    records = [_document(id=f"d{number}") for number in range(5)]
    files = write("docbin", records, documents_per_file=2)
    assert list(files) == ["part-00001.spacy", "part-00002.spacy", "part-00003.spacy"]
    assert [len(_loaded(data, tmp_path)) for data in files.values()] == [2, 2, 1]


def test_no_document_is_one_file_with_nothing_in_it(tmp_path: Path) -> None:
    files = write("docbin", [])
    assert [_loaded(data, tmp_path) for data in files.values()] == [[]]


def test_what_was_written_is_read_whole() -> None:
    records = sample_records()
    data, _ = exported("docbin", records)
    found = read("docbin", data)
    assert codes_in(found) == []
    assert all(record in found for record in records)
    assert len(found) == len(records)


def test_a_compressed_file_holds_the_same(tmp_path: Path) -> None:
    stored, packed = (write("docbin", [_document()], compress=it)["part-00001.spacy"] for it in (False, True))
    assert len(packed) < len(stored)
    assert [doc.to_json() for doc in _loaded(packed, tmp_path)] == [
        doc.to_json() for doc in _loaded(stored, tmp_path)
    ]


def test_files_of_others_bring_their_spans_and_entities() -> None:
    nlp = spacy.blank("en")
    doc = nlp("Putin met Assad in Moscow")
    putin, assad = Span(doc, 0, 1, label="PERSON"), Span(doc, 2, 3, label="PERSON")
    doc.set_ents([putin])
    doc.spans["sc"] = [assad, putin]
    found = read("docbin", DocBin(docs=[doc]).to_bytes(), author="model")
    marks = [(it.label, it.quote, it.author) for it in found if isinstance(it, AnnotationRecord)]
    assert marks == [("PERSON", "Putin", "model"), ("PERSON", "Assad", "model")]


@pytest.mark.parametrize("data", [b"", b"x", b"\x78\x9c", b"PK\x03\x04", b"PK\x03\x04" + b"x" * 200])
def test_other_files_are_told(data: bytes) -> None:
    assert codes_in(read("docbin", data)) == ["wrong_kind_of_file"]


def test_a_file_that_unpacks_to_more_than_the_limit_is_told() -> None:
    data = write("docbin", [_document("word " * 10_000)], compress=True)["part-00001.spacy"]
    assert codes_in(read("docbin", data, size_limit=10_000)) == ["wrong_kind_of_file"]


def test_the_zip_of_an_export_holds_what_spacy_loads(tmp_path: Path) -> None:
    data, manifest = exported("docbin", sample_records())
    with ZipFile(BytesIO(data)) as archive:
        assert len(_loaded(archive.read("part-00001.spacy"), tmp_path)) == 2
    assert manifest.parts.keys() == {"spacy"}
