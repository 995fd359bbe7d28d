"""Webhooks: addresses that are told what happens in a project, event by event or as gold changes.

What is subscribed to is decided here and stands in the log, for everybody who asks who sent what where. How far each
has been told, and with which secret, is no part of it: a log that moves to another server calls nobody from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, assert_never

import msgspec
from immutables import Map
from msgspec import Meta

from annotator.domain.erasure import ContentErased
from annotator.domain.maps import EMPTY, without
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command, Id
from events.decider import Decider

KIND = "webhook"
MOST = 20  # of a project

Url = Annotated[
    str,
    Meta(
        pattern=r"^https?://[^\s\\\x00-\x1f\x7f]+$(?!\s)",
        max_length=2000,
        description="Where deliveries go, http or https",
    ),
]
Title = Annotated[str, Meta(min_length=1, max_length=100)]
Names = Annotated[
    tuple[Annotated[str, Meta(pattern="^[a-z_]+$(?!\\s)", max_length=60)], ...], Meta(max_length=100)
]


class _Subscription(Command, frozen=True, kw_only=True):
    """``events``: of these kinds of streams and of these types, empty for all; ``gold``: what becomes of gold, too."""

    webhook: Id
    name: Title
    url: Url
    events: bool = True
    kinds: Names = ()
    types: Names = ()
    gold: bool = False
    paused: bool = False


class AddWebhook(_Subscription, frozen=True, kw_only=True):
    """Subscribe an address to what happens in the project."""


class ChangeWebhook(_Subscription, frozen=True, kw_only=True):
    """Give a webhook anew, all of it; a paused one goes on where it stopped."""


class RemoveWebhook(Command, frozen=True, kw_only=True):
    """End a subscription."""

    webhook: Id


WebhookCommand = AddWebhook | ChangeWebhook | RemoveWebhook


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subscribed:
    """The webhook is this now. Its address may hold what only managers should know, so it lies beside the log."""

    ENTITY: ClassVar[str | None] = "webhook"
    PRIVATE: ClassVar[tuple[str, ...]] = ("name", "url")
    webhook: str
    events: bool
    kinds: tuple[str, ...]
    types: tuple[str, ...]
    gold: bool
    paused: bool
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAdded(_Subscribed):
    """An address is told what happens in the project from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChanged(_Subscribed):
    """The webhook is this now."""


@dataclass(frozen=True, slots=True)
class WebhookRemoved:
    """The address is told nothing any more."""

    ENTITY: ClassVar[str | None] = "webhook"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    webhook: str


WebhookEvent = WebhookAdded | WebhookChanged | WebhookRemoved | ContentErased
Subscribed = WebhookAdded | WebhookChanged


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Those that there are, by id."""

    found: Map[str, Subscribed] = EMPTY
    removed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at. ``kinds`` of streams and ``types`` of events are those that there are."""

    project: Project
    kinds: frozenset[str]
    types: frozenset[str]


class WebhookExists(Refusal):
    """A webhook of this id is there already, or was."""


class WebhookUnknown(Refusal):
    """The project has no such webhook."""


class TooManyWebhooks(Refusal):
    """The project has as many webhooks as it may have."""


class NothingSubscribed(Refusal):
    """A webhook must be told of events, of gold, or of both."""


class KindUnknown(Refusal):
    """There is no kind of stream of this name."""


class TypeUnknown(Refusal):
    """There is no type of event of this name."""


def evolve(state: Webhooks, event: WebhookEvent) -> Webhooks:
    """The webhooks after one more event."""
    match event:
        case WebhookAdded() | WebhookChanged():
            return replace(state, found=state.found.set(event.webhook, event))
        case WebhookRemoved(webhook):
            return Webhooks(without(state.found, webhook), state.removed | {webhook})
        case ContentErased():
            return state  # the events that brought them do not have them any more
        case _:
            assert_never(event)


def decide(command: WebhookCommand, state: Webhooks, context: Context) -> Sequence[WebhookEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    match command:
        case AddWebhook():
            return _add(command, state, context)
        case ChangeWebhook():
            known = state.found.get(command.webhook)
            if known is None:
                raise WebhookUnknown(webhook=command.webhook, pointer="/webhook")
            _check(command, context)
            changed = WebhookChanged(**_fields(command))
            return [] if _same(known, changed) else [changed]
        case RemoveWebhook(webhook=webhook):
            if webhook in state.removed:
                return []
            if webhook not in state.found:
                raise WebhookUnknown(webhook=webhook, pointer="/webhook")
            return [WebhookRemoved(webhook)]
        case _:
            assert_never(command)


def _add(command: AddWebhook, state: Webhooks, context: Context) -> Sequence[WebhookEvent]:
    added = WebhookAdded(**_fields(command))
    known = state.found.get(command.webhook)
    if known is not None and _same(known, added):
        return []
    if known is not None or command.webhook in state.removed:
        raise WebhookExists(webhook=command.webhook, pointer="/webhook")
    if len(state.found) >= MOST:
        raise TooManyWebhooks(most=MOST)
    _check(command, context)
    return [added]


def _check(command: AddWebhook | ChangeWebhook, context: Context) -> None:
    if not command.events and not command.gold:
        raise NothingSubscribed(pointer="/events")
    for place, kind in enumerate(command.kinds):
        if kind not in context.kinds:
            raise KindUnknown(kind=kind, known=sorted(context.kinds), pointer=f"/kinds/{place}")
    for place, type_ in enumerate(command.types):
        if type_ not in context.types:
            raise TypeUnknown(type=type_, known=sorted(context.types), pointer=f"/types/{place}")


def _fields(command: AddWebhook | ChangeWebhook) -> dict[str, Any]:
    return msgspec.structs.asdict(command)


def _same(one: Subscribed, other: Subscribed) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in one.__dataclass_fields__)


DECIDER: Decider[Webhooks] = Decider(KIND, Webhooks(), evolve)
