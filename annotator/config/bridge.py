"""From the asynchronous server to Django's synchronous handler: one hop to a thread and one back.

An ordinary request is read whole before it takes a thread, and its answer is sent when the thread is free
again: a slow client holds neither a thread nor a connection to the database. Long bodies are left to a2wsgi,
which reads them piece by piece; streamed answers go out piece by piece.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from a2wsgi import WSGIMiddleware

from annotator.api.held_up import HELD_UP
from annotator.config.bulkhead import Bulkhead

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

LONG = 9 * 2**20  # bytes; a batch of commands is shorter, a file to import may be longer


class ClientGone(Exception):
    """The client left before it had sent its request whole."""


class Bridge:
    """An ASGI application around a WSGI one, with a number of threads.

    ``compartment`` names what a request must not take all threads of; None: it may.
    """

    def __init__(
        self,
        app: Any,
        *,
        threads: int,
        compartment: Callable[[Message], str | None] = lambda _: None,
        bulkhead: Bulkhead | None = None,
    ) -> None:
        self._app = app
        self._compartment, self._bulkhead = compartment, bulkhead or Bulkhead()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self._for_long_bodies: Any = WSGIMiddleware(app, workers=threads)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if _is_long(scope):
            await self._for_long_bodies(scope, receive, send)
            return
        try:
            body = await _body(receive)
        except ClientGone:
            return
        environ, compartment = _environ(scope, body), self._compartment(scope)
        if compartment is None:
            await self._run(environ, send)
            return
        async with self._bulkhead.enter(compartment) as placed:
            if not placed:
                environ[HELD_UP] = "1"
            await self._run(environ, send)

    async def _run(self, environ: dict[str, Any], send: Send) -> None:
        loop = asyncio.get_running_loop()
        rest = await loop.run_in_executor(self._threads, lambda: self._answer(environ, loop, send))
        for message in rest:
            await send(message)

    def _answer(self, environ: dict[str, Any], loop: asyncio.AbstractEventLoop, send: Send) -> list[Message]:
        """Runs in a thread; what is left to send when it is done."""
        started: list[tuple[int, Headers]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            started.append((int(status[:3]), _headers(headers)))

        with closing(self._app(environ, start)) as response:
            status, headers = started[-1]
            head = {"type": "http.response.start", "status": status, "headers": headers}
            if not getattr(response, "streaming", False):
                return [head, {"type": "http.response.body", "body": b"".join(response)}]
            for message in _streamed(head, response):
                asyncio.run_coroutine_threadsafe(_sent(send, message), loop).result()
        return [{"type": "http.response.body", "body": b""}]


async def _sent(send: Send, message: Message) -> None:
    await send(message)


def _streamed(head: Message, response: Any) -> Iterator[Message]:
    yield head
    for piece in response:
        yield {"type": "http.response.body", "body": piece, "more_body": True}


def _is_long(scope: Message) -> bool:
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return True
        if name == b"content-length":
            return not value.isdigit() or int(value) > LONG
    return False


async def _body(receive: Receive) -> bytes:
    pieces = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


def _environ(scope: Message, body: bytes) -> dict[str, Any]:
    """The request as WSGI has it: bytes in strings of Latin-1."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:  # would pass for the header with a hyphen, which a proxy may have cleaned
            continue
        key, text = _variable(name), value.decode("latin-1")
        environ[key] = f"{environ[key]}{_glue(key)}{text}" if key in environ else text
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _variable(name: bytes) -> str:
    if name in (b"content-type", b"content-length"):
        return name.decode().upper().replace("-", "_")
    return f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"


def _glue(key: str) -> str:
    """Between a header's values that came apart."""
    return "; " if key == "HTTP_COOKIE" else ","


def _headers(headers: list[tuple[str, str]]) -> Headers:
    return [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]
