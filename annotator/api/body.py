"""Request bodies: read up to a limit, parsed strictly, converted to a type."""

import re
from typing import TypeVar

import msgspec
from django.http import HttpRequest

from annotator.api.problems import Problem
from annotator.api.strict_json import parse
from annotator.domain.attributes import escape

JSON = 2 * 2**20  # bytes of an ordinary body
COMMANDS = 8 * 2**20  # bytes of a batch of commands, which may import texts

T = TypeVar("T")

_PLACE = re.compile(r"^(?P<reason>.*?)(?: - at `(?:key in )?(?P<path>\$[^`]*)`)?$", re.DOTALL)
_FIELD = re.compile(r"^Object (?:contains unknown|missing required) field `(?P<field>.*)`$", re.DOTALL)


def read_json(request: HttpRequest, type_: type[T], *, limit: int = JSON) -> T:
    """The body as a value of a type.

    Raises:
        Problem: it is too big, of another media type, or not of this shape.
        BadJson: it is no acceptable JSON.
    """
    media_type = (request.content_type or "").lower()
    if media_type != "application/json":
        raise Problem(415, "unsupported-media-type", "The body must be application/json.")
    body = read_bytes(request, limit=limit)
    try:
        return msgspec.convert(parse(body), type_)
    except msgspec.ValidationError as error:
        raise _misshapen(str(error)) from None


def read_bytes(request: HttpRequest, *, limit: int) -> bytes:
    """The raw body.

    Raises:
        Problem: it is longer than ``limit`` bytes.
    """
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not said.isdigit() or int(said) > limit or len(request.body) > limit:
        title = f"The body is bigger than the {limit} bytes that this operation takes."
        raise Problem(400, "too-big", title, pointer="", offset=limit)
    return request.body


def _misshapen(message: str) -> Problem:
    match = _PLACE.match(message)
    reason, path = (match["reason"], match["path"] or "$") if match else (message, "$")
    parts = re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", path.partition("[...]")[0])
    pointer = "".join(f"/{escape(name or index)}" for name, index in parts)
    if field := _FIELD.match(reason):
        pointer += f"/{escape(field['field'])}"
    return Problem(
        400, "bad-shape", "The body does not have the expected shape.", detail=reason, pointer=pointer
    )
