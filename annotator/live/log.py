"""Reads the log without blocking: short statements on connections of its own, none held between them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from annotator.application.access import Access, shown_data, visible
from annotator.application.told import masked
from annotator.live.sse import event_block
from annotator.log import STORE
from annotator.queries.events import event_view
from events.store import Recorded
from events.streams import StreamRef

PATIENCE = 2.0  # seconds to wait for a connection
PAGE = 500  # events read at once

# What only some readers see whole; see `shown_data`.
_TOLD_IN_PART = frozenset({"entity_split"})


@dataclass(slots=True)
class Told:
    """An event with its stream; written out once, however many read it."""

    recorded: Recorded
    ref: StreamRef
    block: bytes = b""

    @property
    def position(self) -> int:
        """Its place in the project's log."""
        return self.recorded.position

    def to(self, access: Access) -> bytes | None:
        """What this account is sent; None when it may not see the event."""
        if not visible(access, self.recorded, self.ref):
            return None
        if access.hides_authors or self.recorded.type in _TOLD_IN_PART:
            return self._written(access)
        if not self.block:
            self.block = self._written(access)
        return self.block

    def _written(self, access: Access) -> bytes:
        view = event_view(self.recorded, self.ref)
        view["data"] = shown_data(access, self.recorded, view["data"])
        return event_block(self.position, masked(access, view))


class Log:
    """The table of events, for this process's loop."""

    def __init__(self) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] | None = None

    async def head(self, project: UUID) -> int:
        """The last position, 0 when there is none."""
        sql = "SELECT position FROM es.event WHERE project = %s ORDER BY position DESC LIMIT 1"
        rows = await self._fetch(sql, [project])
        return rows[0][0] if rows else 0

    async def after(self, project: UUID, position: int, *, document: UUID | None = None) -> list[Told]:
        """The next events, of the whole project or of the streams about one document."""
        sql = _EVENTS.format(only="AND s.subject = %s" if document else "")
        lazy = sorted(STORE.catalog.lazy_types)
        rows = await self._fetch(sql, [lazy, project, position, *([document] if document else []), PAGE])
        return [Told(STORE.recorded(row[3:]), StreamRef(project, *row[:3])) for row in rows]

    async def close(self) -> None:
        """Give the connections back."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def _fetch(self, sql: str, values: list[Any]) -> list[Any]:
        pool = await self._opened()
        async with pool.connection() as connection:
            cursor = await connection.execute(sql.encode(), values)
            return await cursor.fetchall()

    async def _opened(self) -> "AsyncConnectionPool[AsyncConnection[Any]]":
        if self._pool is None:
            self._pool = AsyncConnectionPool(
                kwargs={**_connection(), "autocommit": True},
                min_size=0,
                max_size=2,
                timeout=PATIENCE,
                max_idle=30.0,
                check=AsyncConnectionPool.check_connection,
                open=False,
                name="feed",
            )
            await self._pool.open()
        return self._pool


_EVENTS = """
SELECT s.kind, s.subject, s.owner,
       e.project, e.position, e.stream, e.version, e.recorded_at, e.issued_by, e.type, e.schema_version, e.entity_id,
       e.command_id, e.correlation_id, e.content_id, e.payload::text, c.body
  FROM es.event e
  JOIN es.stream s ON s.project = e.project AND s.stream = e.stream
  LEFT JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id AND e.type <> ALL (%s)
 WHERE e.project = %s AND e.position > %s {only}
 ORDER BY e.position LIMIT %s
"""


def _connection() -> dict[str, Any]:
    """The web server's own way to the database, without Django's pool."""
    given = settings.DATABASES["default"]
    options = {key: value for key, value in given["OPTIONS"].items() if key != "pool"}
    named = {
        "dbname": given["NAME"],
        "user": given["USER"],
        "password": given["PASSWORD"],
        "host": given["HOST"],
        "port": given["PORT"],
    }
    return {**{key: value for key, value in named.items() if value}, **options}
