"""Label Studio's tasks to drafts."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from annotator.domain.offsets import Unit
from annotator.formats.given.companion import applied, entry_from, register
from annotator.formats.given.details import fits
from annotator.formats.given.drafts import (
    Given,
    add_annotation,
    add_label,
    add_link,
    add_set,
    draft_of,
    signed,
)
from annotator.formats.given.files import Files, Unreadable
from annotator.formats.given.items import Item, items
from annotator.formats.jsonl.draft import Draft, World
from annotator.formats.jsonl.parse import NotStorable, parse
from annotator.formats.labelstudio.options import LabelStudioReadOptions
from annotator.formats.labelstudio.writer import OURS
from annotator.formats.lines import Line
from annotator.formats.records import Diagnostic

_TEXTS = ("text", "content", "article", "body", "document")
_MARKS = frozenset({"labels", "hypertextlabels"})


def find(files: Files, options: LabelStudioReadOptions, world: World) -> Iterator[Given]:
    yield from register(files)
    names = [it for it in files.names if it.endswith(".json") and it != "manifest.json"]
    for name in names if files.is_zip else files.names:
        try:
            with files.open(name) as source:
                for item in items(source, files.limit):
                    yield from _task(item, options, world)
        except Unreadable as error:
            yield error.as_diagnostic()


def _task(item: Item, options: LabelStudioReadOptions, world: World) -> Iterator[Given]:
    try:
        given = parse(Line(item.line, item.data))
    except NotStorable as error:
        before = item.data[: error.byte or 0]
        line, column = (
            item.line + before.count(b"\n"),
            len(before.rpartition(b"\n")[2].decode(errors="replace")) + 1,
        )
        yield Diagnostic(code=error.code, message=error.message, line=line, column=column)
        return
    data = given.get("data") if isinstance(given, dict) else None
    text = _text(data if isinstance(data, dict) else given, options.field)
    if text is None:
        message = "The task has no text in its data; name its field with the option field."
        yield Diagnostic(code="no_text", message=message, line=item.line)
        return
    yield from _drafts(given, data if isinstance(data, dict) else {}, text, item.line, options, world)


def _text(data: Mapping[str, Any], field: str) -> str | None:
    names = [field] if field else [*_TEXTS, *data]
    found = [data[name] for name in names if isinstance(data.get(name), str)]
    return found[0] if found else None


def _drafts(
    given: Mapping[str, Any],
    data: Mapping[str, Any],
    text: str,
    line: int,
    options: LabelStudioReadOptions,
    world: World,
) -> Iterator[Draft]:
    id_ = given.get("id")
    name = f"task-{id_}" if isinstance(id_, int | str) else f"sha256:{sha256(text.encode()).hexdigest()}"
    title = data.get("title")
    fields = {"id": name, "text": text, "title": title if isinstance(title, str) else ""}
    about = _dict(_dict(given.get("meta")).get(OURS))
    found = 0
    for kind in ("annotations", "completions", "predictions"):
        for place, one in enumerate(_list(given.get(kind))):
            if not isinstance(one, dict) or one.get("was_cancelled") is True:
                message = "Cancelled annotations are left out."
                world.remarks.add("note", "answer_not_accept", message, line)
                continue
            draft = draft_of(line, fields, options.unit or Unit.CODE_POINT)
            _add_result(draft, _list(one.get("result")), line, world)
            yield _signed(draft, one, kind, about, place, options)
            found += 1
    if not found:
        yield (
            applied(entry_from({"document": about.get("document")}), draft_of(line, fields))
            if about
            else draft_of(line, fields)
        )


def _signed(
    draft: Draft,
    one: Mapping[str, Any],
    kind: str,
    about: Mapping[str, Any],
    place: int,
    options: LabelStudioReadOptions,
) -> Draft:
    told = _list(about.get(kind))
    if place < len(told) and isinstance(told[place], dict):
        return applied(entry_from({**told[place], "document": about.get("document")}), draft)
    machine = kind == "predictions"
    author = _author(one.get("model_version") if machine else one.get("completed_by"))
    author = author or ("predictions" if machine else options.author)
    add_set(draft, draft.line, author=author, author_class="machine" if machine else "human")
    return signed(draft, author)


def _author(said: Any) -> str | None:
    match said:
        case {"email": str() as name} | {"username": str() as name}:
            return name[:500] or None
        case {"id": int() as number}:
            return str(number)
        case bool() | None:
            return None
        case str() | int():
            return str(said)[:500] or None
        case _:
            return None


def _add_result(draft: Draft, result: list[Any], line: int, world: World) -> None:
    marks: dict[str, list[dict[str, Any]]] = {}  # by region
    exact: set[str] = set()  # regions with our own details
    regions = [it for it in result if isinstance(it, dict) and it.get("type") in _MARKS]
    for number, region in enumerate(regions, start=1):
        _take_region(region, number, marks, exact)
    for other in result:
        if not isinstance(other, dict):
            draft.faults.error("wrong_type", "A part of a result is no object.", line)
        elif other.get("type") not in (*_MARKS, "relation"):
            _take_other(other, marks, exact, draft, line, world)
    for found in marks.values():
        for mark in found:
            add_annotation(draft, line, **_in_order(mark))
    number = 0
    for link in result:
        if isinstance(link, dict) and link.get("type") == "relation":
            number += 1
            _take_link(link, number, marks, draft, line)


def _take_region(
    region: dict[str, Any], number: int, marks: dict[str, list[dict[str, Any]]], exact: set[str]
) -> None:
    value = _dict(region.get("value"))
    place = _dict(value.get("globalOffsets")) or value
    span, said = (place.get("start"), place.get("end")), value.get("text")
    meta = _dict(region.get("meta"))
    ours = _dict(meta.get(OURS))
    whole = marks.get(str(ours.get("part_of")))
    if whole:
        whole[0]["spans"].append(span)
        whole[0]["quotes"].append(said)
        return
    id_ = str(region.get("id", f"region-{number}"))
    names = _list(value.get("labels") or value.get("hypertextlabels"))
    for place_, label in enumerate(names or ["_"], start=1):
        fields = {
            "id": id_ if place_ == 1 else f"{id_}#{place_}",
            "label": label,
            "spans": [span],
            "quotes": [said],
            "attrs": {},
        }
        note = _list(meta.get("text"))
        if note and all(isinstance(part, str) for part in note):
            fields["attrs"] = {"note": "\n".join(note)}
        if fits(ours):
            fields |= ours
            exact.add(id_)
        marks.setdefault(id_, []).append(fields)


def _in_order(mark: dict[str, Any]) -> dict[str, Any]:
    """The stretches in the order of the text, with their quotes."""
    given = list(zip(mark["spans"], mark["quotes"], strict=True))
    if all(isinstance(edge, int) for span, _ in given for edge in span):
        given.sort(key=lambda part: part[0])
    quotes = [said for _, said in given]
    quote = " ".join(quotes) if all(isinstance(said, str) for said in quotes) else None
    own = {key: value for key, value in mark.items() if key != "quotes"}
    return {**own, "spans": [span for span, _ in given], "quote": quote}


def _take_other(
    other: dict[str, Any],
    marks: dict[str, list[dict[str, Any]]],
    exact: set[str],
    draft: Draft,
    line: int,
    world: World,
) -> None:
    """A choice, text, number or the like: of a region its attribute, else a label of the document."""
    kind, name, id_ = str(other.get("type")), str(other.get("from_name", "_")), str(other.get("id"))
    if id_ in exact:
        return
    value = _plain(_dict(other.get("value")).get(kind, _dict(other.get("value")).get("text")))
    if value is None:
        world.remarks.add("note", "ignored_field", f"Results of the type {kind!r:.40} are not kept.", line)
    elif id_ in marks:
        for mark in marks[id_]:
            mark["attrs"] = {**mark["attrs"], name: value}
    elif isinstance(value, str):
        add_label(draft, line, name.replace(" ", "_"), value)
    else:
        message = "Several labels for a whole text are not kept."
        world.remarks.add("warning", "several_document_labels", message, line)


def _plain(value: Any) -> Any:
    match value:
        case [str() as only]:
            return only
        case [list() as path]:
            return " / ".join(map(str, path))
        case list() if value and all(isinstance(part, str) for part in value):
            return value
        case str() | bool() | int() | float():
            return value
        case _:
            return None


def _take_link(
    link: dict[str, Any], number: int, marks: dict[str, list[dict[str, Any]]], draft: Draft, line: int
) -> None:
    ends = [marks.get(str(link.get(end))) for end in ("from_id", "to_id")]
    from_, to = (found[0]["id"] if found else "?" for found in ends)
    if link.get("direction") == "left":
        from_, to = to, from_
    names = _list(link.get("labels"))
    type_ = names[0] if names else "relation"
    ours = _dict(_dict(link.get("meta")).get(OURS))
    fields = {"id": f"#{number}", "type": type_, "from": from_, "to": to, **(ours if fits(ours) else {})}
    add_link(draft, line, **fields)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
