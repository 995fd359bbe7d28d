"""Query parameters, read strictly: unknown, repeated or ill-typed ones are refused by name."""

import re
from typing import Annotated, TypeVar

import msgspec
from django.http import QueryDict
from msgspec import Meta

from annotator.api.problems import Problem

Position = Annotated[int, Meta(ge=0, le=2**63 - 1, description="A position in the project's log")]
Text = Annotated[str, Meta(max_length=400)]
Uuid = Annotated[str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Cursor = Annotated[str, Meta(max_length=400, description="The `next` of the page before")]

_AT = re.compile(r" - at `\$\.?(?P<name>[^`\[]*)")
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")


class Parameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The query parameters of one operation; each has a default."""


class NoParameters(Parameters, frozen=True):
    """For operations that take none."""


P = TypeVar("P", bound=Parameters)


def read_parameters(query: QueryDict, type_: type[P]) -> P:
    """The parameters of a request.

    Raises:
        Problem: 400, naming the parameter.
    """
    values: dict[str, str] = {}
    for name, given in query.lists():
        if len(given) > 1:
            raise _refusal(name, "It is given more than once.")
        if "\x00" in given[0]:
            raise _refusal(name, "It holds a NUL character.")
        values[name] = given[0]
    try:
        return msgspec.convert(values, type_, strict=False)
    except msgspec.ValidationError as error:
        raise _refusal(_parameter(str(error)), str(error).partition(" - at ")[0] + ".") from None


def _parameter(message: str) -> str | None:
    match = _UNKNOWN.search(message) or _AT.search(message)
    return match.group("name") if match else None


def _refusal(name: str | None, detail: str) -> Problem:
    title = "A query parameter cannot be used."
    return Problem(400, "bad-parameter", title, detail=detail, parameter=name)
