"""Where a project's log stands, and the events of one document in order."""

import time
from uuid import UUID

from django.db import connection

from annotator.log import STORE
from events.store import Recorded, epoch
from events.streams import StreamRef

_EPOCH_REMEMBERED_FOR = 5.0  # seconds; it changes when a backup is restored, which ends the processes anyway
_epoch: tuple[float, UUID] | None = None


def head(project: UUID) -> int:
    """The last position of a project's log, 0 when there is none."""
    return STORE.head(project)


def current_epoch() -> UUID:
    """Changes when the database was restored: positions seen before may then mean other events."""
    global _epoch
    now = time.monotonic()
    known = _epoch
    if known is None or known[0] < now:
        known = _epoch = (now + _EPOCH_REMEMBERED_FOR, epoch())
    return known[1]


def streams_about(project: UUID, document: UUID) -> list[StreamRef]:
    """Every stream about a document: its own, the annotation sets, the curation."""
    sql = """SELECT project, kind, subject, owner FROM es.stream WHERE project = %s AND subject = %s
              ORDER BY kind, owner NULLS FIRST"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, document])
        return [StreamRef(*row) for row in cursor.fetchall()]


def events_after(project: UUID, position: int, *, limit: int) -> list[Recorded]:
    """The project's next events."""
    return STORE.after(project, position, limit=limit)


def events_of(project: UUID, streams: list[UUID], position: int, *, limit: int) -> list[Recorded]:
    """The next events of some streams."""
    return STORE.after(project, position, limit=limit, streams=streams)


def authors_of(project: UUID) -> list[UUID]:
    """Whoever issued an event of the project."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT issued_by FROM es.event WHERE project = %s", [project])
        return [row[0] for row in cursor.fetchall()]
