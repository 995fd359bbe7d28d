"""The columns of both configurations, and records as rows of them and back."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from annotator.formats.bundles import Bundle, Work
from annotator.formats.given.companion import entry_of
from annotator.formats.given.details import details, encoded, link_details
from annotator.formats.records import AnnotationRecord

_TEXT = pa.string()
_SPAN = pa.struct([("start", pa.int64()), ("end", pa.int64())])
# `datasets` knows no free map: an attribute is its key and its value in JSON.
_ATTRIBUTE = pa.struct([("key", _TEXT), ("value", _TEXT)])
_ANNOTATION = pa.struct(
    [
        ("id", _TEXT),
        ("label", _TEXT),
        ("spans", pa.list_(_SPAN)),
        ("quote", _TEXT),
        ("attributes", pa.list_(_ATTRIBUTE)),
        ("entity", _TEXT),
        ("status", _TEXT),
        ("confidence", pa.float64()),
        ("details", _TEXT),
    ]
)
_LINK = pa.struct([("id", _TEXT), ("type", _TEXT), ("from", _TEXT), ("to", _TEXT), ("details", _TEXT)])
_SET = pa.struct(
    [
        ("author", _TEXT),
        ("gold", pa.bool_()),
        ("annotations", pa.list_(_ANNOTATION)),
        ("links", pa.list_(_LINK)),
        ("about", _TEXT),
    ]
)
DOCUMENTS = pa.schema(
    [
        ("id", _TEXT),
        ("title", _TEXT),
        ("text", _TEXT),
        ("source_url", _TEXT),
        ("published", _TEXT),
        ("group", _TEXT),
        ("sets", pa.list_(_SET)),
        ("about", _TEXT),
    ]
)
TOKENS = pa.schema(
    [
        ("id", _TEXT),
        ("author", _TEXT),
        ("tokens", pa.list_(_TEXT)),
        ("starts", pa.list_(pa.int64())),
        ("ner_tags", pa.list_(pa.int64())),
    ]
)


def document_row(bundle: Bundle, group: str) -> dict[str, Any]:
    document = bundle.document
    works = [
        it for it in bundle.versions() if it.author is not None or it.annotations or it.labels or it.links
    ]
    about = entry_of("", document, Work(None))["document"]
    return {
        "id": document.id,
        "title": document.title,
        "text": document.text,
        "source_url": document.source_url,
        "published": document.published,
        "group": group,
        "sets": [_set(bundle, work) for work in works],
        "about": encoded(about),
    }


def _set(bundle: Bundle, work: Work) -> dict[str, Any]:
    entry = entry_of("", bundle.document, work)
    marks = sorted(work.annotations, key=lambda it: (it.spans, it.label, it.id))
    links = sorted(work.links, key=lambda it: (it.type, it.from_annotation, it.to_annotation, it.id))
    return {
        "author": work.author,
        "gold": work.author is None,
        "annotations": [_annotation(mark) for mark in marks],
        "links": [
            {
                "id": link.id,
                "type": link.type,
                "from": link.from_annotation,
                "to": link.to_annotation,
                "details": encoded(link_details(link)),
            }
            for link in links
        ],
        "about": encoded({"set": entry["set"], "labels": entry["labels"]}),
    }


def _annotation(mark: AnnotationRecord) -> dict[str, Any]:
    return {
        "id": mark.id,
        "label": mark.label,
        "spans": [{"start": start, "end": end} for start, end in mark.spans],
        "quote": mark.quote,
        "attributes": [
            {"key": key, "value": msgspec.json.encode(mark.attributes[key]).decode()}
            for key in sorted(mark.attributes)
        ],
        "entity": mark.entity,
        "status": mark.status,
        "confidence": mark.confidence,
        "details": encoded(details(mark)),
    }


def features(schema: pa.Schema, classes: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """The ``features`` of a data set card; ``classes`` are the columns of numbered names."""
    return [_feature(field.name, field.type, classes) for field in schema]


def _feature(name: str, kind: pa.DataType, classes: Mapping[str, list[str]]) -> dict[str, Any]:
    if name in classes:
        names = {str(number): label for number, label in enumerate(classes[name])}
        return {"name": name, "list": {"class_label": {"names": names}}}
    if pa.types.is_list(kind):
        return {"name": name, "list": _type(kind.value_type)}
    return {"name": name, "dtype": _dtype(kind)}


def _type(kind: pa.DataType) -> Any:
    if pa.types.is_struct(kind):
        return list(_fields(kind))
    return _dtype(kind)


def _fields(kind: pa.StructType) -> Iterator[dict[str, Any]]:
    for field in kind:
        yield _feature(field.name, field.type, {})


def _dtype(kind: pa.DataType) -> str:
    return {"double": "float64"}.get(str(kind), str(kind))
