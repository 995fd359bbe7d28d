"""Sources from outside: the gazetteer, a file that marks, a model behind HTTP; and pickers that search places."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import connection

from annotator.jobs.gazetteer import load_gazetteer
from annotator.jobs.suggesting.asking import ask_if_due
from annotator.jobs.work import work_on
from annotator.queries.gazetteer import search_places
from tests.integration.suggesting.test_suggesting import define, follow, said
from tests.support.people import World, new_id

pytestmark = pytest.mark.django_db

Model = Callable[[Any], tuple[int, Any]]


@pytest.fixture
def model(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, list[Any], dict[str, Model]]]:
    """A model server: its address, the questions that it got, and what it does."""
    settings.NET_ALLOW = ("127.0.0.0/8",)
    monkeypatch.setattr("annotator.jobs.suggesting.outside.PAUSE_SECONDS", 0.0)
    questions: list[Any] = []
    behaviour: dict[str, Model] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"])))
            questions.append(question)
            status, body = behaviour["model"](question)
            written = body if isinstance(body, bytes) else msgspec.json.encode(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/suggest", questions, behaviour
    server.shutdown()
    server.server_close()
    thread.join()


def told(question: Any, *suggestions: dict[str, Any]) -> tuple[int, Any]:
    """The model's answer for the first document."""
    return 200, {
        "model": "m1",
        "documents": [{"id": question["documents"][0]["id"], "suggestions": suggestions}],
    }


def test_a_model_is_asked_with_text_and_labels_and_what_does_not_fit_is_left_out(
    world: World, model: tuple[str, list[Any], dict[str, Model]]
) -> None:
    url, questions, behaviour = model
    start = world.text.index("Putin")
    at = [[start, start + 5]]
    behaviour["model"] = lambda question: told(
        question,
        {"label": "PER", "spans": at, "quote": "Putin", "score": 0.9},
        {"label": "PER", "spans": at, "quote": "Assad", "score": 0.9},  # another text, or other offsets
        {"label": "PER", "spans": [[0, 9999]], "score": 0.9},
        {"label": "MISC", "spans": at, "score": 0.9},
        {"label": "location", "spans": at, "score": 0.1},
    )
    settings = {"kind": "server", "url": url, "labels": {"PER": "actor"}, "least_score": 0.5}
    define(world, settings, name="Model")
    follow(world)
    assert said(world) == [("actor", "Putin", None)]
    (question,) = questions
    assert (question["contract"], question["offsets"]) == (1, "code points")
    assert (question["documents"][0]["text"], "actor" in question["labels"]) == (world.text, True)
    (view,) = world.alice.get(world.document_path).ok()["suggestions"]
    assert view["suggestions"][0]["score"] == 0.9


def test_a_model_that_stays_away_parks_its_source_with_the_reason(
    world: World, model: tuple[str, list[Any], dict[str, Model]]
) -> None:
    url, questions, behaviour = model
    behaviour["model"] = lambda _: (503, {})
    source = define(world, {"kind": "server", "url": url}, name="Model")
    (job,) = ask_if_due(UUID(world.project))
    assert work_on(job) == "failed"
    assert len(questions) == 3
    (view,) = world.mona.get(f"{world.path}/sources").ok()["sources"]
    assert "status 503" in view["parked"]
    assert ask_if_due(UUID(world.project)) == []
    behaviour["model"] = lambda question: told(question)
    again = world.mona.ask("POST", f"{world.path}/sources/{source}/runs", {}).ok()["job"]
    assert work_on(UUID(again)) == "done"
    (view,) = world.mona.get(f"{world.path}/sources").ok()["sources"]
    assert view["parked"] is None


NOT_AS_AGREED = (
    b"<html>",
    b'{"documents": [{"id": 1}]}',
    b'{"documents": [{"id": "x", "suggestions": [{"label": "actor", "spans": []}]}]}',
)


@pytest.mark.parametrize("body", NOT_AS_AGREED)
def test_an_answer_that_is_not_as_agreed_parks_the_source(
    world: World, model: tuple[str, list[Any], dict[str, Model]], body: bytes
) -> None:
    url, questions, behaviour = model
    behaviour["model"] = lambda _: (200, body)
    define(world, {"kind": "server", "url": url}, name="Model")
    (job,) = ask_if_due(UUID(world.project))
    assert (work_on(job), len(questions)) == ("failed", 1)


def test_a_model_within_the_walls_is_not_asked(world: World) -> None:
    define(world, {"kind": "server", "url": "http://127.0.0.1:9/suggest"}, name="Model")
    (job,) = ask_if_due(UUID(world.project))
    assert work_on(job) == "failed"
    (view,) = world.mona.get(f"{world.path}/sources").ok()["sources"]
    assert view["parked"]


def test_a_file_suggests_for_the_documents_whose_text_it_has(world: World) -> None:
    source = define(world, {"kind": "file", "labels": {"PER": "actor"}}, name="Colleagues")
    putin = world.text.index("Putin")
    lines = [
        {"text": world.text, "spans": [{"start": putin, "end": putin + 5, "label": "PER", "quote": "Putin"}]},
        {"text": "🚀 Of unknown units.", "spans": [{"start": 2, "end": 4, "label": "PER"}]},
        {"text": "Another text.", "spans": [{"start": 0, "end": 7, "label": "PER"}]},
    ]
    body = b"\n".join(msgspec.json.encode(line) for line in lines)
    path = f"{world.path}/sources/{source}/file?name=colleagues.jsonl"
    answer = world.mona.ask("POST", path, body, content_type="application/octet-stream")
    assert work_on(UUID(answer.ok()["job"])) == "done"
    assert said(world) == [("actor", "Putin", None)]
    report = world.mona.get(f"{world.path}/jobs/{answer.body['job']}").ok()["report"]
    assert report["faults"] == [
        "line 2: The offsets may count code_point or utf16 or grapheme: no quote tells which."
    ]
    (view,) = world.mona.get(f"{world.path}/sources").ok()["sources"]
    assert (view["version"], view["settings"]["file"], len(view["settings"]["sha256"])) == (
        2,
        "colleagues.jsonl",
        64,
    )
    assert world.mona.ask("POST", f"{world.path}/sources/{source}/runs", {}).status == 409


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: Any) -> None:
    """The gazetteer, copied once for these tests."""
    with django_db_blocker.unblock():
        load_gazetteer(300_000)
        connection.close()


@pytest.mark.usefixtures("places")
def test_places_are_found_by_any_of_their_names(world: World) -> None:
    for words, id_ in (
        ("Damasco", 170654),
        ("دمشق", 170654),
        ("damascus", 170654),
        ("Сирия", 163843),
        ("叙利亚", 163843),
    ):
        assert search_places(words)[0].id == id_, words
    found = world.alice.get(f"{world.path}/gazetteer?q=Dama").ok()
    assert (found["ready"], found["attribution"]) == (True, "GeoNames, CC BY 4.0")
    assert {"Damascus", "Damanhūr"} & {place["name"] for place in found["places"]}
    assert world.alice.get(f"{world.path}/gazetteer?q=%25").ok()["places"] == []
    assert world.victor.get(f"{world.path}/gazetteer?q=Dama").status == 404


@pytest.mark.usefixtures("places")
def test_places_are_found_at_once(world: World) -> None:
    slowest = 0.0
    for words in ("al", "Dam", "San", "Алек", "سو", "北", "Saint", "Nowhere at all"):
        begun = time.perf_counter()
        search_places(words)
        slowest = max(slowest, time.perf_counter() - begun)
    assert slowest < 0.5  # 0.1 on a machine that does nothing else


@pytest.mark.usefixtures("places")
def test_the_gazetteer_suggests_places(world: World) -> None:
    document = new_id()
    text = "Da Damasco a Beirut, e poi in Siria. From Paris."
    world.mona.do(
        world.project, {"type": "import_document", "data": {"document": document, "title": "", "text": text}}
    )
    define(
        world,
        {"kind": "gazetteer", "label": "location", "countries": ["SY", "LB"], "least_population": 300_000},
        name="Gazetteer",
    )
    follow(world)
    view = world.alice.get(f"{world.path}/documents/{document}").ok()
    spans = [each["spans"][0] for each in view["suggestions"][0]["suggestions"]]
    assert [text[start:end] for start, end in spans] == ["Damasco", "Beirut", "Siria"]


def test_places_that_are_not_there_yet_are_asked_for_once(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM annotator_place")
    for _ in range(2):
        assert not world.alice.get(f"{world.path}/gazetteer?q=Dama").ok()["ready"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM annotator_job WHERE kind = 'gazetteer'")
        assert cursor.fetchone()[0] == 1
