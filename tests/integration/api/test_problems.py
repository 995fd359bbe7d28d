"""Whatever goes wrong, the answer is a problem document, and nothing falls over."""

import json
import time
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client
from psycopg_pool import PoolTimeout

from annotator.api.breaker import BREAKER, PAUSE
from annotator.log import STORE
from events.handler import Busy
from tests.support.people import API, Answer, Person, World, new_id, with_token

pytestmark = pytest.mark.django_db


def is_problem(answer: Answer, status: int) -> bool:
    """Whether an answer is a problem document of this status."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.raw[:500]
    assert answer.body["type"].startswith("urn:palimpsest:")
    assert answer.body["title"]
    assert answer.status == answer.body["status"] == status, answer.body
    return True


HOSTILE = [
    b"{",
    b"\xff\xfe",
    b"\x00",
    b'{"commands":[{"id":"\\u0000"}]}',
    b'{"commands":[{"id":"\\ud800"}]}',
    b'{"commands":[{"id":"\xed\xa0\x80"}]}',
    b'{"commands":[],"commands":[]}',
    b'{"commands":NaN}',
    b'{"commands":1e999}',
    b'{"commands":' + b"9" * 5000 + b"}",
    b"[" * 6000,
    b'{"a":' * 6000,
    b"[" * 6000 + b"]" * 6000,
    b"null",
    b'"x"',
    b"1",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_body_is_refused_with_a_place(world: World, body: bytes) -> None:
    answer = world.mona.ask("POST", f"{world.path}/commands", body)
    assert is_problem(answer, 400)
    assert isinstance(answer.body.get("pointer", ""), str)


@pytest.mark.parametrize(
    "data",
    [
        {"name": "x" * 501},
        {"name": ""},
        {"name": None},
        {"name": 7},
        {"name": {"a": 1}},
        {},
        {"name": "x", "blind": "yes"},
        {"name": "x", "languages": "it"},
        {"name": "x", "languages": [1]},
        {"name": "x", "role": "manager"},
    ],
)
def test_hostile_data_of_a_command_is_its_own_refusal(world: World, data: Any) -> None:
    (outcome,) = world.mona.send(world.project, {"type": "change_project", "data": data})
    assert (outcome["status"], outcome["problem"]["status"]) == ("refused", 400)
    assert outcome["problem"]["pointer"].startswith("/commands/0/data")


def test_a_body_that_is_too_big_is_refused(world: World) -> None:
    answer = world.mona.ask("POST", f"{world.path}/commands", b" " * (8 * 2**20 + 1))
    assert is_problem(answer, 400)
    assert answer.body["type"] == "urn:palimpsest:too-big"
    answer = world.mona.ask("POST", "/session", b" " * (2 * 2**20 + 1))
    assert is_problem(answer, 400)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_another_media_type_is_refused(world: World, content_type: str) -> None:
    answer = world.mona.ask("POST", f"{world.path}/commands", b"{}", content_type=content_type)
    assert is_problem(answer, 415)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_another_method_is_refused(world: World, nobody: Person, method: str) -> None:
    for person in (world.mona, nobody):
        answer = person.ask(method, world.path)
        assert is_problem(answer, 405)
        assert "GET" in answer.headers["Allow"]


def test_whatever_the_client_would_rather_have_it_gets_json(world: World) -> None:
    for accept in ("text/html", "application/xml", "image/png", "nonsense", ""):
        answer = world.mona.ask("GET", world.path, HTTP_ACCEPT=accept)
        assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/projects/",
        "/projects/x",
        "/projects/0",
        "/projects/01890000-0000-7000-8000-00000000000",
        "/projects/01890000-0000-7000-8000-00000000000G",
        "/projects/../../etc/passwd",
        "/projects/%00",
        "/projects/%ff",
        "/projects/01890000-0000-7000-8000-000000000000/nothing",
    ],
)
def test_a_path_that_means_nothing_is_a_problem(world: World, path: str) -> None:
    assert is_problem(world.mona.get(path), 404)


def test_unknown_and_forbidden_are_told_alike(world: World) -> None:
    theirs = world.oscar.get(world.path)
    unknown = world.oscar.get(f"/projects/{new_id()}")
    assert is_problem(theirs, 404)
    assert theirs.raw == unknown.raw
    for each in ("documents", "schema", "register", "members", "events", f"documents/{world.document}"):
        assert world.oscar.get(f"{world.path}/{each}").raw == unknown.raw
    commands = {"commands": [{"id": new_id(), **world.annotation("Assad")}]}
    assert world.oscar.ask("POST", f"{world.path}/commands", commands).raw == unknown.raw
    assert world.oscar.ask("POST", f"/projects/{new_id()}/commands", commands).raw == unknown.raw
    assert world.alice.get(f"{world.path}/members").raw == unknown.raw


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("documents?limit=abc", "limit"),
        ("documents?limit=0", "limit"),
        ("documents?limit=-1", "limit"),
        ("documents?limit=201", "limit"),
        ("documents?limit=1e3", "limit"),
        ("documents?limit=" + "9" * 400, "limit"),
        ("documents?limit=%D9%A1%D9%A2", "limit"),
        ("documents?limit=1&limit=2", "limit"),
        ("documents?cursor=!!", "cursor"),
        ("documents?cursor=aTEyMzQ1Njc4OTAxMjM0NTY3ODkw", "cursor"),
        ("documents?q=%00", "q"),
        ("documents?q=" + "x" * 401, "q"),
        ("documents?status=odd", "status"),
        ("documents?title__startswith=A", "title__startswith"),
        ("documents?_connector=OR", "_connector"),
        ("documents?order=password", "order"),
        ("events?after=-1", "after"),
        ("events?after=9223372036854775808", "after"),
        ("events?document=x", "document"),
        ("register?at=x", "at"),
        ("register?at=999999", "at"),
        ("schema?at=999999", "at"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(world: World, path: str, parameter: str) -> None:
    answer = world.mona.get(f"{world.path}/{path}")
    assert is_problem(answer, 400)
    assert answer.body["parameter"] == parameter


def test_a_wrong_host_is_a_problem(db: None) -> None:
    response = Client().get(f"{API}/session", headers={"host": "evil.example"})
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")


def test_what_nobody_foresaw_says_nothing_of_itself(world: World) -> None:
    with patch.object(type(STORE), "head", side_effect=RuntimeError("secret path /etc/passwd")):
        answer = world.mona.get(world.path)
    assert is_problem(answer, 500)
    assert b"secret" not in answer.raw


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("connection refused"),
        PoolTimeout("couldn't get a connection"),
        psycopg.OperationalError("server closed the connection unexpectedly"),
    ],
)
def test_a_database_that_is_away_is_said_to_be(world: World, error: Exception) -> None:
    mona = with_token(world.mona)
    mona.get(world.path).ok()
    with patch("annotator.log.HANDLER.states", side_effect=error), patch("django.db.connection.close"):
        away = mona.get(world.path)
        told_at_once = mona.get(world.path)
    for answer in (away, told_at_once):
        assert is_problem(answer, 503)
        assert answer.headers["Retry-After"] == "1"
    BREAKER.worked()
    mona.get(world.path).ok()


def test_asking_while_the_database_is_away_does_not_keep_it_away(world: World) -> None:
    mona = with_token(world.mona)
    mona.get(world.path).ok()
    BREAKER.failed()
    soon = time.monotonic() + PAUSE / 2
    with (
        patch("annotator.api.breaker.time.monotonic", return_value=soon),
        patch("django.db.connection.close"),
    ):
        assert {mona.get(world.path).status for _ in range(5)} == {503}
    with patch("annotator.api.breaker.time.monotonic", return_value=soon + PAUSE):
        mona.get(world.path).ok()


def test_whoever_tries_the_database_first_may_wait_for_a_lock_without_keeping_others_out(
    world: World,
) -> None:
    mona = with_token(world.mona)
    mona.get(world.path).ok()
    BREAKER.failed()
    soon = time.monotonic() + PAUSE
    with patch("annotator.api.breaker.time.monotonic", return_value=soon):
        with patch("annotator.log.HANDLER.states", side_effect=Busy):
            assert is_problem(mona.get(world.path), 503)
        mona.get(world.path).ok()


def test_a_connection_that_broke_once_is_not_noticed(world: World) -> None:
    from annotator.log import HANDLER

    real, broken = HANDLER.states, [OperationalError("server closed the connection unexpectedly")]

    def states(refs: Any) -> Any:
        if broken:
            raise broken.pop()
        return real(refs)

    with patch.object(HANDLER, "states", states), patch("django.db.connection.close"):
        world.mona.get(world.path).ok()


def test_readings_leave_the_log_as_it_is(world: World) -> None:
    world.alice.do(world.project, world.annotation("Assad"), world.finish())
    before = STORE.head(UUID(world.project))
    for person in (world.mona, world.carol, world.alice, world.victor, world.oscar):
        for path in ("", "/documents", "/schema", "/members", "/authors", "/register", "/events"):
            person.get(world.path + path)
        for path in ("", "/history", "/curation", "/gold"):
            person.get(world.document_path + path)
    assert STORE.head(UUID(world.project)) == before


def test_no_refusal_is_kept_by_a_cache(world: World) -> None:
    answer = world.oscar.get(world.path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(answer.raw)
