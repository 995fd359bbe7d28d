"""Rules of webhooks."""

from typing import Any

import pytest

from annotator.domain.commands import CommandMalformed, decode_command
from annotator.domain.webhook import (
    MOST,
    AddWebhook,
    ChangeWebhook,
    KindUnknown,
    NothingSubscribed,
    RemoveWebhook,
    TooManyWebhooks,
    TypeUnknown,
    WebhookAdded,
    WebhookChanged,
    WebhookExists,
    WebhookRemoved,
    WebhookUnknown,
)
from tests.support.builders import an_id
from tests.support.scenario import WEBHOOK, given

ONE = an_id("one")
URL = "https://pipeline.example/hook"


def fields(**changes: Any) -> dict[str, Any]:
    return {"webhook": ONE, "name": "Training", "url": URL, **changes}


def add(**changes: Any) -> AddWebhook:
    return AddWebhook(**fields(**changes))


def test_an_address_is_subscribed_to_what_is_asked_for() -> None:
    added = WebhookAdded(
        webhook=ONE, name="Training", url=URL, events=True, kinds=("release",), types=("release_made",), gold=True,
        paused=False,
    )  # fmt: skip
    given(WEBHOOK).when(add(kinds=("release",), types=("release_made",), gold=True)).then(added)


def test_added_again_it_changes_nothing_and_otherwise_it_is_refused() -> None:
    given(WEBHOOK, add()).when(add()).then()
    given(WEBHOOK, add()).when(add(name="Other")).then_raises(WebhookExists)
    given(WEBHOOK, add(), RemoveWebhook(webhook=ONE)).when(add()).then_raises(WebhookExists)


def test_a_change_gives_all_of_it_and_the_same_is_no_change() -> None:
    paused = ChangeWebhook(**fields(paused=True))
    scenario = given(WEBHOOK, add()).when(paused)
    (event,) = scenario.events
    assert isinstance(event, WebhookChanged)
    assert event.paused
    scenario.when(paused).then()


def test_a_removed_webhook_is_gone() -> None:
    given(WEBHOOK, add()).when(RemoveWebhook(webhook=ONE)).then(WebhookRemoved(ONE))
    given(WEBHOOK, add(), RemoveWebhook(webhook=ONE)).when(RemoveWebhook(webhook=ONE)).then()
    given(WEBHOOK).when(RemoveWebhook(webhook=ONE)).then_raises(WebhookUnknown)
    given(WEBHOOK).when(ChangeWebhook(**fields())).then_raises(WebhookUnknown)


def test_what_can_never_be_told_is_refused() -> None:
    given(WEBHOOK).when(add(events=False)).then_raises(NothingSubscribed)
    given(WEBHOOK).when(add(kinds=("planet",))).then_raises(KindUnknown)
    given(WEBHOOK).when(add(types=("release_made", "planet_found"))).then_raises(TypeUnknown)


def test_a_project_has_so_many_and_no_more() -> None:
    full = [add(webhook=an_id(f"hook {n}")) for n in range(MOST)]
    given(WEBHOOK, *full).when(add()).then_raises(TooManyWebhooks)


@pytest.mark.parametrize(
    "url", ["", "ftp://x.example/", "file:///etc/passwd", "https://x.example/a b", "https://x\n"]
)
def test_only_addresses_of_the_web_are_taken(url: str) -> None:
    with pytest.raises(CommandMalformed):
        decode_command("add_webhook", fields(url=url))
