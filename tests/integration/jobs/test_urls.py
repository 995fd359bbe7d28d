"""Imports of addresses: fetched through the guard, read by what they are, each fault told with its line."""

import io
import json
import signal
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from annotator.jobs import fetching
from annotator.jobs.models import JobFile
from annotator.jobs.work import work_on
from tests.integration.jobs.helpers import an_import, done, report, seen
from tests.integration.jobs.processes import end, running, until
from tests.support.people import World
from tests.support.web import Asked, Told, Web, a_web

pytestmark = pytest.mark.django_db(transaction=True)

ARTICLE = (
    "The council met on {day}. It was the {n}. meeting of this year, and it lasted until the evening. " * 4
)


@pytest.fixture
def web(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    settings.NET_ALLOW = ("127.0.0.0/8",)
    monkeypatch.setenv("PALIMPSEST_NET_ALLOW", "127.0.0.0/8")
    monkeypatch.setattr(fetching, "DELAY", 0.0)
    monkeypatch.setattr(fetching, "AGAIN", 0.0)
    with a_web() as found:
        yield found


def page(n: int, *, day: str = "Monday") -> Told:
    text = ARTICLE.format(day=day, n=n)
    article = f"<article><h1>Meeting {n}</h1><p>{text}</p></article>"
    html = f"<html><head><title>Meeting {n}</title></head><body>{article}</body></html>"
    return Told(html.encode())


def a_list(world: World, *urls: str, name: str = "list.urls", **options: Any) -> UUID:
    return an_import(world, "\n".join(urls).encode(), name=name, format=None, **options)


def documents(world: World) -> list[dict[str, Any]]:
    """Events of the imports, as Mona sees them."""
    events = [event for event in world.events(world.mona) if event["type"] == "document_imported"]
    return [event["data"] for event in events if event["data"]["source_url"]]


def test_pages_of_a_list_become_documents_with_their_address(world: World, web: Web) -> None:
    web.answers["/1"] = page(1)
    web.answers["/old"] = Told(b"", 301, {"Location": "/2"})
    web.answers["/2"] = page(2, day="Tuesday")
    web.answers["/notes"] = Told(
        b"# Notes\n\nNothing was decided.", headers={"Content-Type": "text/markdown"}
    )
    found = report(world, a_list(world, f"{web.url}/1", "# a remark", f"{web.url}/old", f"{web.url}/notes"))
    assert (found["format"], found["new"], found["rejected"]) == ("urls", 3, 0)
    told = {each["source_url"]: each for each in documents(world)}
    assert set(told) == {f"{web.url}/1", f"{web.url}/2", f"{web.url}/notes"}
    assert told[f"{web.url}/1"]["title"] == "Meeting 1"
    assert told[f"{web.url}/2"]["meta"]["asked_for"] == f"{web.url}/old"
    assert web.asked[0].headers["user-agent"].startswith("Palimpsest/")
    assert JobFile.objects.exclude(role="upload").count() == 0, "nothing that was fetched is kept on"


def test_each_address_that_gives_nothing_is_told_with_its_line(world: World, web: Web) -> None:
    web.answers["/1"] = page(1)
    web.answers["/image"] = Told(b"\x89PNG\r\n\x1a\n" + b"\0" * 100, headers={"Content-Type": "image/png"})
    urls = (
        f"{web.url}/gone",
        "nonsense",
        "http://169.254.169.254/latest/",
        f"{web.url}/image",
        f"{web.url}/1",
    )
    found = report(world, a_list(world, *urls))
    assert (found["new"], found["rejected"]) == (1, 4)
    told = {each["line"]: each["code"] for each in found["diagnostics"]}
    assert told == {1: "no_page", 2: "no_address", 3: "address_refused", 4: "wrong_kind_of_file"}
    assert [each["line"] for each in found["diagnostics"]] == [1, 2, 3, 4]
    assert found["diagnostics"][0]["record"] == urls[0]


def test_imported_again_nothing_changes(world: World, web: Web) -> None:
    web.answers["/1"] = page(1)
    report(world, a_list(world, f"{web.url}/1"))
    again = report(world, a_list(world, f"{web.url}/1"))
    assert (again["new"], again["unchanged"]) == (0, 1)


def test_a_rehearsal_fetches_once_and_the_import_takes_what_was_tried(world: World, web: Web) -> None:
    web.answers["/1"] = page(1)
    path = f"{world.path}/imports?name=list.urls"
    body = f"{web.url}/1".encode()
    tried = world.mona.ask("POST", f"{path}&dry_run=true", body, content_type="application/octet-stream").ok()
    work_on(UUID(tried["id"]))
    shown = seen(world, UUID(tried["id"]))["report"]
    assert shown is not None
    assert (shown["new"], [each["title"] for each in shown["first"]]) == (1, ["Meeting 1"])
    web.answers["/1"] = page(2)
    made = world.mona.ask("POST", f"{world.path}/imports?of={tried['id']}", b"").ok()
    assert done(world, UUID(made["id"]))["report"]["new"] == 1  # type: ignore[index]
    assert len(web.asked) == 1
    assert [each["title"] for each in documents(world)] == ["Meeting 1"]


def feed(*links: str) -> Told:
    items = "".join(
        f"<item><title>x</title><link>{link}</link><description>Short.</description></item>" for link in links
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'
    return Told(body.encode(), headers={"Content-Type": "application/rss+xml"})


def test_the_articles_of_a_feed_come_in_when_that_is_asked_for(world: World, web: Web) -> None:
    web.answers |= {"/feed": feed("/1", f"{web.url}/2", f"{web.url}/feed"), "/1": page(1), "/2": page(2)}
    plain = report(world, a_list(world, f"{web.url}/feed"))
    assert (plain["new"], plain["problems"]) == (0, {"no_text": 3})
    found = report(world, a_list(world, f"{web.url}/feed", options={"feeds": "articles"}))
    assert found["new"] == 2
    assert {each["source_url"] for each in documents(world)} == {f"{web.url}/1", f"{web.url}/2"}
    assert found["problems"]["feed_followed"] == 1


def test_what_was_away_for_a_moment_is_asked_once_more(world: World, web: Web) -> None:
    answers = [Told(b"", 503), page(1)]
    web.answers["/1"] = lambda _: answers.pop(0)
    assert report(world, a_list(world, f"{web.url}/1"))["new"] == 1
    web.answers["/2"] = Told(b"", 503)
    assert report(world, a_list(world, f"{web.url}/2"))["rejected"] == 1
    assert len(web.asked) == 4


def test_a_host_is_left_in_peace_between_two_pages(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "DELAY", 0.3)
    for n in range(3):
        web.answers[f"/{n}"] = page(n)
    report(world, a_list(world, *(f"{web.url}/{n}" for n in range(3))))
    times = [asked.at for asked in web.asked]
    assert all(later - sooner >= 0.29 for sooner, later in pairwise(times))


def test_pages_beyond_the_limits_are_told(world: World, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 100)
    web.answers |= {"/1": page(1), "/2": page(2)}
    found = report(world, a_list(world, f"{web.url}/1", f"{web.url}/2"))
    assert (found["new"], found["problems"]) == (1, {"too_many": 1})


def test_a_list_is_laid_down_and_taken_up_page_by_page(world: World, web: Web) -> None:
    for n in range(4):
        web.answers[f"/{n}"] = page(n)
    made = a_list(world, *(f"{web.url}/{n}" for n in range(4)))
    assert [work_on(made, seconds=0) for _ in range(3)] == ["rests"] * 3
    assert len(web.asked) == 3
    assert done(world, made)["state"] == "done"
    assert seen(world, made)["report"]["new"] == 4  # type: ignore[index]
    assert len(web.asked) == 4, "nothing is fetched twice"


def test_a_worker_that_is_killed_amid_a_page_fetches_no_other_one_again(world: World, web: Web) -> None:
    stuck: list[str] = []

    def first_stuck(asked: Asked) -> Told:
        if not stuck:
            stuck.append(asked.path)
            time.sleep(20)
        return page(2)

    web.answers |= {"/1": page(1), "/2": first_stuck}
    made = a_list(world, f"{web.url}/1", f"{web.url}/2")
    with running("manage.py", "sweep") as worker:
        until(lambda: bool(stuck))
        end(worker, signal.SIGKILL)
    until(lambda: work_on(made) == "done", seconds=10)
    assert seen(world, made)["report"]["new"] == 2  # type: ignore[index]
    assert [asked.path for asked in web.asked] == ["/1", "/2", "/2"]


def test_the_command_line_takes_addresses_and_lists(world: World, web: Web, tmp_path: Any) -> None:
    web.answers |= {"/1": page(1), "/2": page(2)}
    (tmp_path / "list.txt").write_text(f"{web.url}/2\n")
    out = io.StringIO()
    call_command(
        "import", "--project", world.project, "--urls", f"{web.url}/1", str(tmp_path / "list.txt"), stdout=out
    )
    assert [json.loads(line)["new"] for line in out.getvalue().splitlines()] == [1, 1]
    with pytest.raises(CommandError, match="Not everything"):
        call_command("import", "--project", world.project, "--urls", f"{web.url}/gone", stdout=out)


def test_nothing_inside_is_fetched(world: World, web: Web, settings: Any) -> None:
    settings.NET_ALLOW = ()
    found = report(world, a_list(world, f"{web.url}/1", "http://localhost/", "file:///etc/passwd"))
    assert found["problems"] == {"address_refused": 2, "no_address": 1}
    assert web.asked == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone()[0] == 0
