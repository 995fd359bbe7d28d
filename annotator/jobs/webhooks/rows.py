"""How far webhooks were told: rows that belong to the connection which holds their lock, as jobs do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from annotator.domain.webhook import DECIDER, KIND, Subscribed, Webhooks
from annotator.jobs.models import Webhook
from annotator.log import HANDLER
from events.streams import StreamRef

Key = tuple[UUID, UUID]  # project and webhook


def subscriptions(project: UUID) -> Webhooks:
    """The webhooks of a project, as the log says."""
    ref = StreamRef(project, KIND)
    state = HANDLER.states([ref])[ref][1]
    assert isinstance(state, type(DECIDER.initial))
    return state


def subscription(key: Key) -> Subscribed | None:
    """A webhook, None when there is none, or none any more."""
    return subscriptions(key[0]).found.get(str(key[1]))


def find(key: Key) -> Webhook | None:
    """A webhook's row as it is now."""
    return Webhook.objects.filter(project=key[0], webhook=key[1]).first()


def due(project: UUID | None = None) -> list[Key]:
    """Webhooks that have something to be told now, of one project or of all; some may turn out to be paused."""
    sql = """SELECT w.project, w.webhook FROM annotator_webhook w
              WHERE (%(project)s::uuid IS NULL OR w.project = %(project)s)
                AND w.disabled_at IS NULL AND (w.next_try_at IS NULL OR w.next_try_at <= now())
                AND EXISTS (SELECT FROM es.event e WHERE e.project = w.project AND e.position = w.position + 1)
              ORDER BY coalesce(w.tried_at, '-infinity'), w.id"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"project": project})
        found: list[Key] = list(cursor.fetchall())
        return found


@contextmanager
def held(key: Key) -> Iterator[bool]:
    """Whether this connection alone is at the webhook for the time being; a worker that dies lets go of it."""
    name = f"{key[0]}/{key[1]}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 7005))", [name])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 7005))", [name])


def update(key: Key, round: int, assignments: str, values: Sequence[Any] = ()) -> bool:
    """Write something down; False when the webhook was removed or sent back to another position meanwhile."""
    sql = f"UPDATE annotator_webhook SET {assignments} WHERE project = %s AND webhook = %s AND round = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *key, round])
        return bool(cursor.rowcount)
