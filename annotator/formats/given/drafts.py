"""Drafts of documents from any reader, joined where several authors marked the same one, and judged."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, TypeVar

import msgspec

from annotator.domain.offsets import Unit
from annotator.domain.text import TextNotClean, clean
from annotator.formats.given.options import GivenOptions
from annotator.formats.jsonl.draft import Draft, Entry, World
from annotator.formats.jsonl.judge import judge
from annotator.formats.jsonl.options import JsonlReadOptions
from annotator.formats.jsonl.wire import (
    AnnotationLine,
    DocumentLabelLine,
    DocumentLine,
    LinkLine,
    OfSet,
    SetLine,
    Wire,
)
from annotator.formats.records import Diagnostic, EntityRecord, Record, SchemaRecord

O = TypeVar("O", bound=OfSet)  # noqa: E741 - one of what belongs to a set
Given: TypeAlias = Draft | Record | Diagnostic


def world_of(options: GivenOptions, unit: Unit | None = None) -> World:
    said = JsonlReadOptions(
        author=options.author, set_status=options.set_status, unit=unit, languages=options.languages
    )
    return World(said)


def draft_of(line: int, fields: dict[str, Any], unit: Unit | None = None) -> Draft:
    """The draft of a document with these fields, ``id`` and ``text`` among them; faulty where they do not fit."""
    draft = Draft(line, fields.get("id"), None, unit)
    try:
        clean(fields["text"])
        draft.document = msgspec.convert(fields, DocumentLine)
    except TextNotClean as error:
        code = "nul" if error.details["character"] == "U+0000" else "lone_surrogate"
        draft.faults.error(code, str(error), line, "text")
    except msgspec.ValidationError as error:
        draft.faults.error("wrong_type", f"{error}.", line, "document")
    return draft


def add_annotation(draft: Draft, line: int, **fields: Any) -> None:
    """An annotation, checked for the types of its fields; its label may be any text."""
    _add(draft, line, "annotation", fields, "label")


def add_link(draft: Draft, line: int, **fields: Any) -> None:
    _add(draft, line, "link", fields, "type")


def add_set(draft: Draft, line: int = 1, **fields: Any) -> None:
    """That an author has worked on the document."""
    _add(draft, line, "set", fields)


def add_label(draft: Draft, line: int, label: str, value: str, **fields: Any) -> None:
    _add(draft, line, "label", {"label": label, "value": value, **fields})


_TYPES: dict[str, type[Wire]] = {
    "annotation": AnnotationLine,
    "link": LinkLine,
    "set": SetLine,
    "label": DocumentLabelLine,
}


def _add(draft: Draft, line: int, kind: str, fields: dict[str, Any], name: str | None = None) -> None:
    """``name`` is the field with a foreign name in it, which is mapped later and need not be a key yet."""
    try:
        if name is None or not isinstance(fields.get(name), str):
            draft.add(line, msgspec.convert(fields, _TYPES[kind]))
        else:
            data = msgspec.convert({**fields, name: "_"}, _TYPES[kind])
            draft.add(line, msgspec.structs.replace(data, **{name: fields[name]}))
    except msgspec.ValidationError as error:
        draft.faults.error("wrong_type", f"{error}.", line, f"{kind} {fields.get('id') or ''}".strip())


def signed(draft: Draft, author: str | None, *, gold: bool = False) -> Draft:
    """The draft with everything in it given to an author, or to gold."""
    if author is None and not gold:
        return draft
    draft.sets[:] = _given(draft.sets, author, gold)
    draft.annotations[:] = _given(draft.annotations, author, gold)
    draft.links[:] = _given(draft.links, author, gold)
    draft.labels[:] = _given(draft.labels, author, gold)
    return draft


def _given(entries: Iterable[Entry[O]], author: str | None, gold: bool) -> list[Entry[O]]:
    return [Entry(it.line, msgspec.structs.replace(it.data, author=author, gold=gold)) for it in entries]


def judged(found: Iterable[Given], world: World) -> Iterator[Record | Diagnostic]:
    """Records and diagnostics; drafts of one id that follow each other become one document."""
    waiting: Draft | None = None
    seen: set[int] = set()
    for item in found:
        if isinstance(item, Draft):
            if waiting and waiting.id is not None and waiting.id == item.id:
                _join(waiting, item)
                continue
            if waiting:
                yield from _judged(waiting, world, seen)
            waiting = item
            continue
        if isinstance(item, SchemaRecord):
            world.schema = item
        elif isinstance(item, EntityRecord):
            world.entity_types[item.id] = item.entity_type
        if waiting:
            yield from _judged(waiting, world, seen)
            waiting = None
        yield item
    if waiting:
        yield from _judged(waiting, world, seen)
    yield from world.remarks.told()


def _judged(draft: Draft, world: World, seen: set[int]) -> list[Record | Diagnostic]:
    if draft.id is not None:
        key = hash(draft.id)
        if key in seen:
            message = f"The document {draft.id} stands in the file twice; the first one counts."
            draft.faults.error("id_twice", message, draft.line, f"document {draft.id}")
            draft.document = None
        seen.add(key)
    return judge(draft, world)


def _join(first: Draft, other: Draft) -> None:
    """The same document as somebody else has marked it."""
    first.faults.found += other.faults.found
    if first.document is None or other.document is None:
        first.document = None
    elif first.document.text != other.document.text:
        message = f"Two authors' files have different texts for the document {first.id}."
        first.faults.error("text_differs", message, other.line, "text")
    first.sets += other.sets
    first.annotations += other.annotations
    first.links += other.links
    first.labels += other.labels
