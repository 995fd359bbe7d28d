"""The wire form of server-sent events."""

from typing import Any

import msgspec

RETRY = b"retry: 1000\n\n"


def event_block(position: int, event: Any) -> bytes:
    """One event of the log; its position is the id, from which a reader goes on after a cut."""
    return b"id: %d\nevent: event\ndata: %b\n\n" % (position, msgspec.json.encode(event))


def hello_block(position: int, epoch: str) -> bytes:
    """The first block: where the log stands, and which log it is."""
    return b"event: hello\ndata: %b\n\n" % msgspec.json.encode({"epoch": epoch, "position": position})


def aside_block(kind: str, data: Any) -> bytes:
    """Something beside the log: it has no position, and nobody who misses it misses anything for good."""
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), msgspec.json.encode(data))


def heartbeat_block(position: int) -> bytes:
    """Keeps the connection alive; the id moves a reader on over events that were not for it."""
    return b": alive\nid: %d\n\n" % position


def problem(status: int, type_: str, title: str) -> bytes:
    """The body of a refusal, as the rest of the API words it."""
    return msgspec.json.encode({"type": f"urn:palimpsest:{type_}", "title": title, "status": status})
