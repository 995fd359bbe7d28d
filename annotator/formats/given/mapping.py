"""Foreign labels, types of links and attributes under our names; what nobody mapped is told with its count."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from annotator.formats.records import (
    AnnotationRecord,
    Diagnostic,
    DocumentRecord,
    Json,
    LinkRecord,
    Record,
    SchemaRecord,
)

_ALL = "*"
_NO_KEY = re.compile(r'[\s\x00-\x1f"\\/]+')
_LONGEST = 100
_MOST_KINDS = 1_000


class HasMappings(Protocol):
    """Options with a mapping for each kind of name."""

    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def links(self) -> Mapping[str, str]: ...
    @property
    def attributes(self) -> Mapping[str, str]: ...


def mapped(found: Iterable[Record | Diagnostic], options: HasMappings) -> Iterator[Record | Diagnostic]:
    """The records under our names, then a note for each foreign name that stayed as it is.

    An annotation whose label is mapped to nothing goes, and so do the links at its ends.
    """
    names = _Names(options)
    for record in found:
        match record:
            case SchemaRecord():
                names.know(record)
                yield names.schema(record)
            case DocumentRecord():
                names.gone.clear()
                yield record
            case AnnotationRecord():
                yield from names.annotation(record)
            case LinkRecord():
                yield from names.link(record)
            case _:
                yield record
    yield from names.told()


def key_of(name: str) -> str:
    """A name as a key of our schema can be: without white space, quotes and slashes."""
    return _NO_KEY.sub("_", name).strip("_")[:_LONGEST] or "_"


@dataclass(slots=True)
class _Names:
    options: HasMappings
    known: dict[str, set[str]] = field(
        default_factory=lambda: {"label": set(), "link": set(), "attribute": set()}
    )
    foreign: Counter[tuple[str, str]] = field(default_factory=Counter)
    gone: set[tuple[str | None, str]] = field(default_factory=set)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    keys: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def know(self, schema: SchemaRecord) -> None:
        self.known["label"] |= {label.key for label in schema.labels}
        self.known["link"] |= {kind.key for kind in schema.link_types}
        owners = [label.attributes for label in schema.labels] + [it.attributes for it in schema.link_types]
        self.known["attribute"] |= {attribute.key for attributes in owners for attribute in attributes}

    def schema(self, record: SchemaRecord) -> SchemaRecord:
        """Without what is mapped: ours is there already."""
        labels = tuple(it for it in record.labels if not self._is_mapped(it.key, self.options.labels))
        links = tuple(it for it in record.link_types if not self._is_mapped(it.key, self.options.links))
        return replace(record, labels=labels, link_types=links)

    def _is_mapped(self, key: str, mapping: Mapping[str, str]) -> bool:
        return key in mapping or _ALL in mapping

    def annotation(self, record: AnnotationRecord) -> Iterator[Record]:
        label = self._ours("label", record.label, self.options.labels)
        if label:
            attributes = self._attributes(record.attributes)
            same = label == record.label and attributes is record.attributes
            yield record if same else replace(record, label=label, attributes=attributes)
        else:
            self.gone.add((record.author, record.id))

    def link(self, record: LinkRecord) -> Iterator[Record]:
        if self.gone.intersection(
            [(record.author, record.from_annotation), (record.author, record.to_annotation)]
        ):
            return
        type_ = self._ours("link", record.type, self.options.links)
        if type_:
            attributes = self._attributes(record.attributes)
            same = type_ == record.type and attributes is record.attributes
            yield record if same else replace(record, type=type_, attributes=attributes)

    def _attributes(self, given: Mapping[str, Json]) -> Mapping[str, Json]:
        names = {key: self._ours("attribute", key, self.options.attributes) for key in given}
        if all(key == name for key, name in names.items()):
            return given
        return {names[key]: value for key, value in given.items() if names[key]}

    def _ours(self, kind: str, name: str, mapping: Mapping[str, str]) -> str:
        if name in mapping or _ALL in mapping or name in self._keys(mapping):
            ours = mapping.get(name, self._keys(mapping).get(name, mapping.get(_ALL, "")))
            if not ours:
                self._count(self.left_out, (kind, name))
            return ours
        if name not in self.known[kind]:
            self._count(self.foreign, (kind, name))
        return name if _NO_KEY.search(name) is None and len(name) <= _LONGEST else key_of(name)

    def _keys(self, mapping: Mapping[str, str]) -> Mapping[str, str]:
        """The mapping by names that are keys already, as lines of other tools have them."""
        found = self.keys.get(id(mapping))
        if found is None:
            found = self.keys[id(mapping)] = {
                key_of(name): ours for name, ours in mapping.items() if name != _ALL
            }
        return found

    def _count(self, counter: Counter[tuple[str, str]], key: tuple[str, str]) -> None:
        if key in counter or len(counter) < _MOST_KINDS:
            counter[key] += 1

    def told(self) -> Iterator[Diagnostic]:
        for (kind, name), count in sorted(self.foreign.items()):
            yield Diagnostic(
                code=_CODES[kind],
                message=f"The {_WORDS[kind]} {name!r:.100} is the file's own ({_times(count)}).",
                severity="note",
                record=f"{kind} {name}",
                repair=f"Map it with the option {kind}s, or define it in the label schema.",
                count=count,
            )
        for (kind, name), count in sorted(self.left_out.items()):
            yield Diagnostic(
                code="left_out_by_mapping",
                message=f"The {_WORDS[kind]} {name!r:.100} was mapped to nothing ({_times(count)}).",
                severity="note",
                record=f"{kind} {name}",
            )


_CODES = {"label": "foreign_label", "link": "foreign_link", "attribute": "foreign_attribute"}
_WORDS = {"label": "label", "link": "type of link", "attribute": "attribute"}


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
