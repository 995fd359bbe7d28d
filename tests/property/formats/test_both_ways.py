"""What other tools' formats hold comes back to the letter, up to the losses that are told."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings

from annotator.domain.text import quote
from annotator.formats.brat.fragments import kept
from annotator.formats.bundles import Bundle, bundles, documents
from annotator.formats.conllu.options import ConlluWriteOptions
from annotator.formats.conllu.writer import chosen
from annotator.formats.records import (
    AnnotationRecord,
    AnnotationSetRecord,
    DocumentRecord,
    LinkRecord,
    Record,
)
from annotator.formats.simple_lines import standing, told, whole
from annotator.formats.uima.written import xml_text
from annotator.formats.webanno.writer import trimmed
from tests.property.formats.streams import streams
from tests.unit.formats.samples import codes_in, exported, read, records_in

Expected = Callable[[list[Record]], list[Record]]


def _with_spans(change: Callable[[str, AnnotationRecord], AnnotationRecord | None]) -> Expected:
    def expected(records: list[Record]) -> list[Record]:
        text, found = "", []
        for record in records:
            if isinstance(record, DocumentRecord):
                text = record.text
            changed = change(text, record) if isinstance(record, AnnotationRecord) else record
            found += [] if changed is None else [changed]
        return found

    return expected


def _as_brat(text: str, mark: AnnotationRecord) -> AnnotationRecord:
    spans = kept(text, mark.spans)
    return replace(mark, spans=spans, quote=quote(text, spans))


def _as_conllu(records: list[Record]) -> list[Record]:
    """Per document with words: the annotations that tags can tell, numbered in their order."""
    found: list[Record] = []
    for item in bundles(records):
        if not isinstance(item, Bundle):
            found.append(item)
        elif item.document.text.strip():
            found.append(item.document)
            for work in item.versions():
                found += [work.set] if work.set else []
                found += [
                    AnnotationRecord(
                        id=f"#{number}",
                        document=mark.document,
                        author=mark.author,
                        label=mark.label,
                        spans=(trimmed(item.document.text, mark.spans[0]),),
                        quote=quote(item.document.text, [trimmed(item.document.text, mark.spans[0])]),
                    )
                    for number, mark in enumerate(chosen(work, ConlluWriteOptions()), start=1)
                ]
                found += work.labels
    return found


def _as_xml(records: list[Record]) -> list[Record]:
    """With U+FFFD for what XML cannot hold."""
    return [
        replace(it, text=xml_text(it.text))
        if isinstance(it, DocumentRecord)
        else replace(it, quote=xml_text(it.quote))
        if isinstance(it, AnnotationRecord)
        else it
        for it in records
    ]


def _as_webanno(text: str, mark: AnnotationRecord) -> AnnotationRecord:
    spans = tuple(trimmed(text, span) for span in mark.spans)
    return replace(mark, spans=spans, quote=quote(text, spans))


def _as_lines(records: list[Record], *, spans_only: bool) -> list[Record]:
    """A document for each work on it; gold and what nobody made come back as the importer's."""
    found: list[Record] = []
    for bundle in documents(records):
        for work in told(bundle):
            author = work.author or "import"
            marks = {mark.id: f"#{number}" for number, mark in enumerate(whole(work), start=1)}
            places = {(mark.spans, mark.label): marks[mark.id] for mark in whole(work)}
            ends = marks if spans_only else {it.id: places[it.spans, it.label] for it in whole(work)}
            found.append(bundle.document)
            if marks or work.author:
                found.append(AnnotationSetRecord(document=bundle.document.id, author=author, name=author))
            found += [
                AnnotationRecord(
                    id=marks[mark.id],
                    document=mark.document,
                    author=author,
                    label=mark.label,
                    spans=mark.spans,
                    quote=mark.quote,
                    attributes={} if spans_only else mark.attributes,
                    entity=None if spans_only else mark.entity,
                )
                for mark in whole(work)
            ]
            found += [
                LinkRecord(
                    id=f"#{number}",
                    document=link.document,
                    author=author,
                    type=link.type,
                    from_annotation=ends[link.from_annotation],
                    to_annotation=ends[link.to_annotation],
                )
                for number, link in enumerate(standing(work), start=1)
            ]
    return found


EXPECTED: dict[str, Expected] = {
    "brat": _with_spans(_as_brat),
    "conllu": _as_conllu,
    "doccano": lambda records: _as_lines(records, spans_only=True),
    "jsoncas": list,
    "labelstudio": list,
    "parquet": list,
    "prodigy": lambda records: _as_lines(records, spans_only=False),
    "webanno": _with_spans(_as_webanno),
    "xmi": _as_xml,
}


@pytest.mark.parametrize("key", EXPECTED)
@settings(max_examples=25, deadline=None)
@given(streams())
def test_what_is_written_is_read_again(key: str, records: list[Record]) -> None:
    data, manifest = exported(key, records)
    found = read(key, _opened(key, data))
    assert codes_in(found, "error") == []
    expected = EXPECTED[key](records)
    assert _sorted(records_in(found)) == _sorted(expected)
    if expected != records:
        assert manifest.losses


def _opened(key: str, data: bytes) -> bytes:
    """What the format reads: the zip, or the lines in it."""
    if key not in ("doccano", "prodigy"):
        return data
    with ZipFile(BytesIO(data)) as archive:
        return archive.read("data.jsonl") or b"\n"


def _sorted(records: list[Record]) -> list[Record]:
    def key(record: Record) -> tuple[str, ...]:
        names = ("document", "author", "id", "label")
        return type(record).__name__, *[str(getattr(record, name, "")) for name in names]

    return sorted(records, key=key)
