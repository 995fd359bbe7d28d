"""`GET /api/v1/projects/<project>/feed`: events of a project's log as they happen, for those who may see them.

The id of each event is its position: a reader that was cut off asks again with `Last-Event-ID` and misses nothing,
whatever happened to the server meanwhile.
"""

import asyncio
import re
import signal
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.db import DatabaseError, InterfaceError
from psycopg import Error
from psycopg_pool import PoolTimeout

from annotator.accounts.caller import BadToken
from annotator.application.access import Access, NotKnown
from annotator.application.presence import PresenceView, presence
from annotator.live.caller import Admitted, NotSignedIn, access_of, admit, in_thread
from annotator.live.hub import Hub, Tail
from annotator.live.presence import NOBODY, Here
from annotator.live.sse import RETRY, aside_block, heartbeat_block, hello_block, problem
from annotator.queries.accounts import names_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 5.0
LIFE_SECONDS = 30 * 60.0
STUCK_SECONDS = 30.0  # a reader that takes nothing for so long is let go; it comes back where it was

_PATH = re.compile(r"/api/v1/projects/(?P<project>[^/]+)/feed/?")
_DATABASE_AWAY = (DatabaseError, InterfaceError, Error, PoolTimeout)


class _Refused(Exception):
    """The request ends with this answer."""

    def __init__(self, status: int, type_: str, title: str, *headers: tuple[bytes, bytes]) -> None:
        self.status, self.headers = status, headers
        self.body = problem(status, type_, title)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answers one request for a feed."""
    try:
        asked = _asked(scope)
        admitted = await _admitted(scope, asked.project, asked.document)
    except _Refused as refused:
        await _refuse(send, refused)
        return
    stream = _Stream(scope, send, asked, admitted)
    work = asyncio.ensure_future(stream.run())
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (work, gone):
            task.cancel()
        await asyncio.gather(work, gone, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a reader wants. ``quiet``: nothing of the log, only who is here and what concerns the reader."""

    project: UUID
    document: UUID | None
    after: int | None
    quiet: bool


class _Stream:
    """One open feed. ``position`` is the last one the reader is past, seen or not meant for it."""

    def __init__(
        self,
        scope: Message,
        send: Send,
        asked: _Asked,
        admitted: Admitted,
    ) -> None:
        self._scope = scope
        self._send = send
        self._project = asked.project
        self._document = asked.document
        self._after = asked.after
        self._quiet = asked.quiet
        self._here = PresenceView((), ())
        self._seen = NOBODY
        self._called = 0
        self._access: Access = admitted.access
        self._epoch = str(admitted.epoch)
        self._checked = time.monotonic()
        self._spoke = self._checked
        self._end = self._checked + LIFE_SECONDS

    async def run(self) -> None:
        """Tell until the reader goes, the time is up, or the reader may not know any more."""
        hub = hub_of_this_loop()
        try:
            tail = await hub.enter(self._project)
        except _DATABASE_AWAY:
            await _refuse(self._send, _away())
            return
        seat = hub.sit(self._project, self._access.account, self._document)
        try:
            await self._begin(tail)
            while not hub.closing.is_set() and time.monotonic() < self._end:
                if not await self._may_go_on(tail):
                    break
                await self._tell(tail)
                await self._tell_asides(tail)
                await self._rest(tail)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            hub.rise(seat)
            hub.leave(tail)

    async def _begin(self, tail: Tail) -> None:
        self._position = tail.position if self._after is None or self._quiet else self._after
        self._called = tail.calls.get(self._access.account, 0)
        await self._send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await self._say(RETRY + hello_block(tail.position, self._epoch))

    async def _may_go_on(self, tail: Tail) -> bool:
        """Roles and sessions are looked at again after a while, and at once when the project's people changed."""
        changed = tail.rules_changed_at > self._position
        if not changed and time.monotonic() - self._checked < RECHECK_SECONDS:
            return True
        try:
            self._access = await in_thread(lambda: access_of(self._scope, self._project))
        except (BadToken, NotSignedIn, NotKnown):
            return False
        except _DATABASE_AWAY:
            return True  # nothing can be read either; asked again with the next round
        self._checked = time.monotonic()
        return True

    async def _tell_asides(self, tail: Tail) -> None:
        """Who is here, when it has changed, and that a comment concerns the reader."""
        if (called := tail.calls.get(self._access.account, 0)) > self._called:
            self._called = called
            await self._say(aside_block("notice", {"position": called}))
        # It may change again while names are looked up, and nobody would wake this reader for that.
        while tail.here != self._seen:
            self._seen = tail.here
            with suppress(*_DATABASE_AWAY):
                await self._tell_here(self._seen)

    async def _tell_here(self, here: Here) -> None:
        names = await in_thread(lambda: names_of({account for account, _ in here}))
        found = presence(self._access, self._document, here, names)
        if found != self._here:
            self._here = found
            await self._say(aside_block("here", found))

    async def _tell(self, tail: Tail) -> None:
        """Everything up to where the tail is now."""
        if self._quiet:
            self._position = tail.position
            return
        while True:
            upto = tail.position
            try:
                page = await tail.after(self._position, self._document)
            except _DATABASE_AWAY:
                await asyncio.sleep(1.0)
                return
            blocks = [block for told in page if (block := told.to(self._access)) is not None]
            if blocks:
                await self._say(b"".join(blocks))
            if not page:
                self._position = max(self._position, upto)
                return
            self._position = page[-1].position

    async def _rest(self, tail: Tail) -> None:
        now = time.monotonic()
        if now - self._spoke >= HEARTBEAT_SECONDS:
            await self._say(heartbeat_block(self._position))
        next_beat = self._spoke + HEARTBEAT_SECONDS - time.monotonic()
        next_check = self._checked + RECHECK_SECONDS - time.monotonic()
        await tail.grown(self._position, seconds=max(0.05, min(next_beat, next_check)))

    async def _say(self, data: bytes) -> None:
        body = {"type": "http.response.body", "body": data, "more_body": True}
        # Not wait_for: in Python 3.11 it forgets a cancellation that comes together with what it waits for.
        async with asyncio.timeout(STUCK_SECONDS):
            await self._send(body)
        self._spoke = time.monotonic()


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]

_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_of_this_loop() -> Hub:
    """The process's hub, made with its first feed."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
        _end_with_the_process(_hubs[loop], loop)
    return _hubs[loop]


def _end_with_the_process(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
    """A server that is told to stop waits for its answers to end, so the feeds must end themselves."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def stop(received: int, frame: Any, before: Any = before) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(hub.close)
            if callable(before):
                before(received, frame)

        signal.signal(number, stop)


def _asked(scope: Message) -> _Asked:
    if scope["method"] != "GET":
        raise _Refused(
            405, "method-not-allowed", f'Method "{scope["method"]}" not allowed.', (b"allow", b"GET")
        )
    match = _PATH.fullmatch(scope["path"])
    project = _uuid(match["project"]) if match else None
    if project is None:
        raise _not_found()
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    document = None
    if "document" in query:
        document = _uuid(query["document"])
        if document is None:
            raise _bad_parameter("document")
    last = next(
        (value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"), None
    )
    quiet = query.get("quiet", "")
    if quiet not in ("", "true", "false"):
        raise _bad_parameter("quiet")
    return _Asked(project, document, _position(last or query.get("after")), quiet == "true")


def _position(text: str | None) -> int | None:
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise _bad_parameter("after")
    return int(text)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _admitted(scope: Message, project: UUID, document: UUID | None) -> Admitted:
    try:
        return await in_thread(lambda: admit(scope, project, document))
    except BadToken:
        said = b'Bearer realm="palimpsest", error="invalid_token"'
        title = "The token is unknown, expired or revoked."
        raise _Refused(401, "bad-token", title, (b"www-authenticate", said)) from None
    except NotSignedIn:
        said = b'Bearer realm="palimpsest"'
        raise _Refused(401, "not-signed-in", "Sign in first.", (b"www-authenticate", said)) from None
    except NotKnown:
        raise _not_found() from None
    except _DATABASE_AWAY:
        raise _away() from None


def _not_found() -> _Refused:
    return _Refused(404, "not-found", "There is nothing here, or nothing that you may see.")


def _bad_parameter(name: str) -> _Refused:
    return _Refused(400, "bad-parameter", f"The query parameter {name} cannot be used.")


def _away() -> _Refused:
    title = "The service cannot reach its database; nothing was changed unless an answer said so."
    return _Refused(503, "unavailable", title, (b"retry-after", b"2"))


async def _refuse(send: Send, refused: _Refused) -> None:
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(refused.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *refused.headers,
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": refused.body})


async def _gone(receive: Receive) -> None:
    """Until the reader has gone."""
    with suppress(Exception):
        while (await receive())["type"] != "http.disconnect":
            pass
