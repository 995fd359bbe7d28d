"""The golden corpus: one stored event of every name the service has ever written, as the log holds it.

``python -m tests.support.golden`` adds what is missing. A row is never changed: if an old one is not read any more,
the catalog lacks an upcaster.
"""

import hashlib
import types
import typing
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from uuid import UUID, uuid5

import msgspec

from events.catalog import Catalog, Encoded, Payload

PATH = Path(__file__).resolve().parents[1] / "golden" / "events.jsonl"


@dataclass(frozen=True, slots=True)
class Row:
    """A stored event; ``entity`` is its column, ``private`` what lies in the content table."""

    name: str
    entity: str | None
    payload: Payload
    private: Payload


def corpus(path: Path = PATH) -> list[Row]:
    """The rows in the order in which they were written."""
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [msgspec.json.decode(line, type=Row) for line in lines]


def missing(catalog: Catalog, rows: list[Row]) -> list[str]:
    """Names of the catalog that the corpus has no row of."""
    return sorted(set(catalog.names) - {row.name for row in rows})


def sampled(catalog: Catalog, name: str) -> Row:
    """An event of a class that is written today, every field filled."""
    cls = catalog.types[name]
    event = _value(cls, name)
    if about := getattr(cls, "ENTITY", None):
        event = replace(event, **{about: str(uuid5(UUID(int=0), f"{name}.{about}"))})
    encoded: Encoded = catalog.encode(event)
    return Row(name, str(encoded.entity) if encoded.entity else None, encoded.payload, encoded.private)


def _value(kind: Any, path: str) -> Any:
    """The same value for the same place, whatever machine asks."""
    if get_origin(kind) is typing.Annotated:
        base, *meta = get_args(kind)
        return _constrained(base, meta, path)
    if is_dataclass(kind) or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        hints = typing.get_type_hints(kind, include_extras=True)
        names = [each.name for each in (fields(kind) if is_dataclass(kind) else msgspec.structs.fields(kind))]
        return typing.cast(Any, kind)(**{name: _value(hints[name], f"{path}.{name}") for name in names})
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return arguments[0]
    if origin in (typing.Union, types.UnionType):
        return _value(next(each for each in arguments if each is not types.NoneType), path)
    if origin in (list, tuple, frozenset, typing.get_origin(typing.Sequence[int])):
        return _several(origin, arguments, path)
    if origin in (dict, typing.get_origin(typing.Mapping[int, int])):
        return {_value(arguments[0], f"{path}/key"): _value(arguments[1], f"{path}/value")}
    return _plain(kind, path)


def _several(origin: Any, arguments: tuple[Any, ...], path: str) -> Any:
    if origin is tuple and (not arguments or arguments[-1] is not Ellipsis):
        return tuple(_value(each, f"{path}/{n}") for n, each in enumerate(arguments))
    values = [_value(arguments[0], f"{path}/{n}") for n in range(2)]
    return origin(values) if origin in (list, tuple, frozenset) else values


def _constrained(base: Any, meta: list[Any], path: str) -> Any:
    patterns = [each.pattern for each in meta if getattr(each, "pattern", None)]
    if any("[0-9a-f]{8}-" in pattern for pattern in patterns):
        return str(uuid5(UUID(int=0), path))
    if patterns:
        return f"key-{_number(path)}"
    limits = [getattr(each, name, None) for name in ("ge", "gt", "le", "lt") for each in meta]
    known = [limit for limit in limits if limit is not None]
    if known and base in (int, float):
        return base(sum(known) / len(known))  # between the two, or on the only one
    return _value(base, path)


def _plain(kind: Any, path: str) -> Any:
    if kind is UUID:
        return uuid5(UUID(int=0), path)
    if kind is str:
        return f"{path.rsplit('.', 1)[-1]} à 🚀 {_number(path)}"
    if kind is bool:
        return True
    if kind is int:
        return _number(path)
    if kind is float:
        return _number(path) / 8
    if kind is Any:
        return {"any": _number(path)}
    raise TypeError(f"no sample of {kind} for {path}")


def _number(path: str) -> int:
    return hashlib.sha256(path.encode()).digest()[0] + 1


def add_missing(catalog: Catalog, path: Path = PATH) -> list[str]:
    """Append a row of each name that has none; their names."""
    rows = corpus(path)
    names = missing(catalog, rows)
    path.parent.mkdir(exist_ok=True)
    with path.open("ab") as file:
        for name in names:
            file.write(msgspec.json.encode(sampled(catalog, name)) + b"\n")
    return names


if __name__ == "__main__":
    from annotator.domain.catalog import CATALOG

    print(*add_missing(CATALOG), sep="\n")
