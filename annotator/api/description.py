"""The OpenAPI 3.1 document: paths from the declared operations, schemas from the types that views use."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from drf_spectacular.openapi import AutoSchema

from annotator.api.feed import FOLLOW_EVENTS
from annotator.api.operation import OPERATIONS, Operation
from annotator.api.problems import MEDIA_TYPE, ProblemDocument
from annotator.application.envelope import SetMemberByName
from annotator.domain.commands import COMMANDS, command_schemas

REF: Final = "#/components/schemas/{name}"
SECURITY: Final = {
    "session": {"type": "apiKey", "in": "cookie", "name": "palimpsest"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
    "token": {"type": "http", "scheme": "bearer"},
}


class DeclaredSchema(AutoSchema):
    """Describes an operation by what its view's method declares."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> dict[str, Any] | None:
        handler = getattr(self.view, method.lower(), None)
        found: Operation | None = getattr(handler, "operation", None)
        return describe(found, path) if found else None


def describe(found: Operation, path: str) -> dict[str, Any]:
    """An operation object."""
    described: dict[str, Any] = {
        "operationId": found.name,
        "summary": found.summary,
        "tags": [_tag(found.row.path)],
        "parameters": [*_path_parameters(path), *_query_parameters(found)],
        "responses": _responses(found),
        "security": _security(found),
        "x-least-role": found.row.who,
    }
    if found.body is not None:
        described["requestBody"] = {"required": True, "content": _content(found.body)}
    return described


def _tag(path: str) -> str:
    words = [part for part in path.split("/") if not part.startswith("{")]
    return words[1] if len(words) > 1 else words[0]


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", path):
        schema = {"type": "string", "format": "uuid"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(found: Operation) -> Iterator[dict[str, Any]]:
    schema = msgspec.json.schema(found.parameters)
    (shape,) = (part for part in schema["$defs"].values() if part.get("title") == found.parameters.__name__)
    for name, form in shape.get("properties", {}).items():
        plain = {key: value for key, value in form.items() if key != "description"}
        parameter = {"name": name, "in": "query", "required": False, "schema": plain}
        if "description" in form:
            parameter["description"] = form["description"]
        yield parameter


def _responses(found: Operation) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "Done."}
    if found.answer is not None:
        good["content"] = _content(found.answer)
    elif found.media_type != "application/json":
        good["content"] = {found.media_type: {"schema": {"type": "string"}}}
    problem = {
        "description": "A problem.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(name="ProblemDocument")}}},
    }
    return {str(found.status): good, **{str(code): problem for code in _problem_codes(found)}}


def _problem_codes(found: Operation) -> Sequence[int]:
    codes = {400, 500, 503}
    if found.row.who != "anyone":
        codes |= {401}
    if found.row.method != "GET":
        codes |= {403}
    if "{project}" in found.row.path:
        codes |= {404}
    if found.body is not None:
        codes |= {415}
    if found.name == "sign_in":
        codes |= {401, 429}
    if found.name in ("send_commands", "start_import"):
        codes |= {507}
    return sorted(codes)


def _security(found: Operation) -> list[dict[str, list[str]]]:
    session: dict[str, list[str]] = {"session": []}
    if found.row.method != "GET":
        session["csrf"] = []
    signed_in: list[dict[str, list[str]]] = [session, {"token": []}]
    return [{}, *signed_in] if found.row.who == "anyone" else signed_in


def _content(type_: Any) -> dict[str, Any]:
    if isinstance(type_, str):
        return {type_: {"schema": {"type": "string", "format": "binary"}}}
    ((schema,), _) = msgspec.json.schema_components([type_], ref_template=REF)
    return {"application/json": {"schema": schema}}


def with_components(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Adds every type that an operation names, and each command; drf-spectacular calls it at the end."""
    answers = _components([op.answer for op in OPERATIONS.values()])
    commands, parts = command_schemas(REF)
    commands["set_member"] = {"anyOf": [commands["set_member"], {"$ref": REF.format(name="SetMemberByName")}]}
    bodies = [*(op.body for op in OPERATIONS.values()), ProblemDocument, SetMemberByName]
    taken = {**_components(bodies), **parts}
    taken["CommandIn"] = _command_union(taken["CommandIn"], commands)
    # What is only ever told has all its fields; what is taken may leave out those with a default.
    told = {name: _whole(schema) for name, schema in answers.items() if name not in taken}
    schemas = {**told, **{name: _optional(schema) for name, schema in taken.items()}}
    result["components"] = {"schemas": dict(sorted(schemas.items())), "securitySchemes": SECURITY}
    feed = f"/api/v1/{FOLLOW_EVENTS.row.path}"
    result["paths"] = dict(sorted({**result["paths"], feed: {"get": describe(FOLLOW_EVENTS, feed)}}.items()))
    return result


def _components(types: Iterable[Any]) -> dict[str, Any]:
    known = [each for each in types if each is not None and not isinstance(each, str)]
    _, schemas = msgspec.json.schema_components(known, ref_template=REF)
    return schemas


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    properties = {
        name: {key: each for key, each in form.items() if key != "default"}
        for name, form in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties, "required": list(properties)} if properties else schema


def _optional(schema: dict[str, Any]) -> dict[str, Any]:
    """Generators of clients take a field that has a default for one that is always there."""
    if "oneOf" in schema:
        return {**schema, "oneOf": [_optional(each) for each in schema["oneOf"]]}
    properties = {
        name: {"x-default" if key == "default" else key: each for key, each in form.items()}
        for name, form in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties} if properties else schema


def _command_union(envelope: Mapping[str, Any], commands: Mapping[str, Any]) -> dict[str, Any]:
    """One shape of the envelope for each type of command."""
    return {
        "description": envelope.get("description", ""),
        "oneOf": [_typed(envelope, name, commands[name]) for name in COMMANDS],
    }


def _typed(envelope: Mapping[str, Any], name: str, data: Any) -> dict[str, Any]:
    properties = {**envelope["properties"], "type": {"const": name}, "data": data}
    return {**envelope, "title": COMMANDS[name].__name__ + "In", "description": "", "properties": properties}
