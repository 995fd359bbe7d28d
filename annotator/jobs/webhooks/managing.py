"""What managers do with webhooks, and what they see of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

import msgspec
import uuid_utils.compat as uuid_utils
from django.db import transaction
from django.utils import timezone

from annotator import hints
from annotator.application.access import Access, NotKnown
from annotator.application.envelope import enclose
from annotator.application.handle import handle
from annotator.domain.refusals import Refusal
from annotator.domain.webhook import AddWebhook, ChangeWebhook, RemoveWebhook, Subscribed
from annotator.jobs.models import Webhook
from annotator.jobs.webhooks.batch import test_message
from annotator.jobs.webhooks.rows import Key, find, subscription, subscriptions
from annotator.jobs.webhooks.secrets import SecretUnreadable, new_secret, sealed
from annotator.jobs.webhooks.sending import Attempt, send
from annotator.net import AddressRefused, check_address
from annotator.queries.events import moment
from annotator.queries.log import head

BOTH_VALID = timedelta(days=1)

State = Literal["up_to_date", "waiting", "failing", "paused", "disabled", "no_secret"]


class UrlRefused(Refusal):
    """This address cannot be called."""


class NoSecret(Refusal):
    """The webhook has no secret on this server; make one first."""


class PositionAhead(Refusal):
    """The log has not reached this position."""


class DeliveryView(msgspec.Struct, frozen=True):
    """How far the webhook was told. `behind` counts events of the log; `status` is of the last attempt, null where
    nobody answered; `next_try_at` is null unless it has to wait."""

    state: State
    position: int
    behind: int
    delivered: int
    attempts: int
    status: int | None
    error: str
    milliseconds: int | None
    tried_at: str | None
    failing_since: str | None
    next_try_at: str | None
    disabled_at: str | None
    disabled_reason: str


class WebhookView(msgspec.Struct, frozen=True):
    """A webhook: what it wants, and how it goes."""

    id: str
    name: str
    url: str
    events: bool
    kinds: Sequence[str]
    types: Sequence[str]
    gold: bool
    paused: bool
    delivery: DeliveryView


def list_webhooks(access: Access) -> list[WebhookView]:
    """All of the project, in the order of their names."""
    found = subscriptions(access.project_id).found.values()
    rows = {str(row.webhook): row for row in Webhook.objects.filter(project=access.project_id)}
    end = head(access.project_id)
    return [
        _view(each, rows.get(each.webhook), end) for each in sorted(found, key=lambda e: (e.name, e.webhook))
    ]


def read_webhook(access: Access, webhook: UUID) -> WebhookView:
    """Raises:
    NotKnown
    """
    hook, row = _known(access, webhook)
    return _view(hook, row, head(access.project_id))


def add(access: Access, command: AddWebhook, *, after: int | None) -> str | None:
    """Begin to tell an address what comes after a position, by default from now on; the secret, once.

    Added again under the same id it changes nothing, and gives no secret.

    Raises:
        Refusal
    """
    _check_url(command.url)
    key = access.project_id, UUID(command.webhook)
    end = head(access.project_id)
    if after is not None and after > end:
        raise PositionAhead(position=after, head=end, pointer="/after")
    with transaction.atomic():
        _carry_out(access, command, uuid5(key[1], "add"))
        secret = new_secret()
        values = {"secret": sealed(secret), "position": end if after is None else after}
        _, is_new = Webhook.objects.get_or_create(project=key[0], webhook=key[1], defaults=values)
    hints.webhook_waits(*key)
    return secret if is_new else None


def change(access: Access, command: ChangeWebhook) -> None:
    """Give a webhook anew; one that failed is tried again at once.

    Raises:
        NotKnown, Refusal
    """
    _known(access, UUID(command.webhook))
    _check_url(command.url)
    with transaction.atomic():
        _carry_out(access, command, uuid_utils.uuid7())
        _begin_anew((access.project_id, UUID(command.webhook)))
    hints.webhook_waits(access.project_id, UUID(command.webhook))


def remove(access: Access, webhook: UUID) -> None:
    """End a webhook; its secret goes. Ended again it changes nothing.

    Raises:
        NotKnown
    """
    if str(webhook) not in subscriptions(access.project_id).removed:
        _known(access, webhook)
    with transaction.atomic():
        _carry_out(access, RemoveWebhook(webhook=str(webhook)), uuid5(webhook, "remove"))
        Webhook.objects.filter(project=access.project_id, webhook=webhook).delete()


def rotate(access: Access, webhook: UUID) -> str:
    """A new secret; for a day deliveries are signed with the one before, too.

    Raises:
        NotKnown
    """
    _, row = _known(access, webhook)
    secret = new_secret()
    if row is None:  # the log came from another server, which kept the secret to itself
        Webhook.objects.create(
            project=access.project_id,
            webhook=webhook,
            secret=sealed(secret),
            position=head(access.project_id),
        )
        return secret
    Webhook.objects.filter(id=row.id).update(
        secret=sealed(secret), secret_before=row.secret, secret_before_until=timezone.now() + BOTH_VALID
    )
    return secret


def test(access: Access, webhook: UUID) -> Attempt:
    """Send a delivery that says nothing, now, and tell what came of it; it changes nothing else.

    Raises:
        NotKnown, NoSecret
    """
    hook, row = _known(access, webhook)
    if row is None:
        raise NoSecret()
    try:
        return send(hook.url, row, *test_message(row))
    except SecretUnreadable:
        raise NoSecret() from None


def redeliver(access: Access, webhook: UUID, *, after: int | None) -> None:
    """Tell everything after a position once more, or go on where it stopped; one that was disabled begins again.

    Raises:
        NotKnown, NoSecret, PositionAhead
    """
    _, row = _known(access, webhook)
    if row is None:
        raise NoSecret()
    end = head(access.project_id)
    if after is not None and after > end:
        raise PositionAhead(position=after, head=end, pointer="/after")
    key = access.project_id, webhook
    _begin_anew(key)
    if after is not None:
        Webhook.objects.filter(id=row.id).update(position=after, sending=None, place=0, round=row.round + 1)
    hints.webhook_waits(*key)


def _begin_anew(key: Key) -> None:
    Webhook.objects.filter(project=key[0], webhook=key[1]).update(
        attempts=0, failing_since=None, next_try_at=None, disabled_at=None, disabled_reason="", error=""
    )


def _check_url(url: str) -> None:
    try:
        check_address(url)
    except AddressRefused as error:
        raise UrlRefused(reason=str(error), pointer="/url") from None


def _carry_out(access: Access, command: AddWebhook | ChangeWebhook | RemoveWebhook, id_: UUID) -> None:
    outcome = handle(access.account, access.project_id, [enclose(command, id=id_)]).outcomes[0]
    if outcome.error is not None:
        raise outcome.error


def _known(access: Access, webhook: UUID) -> tuple[Subscribed, Webhook | None]:
    key = access.project_id, webhook
    hook = subscription(key)
    if hook is None:
        raise NotKnown
    return hook, find(key)


def _view(hook: Subscribed, row: Webhook | None, end: int) -> WebhookView:
    return WebhookView(
        id=hook.webhook,
        name=hook.name,
        url=hook.url,
        events=hook.events,
        kinds=hook.kinds,
        types=hook.types,
        gold=hook.gold,
        paused=hook.paused,
        delivery=_delivery(hook, row or Webhook(position=end), end, has_secret=row is not None),
    )


def _delivery(hook: Subscribed, row: Webhook, end: int, *, has_secret: bool) -> DeliveryView:
    return DeliveryView(
        state=_state(hook, row, end) if has_secret else "no_secret",
        position=row.position,
        behind=max(0, end - row.position),
        delivered=row.delivered,
        attempts=row.attempts,
        status=row.status,
        error=row.error,
        milliseconds=row.milliseconds,
        tried_at=_moment(row.tried_at),
        failing_since=_moment(row.failing_since),
        next_try_at=_moment(row.next_try_at),
        disabled_at=_moment(row.disabled_at),
        disabled_reason=row.disabled_reason,
    )


def _state(hook: Subscribed, row: Webhook, end: int) -> State:
    if row.disabled_at is not None:
        return "disabled"
    if hook.paused:
        return "paused"
    if row.failing_since is not None:
        return "failing"
    return "up_to_date" if row.position >= end else "waiting"


def _moment(at: datetime | None) -> str | None:
    return None if at is None else moment(at)
