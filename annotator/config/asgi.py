"""One port, three ways in: built files, the live feed, and everything else.

Django's own ASGI handler runs a synchronous view two to three times slower than its
WSGI handler on threads does, and one connection to the database for each; so the feed
alone is asynchronous, and files never reach Django.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

from servestatic import ServeStaticASGI

from annotator.config.bridge import Bridge
from annotator.config.settings import PAGE
from annotator.config.wsgi import application as django  # first: it loads the settings
from annotator.live.app import application as feed

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# Each holds at most one connection of the pool, which has as many.
THREADS = 8
FEED = re.compile(r"/api/v1/projects/[^/]+/feed/?")
COMMANDS = re.compile(r"/api/v1/projects/([^/]+)/commands/?")
HASHED = re.compile(r".*/assets/.+-[A-Za-z0-9_-]{8,}\.\w+")


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Hands the connection on to who answers it."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        answer = feed if FEED.fullmatch(scope["path"]) else _files_or_django()
        await answer(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1000})


def _written_log(scope: Message) -> str | None:
    """The project to whose log a request writes."""
    found = COMMANDS.fullmatch(scope["path"])
    return found[1] if found else None


@cache
def _files_or_django() -> Application:
    """Made at the first request, so that a process forked before it has threads of its own."""
    files: Application = ServeStaticASGI(
        Bridge(django, threads=THREADS, compartment=_written_log),
        root=PAGE,
        prefix="static/app/",  # as the page's build writes into its files
        allow_all_origins=False,
        max_age=3600,
        immutable_file_test=lambda _, url: HASHED.fullmatch(url) is not None,
        add_headers_function=_file_headers,
    )
    return files


def _file_headers(headers: Any, path: str, url: str) -> None:
    if url.endswith((".html", ".svg")):  # what could run a script if it were opened by itself
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
