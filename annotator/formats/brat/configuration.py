"""``annotation.conf``: what brat's server lets people mark, from a label schema and back."""

import re
from collections.abc import Iterator

from annotator.domain.label_schema import Label, LinkType
from annotator.domain.values import Attribute
from annotator.formats.given.mapping import key_of
from annotator.formats.records import SchemaRecord

_SECTION = re.compile(r"\[(\w+)\]\s*$")


def configuration(schema: SchemaRecord) -> str:
    """The four sections that brat asks for."""
    return "\n".join(
        [*_entities(schema), "", *_relations(schema), "", "[events]", "", *_attributes(schema), ""]
    )


def _entities(schema: SchemaRecord) -> Iterator[str]:
    yield "[entities]"
    yield from (label.key for label in schema.labels if not label.retired)


def _relations(schema: SchemaRecord) -> Iterator[str]:
    yield "[relations]"
    yield "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>"
    for link in schema.link_types:
        if not link.retired:
            yield f"{link.key}\tArg1:{link.from_label or '<ANY>'}, Arg2:{link.to_label or '<ANY>'}"


def _attributes(schema: SchemaRecord) -> Iterator[str]:
    yield "[attributes]"
    for label in schema.labels:
        for attribute in label.attributes:
            if attribute.kind == "boolean":
                yield f"{attribute.key}\tArg:{label.key}"
            elif attribute.kind in ("choice", "codebook") and attribute.values:
                values = "|".join(value for value in attribute.values if re.fullmatch(r"[^\s|]+", value))
                yield f"{attribute.key}\tArg:{label.key}, Value:{values}"


def schema_of(text: str) -> SchemaRecord:
    """The schema that a configuration of another's gives; what it cannot say is left open."""
    lines: dict[str, list[str]] = {}
    section = ""
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip()
        if found := _SECTION.match(line):
            section = found[1]
        elif line and not line.startswith(("<", "!")):
            lines.setdefault(section, []).append(line.lstrip("-"))
    attributes = tuple(_attribute(line) for line in lines.get("attributes", []))
    names = [*lines.get("entities", []), *lines.get("events", [])]
    keys = dict.fromkeys(key_of(name.split()[0]) for name in names if name.split())
    links = dict.fromkeys(key_of(line.split()[0]) for line in lines.get("relations", []) if line.split())
    return SchemaRecord(
        name="brat",
        version="",
        labels=tuple(
            Label(
                key=key,
                name=key,
                color="#999999",
                shortcut="",
                entity_type=None,
                attributes=attributes,
                description="",
                order=order,
            )
            for order, key in enumerate(keys, start=1)
        ),
        link_types=tuple(
            LinkType(
                key=key, name=key, from_label=None, to_label=None, attributes=(), description="", order=order
            )
            for order, key in enumerate(links, start=1)
        ),
    )


def _attribute(line: str) -> Attribute:
    key = key_of(line.split()[0]) if line.split() else "_"
    values = re.search(r"Value:\s*([^,\s]+)", line)
    if values is None:
        return Attribute(key, key, "boolean")
    return Attribute(
        key, key, "choice", tuple(dict.fromkeys(value for value in values[1].split("|") if value))
    )
