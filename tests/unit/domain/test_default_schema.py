"""The default schema is whole, and holds what the worked example needs."""

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.attributes import check_attributes, missing
from annotator.domain.default_schema import ACLED_INTER, default_schema_commands
from annotator.domain.label_schema import LabelSchema, Published, in_order
from tests.support.scenario import LABEL_SCHEMA, given

EXAMPLE = next(
    (
        path
        for path in (
            Path(__file__).parents[3] / "annotator/sample/data/annotations.jsonl",
            Path(__file__).parents[4] / "shared/seed/annotations.jsonl",
        )
        if path.exists()
    ),
    None,
)


def schema() -> LabelSchema:
    state: LabelSchema = given(LABEL_SCHEMA, *default_schema_commands()).state
    return state


def records(kind: str) -> list[dict[str, Any]]:
    if EXAMPLE is None:
        pytest.skip("the worked example is not here")
    with EXAMPLE.open(encoding="utf-8") as lines:
        return [record for record in map(json.loads, lines) if record["kind"] == kind]


def test_it_is_defined_in_order_and_published() -> None:
    found = schema()
    assert [label.key for label in in_order(found.labels.values())] == ["actor", "location", "claim"]
    assert list(map(str, (type_.key for type_ in in_order(found.link_types.values())))) == [
        "claimant",
        "target",
        "location",
        "restates",
        "duplicate_of",
    ]
    assert found.published == Published("actors-locations-claims", "1.0")


def test_defining_it_again_changes_nothing() -> None:
    given(LABEL_SCHEMA, *default_schema_commands()).when(*default_schema_commands()).then_nothing()


def test_labels_have_colours_and_keys_of_their_own() -> None:
    labels = schema().labels.values()
    assert len({label.color for label in labels}) == len({label.shortcut for label in labels}) == 3
    assert all(label.description for label in labels)


def test_acled_codes_are_of_actor_types() -> None:
    (actor_type,) = (a for a in schema().entity_types["actor"].attributes if a.key == "actor_type")
    assert set(ACLED_INTER) <= set(actor_type.values)


def test_value_lists_are_those_of_the_worked_example() -> None:
    (wanted,) = records("schema")
    found = schema()
    for key, label in wanted["labels"].items():
        assert found.labels[key].entity_type == label.get("entity")
        assert {a.key: list(a.values) for a in found.labels[key].attributes} == {
            k: values if isinstance(values, list) else [] for k, values in label["attrs"].items()
        }
    for key, link in wanted["links"].items():
        type_ = found.link_types[key]
        assert (type_.from_label, type_.to_label) == (link["domain"], link["range"])
        assert {a.key: list(a.values) for a in type_.attributes} == link.get("attrs", {})


def test_every_mark_of_the_worked_example_fits() -> None:
    labels = schema().labels
    for record in records("annotation"):
        defined = labels[record["label"]].attributes
        check_attributes(record["attrs"], defined, lambda _: True)
        assert missing(record["attrs"], defined) == []


def test_every_entity_and_link_of_the_worked_example_fits() -> None:
    found = schema()
    beside = {"kind", "id", "entity_type", "name", "aliases", "note", "members"}
    for record in records("entity"):
        given_ = {key: value for key, value in record.items() if key not in beside and value is not None}
        check_attributes(given_, found.entity_types[record["entity_type"]].attributes, lambda _: True)
    for record in records("link"):
        check_attributes(record["attrs"], found.link_types[record["type"]].attributes, lambda _: True)
        assert missing(record["attrs"], found.link_types[record["type"]].attributes) == []
