import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from django.conf import settings

from annotator.accounts.caller import CALLERS
from annotator.live import app, hub
from tests.integration.live.reader import feed, in_thread
from tests.support.people import World, a_world, new_id, with_token

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey_url")]


@pytest.fixture
def world() -> World:
    CALLERS.clear()
    return a_world()


def run(story: Coroutine[Any, Any, None]) -> None:
    async def told() -> None:
        try:
            await story
        finally:
            made = app.hub_of_this_loop()
            await made.log.close()

    asyncio.run(told())


def test_an_edit_reaches_the_feed_in_the_shape_of_the_history(world: World) -> None:
    async def story() -> None:
        async with feed(world.alice, world.path, f"document={world.document}") as reader:
            hello = await reader.block("hello")
            await in_thread(world.alice.do, world.project, world.annotation("Al-Bukamal"))
            (event,) = await reader.events(1)
            assert event["position"] == hello["data"]["position"] + 1
            history = await in_thread(
                lambda: list(world.events(world.alice, f"{world.document_path}/history"))
            )
            assert history[-1] == event

    run(story())


def test_the_feed_says_who_it_is_and_how_to_come_back(world: World) -> None:
    async def story() -> None:
        async with feed(world.alice, world.path) as reader:
            hello = await reader.block("hello")
            shown = await in_thread(lambda: world.alice.get(world.path).ok())
            assert hello["data"] == {"epoch": shown["epoch"], "position": shown["position"]}
            assert reader.body.startswith(b"retry: 1000\n\n")
            assert reader.headers["content-type"].startswith("text/event-stream")
            assert reader.headers["x-accel-buffering"] == "no"

    run(story())


@pytest.mark.parametrize("way", ["query", "header"])
def test_whoever_was_cut_off_gets_everything_after_the_last_event_seen(world: World, way: str) -> None:
    async def story() -> None:
        query, headers = ("after=5", {}) if way == "query" else ("after=1", {"last_event_id": "5"})
        async with feed(world.mona, world.path, query, **headers) as reader:
            head = (await reader.block("hello"))["data"]["position"]
            positions = [event["position"] for event in await reader.events(head - 5)]
            assert positions == list(range(6, head + 1))

    run(story())


def test_a_blind_annotator_gets_nothing_of_others_and_the_curator_all(world: World) -> None:
    async def story() -> None:
        query = f"document={world.document}"
        async with feed(world.bob, world.path, query) as bobs, feed(world.carol, world.path, query) as carols:
            await in_thread(world.alice.do, world.project, world.annotation("Al-Bukamal"), world.finish())
            await in_thread(world.bob.do, world.project, world.annotation("Putin"))
            assert [event["author"] for event in await carols.events(3)] == [world.alice.id] * 2 + [
                world.bob.id
            ]
            (own,) = await bobs.events(1)
            assert own["author"] == world.bob.id
            assert world.alice.id.encode() not in bobs.body

    run(story())


def test_another_documents_events_do_not_come(world: World) -> None:
    async def story() -> None:
        other = {
            "type": "import_document",
            "data": {"document": new_id(), "title": "Other", "text": "Other."},
        }
        async with feed(world.mona, world.path, f"document={world.document}") as reader:
            await in_thread(world.mona.do, world.project, other)
            assert await reader.is_silent()

    run(story())


def test_a_reader_far_behind_catches_up_from_the_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "KEPT", 3)

    async def story() -> None:
        async with feed(world.mona, world.path, "after=0") as reader:
            marks = [world.annotation("Al-Bukamal", annotation=new_id()) for _ in range(10)]
            await in_thread(world.alice.do, world.project, *marks)
            head = (await in_thread(lambda: world.alice.get(world.path).ok()))["position"]
            assert [event["position"] for event in await reader.events(head)] == list(range(1, head + 1))

    run(story())


def test_without_a_broker_the_feed_looks_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", "")

    async def story() -> None:
        async with feed(world.alice, world.path) as reader:
            await reader.block("hello")
            await in_thread(world.alice.do, world.project, world.annotation("Al-Bukamal"))
            assert (await reader.events(1))[0]["type"] == "annotation_added"

    run(story())


def test_whoever_loses_the_part_in_the_project_is_let_go_at_once(world: World) -> None:
    async def story() -> None:
        async with feed(world.alice, world.path) as reader:
            await reader.block("hello")
            removal = {"type": "remove_member", "data": {"member": world.alice.id}}
            await in_thread(world.mona.do, world.project, removal)
            await in_thread(world.bob.do, world.project, world.annotation("Putin"))
            await reader.until_ended(3.0)
            assert b"annotation_added" not in reader.body

    run(story())


def test_a_role_that_grows_shows_more_at_once(world: World) -> None:
    async def story() -> None:
        async with feed(world.alice, world.path) as reader:
            await reader.block("hello")
            role = {"type": "set_member", "data": {"member": world.alice.id, "role": "curator"}}
            await in_thread(world.mona.do, world.project, role)
            await in_thread(world.bob.do, world.project, world.annotation("Putin"))
            assert [event["type"] for event in await reader.events(2)] == ["member_set", "annotation_added"]

    run(story())


def test_a_session_that_ends_closes_the_feed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "RECHECK_SECONDS", 0.2)
    monkeypatch.setattr("annotator.accounts.caller.REMEMBERED_FOR", 0.1)

    async def story() -> None:
        async with feed(world.alice, world.path) as reader:
            await reader.block("hello")
            await in_thread(world.alice.client.logout)
            await reader.until_ended(5.0)

    run(story())


def test_a_token_follows_too(world: World) -> None:
    async def story() -> None:
        program = await in_thread(lambda: with_token(world.alice, read_only=True))
        async with feed(program, world.path) as reader:
            assert (await reader.block("hello"))["data"]["position"] > 0

    run(story())


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/projects/{project}", "after=x", 400),
        ("/projects/{project}", "document=nobody", 400),
        ("/projects/{project}", "document=018f0000-0000-7000-8000-000000000000", 404),
        ("/projects/018f0000-0000-7000-8000-000000000000", "", 404),
        ("/projects/none", "", 404),
    ],
)
def test_what_cannot_be_followed_is_refused(world: World, path: str, query: str, status: int) -> None:
    async def story() -> None:
        async with feed(world.alice, path.format(project=world.project), query) as reader:
            assert reader.status == status
            assert reader.headers["content-type"] == "application/problem+json"

    run(story())


def test_strangers_learn_nothing(world: World) -> None:
    async def story() -> None:
        async with feed(None, world.path) as nobody:
            assert nobody.status == 401
        async with feed(world.oscar, world.path) as outsider:
            unknown = await in_thread(lambda: world.oscar.get(f"/projects/{new_id()}/register"))
            assert (outsider.status, outsider.body) == (404, unknown.raw)

    run(story())


def test_a_stopped_process_ends_its_feeds(world: World) -> None:
    async def story() -> None:
        async with feed(world.alice, world.path) as reader:
            await reader.block("hello")
            app.hub_of_this_loop().close()
            await reader.until_ended(1.0)

    run(story())


def test_a_reader_who_leaves_leaves_nothing_behind(world: World) -> None:
    async def story() -> None:
        for _ in range(5):
            async with feed(world.alice, world.path) as reader:
                await reader.block("hello")
        await asyncio.sleep(0)
        running = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]  # type: ignore[union-attr]
        assert not [name for name in running if "Tail" in name or "_Stream" in name]

    run(story())
