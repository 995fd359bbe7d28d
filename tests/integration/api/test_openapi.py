"""The description is one of this API: valid, whole, and true to what is answered."""

import json
from typing import Any
from uuid import UUID

import jsonschema  # type: ignore[import-untyped]
import pytest
from jsonschema.validators import Draft202012Validator  # type: ignore[import-untyped]

from annotator.api.access_table import ACCESS
from annotator.domain.commands import COMMANDS
from annotator.projections.registry import REGISTRY
from tests.support.people import Person, World, new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(nobody: Person) -> dict[str, Any]:
    described: dict[str, Any] = nobody.get("/schema").ok()
    return described


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
    }


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    whole = {**schema, "components": document["components"]}
    return Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert set(operations(document)) == set(ACCESS)
    for name, operation in operations(document).items():
        assert operation["summary"], name
        assert operation["x-least-role"] == ACCESS[name].who


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    names = set(document["components"]["schemas"])

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if "$ref" in value else set()
            return own.union(*(references(each) for each in value.values()))
        return set().union(*(references(each) for each in value)) if isinstance(value, list) else set()

    assert {each.rpartition("/")[2] for each in references(document)} <= names


def test_every_schema_is_one(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert Draft202012Validator.check_schema(schema) is None, name


def test_every_command_is_described_with_its_data(document: dict[str, Any]) -> None:
    forms = document["components"]["schemas"]["CommandIn"]["oneOf"]
    assert {form["properties"]["type"]["const"] for form in forms} == set(COMMANDS)
    check = validator(document, {"$ref": "#/components/schemas/CommandIn"})
    good = {"id": new_id(), "type": "remove_annotation", "data": {"annotation": new_id()}}
    assert check.is_valid(good)
    assert not check.is_valid({**good, "data": {}})
    assert not check.is_valid({**good, "type": "finish_set"})


def test_answers_have_the_shape_that_is_described(world: World, document: dict[str, Any]) -> None:
    claim = {"claim_type": "factual", "polarity": "asserts", "attribution": "author"}
    for person in (world.alice, world.bob):
        world_claim = world.annotation("Iran’s forces helped", label="claim", attributes=claim)
        person.do(world.project, world_claim, world.annotation("Assad"), world.finish())
    entity = {
        "entity": new_id(),
        "entity_type": "location",
        "name": "x",
        "attributes": {"location_type": "country"},
    }
    world.alice.do(world.project, {"type": "add_entity", "data": entity})
    world.carol.ask("POST", f"{world.path}/exports", {"format": "jsonl"}).ok()
    REGISTRY.catch_up(UUID(world.project))
    release = new_id()
    world.mona.do(world.project, {"type": "make_release", "data": {"release": release, "name": "1.0"}})
    label = world.carol.get(f"{world.document_path}/gold").ok()["labels"][0]["id"]
    hook = {"name": "Pipeline", "url": "https://pipeline.example/"}
    webhook = world.mona.ask("POST", f"{world.path}/webhooks", hook).ok()["webhook"]["id"]
    ids = {
        "document": world.document,
        "release": release,
        "label": label,
        "webhook": webhook,
        "entity": entity["entity"],
    }
    known = operations(document)
    for name, row in ACCESS.items():
        described = (
            known[name]["responses"]["200"]["content"]
            if row.method == "GET" and "200" in known[name]["responses"]
            else {}
        )
        if "{job}" in row.path or "application/json" not in described:
            continue
        path = row.path.format(project=world.project, **ids)
        for person in (world.mona, world.carol, world.alice, world.victor):
            answer = person.get(f"/{path}")
            if answer.status == 200:
                validator(document, described["application/json"]["schema"]).validate(answer.body)
            else:
                problem = {"$ref": "#/components/schemas/ProblemDocument"}
                validator(document, problem).validate(answer.body)


def test_outcomes_have_the_shape_that_is_described(world: World, document: dict[str, Any]) -> None:
    body = {
        "commands": [{"id": new_id(), **world.annotation("Assad")}, {"id": new_id(), "type": "x", "data": {}}]
    }
    answer = world.alice.ask("POST", f"{world.path}/commands", body).ok()
    validator(document, {"$ref": "#/components/schemas/OutcomesOut"}).validate(answer)


def test_the_description_is_the_same_each_time(nobody: Person) -> None:
    assert nobody.get("/schema").raw == nobody.get("/schema").raw
    assert json.loads(nobody.get("/schema").raw)["info"]["title"] == "Palimpsest"
