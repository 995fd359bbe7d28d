"""The texts of documents. A version of a text never changes, so recently read ones are remembered.

An erased one is never shown from memory: whoever shows a text asks whether it is still there, whoever judges by one
has the document's state, which says so.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from django.db import connection

from events.database import prepared
from events.store import read_content
from events.streams import StreamRef

# An erased text is gone from every process's memory after this time, in seconds.
REMEMBERED_FOR = 60.0
_ROOM = 32 * 2**20  # code points remembered in all


@dataclass(frozen=True, slots=True)
class TextId:
    """One version of one document's text."""

    project: UUID
    document: UUID
    text_version: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text and where the log keeps it; an empty one needs no place."""

    value: str
    content: UUID | None


class TextCache:
    """Texts by id, bounded by their length in all."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._used = 0
        self._texts: OrderedDict[TextId, tuple[float, Text]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: TextId) -> Text | None:
        """A remembered text that is not too old."""
        with self._lock:
            found = self._texts.get(key)
            if found is None or found[0] < time.monotonic():
                return None
            self._texts.move_to_end(key)
            return found[1]

    def put(self, key: TextId, text: Text) -> None:
        """Remember a text; one that is bigger than a quarter of the room is not worth it."""
        if len(text.value) > self._room // 4:
            return
        with self._lock:
            self._drop(key)
            self._texts[key] = (time.monotonic() + REMEMBERED_FOR, text)
            self._used += len(text.value)
            while self._used > self._room:
                self._drop(next(iter(self._texts)))

    def forget(self, key: TextId) -> None:
        """Forget a text."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget all texts."""
        with self._lock:
            self._texts.clear()
            self._used = 0

    def _drop(self, key: TextId) -> None:
        if found := self._texts.pop(key, None):
            self._used -= len(found[1].value)


TEXTS = TextCache()


def text_of(key: TextId) -> str | None:
    """A version of a text; None when there is no such version, or it was erased some time ago."""
    text = _found(key)
    return None if text is None else text.value


def present_text_of(key: TextId) -> str | None:
    """The same, and None from the moment it was erased, by whichever process."""
    text = _found(key)
    if text is not None and text.content is not None and not _is_there(key.project, text.content):
        TEXTS.forget(key)
        return None
    return None if text is None else text.value


def _found(key: TextId) -> Text | None:
    text = TEXTS.get(key)
    if text is None:
        text = _read(key)
        if text is not None:
            TEXTS.put(key, text)
    return text


def _is_there(project: UUID, content: UUID) -> bool:
    with prepared() as cursor:
        cursor.execute(
            "SELECT FROM es.content WHERE project = %s AND content_id = %s", [project, content], prepare=True
        )
        return cursor.fetchone() is not None


def _read(key: TextId) -> Text | None:
    sql = """SELECT content_id FROM es.event_current
              WHERE project = %s AND stream = %s AND type = 'text_added'
                AND (payload ->> 'text_version')::int = %s"""
    stream = StreamRef(key.project, "document", key.document).id
    with connection.cursor() as cursor:
        cursor.execute(sql, [key.project, stream, key.text_version])
        row = cursor.fetchone()
    if row is None:
        return None
    if row[0] is None:
        return Text("", None)  # an empty text has no private part to store
    body = read_content(key.project, row[0])
    return None if body is None else Text(str(body.get("text", "")), row[0])
