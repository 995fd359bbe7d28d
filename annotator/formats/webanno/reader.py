"""WebAnno TSV 3 of anybody's to drafts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from annotator.domain.offsets import Unit
from annotator.domain.text import utf16_length
from annotator.formats.given.companion import Told, register
from annotator.formats.given.details import decoded, merged
from annotator.formats.given.drafts import Given, add_annotation, add_link, draft_of
from annotator.formats.given.files import Files, Unreadable
from annotator.formats.given.options import GivenOptions
from annotator.formats.given.rows import Row, rows
from annotator.formats.given.whose import sources, taken
from annotator.formats.jsonl.draft import Draft, World
from annotator.formats.uima.given import named
from annotator.formats.webanno import escapes
from annotator.formats.webanno.layers import CHAIN, RELATION, SPAN, Layer, Slot, layer_of
from annotator.formats.webanno.writer import LINK, MARK

_UNIT = re.compile(r"\d{1,9}-\d{1,9}(?:\.\d{1,9})?")
_OFFSETS = re.compile(r"(\d{1,10})-(\d{1,10})")
_TARGET = re.compile(r"(\d{1,9}-\d{1,9}(?:\.\d{1,9})?)(?:\[(\d{1,9})(?:_(\d{1,9}))?\])?")
_CHAIN = re.compile(r"(.*)->(\d{1,9})-(\d{1,9})", re.DOTALL)
_NONE = "_"
_NO_VALUE = "*"

Key = tuple[str, str]  # of an annotation: its layer, and what tells it apart there


def find(files: Files, options: GivenOptions, world: World) -> Iterator[Given]:
    told = Told(files)
    yield from told.faults
    yield from register(files)
    for source in sources(files, told, (".tsv",), options):
        try:
            with files.open(source.file) as data:
                made = parse(data, source.document, files.limit)
        except Unreadable as error:
            yield error.as_diagnostic(source.document)
        else:
            yield taken(made, source, told, options.author)


@dataclass(slots=True)
class _Mark:
    line: int
    layer: str
    start: int
    end: int
    features: dict[str, str]


@dataclass(slots=True)
class _Link:
    line: int
    type: str
    from_: tuple[str, int, str]  # unit, number, layer
    to: Key | tuple[str, int, str]
    features: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _File:
    layers: list[Layer] = field(default_factory=list)
    columns: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0  # UTF-16 units of it
    pending: list[str] = field(default_factory=list)  # lines of a sentence whose words have not come yet
    marks: dict[Key, _Mark] = field(default_factory=dict)
    at: dict[str, list[Key]] = field(default_factory=dict)  # annotations that a unit is part of
    links: list[_Link] = field(default_factory=list)
    faults: list[tuple[str, int, int | None]] = field(default_factory=list)
    empty: int = 0
    rows: int = 0

    def fault(self, message: str, line: int, column: int | None = None) -> None:
        if len(self.faults) < 100:
            self.faults.append((message, line, column))


def parse(source: IO[bytes], document: str, limit: int) -> Draft:
    """The draft of a file.

    Raises:
        Unreadable: it is too long, or no text.
    """
    found, size = _File(), 0
    for row in rows(source):
        size += len(row.text) + 1
        if size > limit:
            raise Unreadable("file_too_long", f"The file is longer than {limit:,} characters.")
        if row.number == 1 and not row.text.startswith("#FORMAT=WebAnno TSV 3"):
            found.fault("The first line is not #FORMAT=WebAnno TSV 3.", 1, 1)
            break
        if row.text.startswith((SPAN, RELATION, CHAIN)) and not found.rows:
            layer, found.columns = layer_of(row.text, found.columns)
            found.layers.append(layer)
        elif row.text.startswith("#Text="):
            found.pending.append(escapes.plain(row.text.removeprefix("#Text=")))
        elif row.text.strip() and not row.text.startswith("#"):
            _take(row, found)
        elif not row.text.strip() and found.pending:
            _end_sentence(found)  # one without a word
    if found.pending:
        _end_sentence(found)
    return _draft(found, document)


def _end_sentence(found: _File, word: str | None = None, begin: int | None = None, line: int = 0) -> None:
    """Put the sentence that waits behind the text, where its first word says."""
    said = "\n".join(found.pending)
    found.pending.clear()
    if word is not None and begin is not None:
        at = said.find(word)
        start = begin - utf16_length(said[: max(at, 0)])
        gap = start - found.length
        if at < 0 or not 0 <= gap <= 100_000:
            found.fault("The sentence does not stand where its first word says.", line)
            return
        found.text.append(("\n" if found.length else " ") * gap)
        found.length += gap
    found.text.append(said)
    found.length += utf16_length(said)


def _take(row: Row, found: _File) -> None:
    found.rows += 1
    cells = row.text.split("\t")
    place = _OFFSETS.fullmatch(cells[1]) if len(cells) > 2 else None
    if place is None or not _UNIT.fullmatch(cells[0]):
        found.fault("A line has a number, offsets and a word: `1-1<tab>0-5<tab>Assad`.", row.number, 1)
        return
    start, end = int(place[1]), int(place[2])
    if found.pending:
        _end_sentence(found, escapes.plain(cells[2]), start, row.number)
    values = cells[3:]
    if len(values) < found.columns:
        message = f"The line has {len(values)} columns of annotations, the header tells {found.columns}."
        found.fault(message, row.number, len(row.text) + 1)
        return
    for layer in found.layers:
        match layer.kind:
            case "#T_SP=":
                _take_spans(layer, cells[0], (start, end), values, row.number, found)
            case "#T_CH=":
                _take_chain(layer, cells[0], (start, end), values, row.number, found)
            case _:
                _take_relations(layer, cells[0], values, row.number, found)


def _take_spans(
    layer: Layer, unit: str, place: tuple[int, int], values: list[str], line: int, found: _File
) -> None:
    columns = {name: _stack(values[column]) for name, column in layer.features.items()}
    slots = [_Roles(it, _stack(values[it.column]), _stack(values[it.column + 1])) for it in layer.slots]
    bare = [] if columns or slots else _stack(values[layer.first])
    stacks = [*columns.values(), *[it.roles for it in slots], *[it.targets for it in slots], bare]
    for index in range(max(map(len, stacks))):
        features, number = _stacked(columns, index)
        number = number or (escapes.numbered(bare[index])[1] if index < len(bare) else 0)
        for slot in slots:
            number = number or escapes.numbered(slot.role(index))[1]
        key = (layer.name, str(number) if number else f"{unit}.{index}")
        is_new = key not in found.marks
        _cover(key, place, features, line, unit, found)
        for slot in slots if is_new else []:
            _take_slot(slot, index, key, line, found)


class _Roles(NamedTuple):
    """Both columns of a slot, stacked."""

    slot: Slot
    roles: list[str]
    targets: list[str]

    def role(self, index: int) -> str:
        return self.roles[index] if index < len(self.roles) else ""

    def target(self, index: int) -> str:
        return self.targets[index] if index < len(self.targets) else ""


def _stacked(columns: dict[str, list[str]], index: int) -> tuple[dict[str, str], int]:
    features, number = {}, 0
    for name, stack in columns.items():
        if index < len(stack):
            said, at = escapes.numbered(stack[index])
            number = number or at
            if said not in (_NO_VALUE, _NONE):
                features[name] = escapes.plain(said)
    return features, number


def _cover(
    key: Key, place: tuple[int, int], features: dict[str, str], line: int, unit: str, found: _File
) -> None:
    mark = found.marks.get(key)
    if mark is None:
        found.marks[key] = _Mark(line, key[0], *place, features)
    else:
        mark.start, mark.end = min(mark.start, place[0]), max(mark.end, place[1])
    found.at.setdefault(unit, []).append(key)


def _take_slot(given: _Roles, index: int, host: Key, line: int, found: _File) -> None:
    roles = escapes.parts(given.role(index), ";")
    for place, said in enumerate(escapes.parts(given.target(index), ";")):
        if end := _TARGET.fullmatch(said):
            role = escapes.plain(escapes.numbered(roles[place])[0]) if place < len(roles) else ""
            type_ = given.slot.name if role in ("", _NO_VALUE, _NONE) else role
            found.links.append(_Link(line, type_, (end[1], int(end[2] or 0), given.slot.target), host))


def _take_relations(layer: Layer, unit: str, values: list[str], line: int, found: _File) -> None:
    columns = {name: _stack(values[column]) for name, column in layer.features.items()}
    for index, said in enumerate(_stack(values[layer.base]) if layer.base >= 0 else []):
        end = _TARGET.fullmatch(said)
        if end is None:
            found.fault(f"{said!r:.40} is no end of a relation.", line)
            continue
        features, _ = _stacked(columns, index)
        from_ = end[1], int(end[2] or 0), layer.target
        to = unit, int(end[3] or 0), layer.target
        found.links.append(_Link(line, layer.name, from_, to, features))


def _take_chain(
    layer: Layer, unit: str, place: tuple[int, int], values: list[str], line: int, found: _File
) -> None:
    relation = layer.features.get("referenceRelation", layer.first)
    kind = layer.features.get("referenceType", relation + 1)
    types = _stack(values[kind]) if kind < len(values) else []
    for index, said in enumerate(_stack(values[relation])):
        step = _CHAIN.fullmatch(said)
        if step is None:
            found.fault(f"{said!r:.40} is no part of a chain.", line)
            continue
        features = {"referenceRelation": escapes.plain(step[1])} if step[1] != _NO_VALUE else {}
        type_ = escapes.plain(escapes.numbered(types[index])[0]) if index < len(types) else _NO_VALUE
        features |= {} if type_ == _NO_VALUE else {"referenceType": type_}
        _cover((layer.name, f"{step[2]}-{step[3]}"), place, features, line, unit, found)


def _stack(cell: str) -> list[str]:
    return [] if cell == _NONE else escapes.parts(cell, "|")


def _draft(found: _File, document: str) -> Draft:
    draft = draft_of(1, {"id": document, "text": "".join(found.text)}, Unit.UTF16)
    for message, line, column in found.faults:
        draft.faults.error("broken_line", message, line, column=column)
    names = _give_marks(found, draft)
    _give_links(found, names, draft)
    if found.empty:
        message = f"{found.empty} annotations are empty: they mark no character."
        draft.faults.warning("span_empty", message, 1, None, "They are left out.")
    return draft


def _give_marks(found: _File, draft: Draft) -> dict[Key, str]:
    """The name of the annotation that each key became; stretches of one of ours became one."""
    names: dict[Key, str] = {}
    ours: dict[str, dict[str, Any]] = {}
    lines: dict[str, int] = {}
    for number, (key, mark) in enumerate(found.marks.items(), start=1):
        if mark.start == mark.end:
            found.empty += 1
        elif mark.layer == MARK and "identifier" in mark.features:
            name = mark.features["identifier"]
            own = {"id": name, "label": mark.features.get("label", _NONE), "spans": []}
            fields = ours.setdefault(name, own)
            fields["spans"].append((mark.start, mark.end))
            fields.update(decoded(mark.features.get("details", "{}")) or {})
            lines.setdefault(name, mark.line)
            names[key] = name
        else:
            layer = mark.layer.rpartition(".")[2]
            features = {k: v for k, v in mark.features.items() if k != "referenceRelation"}
            label, attributes = named(layer, features)
            names[key] = f"#{number}"
            span = [mark.start, mark.end]
            add_annotation(draft, mark.line, id=names[key], label=label, spans=[span], attrs=attributes)
    for name, fields in ours.items():
        fields["spans"].sort()
        add_annotation(draft, lines[name], **fields)
    return names


def _give_links(found: _File, names: dict[Key, str], draft: Draft) -> None:
    links = [(link, _key(found, link.from_), _resolved(found, link.to)) for link in found.links]
    number = 0
    for link, first, second in links:
        # A slot leads from its host to the target, a relation from its base to where it stands.
        from_, to = (second, first) if isinstance(link.to[1], str) else (first, second)
        if from_ not in names or to not in names:
            if first is None or second is None:
                _tell_missing(found, link, draft)
            continue
        number += 1
        own = {"id": f"#{number}", "type": link.type, "from": names[from_], "to": names[to]}
        if link.type == LINK:
            told = decoded(link.features.get("details", "{}")) or {}
            add_link(draft, link.line, **merged({**own, "type": link.features.get("label", _NONE)}, told))
        else:
            type_, attributes = named(link.type.rpartition(".")[2], link.features)
            add_link(draft, link.line, **{**own, "type": type_, "attrs": attributes})
    for key, mark in found.marks.items():
        chain, dash, step = key[1].partition("-")
        after = (
            (key[0], f"{chain}-{int(step) + 1}") if dash and step.isdigit() and "." not in key[1] else None
        )
        if after in names and key in names:
            number += 1
            type_ = mark.features.get("referenceRelation", mark.layer.rpartition(".")[2])
            ends = {"from": names[key], "to": names[after]}
            add_link(draft, mark.line, id=f"#{number}", type=type_, **ends)


def _tell_missing(found: _File, link: _Link, draft: Draft) -> None:
    layer = link.from_[2]
    if any(layer in (known.name, "uima.tcas.Annotation") for known in found.layers):
        draft.faults.error("link_end_missing", "A link leads to no annotation.", link.line)
    else:
        message = f"A link is between words or what else {layer} is, not between annotations."
        draft.faults.warning("link_end_missing", message, link.line, None, "It is left out.")


def _resolved(found: _File, end: Any) -> Key | None:
    return _key(found, end) if len(end) == 3 else end


def _key(found: _File, end: tuple[str, int, str]) -> Key | None:
    """The annotation that a unit and perhaps a number mean."""
    unit, number, layer = end
    there = [key for key in found.at.get(unit, []) if key[0] == layer] or found.at.get(unit, [])
    if number:
        return next((key for key in there if key[1] == str(number)), None)
    return there[0] if there else None
