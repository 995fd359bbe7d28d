"""Values that commands, events and states share."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Id = Annotated[
    str,
    Meta(
        # The length as well, because Python's $ would let a line end follow.
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        max_length=36,
        description="UUID in lower case",
    ),
]
Key = Annotated[
    str,
    Meta(
        pattern=r'^[^\s\x00-\x1f"\\/]+$(?!\s)',
        max_length=100,
        description="Stable text key of a label, attribute or type",
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=500)]
Offset = Annotated[int, Meta(ge=0, le=2_000_000_000)]
Span = Annotated[tuple[Offset, Offset], Meta(description="[start, end) in Unicode code points")]
Spans = Annotated[tuple[Span, ...], Meta(min_length=1, max_length=1000)]
AttributeValue = str | bool | int | float | list[str]
Attributes = dict[str, AttributeValue]
JsonObject = dict[str, Any]

Role = Literal["annotator", "curator", "manager", "viewer"]
AuthorClass = Literal["human", "machine"]
Origin = Literal["hand", "import", "suggestion", "propagated"]
Kind = Literal["choice", "text", "number", "boolean", "codebook", "integer", "strings", "entities"]


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a command or an event: immutable, compared by content, strict about its fields."""


class Attribute(Value, frozen=True):
    """An attribute that a label, link type or entity type defines.

    ``values`` lists what a choice, codebook or integer may be; an empty list leaves the latter two open.
    ``default`` is what a form shows first.
    """

    key: Key
    name: Name
    kind: Kind
    values: tuple[str, ...] = ()
    required: bool = False
    default: AttributeValue | None = None


class LanguageRange(Value, frozen=True):
    """The language of ``text[start:end]`` as a BCP 47 tag; ``und`` where it is not known."""

    start: Offset
    end: Offset
    lang: Annotated[str, Meta(pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody wants. JSON-shaped; the JSON key of ``from_`` is ``from``."""
