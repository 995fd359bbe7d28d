"""The texts of documents. A version of a text never changes, so recently read ones are remembered."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from django.db import connection

from events.store import read_content
from events.streams import StreamRef

# An erased text is gone from every process after this time, in seconds.
REMEMBERED_FOR = 60.0
_ROOM = 32 * 2**20  # code points remembered in all


@dataclass(frozen=True, slots=True)
class TextId:
    """One version of one document's text."""

    project: UUID
    document: UUID
    text_version: int


class TextCache:
    """Texts by id, bounded by their length in all."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._used = 0
        self._texts: OrderedDict[TextId, tuple[float, str]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: TextId) -> str | None:
        """A remembered text that is not too old."""
        with self._lock:
            found = self._texts.get(key)
            if found is None or found[0] < time.monotonic():
                return None
            self._texts.move_to_end(key)
            return found[1]

    def put(self, key: TextId, text: str) -> None:
        """Remember a text; one that is bigger than a quarter of the room is not worth it."""
        if len(text) > self._room // 4:
            return
        with self._lock:
            self._drop(key)
            self._texts[key] = (time.monotonic() + REMEMBERED_FOR, text)
            self._used += len(text)
            while self._used > self._room:
                self._drop(next(iter(self._texts)))

    def clear(self) -> None:
        """Forget all texts."""
        with self._lock:
            self._texts.clear()
            self._used = 0

    def _drop(self, key: TextId) -> None:
        if found := self._texts.pop(key, None):
            self._used -= len(found[1])


TEXTS = TextCache()


def text_of(key: TextId) -> str | None:
    """A version of a text; None when there is no such version, or it was erased."""
    text = TEXTS.get(key)
    if text is None:
        text = _read(key)
        if text is not None:
            TEXTS.put(key, text)
    return text


def _read(key: TextId) -> str | None:
    sql = """SELECT content_id FROM es.event
              WHERE project = %s AND stream = %s AND type = 'text_added'
                AND (payload ->> 'text_version')::int = %s"""
    stream = StreamRef(key.project, "document", key.document).id
    with connection.cursor() as cursor:
        cursor.execute(sql, [key.project, stream, key.text_version])
        row = cursor.fetchone()
    if row is None:
        return None
    if row[0] is None:
        return ""  # an empty text has no private part to store
    body = read_content(key.project, row[0])
    return None if body is None else str(body.get("text", ""))
