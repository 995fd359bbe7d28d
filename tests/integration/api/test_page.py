"""The page, and signs of life."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.support.people import Person, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(tmp_path: Path, settings: Any) -> Path:
    settings.PAGE = tmp_path
    manifest = {
        "index.html": {
            "file": "assets/index-abc.js",
            "isEntry": True,
            "css": ["assets/index-abc.css"],
            "imports": ["_shared.js"],
            "dynamicImports": ["_later.js"],
        },
        "_shared.js": {
            "file": "assets/shared-abc.js",
            "css": ["assets/shared-abc.css"],
            "imports": ["_shared.js"],
        },
        "_later.js": {"file": "assets/later-abc.js", "css": ["assets/later-abc.css"]},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


@pytest.mark.parametrize("path", ["/", "/p/x", "/p/x/d/y", "/anything/at/all", "/%F0%9F%9A%80"])
def test_every_address_of_the_page_is_the_page(built: Path, path: str) -> None:
    response = Client().get(path)
    text = response.content.decode()
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'<meta name="csp-nonce" content="{nonce}">' in text
    assert f'<script type="module" src="/static/app/assets/index-abc.js" nonce="{nonce}">' in text
    assert f'<link rel="stylesheet" href="/static/app/assets/shared-abc.css" nonce="{nonce}">' in text
    assert f'<link rel="modulepreload" href="/static/app/assets/shared-abc.js" nonce="{nonce}">' in text
    assert "later-abc" not in text
    assert "unsafe" not in policy


def test_each_answer_has_a_nonce_of_its_own(built: Path) -> None:
    policies = {Client().get("/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_a_page_that_is_not_built_says_what_to_do(tmp_path: Path, settings: Any) -> None:
    settings.PAGE = tmp_path
    response = Client().get("/")
    assert (response.status_code, "make build" in response.content.decode()) == (503, True)


@pytest.mark.parametrize(
    "path", ["/favicon.ico", "/static/app/assets/gone.js", "/static/../settings.py", "/.env"]
)
def test_a_file_that_is_not_there_is_not_the_page(built: Path, path: str) -> None:
    response = Client().get(path)
    assert (response.status_code, b"<html" in response.content) == (404, False)


def test_the_page_takes_no_other_methods(built: Path) -> None:
    assert Client().post("/").status_code == 405


def test_the_process_says_that_it_lives(nobody: Person) -> None:
    answer = nobody.ask("GET", "/healthz")
    assert (answer.status, answer.raw) == (200, b"ok")


def test_readiness_tells_strangers_no_projects(world: World, nobody: Person) -> None:
    found = nobody.ask("GET", "/readyz").ok()
    assert (found["ok"], found["database"]) == (True, "ok")
    names = {"board", "copies", "gold", "membership", "notices", "seats"}
    assert {each["name"] for each in found["projections"]} == names
    assert {each["project"] for each in found["projections"]} == {None}
    assert world.project not in json.dumps(found)


def test_readiness_tells_members_how_late_their_projects_are(world: World) -> None:
    found = world.alice.ask("GET", "/readyz").ok()
    mine = [each for each in found["projections"] if each["project"] == world.project]
    assert {(each["name"], each["state"]) for each in mine} == {
        ("board", "behind"),
        ("copies", "behind"),
        ("gold", "behind"),
        ("membership", "behind"),
        ("notices", "behind"),
        ("seats", "behind"),
    }
    assert all(each["lag_events"] > 0 for each in mine)
