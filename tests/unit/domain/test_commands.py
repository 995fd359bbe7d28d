"""Commands from JSON and back."""

import re
from typing import Any

import msgspec
import pytest

from annotator.domain.commands import (
    COMMANDS,
    KINDS,
    CommandMalformed,
    CommandUnknown,
    command_schemas,
    decode_command,
    encode_command,
)
from tests.support.builders import a_link, an_id

ANNOTATION: dict[str, Any] = {
    "annotation": an_id("s1"),
    "label": "actor",
    "spans": [[0, 3]],
    "quote": "The",
    "text_version": 1,
}


def test_every_command_has_the_name_of_its_class_and_a_kind_of_stream() -> None:
    assert all(re.fullmatch("[a-z_]+", name) for name in COMMANDS)
    assert COMMANDS.keys() == KINDS.keys()
    assert (COMMANDS["add_annotation"].__name__, KINDS["add_annotation"]) == (
        "AddAnnotation",
        "annotation_set",
    )
    assert set(KINDS.values()) == {
        "project",
        "label_schema",
        "document",
        "annotation_set",
        "curation",
        "register",
        "release",
        "webhook",
        "guideline",
        "source",
        "suggestions",
        "thread",
        "assignment",
    }


def test_a_link_begins_at_from() -> None:
    name, data = encode_command(a_link())
    assert (name, data["from"], data["to"]) == ("add_link", an_id("c1"), an_id("s1"))
    assert decode_command(name, data) == a_link()


def test_an_unknown_command_is_refused() -> None:
    with pytest.raises(CommandUnknown):
        decode_command("add_span", {})


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"label": None}, "/label"),
        ({"label": "two words"}, "/label"),
        ({"label": "actor\n"}, "/label"),
        ({"annotation": "s1"}, "/annotation"),
        ({"annotation": an_id("s1").upper()}, "/annotation"),
        ({"annotation": an_id("s1") + "\n"}, "/annotation"),
        ({"spans": []}, "/spans"),
        ({"spans": [[0, 3], [4, "5"]]}, "/spans/1/1"),
        ({"spans": [[0, 3, 4]]}, "/spans/0"),
        ({"spans": [[-1, 3]]}, "/spans/0/0"),
        ({"spans": [[0.5, 3]]}, "/spans/0/0"),
        ({"attributes": {"mention": None}}, "/attributes"),
        ({"attributes": {"mention": {"x": 1}}}, "/attributes"),
        ({"origin": "magic"}, "/origin"),
        ({"colour": "red"}, "/colour"),
        ({"a/b~c": "red"}, "/a~1b~0c"),
    ],
)
def test_a_fault_is_pointed_at(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(CommandMalformed) as refused:
        decode_command("add_annotation", {**ANNOTATION, **changes})
    assert refused.value.details["pointer"] == pointer
    assert refused.value.details["reason"]


def test_a_missing_field_is_pointed_at() -> None:
    with pytest.raises(CommandMalformed) as refused:
        decode_command("add_annotation", {key: ANNOTATION[key] for key in ANNOTATION if key != "quote"})
    assert refused.value.details["pointer"] == "/quote"


@pytest.mark.parametrize("data", [None, [], "x", 5])
def test_data_are_an_object(data: object) -> None:
    with pytest.raises(CommandMalformed) as refused:
        decode_command("finish_set", data)
    assert refused.value.details["pointer"] == ""


def test_unknown_fields_are_refused_in_parts_as_well() -> None:
    attribute = {"key": "note", "name": "Note", "kind": "text", "hint": "x"}
    with pytest.raises(CommandMalformed) as refused:
        decode_command("define_label", {"key": "actor", "name": "Actor", "attributes": [attribute]})
    assert refused.value.details["pointer"] == "/attributes/0/hint"


def test_every_command_has_a_json_schema_that_takes_no_more_fields() -> None:
    schemas, components = command_schemas()
    assert schemas.keys() == COMMANDS.keys()
    for name, cls in COMMANDS.items():
        assert schemas[name] == {"$ref": f"#/components/schemas/{cls.__name__}"}
        assert components[cls.__name__]["additionalProperties"] is False
        assert components[cls.__name__]["description"]
    msgspec.json.encode(components)
