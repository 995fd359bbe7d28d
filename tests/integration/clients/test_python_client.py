"""The Python client: each example of its README runs, against the service itself."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import palimpsest
import pytest
from django.core.wsgi import get_wsgi_application
from palimpsest import Client, NotVerified, Problem
from palimpsest import client as connecting
from palimpsest import project as projects

from annotator.accounts.caller import CALLERS
from annotator.accounts.tokens import create_token
from annotator.jobs.webhooks.delivering import deliver
from annotator.jobs.work import work_on
from annotator.projections.registry import REGISTRY
from tests.support.people import World, a_person, a_world, with_token
from tests.support.web import Told, a_web

pytestmark = pytest.mark.django_db(transaction=True)

README = Path(__file__).resolve().parents[3] / "clients" / "python" / "README.md"
EXTRAS = {"Into pandas": "pandas", "Into spaCy": "spacy", "Into datasets": "datasets"}


class Service(httpx.BaseTransport):
    """The service in this process; jobs are done when somebody asks for them. ``faults`` come before answers."""

    def __init__(self) -> None:
        self._wsgi = httpx.WSGITransport(app=get_wsgi_application())
        self.faults: list[Exception | int] = []
        self.lost: list[Exception] = []  # answers that do not arrive

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.faults:
            fault = self.faults.pop()
            if isinstance(fault, Exception):
                raise fault
            return httpx.Response(fault, json={"status": fault, "title": "Not now."})
        if found := re.search(r"/jobs/([0-9a-f-]{36})$", request.url.path):
            work_on(UUID(found[1]))
        answer = self._wsgi.handle_request(request)
        if self.lost:
            answer.read()
            raise self.lost.pop()
        return answer


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    CALLERS.clear()
    monkeypatch.setattr(connecting, "WAIT_AGAIN", (0.0, 0.0))
    monkeypatch.setattr(projects, "POLL", 0.0)
    return Service()


def sections() -> list[tuple[str, str]]:
    """The examples, by the heading above them."""
    parts = re.split(r"^## (.+)$", README.read_text(), flags=re.MULTILINE)[1:]
    return [
        (title, code)
        for title, body in zip(parts[::2], parts[1::2], strict=True)
        for code in re.findall(r"```python\n(.*?)```", body, flags=re.DOTALL)
    ]


@pytest.fixture
def example(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> Iterator[dict[str, Any]]:
    def connected(url: str, token: str) -> Client:
        return Client(url, token, transport=service)

    monkeypatch.setattr(palimpsest, "Client", connected)
    person = a_person("Dana")
    assert person.account is not None
    _, token = create_token(person.account, name="test", read_only=False)
    settings.NET_ALLOW = ("127.0.0.0/8",)  # type: ignore[attr-defined]
    with a_web() as web:
        web.answers["/hook"] = Told(b"", 204)
        yield {
            "url": "http://testserver",
            "token": token,
            "folder": tmp_path,
            "address": f"{web.url}/hook",
            "web": web,
        }


def run(namespace: dict[str, Any], *, extra: str | None) -> None:
    for title, code in sections():
        if title not in EXTRAS or EXTRAS[title] == extra:
            exec(compile(code, f"{README.name}, {title}", "exec"), namespace)


def test_the_examples_run(example: dict[str, Any]) -> None:
    run(example, extra=None)
    assert [label["quote"] for label in example["project"].gold(example["document"])["labels"]] == [
        "Al-Bukamal",
        "the Syrian army",
    ]
    assert example["problem" if "problem" in example else "before"]
    assert [each["title"] for each in example["changed"]] == ["A report"]
    assert list(example["folder"].glob("*.zip"))


def test_a_release_reaches_the_pipeline_of_the_examples(example: dict[str, Any]) -> None:
    run(example, extra=None)
    project, hook = example["project"], example["made"]["webhook"]["id"]
    assert deliver((UUID(project.id), UUID(hook)), seconds=10) == "done"
    tested, delivered = example["web"].asked
    before = set(example["folder"].glob("*.zip"))
    example["received"](tested.headers, tested.body)
    assert set(example["folder"].glob("*.zip")) == before
    example["received"](delivered.headers, delivered.body)
    (new,) = set(example["folder"].glob("*.zip")) - before
    assert f"gold-{project.releases()[0]['position']}-" in new.name
    with pytest.raises(NotVerified):
        example["received"](delivered.headers, delivered.body + b" ")
    assert project.webhooks()[0]["delivery"]["state"] == "up_to_date"
    example["web"].answers["/page"] = Told(
        b"<html><article><p>" + b"The council met again. " * 20 + b"</p></article></html>"
    )
    page = example["address"].replace("/hook", "/page")
    assert project.import_urls([page, f"{page}/gone"])["new"] == 1
    assert project.redeliver(hook, after=1)["delivery"]["position"] == 1
    project.remove_webhook(hook)
    assert project.webhooks() == []


@pytest.mark.parametrize("extra", EXTRAS.values())
def test_the_ways_into_other_libraries_run(example: dict[str, Any], extra: str) -> None:
    if importlib.util.find_spec(extra) is None:
        pytest.skip(f"{extra} is not installed")
    run(example, extra=extra)
    match extra:
        case "pandas":
            assert dict(example["frame"].groupby("label").size()) == {"actor": 1, "location": 1}
        case "spacy":
            assert {
                span.text for doc in example["docs"] for group in doc.spans.values() for span in group
            } == {
                "Al-Bukamal",
                "the Syrian army",
            }
        case _:
            assert len(example["dataset"][0]["annotations"]) == 2


def of(world: World, service: Service, person: str = "alice") -> Any:
    token = with_token(getattr(world, person)).headers["Authorization"].removeprefix("Bearer ")
    return Client("http://testserver/", token, transport=service).project(world.project)


def test_what_got_no_answer_is_sent_again_and_done_once(service: Service) -> None:
    world = a_world()
    project = of(world, service)
    service.faults = [503, httpx.ConnectError("away")]
    mark = project.mark(world.document, "location", "Al-Bukamal")
    service.lost = [httpx.ReadError("cut")]
    project.send({"type": "remove_annotation", "document": world.document, "data": {"annotation": mark}})
    types = [each["type"] for each in project.events(kinds=["annotation_set"])]
    assert types == ["annotation_added", "annotation_removed"]
    service.faults = [503, 503, 503]
    with pytest.raises(Problem) as refused:
        project.finish(world.document)
    assert refused.value.status == 503


def test_lists_come_page_by_page_and_the_past_is_there(service: Service) -> None:
    world = a_world()
    project = of(world, service, "mona")
    for number in range(3):
        project.import_text(f"{number}", "A text.")
    REGISTRY.catch_up(UUID(world.project))
    titles = [each["title"] for each in project.client.pages(f"projects/{project.id}/documents", limit=2)]
    assert titles == ["An article", "0", "1", "2"]
    first = next(iter(project.documents()))["position"]
    assert [each["title"] for each in project.documents(at=first)] == ["An article"]
    with pytest.raises(LookupError):
        project.client.project("No such name")
