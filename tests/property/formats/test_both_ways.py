"""What other tools' formats hold comes back to the letter, up to the losses that are told."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from annotator.domain.text import quote
from annotator.formats.brat.fragments import kept
from annotator.formats.bundles import Bundle, bundles
from annotator.formats.conllu.options import ConlluWriteOptions
from annotator.formats.conllu.writer import chosen
from annotator.formats.records import AnnotationRecord, DocumentRecord, Record
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


EXPECTED: dict[str, Expected] = {
    "brat": _with_spans(_as_brat),
    "conllu": _as_conllu,
    "jsoncas": list,
    "webanno": _with_spans(_as_webanno),
    "xmi": _as_xml,
}


@pytest.mark.parametrize("key", EXPECTED)
@settings(max_examples=40, deadline=None)
@given(streams())
def test_what_is_written_is_read_again(key: str, records: list[Record]) -> None:
    data, manifest = exported(key, records)
    found = read(key, data)
    assert codes_in(found, "error") == []
    expected = EXPECTED[key](records)
    assert _sorted(records_in(found)) == _sorted(expected)
    if expected != records:
        assert manifest.losses


def _sorted(records: list[Record]) -> list[Record]:
    def key(record: Record) -> tuple[str, ...]:
        names = ("document", "author", "id", "label")
        return type(record).__name__, *[str(getattr(record, name, "")) for name in names]

    return sorted(records, key=key)
