"""The schema line of our JSON Lines: short where there is little to say, lossless where there is more."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from annotator.domain.label_schema import Color, DocumentLabel, EntityType, Label, LinkType, Shortcut
from annotator.domain.offsets import Unit
from annotator.domain.values import Attribute, AttributeValue, Key, Kind
from annotator.formats.jsonl.wire import Wire
from annotator.formats.records import SchemaRecord

GREY = "#999999"
# What an attribute may hold, in the words of the file. The first word of a kind is the one we write.
_WORDS: dict[str, Kind] = {
    "string": "text",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "codebook": "codebook",
    "strings": "strings",
    "entity ids": "entities",
    "integer or null": "integer",
    "WGS84": "number",
    "1 exact, 2 near, 3 region": "integer",
}
_WORD_OF = {kind: word for word, kind in reversed(_WORDS.items())}
_UNITS = {"unicode_code_point": Unit.CODE_POINT, "utf16_code_unit": Unit.UTF16, "byte": Unit.UTF8}


class AttributeEntry(Wire, frozen=True, kw_only=True, omit_defaults=True):
    kind: Kind
    name: str | None = None
    values: tuple[str, ...] = ()
    required: bool = False
    default: AttributeValue | None = None


AttributeEntries = dict[Key, list[str] | str | AttributeEntry]


class LabelEntry(Wire, frozen=True, kw_only=True, omit_defaults=True):
    entity: Key | None = None
    attrs: AttributeEntries = msgspec.field(default_factory=lambda: {})  # noqa: PIE807 - so it is always written
    name: str | None = None
    color: Color = GREY
    shortcut: Shortcut = ""
    description: str = ""
    retired: bool = False
    replaced_by: Key | None = None


class LinkEntry(Wire, frozen=True, kw_only=True, omit_defaults=True):
    domain: Key | None = None
    range: Key | None = None
    attrs: AttributeEntries = {}
    name: str | None = None
    description: str = ""
    retired: bool = False


class EntityEntry(Wire, frozen=True, kw_only=True, omit_defaults=True):
    name: str | None = None
    description: str = ""


class DocumentLabelEntry(Wire, frozen=True, kw_only=True, omit_defaults=True):
    values: Annotated[tuple[str, ...], Meta(min_length=1)]
    name: str | None = None
    description: str = ""


class SchemaLine(Wire, frozen=True, kw_only=True):
    name: str = ""
    version: str = ""
    offset_unit: Literal["unicode_code_point", "utf16_code_unit", "byte"] = "unicode_code_point"
    offset_base: Literal[0] = 0
    end: Literal["exclusive"] = "exclusive"
    span_joiner: str = " "
    labels: dict[Key, LabelEntry] = {}
    entities: dict[Key, AttributeEntries] = {}
    entity_types: dict[Key, EntityEntry] = {}
    links: dict[Key, LinkEntry] = {}
    document_labels: dict[Key, DocumentLabelEntry] = {}

    @property
    def unit(self) -> Unit:
        return _UNITS[self.offset_unit]


def read_schema(line: SchemaLine) -> SchemaRecord:
    return SchemaRecord(
        name=line.name,
        version=line.version,
        labels=tuple(_label(key, entry, order) for order, (key, entry) in _numbered(line.labels)),
        link_types=tuple(_link_type(key, entry, order) for order, (key, entry) in _numbered(line.links)),
        entity_types=tuple(
            _entity_type(key, attributes, line.entity_types.get(key, EntityEntry()), order)
            for order, (key, attributes) in _numbered(line.entities)
        ),
        document_labels=tuple(
            DocumentLabel(key, entry.name or key, entry.values, entry.description, order)
            for order, (key, entry) in _numbered(line.document_labels)
        ),
    )


def _numbered(entries: Mapping[str, Any]) -> enumerate[tuple[str, Any]]:
    return enumerate(entries.items(), start=1)


def _label(key: str, entry: LabelEntry, order: int) -> Label:
    return Label(
        key=key,
        name=entry.name or key,
        color=entry.color,
        shortcut=entry.shortcut,
        entity_type=entry.entity,
        attributes=_attributes(entry.attrs),
        description=entry.description,
        order=order,
        retired=entry.retired,
        replaced_by=entry.replaced_by,
    )


def _link_type(key: str, entry: LinkEntry, order: int) -> LinkType:
    return LinkType(
        key=key,
        name=entry.name or key,
        from_label=entry.domain,
        to_label=entry.range,
        attributes=_attributes(entry.attrs),
        description=entry.description,
        order=order,
        retired=entry.retired,
    )


def _entity_type(key: str, attributes: AttributeEntries, entry: EntityEntry, order: int) -> EntityType:
    return EntityType(key, entry.name or key, _attributes(attributes), entry.description, order)


def _attributes(entries: AttributeEntries) -> tuple[Attribute, ...]:
    return tuple(_attribute(key, entry) for key, entry in entries.items())


def _attribute(key: str, entry: list[str] | str | AttributeEntry) -> Attribute:
    match entry:
        case list():
            return Attribute(key, key, "choice", tuple(entry))
        case str():
            return Attribute(key, key, _WORDS.get(entry, "text"))
        case _:
            return Attribute(key, entry.name or key, entry.kind, entry.values, entry.required, entry.default)


def schema_line(record: SchemaRecord) -> dict[str, Any]:
    """The line as plain JSON; ``read_schema`` gives the record back."""
    parts: dict[str, Any] = {
        "labels": {label.key: _label_entry(label) for label in record.labels},
        "entities": {kind.key: _entries(kind.attributes) for kind in record.entity_types},
        "entity_types": {kind.key: _entity_entry(kind) for kind in record.entity_types if _has_words(kind)},
        "links": {link.key: _link_entry(link) for link in record.link_types},
        "document_labels": {label.key: _document_label_entry(label) for label in record.document_labels},
    }
    return {
        "kind": "schema",
        "name": record.name,
        "version": record.version,
        "offset_unit": "unicode_code_point",
        "offset_base": 0,
        "end": "exclusive",
        "span_joiner": " ",
        **{
            key: msgspec.to_builtins(part)
            for key, part in parts.items()
            if part or key in ("labels", "links")
        },
    }


def _label_entry(label: Label) -> LabelEntry:
    return LabelEntry(
        entity=label.entity_type,
        attrs=_entries(label.attributes),
        name=_unless_key(label.name, label.key),
        color=label.color,
        shortcut=label.shortcut,
        description=label.description,
        retired=label.retired,
        replaced_by=label.replaced_by,
    )


def _link_entry(link: LinkType) -> LinkEntry:
    return LinkEntry(
        domain=link.from_label,
        range=link.to_label,
        attrs=_entries(link.attributes),
        name=_unless_key(link.name, link.key),
        description=link.description,
        retired=link.retired,
    )


def _entity_entry(kind: EntityType) -> EntityEntry:
    return EntityEntry(name=_unless_key(kind.name, kind.key), description=kind.description)


def _has_words(kind: EntityType) -> bool:
    return kind.name != kind.key or kind.description != ""


def _document_label_entry(label: DocumentLabel) -> DocumentLabelEntry:
    return DocumentLabelEntry(
        values=label.values, name=_unless_key(label.name, label.key), description=label.description
    )


def _entries(attributes: tuple[Attribute, ...]) -> AttributeEntries:
    return {attribute.key: _entry(attribute) for attribute in attributes}


def _entry(attribute: Attribute) -> list[str] | str | AttributeEntry:
    plain = Attribute(attribute.key, attribute.key, attribute.kind, attribute.values)
    if attribute == plain and attribute.kind == "choice":
        return list(attribute.values)
    if attribute == plain and not attribute.values:
        return _WORD_OF[attribute.kind]
    return AttributeEntry(
        kind=attribute.kind,
        name=_unless_key(attribute.name, attribute.key),
        values=attribute.values,
        required=attribute.required,
        default=attribute.default,
    )


def _unless_key(name: str, key: str) -> str | None:
    return None if name == key else name
