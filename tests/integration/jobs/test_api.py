import base64
import hashlib
import io
import zipfile
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from annotator.api import imports
from annotator.jobs.work import work_on
from tests.integration.jobs.corpus import a_document, a_mark, jsonl
from tests.support.people import Person, World

pytestmark = pytest.mark.django_db(transaction=True)


def upload(world: World, data: bytes, query: str = "format=jsonl&name=articles.jsonl") -> Any:
    return world.mona.ask(
        "POST", f"{world.path}/imports?{query}", data, content_type="application/octet-stream"
    )


def job(world: World, person: Person, id_: str) -> Any:
    return person.get(f"{world.path}/jobs/{id_}").ok()


def test_a_file_goes_in_and_gold_comes_out(world: World) -> None:
    data = jsonl(a_document("a"), a_mark("a", "Al-Bukamal"))
    taken = upload(world, data)
    assert (taken.status, taken.body["state"], taken.body["kind"]) == (202, "waiting", "import")
    work_on(UUID(taken.body["id"]))
    found = job(world, world.mona, taken.body["id"])
    assert (found["state"], found["report"]["accepted"], found["file"]) == ("done", 1, None)
    assert found["report"]["sha256"] == hashlib.sha256(data).hexdigest()

    asked = world.carol.ask("POST", f"{world.path}/exports", {"format": "jsonl", "source": "gold"})
    assert asked.status == 202
    work_on(UUID(asked.body["id"]))
    made = job(world, world.carol, asked.body["id"])
    answer = world.carol.get(made["file"]["url"])
    assert hashlib.sha256(answer.raw).hexdigest() == made["file"]["sha256"]
    assert "data.jsonl" in zipfile.ZipFile(io.BytesIO(answer.raw)).namelist()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{made["file"]["name"]}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Length"] == str(made["file"]["size"])
    digest = base64.b64encode(bytes.fromhex(made["file"]["sha256"])).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"


def test_an_export_that_waits_does_not_include_what_comes_later(world: World) -> None:
    asked = world.carol.ask("POST", f"{world.path}/exports", {"format": "jsonl", "source": "sets"}).ok()
    world.alice.do(world.project, world.annotation("Al-Bukamal"))
    work_on(UUID(asked["id"]))
    assert job(world, world.carol, asked["id"])["report"]["position"] == asked["options"]["at"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"format": "none"}, 422),
        ({"format": "text"}, 422),
        ({"format": "jsonl", "at": 99_999}, 422),
        ({"format": "conll2003", "options": {"no": 1}}, 422),
        ({"format": "jsonl", "source": "all"}, 400),
    ],
)
def test_an_export_that_cannot_be_is_refused_at_once(world: World, body: Any, status: int) -> None:
    assert world.carol.ask("POST", f"{world.path}/exports", body).status == status


@pytest.mark.parametrize("query", ["format=none", "format=jsonl&options=[]", "x=1"])
def test_an_import_that_cannot_be_is_refused_at_once(world: World, query: str) -> None:
    assert upload(world, b"x", query).status == 400


def test_an_empty_and_a_huge_file_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert upload(world, b"").status == 400
    monkeypatch.setattr(imports, "BIGGEST", 10)
    assert upload(world, b"x" * 11).status == 400
    assert world.mona.get(f"{world.path}/jobs").ok() == []


def test_without_a_worker_the_answer_says_so_in_words(world: World) -> None:
    found = upload(world, jsonl(a_document("a"))).body
    assert found["worker_seen_seconds"] is None
    assert "No worker has been seen" in found["notice"]
    assert settings.REDIS_URL
