"""The catalog as a page for people: what may stand in a log, and what becomes of old shapes."""

import dataclasses
import types
import typing
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec

from events.catalog import Catalog

_INTRODUCTION = """# Events

Every event that a log may hold. This page is generated from the catalog (`make docs`) and checked by `make check`.

Names are stored and are for ever: a class may be renamed, a stored name or shape never changes. A field may be added if
it has a default. Anything else is a new name and an upcaster, in Python and in SQL; folds in SQL read the view
`es.event_current`, which shows every event in today's shape. Whoever adds a name also runs
`python -m tests.support.golden`, which puts one stored event of it into the golden corpus.

*Erasable* fields are not in the event but in the content table, under a salted hash; once erased they read as their
defaults. An event *about* an entity carries its whole new state; others concern their whole stream.
"""


def described(catalog: Catalog) -> str:
    """The page, in Markdown."""
    return "\n".join([_INTRODUCTION, *_chapters(catalog), *_values(catalog), *_old(catalog)]).rstrip() + "\n"


def _chapters(catalog: Catalog) -> Iterator[str]:
    def room(item: tuple[str, type]) -> str:
        return item[1].__module__.rpartition(".")[2]

    for name, members in groupby(sorted(catalog.types.items(), key=room), key=room):
        yield f"## {name.replace('_', ' ').capitalize()}\n"
        for stored, cls in members:
            yield _event(catalog, stored, cls)


def _event(catalog: Catalog, stored: str, cls: type) -> str:
    about = getattr(cls, "ENTITY", None)
    told = [_doc(cls), f"About: {f'`{about}`' if about else 'the whole stream'}."]
    private = catalog.private_fields(stored)
    lazy = getattr(cls, "LAZY", False)
    if private:
        listed = ", ".join(f"`{name}`" for name in private)
        told.append(f"Erasable: {listed}{', read only when asked for' if lazy else ''}.")
    return f"### `{stored}`\n\n{' '.join(filter(None, told))}\n\n{_table(cls)}"


def _values(catalog: Catalog) -> Iterator[str]:
    found: dict[type, None] = {}
    for cls in catalog.types.values():
        _gather(cls, found)
    named = sorted(
        (each for each in found if each not in catalog.types.values()), key=lambda each: each.__name__
    )
    if named:
        yield "## Values in them\n"
    for cls in named:
        yield f"### {cls.__name__}\n\n{_doc(cls)}\n\n{_table(cls)}"


def _old(catalog: Catalog) -> Iterator[str]:
    yield "## Old names\n"
    if not catalog.upcasters:
        yield "There are none yet.\n"
    for name, step in catalog.upcasters.items():
        told = " ".join((step.python.__doc__ or "").split())
        yield f"- `{name}` is read as `{step.to}`. {told}".rstrip() + "\n"


def _table(cls: type) -> str:
    rows = [f"| `{name}` | {_cell(kind)} | {default} |" for name, kind, default in _fields(cls)]
    if not rows:
        return "No fields.\n"
    return "\n".join(["| field | type | default |", "|---|---|---|", *rows, ""])


def _fields(cls: type) -> Iterator[tuple[str, Any, str]]:
    hints = typing.get_type_hints(cls)
    if dataclasses.is_dataclass(cls):
        for field in dataclasses.fields(cls):
            factory = field.default_factory
            value = field.default if factory is dataclasses.MISSING else factory()
            yield field.name, hints[field.name], _default(value, dataclasses.MISSING)
    elif issubclass(cls, msgspec.Struct):
        for each in msgspec.structs.fields(cls):
            factory_ = each.default_factory
            value = each.default if factory_ is msgspec.NODEFAULT else factory_()
            yield each.encode_name, hints[each.name], _default(value, msgspec.NODEFAULT)


def _default(value: Any, nothing: Any) -> str:
    return "" if value is nothing else f"`{msgspec.json.encode(value).decode()}`"


def _cell(kind: Any) -> str:
    return f"`{_kind(kind)}`".replace("|", "\\|")


def _kind(kind: Any) -> str:
    """A type as it is written in the code, the same on every Python."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is types.NoneType:
        return "None"
    if origin in (typing.Union, types.UnionType):
        return " | ".join(map(_kind, arguments))
    if origin is typing.Literal:
        return f"Literal[{', '.join(map(repr, arguments))}]"
    if origin:
        inner = ", ".join("..." if each is Ellipsis else _kind(each) for each in arguments)
        return f"{_kind(origin)}[{inner}]"
    return str(getattr(kind, "__name__", kind))


def _gather(kind: Any, found: dict[type, None]) -> None:
    """The classes that a field's type speaks of, all the way down."""
    is_ours = isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct))
    if is_ours and kind not in found:
        found[kind] = None
        for _, inner, _ in _fields(kind):
            _gather(inner, found)
    for argument in typing.get_args(kind):
        if not isinstance(argument, str | types.NoneType):
            _gather(argument, found)


def _doc(cls: type) -> str:
    """The first paragraph of what the class says of itself; one that says nothing describes its fields."""
    text = (cls.__doc__ or "").strip()
    is_made = text.startswith(f"{cls.__name__}(")
    return "" if is_made else " ".join(text.split("\n\n")[0].split()).replace("``", "`")
