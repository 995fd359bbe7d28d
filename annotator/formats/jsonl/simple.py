"""The JSON Lines that most people have: one text a line with its spans, as Prodigy, spaCy and doccano
write it.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from annotator.domain.offsets import Unit
from annotator.formats.given.mapping import key_of
from annotator.formats.jsonl.draft import Draft, World
from annotator.formats.jsonl.faults import shown
from annotator.formats.jsonl.parse import NotStorable
from annotator.formats.jsonl.wire import AnnotationLine, DocumentLabelLine, DocumentLine, LinkLine, SetLine

_TEXTS = ("text", "data")
_SPANS = ("spans", "entities", "label", "labels")
_KNOWN = frozenset(
    {
        *_TEXTS,
        *_SPANS,
        "id",
        "title",
        "meta",
        "relations",
        "answer",
        "languages",
        "source_url",
        "url",
        "published",
    }
    | {
        "client_key",
        "author",
        "_annotator_id",
        "tokens",
        "_input_hash",
        "_task_hash",
        "_session_id",
        "_view_id",
    }
)
_ONE_VALUE = "label"  # the document label that a bare label of the whole text becomes


def is_simple(value: Any) -> bool:
    return _text_of(_as_object(value)) is not None


def simple_draft(value: Any, line: int, world: World) -> Draft:
    """A document that is whole in one line.

    Raises:
        NotStorable, msgspec.ValidationError: a field, a span or a label is not what it should be.
    """
    given = _as_object(value)
    document = msgspec.convert(_document_fields(given), DocumentLine)
    draft = Draft(
        line, document.id, document, declared=Unit.CODE_POINT if _is_prodigy(given) else None, alone=True
    )
    for field in sorted(given.keys() - _KNOWN):
        message = f"Lines have a field {shown(field)}, which is not kept."
        world.remarks.add("note", "ignored_field", message, line)
    if given.get("answer", "accept") == "accept":
        _add_parts(draft, given, line, world)
    else:
        message = "Answers that reject or ignore come without their spans."
        world.remarks.add("warning", "answer_not_accept", message, line)
    return draft


def _add_parts(draft: Draft, given: Mapping[str, Any], line: int, world: World) -> None:
    author = {"author": given.get("author") or given.get("_annotator_id")}
    if author["author"]:
        # Somebody has looked at it, even if there was nothing to mark.
        draft.add(line, msgspec.convert(author, SetLine))
    said = [part for field in _SPANS for part in _listed(given, field)]
    marks = [_mark(part) for part in said if not isinstance(part, str)]
    ids: dict[str, str] = {}  # of the annotation, by its id in the source and by place and label
    for number, mark in enumerate(marks, start=1):
        id_ = f"#{number}"
        ids |= {repr(_place(mark)): id_, repr(mark.get("id")): id_}
        draft.add(line, msgspec.convert({**_annotation(mark), **author, "id": id_}, AnnotationLine))
    for number, relation in enumerate(_listed(given, "relations"), start=1):
        ends = _ends(relation, ids, number)
        draft.add(line, msgspec.convert({**ends, **author, "id": f"#{number}"}, LinkLine))
    _add_document_label([part for part in said if isinstance(part, str)], draft, line, world, author)


def _add_document_label(
    labels: list[str], draft: Draft, line: int, world: World, author: Mapping[str, Any]
) -> None:
    if len(labels) == 1:
        value = {"label": _ONE_VALUE, "value": labels[0], **author}
        draft.add(line, msgspec.convert(value, DocumentLabelLine))
    elif labels:
        message = "Several labels for a whole text are not kept; one is."
        world.remarks.add("warning", "several_document_labels", message, line)


def _as_object(value: Any) -> Mapping[str, Any]:
    match value:
        case dict():
            return value
        case [str() as text, dict() as said]:  # spaCy's old training data
            return {"text": text, **said}
        case _:
            return {}


def _text_of(given: Mapping[str, Any]) -> str | None:
    return next((given[field] for field in _TEXTS if isinstance(given.get(field), str)), None)


def _document_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    text, id_ = _text_of(given) or "", given.get("id")
    meta = given.get("meta") or {}
    if id_ is not None and not isinstance(id_, str) and isinstance(meta, dict):
        meta = {"id": id_, **meta}
    return {
        # A number is a row of one tool's table; elsewhere it means another text. The text's hash does not.
        "id": id_ if isinstance(id_, str) else f"sha256:{sha256(text.encode()).hexdigest()}",
        "text": text,
        "title": given.get("title") or "",
        "meta": meta,
        "languages": given.get("languages") or (),
        "source_url": given.get("source_url") or given.get("url"),
        "published": given.get("published"),
        "client_key": given.get("client_key"),
    }


def _is_prodigy(given: Mapping[str, Any]) -> bool:
    return "_input_hash" in given or "tokens" in given  # it counts code points


def _listed(given: Mapping[str, Any], field: str) -> list[Any]:
    found = given.get(field)
    if isinstance(found, str):
        return [found]
    if found is None or isinstance(found, list):
        return found or []
    raise NotStorable("wrong_type", f"The field {field} is no list.")


def _mark(part: Any) -> dict[str, Any]:
    match part:
        case [start, end, label]:
            return {"start": start, "end": end, "label": label}
        case dict():
            return part
        case _:
            raise NotStorable("wrong_type", f"This is no span: {shown(str(part))}.")


def _place(mark: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """Start, end and label as the source has them; None where they are missing."""
    start = mark.get("start", mark.get("start_offset"))
    end = mark.get("end", mark.get("end_offset"))
    return start, end, mark.get("label")


def _annotation(mark: Mapping[str, Any]) -> dict[str, Any]:
    start, end, label = _place(mark)
    return {
        "spans": [[start, end]],
        "label": key_of(label) if isinstance(label, str) and label.strip() else label,
        "quote": mark.get("quote", mark.get("text")),
        "attrs": mark.get("attrs") or mark.get("attributes") or {},
        "entity": mark.get("entity"),
    }


def _ends(relation: Any, ids: Mapping[str, str], number: int) -> dict[str, Any]:
    """doccano links by id, Prodigy by the place of both spans."""
    match relation:
        case {"from_id": from_, "to_id": to}:
            ends = ids.get(repr(from_)), ids.get(repr(to))
        case {"head_span": dict() as head, "child_span": dict() as child}:
            ends = ids.get(repr(_place(head))), ids.get(repr(_place(child)))
        case _:
            ends = None, None
    if None in ends:
        raise NotStorable("link_end_missing", f"Relation {number} does not link two of the line's spans.")
    return {"type": relation.get("type", relation.get("label")), "from": ends[0], "to": ends[1]}
