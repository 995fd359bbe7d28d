"""Which stream an id names. Streams are registered once and never change, so they are remembered."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from django.db import connection

from events.streams import StreamRef


class StreamUnknown(Exception):
    """The project has no such stream."""


@lru_cache(maxsize=50_000)
def ref_of(project: UUID, stream: UUID) -> StreamRef:
    """The stream of this id.

    Raises:
        StreamUnknown
    """
    sql = "SELECT project, kind, subject, owner FROM es.stream WHERE project = %s AND stream = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, stream])
        row = cursor.fetchone()
    if row is None:
        raise StreamUnknown(stream)
    return StreamRef(*row)


def refs_of(project: UUID, streams: Iterable[UUID]) -> Mapping[UUID, StreamRef]:
    """The streams of some ids."""
    return {stream: ref_of(project, stream) for stream in set(streams)}
