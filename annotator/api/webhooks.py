"""Webhooks: who is told what happens in a project. Managers make, change, pause, test and remove them."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
import uuid_utils.compat as uuid_utils
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.body import read_json
from annotator.api.operation import operation
from annotator.api.view import View, answer
from annotator.domain.catalog import EVENT_TYPES, STREAM_KINDS
from annotator.domain.webhook import AddWebhook, ChangeWebhook, Names, Title, Url
from annotator.jobs.webhooks import managing
from annotator.jobs.webhooks.managing import WebhookView

After = Annotated[int, Meta(ge=0, le=2**63 - 1, description="A position in the project's log")]


class WebhooksOut(msgspec.Struct, frozen=True):
    """The webhooks of a project, by name; `kinds` of streams and `types` of events are those to choose from."""

    results: Sequence[WebhookView]
    kinds: Sequence[str]
    types: Sequence[str]


class WebhookIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A webhook. `events` of these `kinds` of streams and `types`, empty for all; `gold`: what becomes of gold, too.

    `id` is new and makes a repetition harmless. It is told what comes `after` this position, by default from now on.
    """

    id: UUID | None = None
    name: Title
    url: Url
    events: bool = True
    kinds: Names = ()
    types: Names = ()
    gold: bool = False
    paused: bool = False
    after: After | None = None


class WebhookChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A webhook anew, all of it. A paused one is told nothing, and goes on where it stopped."""

    name: Title
    url: Url
    events: bool = True
    kinds: Names = ()
    types: Names = ()
    gold: bool = False
    paused: bool = False


class WebhookMade(msgspec.Struct, frozen=True):
    """The webhook, with its `secret`, which is never shown again; null when it was made before."""

    webhook: WebhookView
    secret: str | None


class SecretOut(msgspec.Struct, frozen=True):
    """The new secret, which is never shown again. For a day deliveries are signed with the one before, too."""

    secret: str


class RedeliveryIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From where to tell everything once more; without a position it goes on where it stopped."""

    after: After | None = None


class TestOut(msgspec.Struct, frozen=True):
    """What came of it: `error` is empty when the delivery was acknowledged, `status` null when nobody answered."""

    status: int | None
    error: str
    milliseconds: int


class RemovedOut(msgspec.Struct, frozen=True):
    """The id of what is gone."""

    removed: UUID


class Webhooks(View):
    """The webhooks of a project."""

    @operation("list_webhooks", answer=WebhooksOut)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Who is told what, how far each was told, and what went wrong last."""
        found = managing.list_webhooks(self.access)
        return answer(WebhooksOut(found, sorted(STREAM_KINDS), sorted(EVENT_TYPES)))

    @operation("add_webhook", body=WebhookIn, answer=WebhookMade)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Tell an address what happens in the project; its secret is in this answer and nowhere else."""
        asked = read_json(request._request, WebhookIn)
        fields = msgspec.structs.asdict(asked)
        after, id_ = fields.pop("after"), fields.pop("id") or uuid_utils.uuid7()
        secret = managing.add(self.access, AddWebhook(webhook=str(id_), **fields), after=after)
        return answer(WebhookMade(managing.read_webhook(self.access, UUID(str(id_))), secret))


class OneWebhook(View):
    """One webhook."""

    @operation("change_webhook", body=WebhookChange, answer=WebhookView)
    def post(self, request: Request, project: UUID, webhook: UUID) -> HttpResponse:
        """Change, pause or take up a webhook."""
        asked = read_json(request._request, WebhookChange)
        managing.change(self.access, ChangeWebhook(webhook=str(webhook), **msgspec.structs.asdict(asked)))
        return answer(managing.read_webhook(self.access, webhook))

    @operation("remove_webhook", answer=RemovedOut)
    def delete(self, request: Request, project: UUID, webhook: UUID) -> HttpResponse:
        """End a webhook."""
        managing.remove(self.access, webhook)
        return answer(RemovedOut(webhook))


class WebhookSecret(View):
    """The secret that a webhook's deliveries are signed with."""

    @operation("rotate_webhook_secret", answer=SecretOut)
    def post(self, request: Request, project: UUID, webhook: UUID) -> HttpResponse:
        """Make a new secret; it is in this answer and nowhere else."""
        return answer(SecretOut(managing.rotate(self.access, webhook)))


class WebhookTest(View):
    """A delivery to see whether one arrives."""

    @operation("test_webhook", answer=TestOut)
    def post(self, request: Request, project: UUID, webhook: UUID) -> HttpResponse:
        """Send a signed delivery of the type `webhook.test` at once, and say what came of it."""
        found = managing.test(self.access, webhook)
        return answer(TestOut(found.status, found.error, found.milliseconds))


class WebhookRedelivery(View):
    """Deliveries once more."""

    @operation("redeliver_webhook", body=RedeliveryIn, answer=WebhookView)
    def post(self, request: Request, project: UUID, webhook: UUID) -> HttpResponse:
        """Tell everything after a position once more, or take a disabled webhook up where it stopped."""
        asked = read_json(request._request, RedeliveryIn)
        managing.redeliver(self.access, webhook, after=asked.after)
        return answer(managing.read_webhook(self.access, webhook))
