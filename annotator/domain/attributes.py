"""Attributes of annotations, links and entities, checked against what the schema defines."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never
from uuid import UUID

from annotator.domain.refusals import Refusal
from annotator.domain.values import Attribute, Attributes, AttributeValue


class AttributeUnknown(Refusal):
    """The schema defines no such attribute here."""


class AttributeRefused(Refusal):
    """The attribute cannot have this value."""


def check_attributes(
    given: Mapping[str, AttributeValue], defined: Sequence[Attribute], is_entity: Callable[[str], bool]
) -> None:
    """Refuse unknown attributes and values of the wrong kind. A required one may be missing: see ``missing``.

    Raises:
        AttributeUnknown, AttributeRefused
    """
    if not given:
        return
    by_key = {attribute.key: attribute for attribute in defined}
    for key, value in given.items():
        pointer = f"/attributes/{escape(key)}"
        if key not in by_key:
            raise AttributeUnknown(attribute=key, known=list(by_key), pointer=pointer)
        attribute = by_key[key]
        if not _fits(value, attribute, is_entity):
            allowed = {"allowed": list(attribute.values)} if attribute.values else {}
            raise AttributeRefused(
                attribute=key, value=value, kind=attribute.kind, **allowed, pointer=pointer
            )


def missing(given: Mapping[str, AttributeValue], defined: Sequence[Attribute]) -> list[str]:
    """Keys of required attributes that are not given, in the schema's order."""
    return [attribute.key for attribute in defined if attribute.required and attribute.key not in given]


def split_texts(
    given: Mapping[str, AttributeValue], defined: Sequence[Attribute]
) -> tuple[Attributes, Attributes]:
    """The attributes that stay for ever, and those of kind text, which can be erased."""
    free = {attribute.key for attribute in defined if attribute.kind == "text"}
    return {k: v for k, v in given.items() if k not in free}, {k: v for k, v in given.items() if k in free}


def escape(key: str) -> str:
    """A key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _fits(value: AttributeValue, attribute: Attribute, is_entity: Callable[[str], bool]) -> bool:
    match attribute.kind:
        case "choice":
            return isinstance(value, str) and value in attribute.values
        case "codebook":
            return isinstance(value, str) and (
                value in attribute.values or (not attribute.values and value != "")
            )
        case "text":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            listed = not attribute.values or str(value) in attribute.values
            return isinstance(value, int) and not isinstance(value, bool) and listed
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        case "strings":
            return isinstance(value, list)
        case "entities":
            return isinstance(value, list) and all(_is_id(item) and is_entity(item) for item in value)
        case _:
            assert_never(attribute.kind)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
