"""brat's standoff files to drafts: pairs of ``.txt`` and ``.ann`` in a zip."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from annotator.domain.offsets import Unit
from annotator.domain.text import quote
from annotator.formats.brat.configuration import schema_of
from annotator.formats.brat.fragments import joined
from annotator.formats.brat.options import BratReadOptions
from annotator.formats.brat.writer import DETAILS
from annotator.formats.given.companion import REGISTER, Told, register
from annotator.formats.given.details import decoded, merged
from annotator.formats.given.drafts import Given, add_annotation, add_link, draft_of
from annotator.formats.given.files import Files, Unreadable, stem, text_of
from annotator.formats.given.whose import Source, sources, taken
from annotator.formats.jsonl.draft import Draft, World
from annotator.formats.records import AnnotationRecord, Diagnostic, DocumentRecord, Record

_MARK = re.compile(r"(\S+) (\d{1,12} \d{1,12}(?:;\d{1,12} \d{1,12})*)")
_EVENT = re.compile(r"(\S+):(\S+)")
_CONFIGURATION = "annotation.conf"


def find(files: Files, options: BratReadOptions, world: World) -> Iterator[Given]:
    """Schema and entities, then a draft for each pair of files."""
    if not files.is_zip:
        message = "brat's files come in pairs of .txt and .ann: put them into a zip."
        yield Diagnostic(code="wrong_kind_of_file", message=message)
        return
    told = Told(files)
    yield from told.faults
    yield from register(files)
    if REGISTER not in files.names and _CONFIGURATION in files.names:
        yield schema_of(text_of(files.read(_CONFIGURATION), _CONFIGURATION))
    texts = {stem(name): name for name in files.names if name.endswith(".txt")}
    for source in sources(files, told, (".ann",), options):
        text = texts.pop(stem(source.file), None)
        yield _draft(files, text, source, told, options)
    for name in texts.values():
        if not told.files:
            message = f"{name} has no .ann beside it and is left out."
            yield Diagnostic(code="no_annotations", message=message, severity="note", document=stem(name))


def _draft(files: Files, text: str | None, source: Source, told: Told, options: BratReadOptions) -> Given:
    if text is None:
        message = f"There is no .txt beside {source.file}."
        return Diagnostic(code="no_text", message=message, document=source.document)
    try:
        said = text_of(files.read(text), text)
        lines = text_of(files.read(source.file), source.file)
    except Unreadable as error:
        return error.as_diagnostic(source.document)
    draft = draft_of(1, {"id": source.document, "text": said}, options.unit or Unit.CODE_POINT)
    parse(lines, draft)
    return taken(draft, source, told, options.author)


@dataclass(slots=True)
class _Found:
    """What the lines of a file say, by their ids."""

    marks: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)  # the annotation that an event stands on
    links: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    attributes: list[tuple[int, str, str, Any]] = field(default_factory=list)
    asides: list[tuple[int, str, str, Any]] = field(default_factory=list)  # notes and references
    details: dict[str, tuple[int, str]] = field(default_factory=dict)


def parse(text: str, draft: Draft) -> None:
    """Add to the draft what an ``.ann`` file says; what is wrong with a line goes to its faults."""
    found = _Found()
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        if line.strip() and (fault := _take(line, number, found)):
            message, column = fault
            draft.faults.error("broken_line", message, number, line[:20].split("\t")[0] or None, None, column)
    _give(found, draft)


def _take(line: str, number: int, found: _Found) -> tuple[str, int] | None:
    """What is wrong with the line, and in which column."""
    id_, tab, rest = line.partition("\t")
    column = len(id_) + 2
    if not tab or not id_:
        return "A line begins with an id and a tab.", column - 1
    match id_[0]:
        case "T":
            return _take_mark(id_, rest, number, found, column)
        case "R" | "E" | "A" | "M" | "*":
            words = rest.split()
            if len(words) < 1 + (id_[0] != "E"):
                return "The line says too little.", column
            return _take_words(id_, words, number, found, column)
        case "N":
            words = rest.split("\t")[0].split()
            if len(words) != 3:
                return "A reference is a word, an id and an entry of a register.", column
            found.asides.append((number, words[1], "reference", words[2]))
        case "#":
            about, _, said = rest.partition("\t")
            kind, _, target = about.partition(" ")
            if kind == DETAILS:
                found.details[target] = number, said
            elif target:
                found.asides.append((number, target, "note", said))
        case _:
            return f"An id begins with T, R, E, A, M, N, # or *, not with {id_[0]!r}.", 1
    return None


def _take_mark(id_: str, rest: str, number: int, found: _Found, column: int) -> tuple[str, int] | None:
    where, tab, said = rest.partition("\t")
    place = _MARK.fullmatch(where)
    if place is None:
        return "A mark has a label and pairs of offsets: `Label 0 5;8 11`.", column
    if id_ in found.marks:
        return f"The id {id_} is given twice.", 1
    pairs = [pair.split() for pair in place[2].split(";")]
    spans = sorted((int(start), int(end)) for start, end in pairs)
    found.marks[id_] = number, {"label": place[1], "spans": spans, "quote": said if tab else None}
    return None


def _take_words(
    id_: str, words: list[str], number: int, found: _Found, column: int
) -> tuple[str, int] | None:
    match id_[0]:
        case "R":
            ends = dict(word.partition(":")[::2] for word in words[1:])
            if len(ends) != 2:
                return "A relation has two ends: `Type Arg1:T1 Arg2:T2`.", column
            first, second = ends.values()
            if id_ in found.links:
                return f"The id {id_} is given twice.", 1
            found.links[id_] = number, {"type": words[0], "from": first, "to": second}
        case "*":
            for place, (one, other) in enumerate(pairwise(words[1:])):
                name = f"*{number}.{place}"
                found.links[name] = number, {"type": words[0], "from": one, "to": other}
        case "E":
            parts = [_EVENT.fullmatch(word) for word in words]
            if None in parts or parts[0] is None:
                return "An event has a trigger and roles: `Type:T1 Role:T2`.", column
            found.triggers[id_] = parts[0][2]
            for place, part in enumerate(parts[1:]):
                assert part is not None
                ends = {"type": part[1].rstrip("0123456789") or part[1], "from": id_, "to": part[2]}
                found.links[f"{id_}.{place}"] = number, ends
        case _:
            value: str | bool = " ".join(words[2:]) or True
            found.attributes.append((number, words[1], words[0], value))
    return None


def _give(found: _Found, draft: Draft) -> None:
    _give_attributes(found, draft)
    names: dict[str, str] = {}
    for id_, (line, fields) in found.marks.items():
        told = _details(found, id_, draft)
        own = merged({"id": id_, **fields}, told)
        names[id_] = str(own["id"])
        add_annotation(draft, line, **own)
    for id_, (line, fields) in found.links.items():
        told = _details(found, id_, draft)
        ends = {end: names.get(_trigger(found, fields[end]), fields[end]) for end in ("from", "to")}
        add_link(draft, line, **merged({"id": id_, **fields, **ends}, told))


def _give_attributes(found: _Found, draft: Draft) -> None:
    # Where our own details stand, they have said it to the letter.
    asides = [aside for aside in found.asides if aside[1] not in found.details]
    for line, target, key, value in [*found.attributes, *asides]:
        owner = found.marks.get(_trigger(found, target)) or found.links.get(target)
        if owner is None:
            # A note or attribute about nothing is no reason to refuse a document.
            message = f"There is no {target} that this line is about."
            draft.faults.warning("record_missing", message, line, key, "It is left out.")
            continue
        attributes = owner[1].setdefault("attrs", {})
        said = attributes.get(key)
        both = isinstance(said, str) and isinstance(value, str) and said != value
        attributes[key] = f"{said}; {value}" if both else value


def _details(found: _Found, id_: str, draft: Draft) -> dict[str, Any]:
    if id_ not in found.details:
        return {}
    line, said = found.details[id_]
    told = decoded(said)
    if told is None:
        draft.faults.error("broken_json", "The note of our own is not what we write.", line, id_)
    return told or {}


def _trigger(found: _Found, id_: str) -> str:
    seen: set[str] = set()
    while id_ in found.triggers and id_ not in seen:
        seen.add(id_)
        id_ = found.triggers[id_]
    return id_


def rejoined(found: Iterable[Record | Diagnostic]) -> Iterator[Record | Diagnostic]:
    """brat cuts a stretch at a line end: here it is one again."""
    text = ""
    for record in found:
        if isinstance(record, DocumentRecord):
            text = record.text
        elif isinstance(record, AnnotationRecord) and len(record.spans) > 1:
            spans = joined(text, record.spans)
            if spans != record.spans:
                record = replace(record, spans=spans, quote=quote(text, spans))
        yield record
