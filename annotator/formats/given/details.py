"""What most formats have no place for goes as one JSON object into whatever field for free text they have."""

from collections.abc import Mapping
from typing import Any

import msgspec

from annotator.formats.jsonl.parse import NotStorable, check_storable
from annotator.formats.jsonl.writer import sorted_keys
from annotator.formats.records import AnnotationRecord, LinkRecord

_FIELDS = frozenset({"id", "attrs", "entity", "origin", "status", "confidence", "provenance"})


def details(record: AnnotationRecord, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Everything but label, spans and quote; attributes in ``without`` are written elsewhere."""
    told: dict[str, Any] = {"id": record.id}
    attributes = {key: value for key, value in record.attributes.items() if key not in without}
    if attributes:
        told["attrs"] = sorted_keys(attributes)
    if record.entity is not None:
        told["entity"] = record.entity
    if record.origin != "import":
        told["origin"] = record.origin
    for field in ("status", "confidence", "provenance"):
        value = getattr(record, field)
        if value is not None:
            told[field] = sorted_keys(value) if field == "provenance" else value
    return told


def link_details(record: LinkRecord) -> dict[str, Any]:
    told: dict[str, Any] = {"id": record.id}
    return told | ({"attrs": sorted_keys(record.attributes)} if record.attributes else {})


def encoded(value: object) -> str:
    """As JSON in one line of ASCII, so that no line end and no odd character can break a format."""
    text = msgspec.json.encode(value).decode()
    return "".join(
        [character if " " <= character <= "~" else _escaped(character) for character in text]
        if not text.isascii() or "\x7f" in text
        else [text]
    )


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join([f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)])


def decoded(text: str) -> dict[str, Any] | None:
    """The object that ``encoded`` made, with no other fields than ours; None if it is none."""
    try:
        value = msgspec.json.decode(text)
        check_storable(value)
    except (msgspec.DecodeError, RecursionError, NotStorable, UnicodeError):
        return None
    return value if isinstance(value, dict) and fits(value) else None


def fits(value: Mapping[str, Any]) -> bool:
    """These are details that we have written."""
    return "id" in value and _FIELDS.issuperset(value)


def merged(own: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an annotation with its details; attributes from both."""
    attributes = {**own.get("attrs", {}), **_dict(told.get("attrs"))}
    return {**own, **told, "attrs": attributes}


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
