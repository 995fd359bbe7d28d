"""A JSON Lines file to records: one document gathered at a time, judged when the next one begins."""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from typing import Any, BinaryIO

import msgspec

from annotator.formats.jsonl.draft import Draft, World
from annotator.formats.jsonl.faults import shown
from annotator.formats.jsonl.judge import judge
from annotator.formats.jsonl.options import JsonlReadOptions
from annotator.formats.jsonl.parse import NotStorable, check_storable, parse
from annotator.formats.jsonl.schema import SchemaLine, read_schema
from annotator.formats.jsonl.simple import is_simple, simple_draft
from annotator.formats.jsonl.wire import KINDS, DocumentLine, EntityLine, OfSet, VariantLine, Wire
from annotator.formats.lines import Line, lines
from annotator.formats.records import Diagnostic, EntityRecord, Record

_KIND = re.compile(rb'"kind"\s*:\s*"(\w+)"')
_ID = re.compile(rb'"id"\s*:\s*"([^"\\]{1,500})"')
_DOCUMENT = re.compile(rb'"document"\s*:\s*"([^"\\]{1,500})"')
_NOBODY: set[tuple[int, str | None]] = {(0, None)}
_HEAD = 2_000  # bytes of an unreadable line in which its kind is looked for
_TYPES: dict[str, type[Wire]] = {**KINDS, "schema": SchemaLine}
_FIELDS = {
    kind: frozenset(field.encode_name for field in msgspec.structs.fields(type_)) | {"kind"}
    for kind, type_ in _TYPES.items()
}


def read(source: BinaryIO, options: JsonlReadOptions) -> Iterator[Record | Diagnostic]:
    """Records and diagnostics of a file. A line belongs to the document before it, or to the one it names."""
    return read_lines(lines(source, options.line_limit), options)


def read_lines(
    source: Iterable[Line | Diagnostic], options: JsonlReadOptions
) -> Iterator[Record | Diagnostic]:
    """The same from lines that come from elsewhere."""
    reader = _Reader(options)
    for line in source:
        yield from reader.take(line)
    yield from reader.finish()


class _Reader:
    def __init__(self, options: JsonlReadOptions) -> None:
        self._world = World(options)
        self._draft: Draft | None = None
        self._documents: dict[str, set[tuple[int, str | None]]] = {}

    def take(self, line: Line | Diagnostic) -> Iterable[Record | Diagnostic]:
        if isinstance(line, Diagnostic):
            return self._unreadable(line, b"")
        try:
            value = parse(line)
            data = self._understood(value, line.number)
        except NotStorable as error:
            return self._unreadable(error.as_diagnostic(line), line.data)
        except msgspec.ValidationError as error:
            told = Diagnostic(code="wrong_type", message=f"{error}.", line=line.number)
            return self._unreadable(told, line.data)
        return self._act(line.number, data)

    def finish(self) -> Iterator[Record | Diagnostic]:
        yield from self._close()
        yield from self._world.remarks.told()

    def _understood(self, value: Any, line: int) -> Wire | Draft:
        kind = value.get("kind") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in _FIELDS:
            return self._dialect(kind, value, line)
        if is_simple(value):
            return simple_draft(value, line, self._world)
        raise NotStorable(
            "unknown_line", f"A line of kind {shown(str(kind))} is not known, nor one without a text."
        )

    def _dialect(self, kind: str, value: dict[str, Any], line: int) -> Wire:
        if not _FIELDS[kind].issuperset(value):
            value = self._without_unknown(kind, value, line)
        return msgspec.convert(value, _TYPES[kind])

    def _without_unknown(self, kind: str, value: dict[str, Any], line: int) -> dict[str, Any]:
        unknown = value.keys() - _FIELDS[kind]
        if kind == "entity":
            return _with_attributes(value, unknown)
        for field in sorted(unknown):
            message = f"Lines of kind {kind} have a field {shown(field)}, which is not kept."
            self._world.remarks.add("note", "ignored_field", message, line)
        return value

    def _act(self, line: int, data: Wire | Draft) -> Iterable[Record | Diagnostic]:
        match data:
            case SchemaLine():
                return self._take_schema(data)
            case EntityLine():
                return self._take_entity(line, data)
            case DocumentLine():
                return self._open(Draft(line, data.id, data, self._world.declared))
            case Draft():
                return [*self._open(data), *self._close()]
            case OfSet() | VariantLine():
                return self._take_part(line, data, data.document)
            case _:
                raise AssertionError(data)

    def _take_schema(self, data: SchemaLine) -> Iterator[Record | Diagnostic]:
        yield from self._close()
        self._world.declared = data.unit
        self._world.schema = read_schema(data)
        yield self._world.schema

    def _take_entity(self, line: int, data: EntityLine) -> Iterator[Record | Diagnostic]:
        if data.id in self._world.entity_types:
            message = f"The entity {data.id} is described twice; the first description stands."
            yield Diagnostic(code="id_twice", message=message, line=line, record=f"entity {data.id}")
            return
        self._world.entity_types[data.id] = data.entity_type
        yield EntityRecord(
            id=data.id,
            entity_type=data.entity_type,
            name=data.name,
            aliases=data.aliases,
            attributes={key: value for key, value in data.attrs.items() if value is not None},
            note=data.note,
        )

    def _take_part(self, line: int, data: Wire, document: str | None) -> Iterable[Record | Diagnostic]:
        draft = self._draft
        if draft and (document is None or draft.id in (None, document)):
            draft.add(line, data)
            return ()
        if document is None:
            message = "No document stands before this line, and it names none."
            return [Diagnostic(code="no_document", message=message, line=line)]
        message = f"This line belongs to document {document}, which is not the one before it."
        repair = "Lines stand after their document and before the next one."
        return [Diagnostic(code="out_of_place", message=message, line=line, document=document, repair=repair)]

    def _open(self, draft: Draft) -> Iterator[Record | Diagnostic]:
        yield from self._close()
        if draft.id is not None and not self._is_new(draft, draft.id):
            message = f"The document {draft.id} stands in the file twice; the first one counts."
            draft.faults.error("id_twice", message, draft.line, f"document {draft.id}")
            draft.document = None
        self._draft = draft

    def _is_new(self, draft: Draft, id_: str) -> bool:
        """The first of its id; or, where each line is a document, the same text marked by somebody else."""
        seen = self._documents.setdefault(id_, set())
        now = self._voices(draft)
        same_text = {text for text, _ in now} == {text for text, _ in seen}
        new = not seen or (now != _NOBODY and same_text and not now & seen)
        seen |= now
        return new

    def _voices(self, draft: Draft) -> set[tuple[int, str | None]]:
        """Text and author of a line that stands alone."""
        if not draft.alone or draft.document is None:
            return _NOBODY
        text = hash(draft.document.text)
        parts: list[OfSet] = [entry.data for entry in draft.annotations]
        parts += [entry.data for entry in draft.labels]
        parts += [entry.data for entry in draft.sets]
        return {(text, self._world.owner(part)) for part in parts} or _NOBODY

    def _close(self) -> Iterable[Record | Diagnostic]:
        draft, self._draft = self._draft, None
        return judge(draft, self._world) if draft else ()

    def _unreadable(self, told: Diagnostic, data: bytes) -> Iterable[Record | Diagnostic]:
        """The line may have been part of a document, which is not whole without it."""
        kind, document = _first(_KIND, data), _first(_DOCUMENT, data)
        if kind == "document":
            return self._open_unreadable(told, _first(_ID, data))
        draft = self._draft
        if draft is None or kind in ("schema", "entity") or document not in (None, draft.id):
            return [replace(told, document=document)]
        draft.faults.found.append(replace(told, document=draft.id))
        return ()

    def _open_unreadable(self, told: Diagnostic, id_: str | None) -> Iterable[Record | Diagnostic]:
        draft = Draft(told.line or 0, id_, None)
        draft.faults.found.append(replace(told, document=id_))
        return self._open(draft)


def _with_attributes(value: dict[str, Any], unknown: Set[str]) -> dict[str, Any]:
    """An entity's line with all that it does not know among ``attrs``."""
    found = {key: value[key] for key in value if key in unknown}
    known = {key: value[key] for key in value if key not in unknown}
    said = known.get("attrs", {})
    check_storable([found, said])
    return known | {"attrs": found | said if isinstance(said, dict) else said}


def _first(pattern: re.Pattern[bytes], data: bytes) -> str | None:
    found = pattern.search(data, 0, _HEAD)
    return found[1].decode(errors="replace") if found else None
