"""Whatever is sent, the service answers: no fault of its own, and only problems and outcomes of known shape."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.api.access_table import ACCESS
from annotator.api.operation import OPERATIONS
from annotator.domain.commands import COMMANDS
from tests.support.people import World, a_world, new_id

pytestmark = pytest.mark.django_db
FUZZ = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

STRINGS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
    st.sampled_from(
        [
            "actor",
            "location",
            "claim",
            "manager",
            "majority",
            "hand",
            "a" * 501,
            "'; DROP TABLE x; --",
            "%s",
            "{}",
        ]
    ),
    st.builds(new_id),
)
NUMBERS = (
    st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-2, 100)
)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | STRINGS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=12,
)


def fields(name: str) -> list[str]:
    return list(COMMANDS[name].__struct_encode_fields__)


@st.composite
def data(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Data with the right names and any values, and sometimes other names."""
    found = {field: draw(JSON) for field in draw(st.sets(st.sampled_from(fields(name) or ["x"])))}
    return {**found, **draw(st.dictionaries(STRINGS, JSON, max_size=1))}


@st.composite
def commands(draw: st.DrawFn, world: World) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(COMMANDS)))
    command: dict[str, Any] = {"id": new_id(), "type": name, "data": draw(data(name))}
    if draw(st.booleans()):
        command["document"] = draw(st.sampled_from([world.document, new_id()]))
    if draw(st.booleans()):
        command["expected"] = draw(st.integers(0, 2**31 - 1))
    if draw(st.booleans()):
        command["author"] = draw(st.sampled_from([world.alice.id, world.mona.id, new_id()]))
    return command


def _path(pattern: str, world: World) -> str:
    """An operation's path: in this world's project, of its document, and of other things that there are not."""
    known = {"project": world.project, "document": world.document}
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1]) or new_id(), pattern)


@FUZZ
@given(draws=st.data())
def test_any_command_gets_an_outcome(db: None, draws: st.DataObject) -> None:
    world = a_world()
    batch = draws.draw(st.lists(commands(world), min_size=1, max_size=8))
    for person in (world.mona, world.alice):
        outcomes = person.send(world.project, *[{**each, "id": new_id()} for each in batch])
        for outcome in outcomes:
            assert outcome["status"] in ("accepted", "conflict", "refused")
            assert (outcome["problem"] is None) == (outcome["status"] == "accepted")
            if outcome["problem"]:
                assert outcome["problem"]["status"] in (400, 403, 409, 422)
    for path in ("", "/schema", "/register", "/events", "/members", "/authors"):
        answer = world.mona.get(world.path + path)
        assert answer.status == 200, (path, answer.raw)
    for path in ("", "/history", "/curation", "/gold"):
        assert world.mona.get(world.document_path + path).status == 200, path


@FUZZ
@given(body=JSON)
def test_any_json_is_answered(db: None, body: Any) -> None:
    world = a_world()
    for name, row in ACCESS.items():
        if row.method == "POST" and name != "start_import":
            path = _path(row.path, world)
            answer = world.mona.ask("POST", f"/{path}", json.dumps(body).encode())
            assert answer.status < 500, (name, answer.raw)


@FUZZ
@given(draws=st.data())
def test_any_parameter_is_answered(db: None, draws: st.DataObject) -> None:
    world = a_world()
    for name, row in ACCESS.items():
        if row.method != "GET" or name in ("follow_events", "read_openapi"):
            continue
        known = list(OPERATIONS[name].parameters.__struct_fields__) or ["x"]
        value = st.integers(-2, 30).map(str) | st.text(max_size=12) | st.integers().map(str)
        pairs = draws.draw(st.lists(st.tuples(st.sampled_from(known), value), max_size=2))
        query = "&".join(f"{key}={quote(text.encode('utf-8', 'replace'))}" for key, text in pairs)
        path = _path(row.path, world)
        answer = world.mona.get(f"/{path}?{query}")
        assert answer.status < 500, (name, query, answer.raw)
