"""Stored names of events and the way from bytes to values and back."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

Payload = dict[str, Any]


class UnknownEventType(Exception):
    """The catalog has no event of this name; a newer release may have written it."""


@dataclass(frozen=True, slots=True)
class Upcast:
    """The step from an old stored shape to the stored name ``to``, said twice: for values and for folds in SQL.

    Both take the payload, with its private part where that is at hand, and bear that the private part is not there.
    ``sql`` is an expression over the column ``data`` (jsonb); a test with the golden corpus holds the two together.
    """

    to: str
    python: Callable[[Payload], Payload]
    sql: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """An event as it is stored: ``private`` is its erasable part, empty when there is none."""

    type: str
    schema_version: int
    entity: UUID | None
    payload: Payload
    private: Payload


class Catalog:
    """Every event type ever stored. A class may be renamed, its stored name stays.

    ``types`` maps stored names such as ``"span_added@2"`` to classes; ``upcasters`` maps each old stored name, which no
    class has any more, to the step that leads away from it.
    """

    def __init__(self, types: Mapping[str, type], upcasters: Mapping[str, Upcast] | None = None) -> None:
        self.types = dict(types)
        self.upcasters = dict(upcasters or {})
        self._names = {cls: _split(name) for name, cls in self.types.items()}
        self._lazy = frozenset(
            _split(name)[0] for name, cls in self.types.items() if getattr(cls, "LAZY", False)
        )
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {
            name: msgspec.json.Decoder(cls) for name, cls in self.types.items()
        }

    @property
    def lazy_types(self) -> frozenset[str]:
        """Types whose private part is big and is read only when asked for."""
        return self._lazy

    @property
    def names(self) -> list[str]:
        """Every name ever stored, current ones first."""
        return [*self.types, *self.upcasters]

    def current_name(self, name: str) -> str:
        """The name under which an event of this stored name is written today."""
        while name in self.upcasters:
            name = self.upcasters[name].to
        return name

    def current(self, name: str, data: Payload) -> Payload:
        """A payload of this stored name in today's shape."""
        while name in self.upcasters:
            step = self.upcasters[name]
            name, data = step.to, step.python(data)
        return data

    def private_fields(self, name: str) -> tuple[str, ...]:
        """The erasable fields of an event in today's shape.

        Raises:
            UnknownEventType
        """
        return _private(self._class(self.current_name(name)))

    def encode(self, event: Any) -> Encoded:
        """The stored form of an event.

        Raises:
            UnknownEventType: its class is not in the catalog.
        """
        cls: type = type(event)
        try:
            name, version = self._names[cls]
        except KeyError:
            raise UnknownEventType(cls.__name__) from None
        payload: Payload = msgspec.to_builtins(event)
        private = {key: payload.pop(key) for key in _private(cls)}
        entity_field = getattr(cls, "ENTITY", None)
        entity = UUID(payload[entity_field]) if entity_field else None
        return Encoded(name, version, entity, payload, _without_defaults(cls, private))

    def decode(
        self, type_: str, schema_version: int, payload: Payload, private: Payload | None = None
    ) -> Any:
        """The event of a stored row; an erased or unread private part leaves the fields at their defaults.

        Raises:
            UnknownEventType: no class and no upcaster has this name.
        """
        name = f"{type_}@{schema_version}"
        data = {**payload, **private} if private else payload
        cls = self._class(self.current_name(name))
        return msgspec.convert(self.current(name, data), cls)

    def decode_json(
        self, type_: str, schema_version: int, payload: str | bytes, private: bytes | None
    ) -> Any:
        """The same from JSON; most events go from text to value in one step.

        Raises:
            UnknownEventType: no class and no upcaster has this name.
        """
        name = f"{type_}@{schema_version}"
        if private is None and name in self._decoders and name not in self.upcasters:
            return self._decoders[name].decode(payload)
        apart = None if private is None else msgspec.json.decode(private)
        return self.decode(type_, schema_version, msgspec.json.decode(payload), apart)

    def _class(self, name: str) -> type:
        try:
            return self.types[name]
        except KeyError:
            raise UnknownEventType(name) from None


def _split(name: str) -> tuple[str, int]:
    type_, _, version = name.partition("@")
    return type_, int(version)


@cache
def _private(cls: type) -> tuple[str, ...]:
    return tuple(getattr(cls, "PRIVATE", ()))


@cache
def _defaults(cls: type) -> Payload:
    def default(field: Any) -> Any:
        made = field.default if field.default is not dataclasses.MISSING else field.default_factory()
        return msgspec.to_builtins(made)

    return {f.name: default(f) for f in dataclasses.fields(cls) if f.name in _private(cls)}


def _without_defaults(cls: type, private: Payload) -> Payload:
    defaults = _defaults(cls) if private else {}
    return {key: value for key, value in private.items() if value != defaults[key]}
