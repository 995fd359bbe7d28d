"""Options of a format: a typed value whose JSON Schema drives the form, the API and the command line
alike.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No options. A format that has some declares a subclass with described fields and defaults."""


class BadOptions(Exception):
    """The options do not fit the format."""


Chosen = TypeVar("Chosen", bound=Options)


def parse_options(kind: type[Chosen], given: Mapping[str, Any]) -> Chosen:
    """The options with their defaults filled in; text from a form or command line is converted, lists and
    objects from JSON.

    Raises:
        BadOptions: an unknown option, or a value of the wrong type; the message names it.
    """
    try:
        return msgspec.convert({key: _value(value) for key, value in given.items()}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadOptions(str(error)) from None


def _value(given: Any) -> Any:
    if isinstance(given, str) and given[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(given)
        except msgspec.DecodeError:
            return given
    return given


def options_schema(kind: type[Options]) -> dict[str, Any]:
    """JSON Schema (2020-12) of one object with a property per option, complete in itself."""
    schema = msgspec.json.schema(kind)
    own = schema["$defs"].pop(kind.__name__)
    return {**own, **({"$defs": schema["$defs"]} if schema["$defs"] else {})}


def as_json(options: Options) -> dict[str, Any]:
    return msgspec.to_builtins(options)  # type: ignore[no-any-return]
