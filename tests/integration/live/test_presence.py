"""Who is here: told to whoever is there, too, by name or by role, and forgotten when nobody says it again."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
import redis
from django.conf import settings

from annotator.accounts.caller import CALLERS
from annotator.live import app, hub, presence
from tests.integration.live.reader import Feed, feed, in_thread
from tests.support.people import World, a_world, new_id

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey_url")]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    CALLERS.clear()
    monkeypatch.setattr(hub, "SAID_AGAIN_SECONDS", 0.2)
    return a_world()


def run(story: Coroutine[Any, Any, None]) -> None:
    async def told() -> None:
        try:
            await story
        finally:
            await app.hub_of_this_loop().log.close()

    asyncio.run(told())


async def here(reader: Feed, *wanted: str) -> dict[str, Any]:
    """The first word that names exactly these people."""
    while True:
        data: dict[str, Any] = (await reader.block("here"))["data"]
        if sorted(person["name"] for person in data["people"]) == sorted(wanted):
            return data


def test_who_comes_and_goes_is_told_to_those_who_are_there(world: World) -> None:
    async def story() -> None:
        about = f"document={world.document}"
        async with feed(world.carol, world.path, about) as carols:
            async with feed(world.alice, world.path, about) as alices:
                (found,) = (await here(carols, "Alice"))["people"]
                assert (found["role"], found["here"], found["account"]) == ("annotator", True, world.alice.id)
                await here(alices, "Carol")
            await here(carols)

    run(story())


def test_blind_annotators_learn_roles_and_not_names_of_each_other(world: World) -> None:
    async def story() -> None:
        about = f"document={world.document}"
        async with feed(world.bob, world.path, about) as bobs, feed(world.alice, world.path, about):
            data = (await bobs.block("here"))["data"]
            while not data["others"]:
                data = (await bobs.block("here"))["data"]
            assert data == {"people": [], "others": [{"role": "annotator", "here": True, "count": 1}]}
            assert world.alice.id.encode() not in bobs.body
            assert b"Alice" not in bobs.body

    run(story())


def test_another_page_of_the_project_is_not_the_same_document(world: World) -> None:
    async def story() -> None:
        about = f"document={world.document}"
        async with feed(world.carol, world.path, about) as carols, feed(world.mona, world.path, "quiet=true"):
            (found,) = (await here(carols, "Mona"))["people"]
            assert found["here"] is False

    run(story())


def test_a_valkey_that_came_back_empty_hears_it_again(world: World) -> None:
    async def story() -> None:
        about = f"document={world.document}"
        async with feed(world.carol, world.path, about) as carols, feed(world.alice, world.path, about):
            await here(carols, "Alice")
            with redis.Redis.from_url(settings.REDIS_URL) as client:
                key = f"here:{world.project}"
                await in_thread(lambda: client.delete(key))
                async with asyncio.timeout(5):
                    while await in_thread(lambda: client.zcard(key)) != 2:
                        await asyncio.sleep(0.05)

    run(story())


def test_what_a_killed_process_said_ends_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "FORGOTTEN_SECONDS", 0.5)

    async def story() -> None:
        async with feed(world.carol, world.path, f"document={world.document}") as carols:
            with redis.Redis.from_url(settings.REDIS_URL) as client:
                key, member = f"here:{world.project}", f"{world.alice.id}:{world.document}:dead-0"
                now = (await in_thread(client.time))[0]
                await in_thread(lambda: client.zadd(key, {member: now + 2}))
                await here(carols, "Alice")
                await here(carols)

    run(story())


def test_a_comment_that_calls_somebody_is_told_on_whatever_page_they_are(world: World) -> None:
    async def story() -> None:
        async with feed(world.carol, world.path, "quiet=true") as carols:
            await carols.block("hello")
            said = {
                "thread": new_id(),
                "comment": new_id(),
                "room": "set",
                "body": "?",
                "mentions": [world.carol.id],
            }
            await in_thread(world.alice.do, world.project, world.about("open_thread", **said))
            notice = (await carols.block("notice"))["data"]
            assert notice["position"] > 0
            assert b"event: event" not in carols.body

    run(story())
