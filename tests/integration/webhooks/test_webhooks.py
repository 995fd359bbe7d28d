"""Webhooks against a real receiver: in order, at least once, resumed by position, and never a step too far."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
import redis
from django.conf import settings as current
from django.core.management import call_command
from django.db import connection

from annotator.jobs.webhooks import batch, delivering
from annotator.jobs.webhooks.delivering import FIRST_PAUSE, LONGEST_PAUSE, pause_after
from annotator.jobs.webhooks.rows import held
from annotator.log import STORE
from annotator.projections.registry import REGISTRY
from tests.integration.jobs.processes import end, running, until
from tests.integration.webhooks.receiver import Receiver, seen, subscribed, told
from tests.support.people import World, new_id
from tests.support.web import Told

pytestmark = pytest.mark.django_db(transaction=True)


def grow(world: World, count: int = 1) -> None:
    for _ in range(count):
        world.alice.do(world.project, world.annotation("Al-Bukamal"))


def in_past(key: Any, column: str, interval: str) -> None:
    """Let time pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE annotator_webhook SET {column} = {column} - %s::interval WHERE webhook = %s",
            [interval, key[1]],
        )


def test_what_happens_is_told_in_order_and_signed(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    first = STORE.head(key[0])
    grow(world, 3)
    assert told(key) == "done"
    assert receiver.positions == [first, first + 1, first + 2, first + 3]
    data = receiver.taken[0]["data"]
    assert receiver.taken[0]["type"] == "project.advanced"
    assert (data["project"], data["after"], data["upto"]) == (world.project, first - 1, first + 3)
    assert receiver.events[1]["type"] == "annotation_added"
    assert told(key) == "done"
    assert len(receiver.taken) == 1, "what was told is not told again"
    delivery = seen(world, key)["delivery"]
    assert (delivery["state"], delivery["behind"], delivery["status"]) == ("up_to_date", 0, 204)


def test_a_webhook_is_told_from_a_position_in_batches(
    world: World, receiver: Receiver, monkeypatch: Any
) -> None:
    monkeypatch.setattr(batch, "MOST", 4)
    key = subscribed(world, receiver, after=0)
    grow(world, 5)
    assert told(key) == "done"
    assert receiver.positions == list(range(1, STORE.head(key[0]) + 1))
    stretches = [(body["data"]["after"], body["data"]["upto"]) for body in receiver.taken]
    assert all(one[1] == other[0] for one, other in pairwise(stretches))
    assert all(len(body["data"]["events"]) <= 4 for body in receiver.taken)


def test_only_what_was_asked_for_is_told(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver, kinds=["release"], types=["release_made"], after=0)
    grow(world, 2)
    world.mona.do(world.project, {"type": "make_release", "data": {"release": new_id(), "name": "1.0"}})
    assert told(key) == "done"
    assert [(event["type"], event["data"]["name"]) for event in receiver.events] == [("release_made", "1.0")]
    assert seen(world, key)["delivery"]["behind"] == 0


def test_changes_of_gold_are_told_document_by_document(
    world: World, receiver: Receiver, monkeypatch: Any
) -> None:
    monkeypatch.setattr(batch, "DOCUMENTS", 1)
    key = subscribed(world, receiver, events=False, gold=True)
    other = new_id()
    data = {"document": other, "title": "Second", "text": world.text}
    world.mona.do(world.project, {"type": "import_document", "data": data})
    for document in (world.document, other):
        for who in (world.alice, world.bob):
            who.do(world.project, {**world.annotation("Al-Bukamal"), "document": document})
            who.do(world.project, {"type": "finish_set", "document": document, "data": {}})
    assert told(key) == "done"
    told_of = [each["document"] for body in receiver.taken for each in body["data"]["gold"]]
    assert told_of == [world.document, other]
    assert [body["data"]["more"] for body in receiver.taken][:1] == [True]
    assert receiver.taken[0]["data"]["gold"][0]["changes"][0]["after"]["quote"] == "Al-Bukamal"
    assert receiver.events == []
    assert len(set(receiver.ids)) == len(receiver.ids)


def test_a_failure_is_tried_again_later_with_the_same_message(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    grow(world)
    receiver.answers = [Told(b"secret inside", 500), Told(b"", 302, {"Location": "http://127.0.0.1/"})]
    assert told(key) == "failed"
    found = seen(world, key)["delivery"]
    assert (found["state"], found["status"], found["attempts"]) == ("failing", 500, 1)
    assert "secret" not in found["error"]
    assert told(key) == "done", "not before its time"
    in_past(key, "next_try_at", "1 hour")
    grow(world)
    assert told(key) == "failed", "redirects are no success"
    in_past(key, "next_try_at", "1 hour")
    assert told(key) == "done"
    assert receiver.ids[0] == receiver.ids[1] == receiver.ids[2] != receiver.ids[3]
    assert receiver.positions == sorted(set(receiver.positions)), "nothing left out, nothing twice"
    assert seen(world, key)["delivery"]["state"] == "up_to_date"


def test_a_filter_that_widens_amid_a_failure_loses_nothing(
    world: World, receiver: Receiver, monkeypatch: Any
) -> None:
    monkeypatch.setattr(batch, "MOST", 2)
    key = subscribed(world, receiver, types=["set_finished"])
    grow(world, 6)
    world.alice.do(world.project, world.finish())
    receiver.answers = [Told(b"", 503)]
    assert told(key) == "failed"
    path = f"{world.path}/webhooks/{key[1]}"
    world.mona.ask("POST", path, {"name": "All", "url": receiver.url}).ok()
    assert told(key) == "done"
    assert receiver.positions == list(range(receiver.positions[0], STORE.head(key[0]) + 1))


def test_the_other_side_says_when_to_come_back(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    receiver.answers = [Told(b"", 429, {"Retry-After": "900"})]
    assert told(key) == "failed"
    in_past(key, "next_try_at", "10 minutes")
    assert told(key) == "done"
    assert receiver.taken == []
    in_past(key, "next_try_at", "6 minutes")
    assert told(key) == "done"
    assert receiver.taken


def test_pauses_grow_and_differ() -> None:
    assert FIRST_PAUSE * 0.75 <= pause_after(0) <= FIRST_PAUSE * 1.25
    assert LONGEST_PAUSE * 0.75 <= pause_after(500) <= LONGEST_PAUSE * 1.25
    assert len({pause_after(3) for _ in range(10)}) > 1


def test_after_some_days_of_failure_it_is_disabled_and_can_be_taken_up(
    world: World, receiver: Receiver
) -> None:
    key = subscribed(world, receiver)
    receiver.answers = [Told(b"", 500), Told(b"", 500)]
    assert told(key) == "failed"
    in_past(key, "next_try_at", "1 hour")
    in_past(key, "failing_since", f"{delivering.DAYS} days 1 minute")
    assert told(key) == "failed"
    found = seen(world, key)["delivery"]
    assert found["state"] == "disabled"
    assert "5 days" in found["disabled_reason"]
    assert "500" in found["disabled_reason"]
    in_past(key, "next_try_at", "2 hours")
    assert told(key) == "done"
    assert receiver.taken == []
    world.mona.ask("POST", f"{world.path}/webhooks/{key[1]}/redelivery", {}).ok()
    assert told(key) == "done"
    assert receiver.positions == [STORE.head(key[0])]


def test_who_wants_no_more_is_left_alone(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    receiver.answers = [Told(b"", 410)]
    assert told(key) == "failed"
    assert seen(world, key)["delivery"]["state"] == "disabled"


def test_a_paused_webhook_goes_on_where_it_stopped(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    path = f"{world.path}/webhooks/{key[1]}"
    wish = {"name": "Pipeline", "url": receiver.url}
    assert world.mona.ask("POST", path, {**wish, "paused": True}).ok()["delivery"]["state"] == "paused"
    grow(world, 2)
    assert told(key) == "done"
    assert receiver.taken == []
    world.mona.ask("POST", path, wish).ok()
    assert told(key) == "done"
    assert receiver.positions == list(range(receiver.positions[0], STORE.head(key[0]) + 1))


def test_everything_after_a_position_is_told_once_more(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    told(key)
    path = f"{world.path}/webhooks/{key[1]}/redelivery"
    assert world.mona.ask("POST", path, {"after": 99_999}).status == 422
    world.mona.ask("POST", path, {"after": 2}).ok()
    told(key)
    assert receiver.positions[1:] == list(range(3, STORE.head(key[0]) + 1))
    assert len(set(receiver.ids)) == 2, "it is another message"


def test_a_removed_webhook_is_told_nothing_and_its_secret_is_gone(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    path = f"{world.path}/webhooks/{key[1]}"
    for _ in range(2):
        assert world.mona.ask("DELETE", path).ok() == {"removed": str(key[1])}
    grow(world)
    assert told(key) == "done"
    assert receiver.taken == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM annotator_webhook WHERE webhook = %s", [key[1]])
        assert cursor.fetchone()[0] == 0
    assert world.mona.get(f"{world.path}/webhooks").ok()["results"] == []


def test_the_secret_is_shown_once_kept_sealed_and_changed_without_a_gap(
    world: World, receiver: Receiver
) -> None:
    key = subscribed(world, receiver)
    old = receiver.secret
    listed = world.mona.get(f"{world.path}/webhooks")
    assert old.encode() not in listed.raw
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(w)::text FROM annotator_webhook w WHERE webhook = %s", [key[1]])
        assert old[6:] not in cursor.fetchone()[0]
    new = world.mona.ask("POST", f"{world.path}/webhooks/{key[1]}/secret").ok()["secret"]
    assert new != old
    told(key)  # the receiver still verifies by the old one
    receiver.secret = new
    grow(world)
    told(key)
    assert len(receiver.taken) == 2


def test_a_test_says_at_once_what_comes_of_it(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    path = f"{world.path}/webhooks/{key[1]}/test"
    found = world.mona.ask("POST", path).ok()
    assert (found["status"], found["error"]) == (204, "")
    assert receiver.taken[0]["type"] == "webhook.test"
    receiver.answers = [Told(b"", 404)]
    assert "404" in world.mona.ask("POST", path).ok()["error"]


def test_what_changes_is_in_the_log_and_for_managers_only(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    world.mona.ask("DELETE", f"{world.path}/webhooks/{key[1]}").ok()
    told_mona = [event for event in world.events(world.mona) if event["stream"]["kind"] == "webhook"]
    assert [event["type"] for event in told_mona] == ["webhook_added", "webhook_removed"]
    assert told_mona[0]["author"] == world.mona.id
    assert told_mona[0]["data"]["url"] == receiver.url
    for person in (world.carol, world.alice, world.victor):
        assert not [event for event in world.events(person) if event["stream"]["kind"] == "webhook"]


def test_a_repeated_request_makes_one_webhook_and_shows_no_second_secret(
    world: World, receiver: Receiver
) -> None:
    body = {"id": new_id(), "name": "Pipeline", "url": receiver.url}
    first, second = (world.mona.ask("POST", f"{world.path}/webhooks", body).ok() for _ in range(2))
    assert first["secret"].startswith("whsec_")
    assert second["secret"] is None
    assert len(world.mona.get(f"{world.path}/webhooks").ok()["results"]) == 1


@pytest.mark.parametrize(
    "url", ["http://user:pass@x.example/", "http://x.example:0/", "http://exa|mple.org/"]
)
def test_an_address_that_cannot_be_called_is_refused_at_once(world: World, url: str) -> None:
    answer = world.mona.ask("POST", f"{world.path}/webhooks", {"name": "x", "url": url})
    assert (answer.status, answer.body["type"], answer.body["pointer"]) == (
        422,
        "urn:palimpsest:url-refused",
        "/url",
    )


def test_nothing_inside_is_called_at_delivery(world: World, receiver: Receiver, settings: Any) -> None:
    key = subscribed(world, receiver)
    settings.NET_ALLOW = ()
    assert told(key) == "failed"
    assert receiver.ids == []
    assert "may not be called" in seen(world, key)["delivery"]["error"]


def test_a_log_that_came_without_its_secret_calls_nobody(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM annotator_webhook WHERE webhook = %s", [key[1]])
    assert told(key) == "done"
    assert seen(world, key)["delivery"]["state"] == "no_secret"
    assert world.mona.ask("POST", f"{world.path}/webhooks/{key[1]}/test").status == 422
    receiver.secret = world.mona.ask("POST", f"{world.path}/webhooks/{key[1]}/secret").ok()["secret"]
    grow(world)
    told(key)
    assert receiver.positions == [STORE.head(key[0])]


def test_a_secret_of_another_key_disables_with_the_reason(
    world: World, receiver: Receiver, settings: Any
) -> None:
    key = subscribed(world, receiver)
    settings.SECRET_KEY = "another" * 10
    assert told(key) == "failed"
    assert "make a new one" in seen(world, key)["delivery"]["disabled_reason"]


def test_a_rebuild_tells_nobody(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    told(key)
    REGISTRY.catch_up(key[0])
    count = len(receiver.ids)
    call_command("rebuild", "board")
    call_command("rebuild", "gold")
    assert len(receiver.ids) == count


def test_a_worker_that_is_killed_amid_a_delivery_loses_nothing(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver, after=0)

    def slowly() -> Any:
        time.sleep(30)
        yield b""

    receiver.answers = [Told(pieces=slowly())]
    with running("manage.py", "sweep") as worker:
        until(lambda: len(receiver.ids) == 1)
        end(worker, signal.SIGKILL)
    receiver.taken.clear()  # its answer never arrived
    assert seen(world, key)["delivery"]["position"] == 0
    grow(world)
    until(lambda: told(key) == "done" and bool(receiver.taken), seconds=15)
    assert receiver.ids[0] == receiver.ids[1], "the same message, for whoever looks at ids"
    assert receiver.positions == list(range(1, STORE.head(key[0]) + 1))


@pytest.mark.usefixtures("valkey_url")
def test_workers_tell_webhooks_as_soon_as_something_happens(world: World, receiver: Receiver) -> None:
    with redis.Redis.from_url(current.REDIS_URL) as broker:
        broker.flushall()
    with running("-m", "annotator.config.worker"):
        key = subscribed(world, receiver)
        until(lambda: len(receiver.taken) == 1, seconds=30)
        grow(world)
        until(lambda: receiver.positions[-1:] == [STORE.head(key[0])], seconds=10)


def test_one_worker_at_a_time_tells_a_webhook(world: World, receiver: Receiver) -> None:
    key = subscribed(world, receiver)
    with ThreadPoolExecutor(1) as other, held(key):
        assert other.submit(_elsewhere, key).result() == "elsewhere"
    assert receiver.ids == []
    assert told(key) == "done"


def _elsewhere(key: Any) -> str:
    try:
        return told(key)
    finally:
        connection.close()
