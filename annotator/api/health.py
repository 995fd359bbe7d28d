"""Signs of life, for supervisors, load balancers and the status page."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from annotator.accounts.caller import BadToken, caller_of
from annotator.api.view import answer
from annotator.projections.registry import REGISTRY
from annotator.queries.jobs import worker_seen_seconds
from annotator.queries.projects import projects_of
from events.projection import Lag

_BROKER_PATIENCE = 0.2  # seconds
_MOST = 200  # projections told


class ProjectionOut(msgspec.Struct, frozen=True):
    """How far a read model is behind; `project` is null where all projects are taken together.

    `error` is what keeps it, at `error_position`, after so many `attempts`; one that is parked waits for a person.
    """

    name: str
    project: UUID | None
    lag_events: int
    lag_seconds: float
    state: str
    position: int | None
    head: int | None
    error: str | None
    error_position: int | None
    attempts: int


class ReadyOut(msgspec.Struct, frozen=True):
    """`ok`: requests can be answered. A broker or worker that is away only makes read models late."""

    ok: bool
    database: str
    broker: str
    worker_seen_seconds: float | None
    projections: Sequence[ProjectionOut]


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """What works and what is late: of the caller's own projects in detail, of all others only the worst.

    Staff sees what is parked in every project.
    """
    try:
        found = ReadyOut(True, "ok", _broker(), worker_seen_seconds(), _projections(request))
    except (DatabaseError, PoolTimeout):
        connection.close()
        found = ReadyOut(False, "away", _broker(), None, ())
    headers = {"Cache-Control": "no-store"}
    return answer(found, headers=headers) if found.ok else answer(found, status=503, headers=headers)


def _broker() -> str:
    if not settings.REDIS_URL:
        return "none"
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=_BROKER_PATIENCE, socket_connect_timeout=_BROKER_PATIENCE
        ) as client:
            client.ping()
    except redis.RedisError:
        return "away"
    return "ok"


def _projections(request: HttpRequest) -> Sequence[ProjectionOut]:
    try:
        caller = caller_of(request)
    except BadToken:
        caller = None
    known = {row.id for row in projects_of(caller.id)} if caller else set()
    lags = REGISTRY.lags()
    shown = (
        lag for lag in lags if lag.project in known or (caller and caller.staff and lag.error is not None)
    )
    own = sorted(shown, key=lambda lag: (not lag.parked, lag.error is None, -lag.seconds))
    worst = [_worst(name, lags) for name in sorted({lag.name for lag in lags})]
    return [*worst, *(_told(lag) for lag in own[:_MOST])]


def _told(lag: Lag) -> ProjectionOut:
    behind = lag.head - lag.position
    return ProjectionOut(
        name=lag.name,
        project=lag.project,
        lag_events=behind,
        lag_seconds=round(lag.seconds, 3),
        state=_state(lag),
        position=lag.position,
        head=lag.head,
        error=lag.error,
        error_position=lag.error_position,
        attempts=lag.attempts,
    )


def _worst(name: str, lags: Sequence[Lag]) -> ProjectionOut:
    found = [lag for lag in lags if lag.name == name]
    behind = sum(lag.head - lag.position for lag in found)
    seconds = max(lag.seconds for lag in found)
    states = {_state(lag) for lag in found}
    state = next(each for each in ("parked", "retrying", "behind", "current") if each in states)
    attempts = max(lag.attempts for lag in found)
    return ProjectionOut(name, None, behind, round(seconds, 3), state, None, None, None, None, attempts)


def _state(lag: Lag) -> str:
    if lag.parked:
        return "parked"
    if lag.error is not None:
        return "retrying"
    return "behind" if lag.position < lag.head else "current"
