"""Records to our JSON Lines: everything, one record a line, keys in a fixed order, LF."""

from collections.abc import Iterable, Mapping
from typing import Any, assert_never

import msgspec

from annotator.domain.text import utf16_length
from annotator.formats.bundles import bundles, records_of
from annotator.formats.jsonl.options import JsonlWriteOptions
from annotator.formats.jsonl.schema import schema_line
from annotator.formats.records import (
    AnnotationRecord,
    AnnotationSetRecord,
    DocumentLabelRecord,
    DocumentRecord,
    EntityRecord,
    LinkRecord,
    Record,
    SchemaRecord,
)
from annotator.formats.sink import Sink

_ENTITY_FIELDS = frozenset({"kind", "id", "entity_type", "name", "aliases", "note", "attrs"})
_ENCODER = msgspec.json.Encoder()


def write(records: Iterable[Record], sink: Sink, options: JsonlWriteOptions) -> None:
    """``data.jsonl``."""
    with sink.file("data.jsonl") as output:
        for item in bundles(records):
            output.write(_ENCODER.encode_lines([line(record) for record in records_of(item)]))


def line(record: Record) -> dict[str, Any]:
    """The record as plain JSON. What has its default is left out."""
    match record:
        case SchemaRecord():
            return schema_line(record)
        case DocumentRecord():
            return _document(record)
        case EntityRecord():
            return _entity(record)
        case AnnotationSetRecord():
            return _set(record)
        case AnnotationRecord():
            return _annotation(record)
        case LinkRecord():
            return _link(record)
        case DocumentLabelRecord():
            return {"kind": "document_label", **_owner(record), "label": record.label, "value": record.value}
        case _:
            assert_never(record)


def _document(record: DocumentRecord) -> dict[str, Any]:
    return _told(
        kind="document",
        id=record.id,
        title=record.title,
        source_url=record.source_url,
        published=record.published,
        client_key=record.client_key,
        languages=record.languages,
        meta=sorted_keys(record.meta),
    ) | {
        "length": record.length,
        "utf16_length": utf16_length(record.text),
        "byte_length": len(record.text.encode()),
        "sha256": record.sha256,
        "text": record.text,
    }


def _entity(record: EntityRecord) -> dict[str, Any]:
    attributes = sorted_keys(record.attributes)
    flat = {key: value for key, value in attributes.items() if key not in _ENTITY_FIELDS}
    rest = {key: value for key, value in attributes.items() if key in _ENTITY_FIELDS}
    fields = _told(
        kind="entity",
        id=record.id,
        entity_type=record.entity_type,
        name=record.name,
        aliases=record.aliases,
        note=record.note,
        attrs=rest,
    )
    return fields | flat


def _set(record: AnnotationSetRecord) -> dict[str, Any]:
    return {
        "kind": "set",
        "document": record.document,
        "author": record.author,
        "name": record.name,
        "status": record.status,
        "author_class": record.author_class,
    }


def _annotation(record: AnnotationRecord) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": "annotation",
        "id": record.id,
        **_owner(record),
        "label": record.label,
        "spans": record.spans,
        "quote": record.quote,
    }
    if record.entity is not None:
        told["entity"] = record.entity
    told["attrs"] = sorted_keys(record.attributes)
    told["origin"] = record.origin
    if record.author is None:
        told |= _told(
            status=record.status,
            confidence=record.confidence,
            provenance=record.provenance and sorted_keys(record.provenance),
        )
    return told


def _link(record: LinkRecord) -> dict[str, Any]:
    return {
        "kind": "link",
        "id": record.id,
        **_owner(record),
        "type": record.type,
        "from": record.from_annotation,
        "to": record.to_annotation,
        "attrs": sorted_keys(record.attributes),
    }


def _owner(record: AnnotationRecord | LinkRecord | DocumentLabelRecord) -> dict[str, Any]:
    mine = {"gold": True} if record.author is None else {"author": record.author}
    return {"document": record.document, **mine}


def _told(**fields: Any) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in (None, "", (), {})}


def sorted_keys(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with their keys in order on every level, whoever put them in."""
    return {key: _sorted(values[key]) for key in sorted(values)}


def _sorted(value: Any) -> Any:
    match value:
        case dict():
            return sorted_keys(value)
        case list() | tuple():
            return [_sorted(item) for item in value]
        case _:
            return value
