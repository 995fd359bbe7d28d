"""One reader of each project's log in a process, however many follow it; hints wake it, and time does when they fail."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

import redis.asyncio as redis
from django.conf import settings

from annotator.domain.thread import CommentAdded, CommentEdited
from annotator.hints import ALL, ALL_HERE, HERE, WAKE
from annotator.live.log import PAGE, Log, Told
from annotator.live.presence import NOBODY, SAID_AGAIN_SECONDS, Here, Presence, Seat

logger = logging.getLogger(__name__)

KEPT = 2_000  # events held for readers that are nearly up to date
POLL_SECONDS = 5.0  # while hints come
POLL_ALONE_SECONDS = 1.0  # while none can come
REST_SECONDS = 1.0
PATIENCE = 1.0  # seconds to wait for the broker


class Tail:
    """The end of one project's log. Readers further behind than what is held read the table themselves."""

    def __init__(self, project: UUID, log: Log, position: int) -> None:
        self.project = project
        self.position = position
        self.readers = 0
        self.rules_changed_at = 0
        self.here: Here = NOBODY
        self.calls: dict[UUID, int] = {}
        """Where a comment last concerned an account, since somebody follows."""
        self._log = log
        self._floor = position
        self._held: deque[Told] = deque(maxlen=KEPT)
        self._woken = asyncio.Event()
        self._grown = asyncio.Event()

    async def after(self, position: int, document: UUID | None) -> Sequence[Told]:
        """The next events after a position; none when the reader is up to date."""
        if position < self._floor:
            return await self._log.after(self.project, position, document=document)
        return [
            told
            for told in self._held
            if told.position > position and (document is None or told.ref.subject == document)
        ]

    async def grown(self, position: int, *, seconds: float) -> None:
        """Wait until the log goes beyond a position, or for so long."""
        if self.position > position:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._grown.wait()

    def wake(self, position: int | None = None) -> None:
        """Look at the table, unless this position is known already."""
        if position is None or position > self.position:
            self._woken.set()

    def stir(self) -> None:
        """Wake all readers although the log has not grown."""
        self._grown.set()
        self._grown = asyncio.Event()

    def release(self) -> None:
        """Wake all readers, as when the process ends."""
        self._grown.set()

    async def follow(self, poll_seconds: "PollSeconds") -> None:
        """Read the table whenever it may have grown, for ever."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(poll_seconds()):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self._read()
            except Exception as error:
                logger.warning("The feed of %s cannot be read: %s", self.project, error)
                await asyncio.sleep(REST_SECONDS)
                self._woken.set()

    async def _read(self) -> None:
        while True:
            page = await self._log.after(self.project, self.position)
            for told in page:
                self._hold(told)
            if page:
                self._grown.set()
                self._grown = asyncio.Event()
            if len(page) < PAGE:
                return

    def _hold(self, told: Told) -> None:
        if len(self._held) == KEPT:
            self._floor = self._held[0].position
        self._held.append(told)
        self.position = told.position
        if told.ref.kind == "project":
            self.rules_changed_at = told.position
        for account in _concerned(told):
            self.calls[account] = told.position


def _concerned(told: Told) -> set[UUID]:
    """Whom a comment calls, and whose set it is about; who answers whom is told by the notices a little later."""
    event = told.recorded.event
    if not isinstance(event, CommentAdded | CommentEdited):
        return set()
    return {UUID(each) for each in event.mentions} | ({told.ref.owner} if told.ref.owner else set())


class PollSeconds:
    """How long a tail may sleep without a hint."""

    def __init__(self) -> None:
        self.hints_come = False

    def __call__(self) -> float:
        return POLL_SECONDS if self.hints_come else POLL_ALONE_SECONDS


class Hub:
    """The tails of a process. A project that nobody follows any more is let go."""

    def __init__(self, log: Log | None = None) -> None:
        self.log = log or Log()
        self.closing = asyncio.Event()
        self._tails: dict[UUID, tuple[Tail, asyncio.Task[None]]] = {}
        self._poll_seconds = PollSeconds()
        self._listener: asyncio.Task[None] | None = None
        self._presence = Presence()
        self._repeater: asyncio.Task[None] | None = None
        self._client: redis.Redis | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self._entering = asyncio.Lock()

    def sit(self, project: UUID, account: UUID, document: UUID | None) -> Seat:
        """Be seen in a project; each seat needs a `rise`."""
        if self._client is None and settings.REDIS_URL:
            self._client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE)
        if self._repeater is None:
            self._repeater = asyncio.create_task(self._repeat())
        seat = self._presence.sit(project, account, document)
        self._look_round(project, aloud=True)
        return seat

    def rise(self, seat: Seat) -> None:
        """Be seen no more."""
        self._presence.rise(seat)
        self._look_round(seat.project, gone=(seat,), aloud=True)

    def _look_round(self, project: UUID, *, gone: Sequence[Seat] = (), aloud: bool = False) -> None:
        errand = asyncio.create_task(self._told(project, gone, aloud))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def _told(self, project: UUID, gone: Sequence[Seat], aloud: bool) -> None:
        here = await self._presence.told(self._client, project, gone=gone, aloud=aloud)
        tail, _ = self._tails.get(project, (None, None))
        if tail is not None and tail.here != here:
            tail.here = here
            tail.stir()

    async def _repeat(self) -> None:
        """Say again who is here: what nobody repeats is forgotten, and Valkey may have come back empty."""
        while True:
            await asyncio.sleep(SAID_AGAIN_SECONDS)
            for project in list(self._tails):
                self._look_round(project)

    async def enter(self, project: UUID) -> Tail:
        """Follow a project; each entry needs a `leave`."""
        if self._listener is None and settings.REDIS_URL:
            self._listener = asyncio.create_task(self._listen())
        async with self._entering:
            if project not in self._tails:
                tail = Tail(project, self.log, await self.log.head(project))
                self._tails[project] = tail, asyncio.create_task(tail.follow(self._poll_seconds))
            tail, _ = self._tails[project]
            tail.readers += 1
            return tail

    def leave(self, tail: Tail) -> None:
        """Stop following; the last reader ends the tail."""
        tail.readers -= 1
        if tail.readers == 0 and self._tails.get(tail.project, (None, None))[0] is tail:
            _, task = self._tails.pop(tail.project)
            task.cancel()

    def close(self) -> None:
        """Let all streams end, so that the process can."""
        self.closing.set()
        for tail, _ in self._tails.values():
            tail.release()

    async def _listen(self) -> None:
        """One subscription a process to what all projects tell; while it is down, tails look by themselves."""
        while True:
            try:
                await self._hear()
            except (redis.RedisError, OSError) as error:
                logger.info("No hints: %s", error)
            self._poll_seconds.hints_come = False
            await asyncio.sleep(REST_SECONDS)

    async def _hear(self) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=PATIENCE, health_check_interval=10
        )
        async with client, client.pubsub() as pubsub:
            await pubsub.psubscribe(ALL, ALL_HERE)
            self._poll_seconds.hints_come = True
            self._wake_all()
            async for message in pubsub.listen():
                if message["type"] == "pmessage":
                    self._wake(message["channel"], message["data"])

    def _wake_all(self) -> None:
        """What was told while nobody listened is looked up."""
        for tail, _ in self._tails.values():
            tail.wake()

    def _wake(self, channel: bytes, data: bytes) -> None:
        told = channel.decode()
        with suppress(ValueError):
            project = UUID(told.removeprefix(HERE).removeprefix(WAKE))
            if project not in self._tails:
                return
            if not told.startswith(HERE):
                self._tails[project][0].wake(int(data))
            elif data.decode() != self._presence.process:
                self._look_round(project)
