"""Records to brat: one ``.txt`` and one ``.ann`` for each author's work on a document."""

import re
from collections.abc import Iterable, Iterator

from annotator.formats.brat.configuration import configuration
from annotator.formats.brat.fragments import fragments
from annotator.formats.brat.options import BratWriteOptions
from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.given.companion import Companion, folders
from annotator.formats.given.details import details, encoded, link_details
from annotator.formats.records import AnnotationRecord, DocumentRecord, EntityRecord, Record, SchemaRecord
from annotator.formats.sink import Sink

DETAILS = "Palimpsest"
_WORD = re.compile(r"[^\s]+")
_OTHERS = {"geonames_id": "GeoNames", "wikidata": "Wikidata"}


def write(records: Iterable[Record], sink: Sink, options: BratWriteOptions) -> None:
    """``annotation.conf`` where the schema is known, the pairs of files, and their companions."""
    companion, number = Companion(), 0
    register: dict[str, EntityRecord] = {}
    for item in bundles(records):
        match item:
            case SchemaRecord():
                with sink.file("annotation.conf") as output:
                    output.write(configuration(item).encode())
                companion.add(item)
            case EntityRecord():
                register[item.id] = item
                companion.add(item)
            case Bundle():
                number += 1
                _write(item, number, sink, companion, register)
    companion.put(sink)


def _write(
    bundle: Bundle, number: int, sink: Sink, companion: Companion, register: dict[str, EntityRecord]
) -> None:
    for name, work in folders(bundle, number):
        with sink.file(f"{name}.ann") as output:
            output.write(render(bundle.document, work, register).encode())
        with sink.file(f"{name}.txt") as output:
            output.write(bundle.document.text.encode())
        companion.tell(f"{name}.ann", bundle.document, work)


def render(document: DocumentRecord, work: Work, register: dict[str, EntityRecord]) -> str:
    """The lines of an ``.ann`` file."""
    return "".join([f"{line}\n" for line in _lines(document, work, register)])


def _lines(document: DocumentRecord, work: Work, register: dict[str, EntityRecord]) -> Iterator[str]:
    names: dict[str, str] = {}
    count = _Count()
    for mark in sorted(work.annotations, key=lambda it: (it.spans, it.label, it.id)):
        name = names[mark.id] = count.next("T")
        yield f"{name}\t{mark.label} {_offsets(document.text, mark)}\t{_quote(document.text, mark)}"
        yield from _about(mark, name, count, register)
    for link in sorted(work.links, key=lambda it: (it.type, it.from_annotation, it.to_annotation, it.id)):
        name = count.next("R")
        yield f"{name}\t{link.type} Arg1:{names[link.from_annotation]} Arg2:{names[link.to_annotation]}"
        yield f"{count.next('#')}\t{DETAILS} {name}\t{encoded(link_details(link))}"


def _about(
    mark: AnnotationRecord, name: str, count: "_Count", register: dict[str, EntityRecord]
) -> Iterator[str]:
    own = frozenset(key for key, value in mark.attributes.items() if _is_native(key, value))
    for key in sorted(own):
        value = mark.attributes[key]
        yield f"{count.next('A')}\t{key} {name}" + ("" if value is True else f" {value}")
    yield f"{count.next('#')}\t{DETAILS} {name}\t{encoded(details(mark, without=own))}"
    if isinstance(note := mark.attributes.get("note"), str) and note.strip():
        yield f"{count.next('#')}\tAnnotatorNotes {name}\t{' '.join(note.split())}"
    entity = register.get(mark.entity or "")
    for key, base in _OTHERS.items():
        value = entity.attributes.get(key) if entity else None
        if entity and value is not None and _is_native(base, str(value)):
            yield f"{count.next('N')}\tReference {name} {base}:{value}\t{' '.join(entity.name.split())}"


def _is_native(key: str, value: object) -> bool:
    """brat's attributes are flags, or one word from a list."""
    words = value is True or (isinstance(value, str) and _WORD.fullmatch(value) is not None)
    return words and _WORD.fullmatch(key) is not None


def _offsets(text: str, mark: AnnotationRecord) -> str:
    return ";".join([f"{start} {end}" for start, end in fragments(text, mark.spans)])


def _quote(text: str, mark: AnnotationRecord) -> str:
    return " ".join([text[start:end] for start, end in fragments(text, mark.spans)])


class _Count:
    """Ids of brat's: a letter and a number that counts from 1."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def next(self, letter: str) -> str:
        self._last[letter] = self._last.get(letter, 0) + 1
        return f"{letter}{self._last[letter]}"
