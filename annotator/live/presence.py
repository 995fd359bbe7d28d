"""Who is here now: what the open feeds of all processes say of themselves in Valkey, each word with an end.

A feed enters when it opens, says so again while it is open, and leaves when it ends. What nobody says again is
forgotten by itself: a process that was killed, and Valkey itself when it comes back empty. Without Valkey a process
knows its own readers.
"""

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID, uuid4

import redis.asyncio as redis

from annotator.hints import HERE

logger = logging.getLogger(__name__)

SAID_AGAIN_SECONDS = 8.0
FORGOTTEN_SECONDS = 20.0
_KEY_SECONDS = 60

Here = frozenset[tuple[UUID, UUID | None]]
"""Accounts, each with the document that it has open, None for the project's other pages."""

NOBODY: Here = frozenset()


@dataclass(frozen=True, slots=True)
class Seat:
    """One open feed. ``token`` tells it from others of the same account, in all processes."""

    project: UUID
    account: UUID
    document: UUID | None
    token: str

    @property
    def member(self) -> str:
        return f"{self.account}:{self.document or ''}:{self.token}"


@dataclass(slots=True)
class Presence:
    """The seats of this process, and who sits in the projects that it follows."""

    process: str = field(default_factory=lambda: uuid4().hex)
    _seats: dict[UUID, set[Seat]] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=count)

    def sit(self, project: UUID, account: UUID, document: UUID | None) -> Seat:
        """A seat for a feed that opens."""
        seat = Seat(project, account, document, f"{self.process}-{next(self._numbers)}")
        self._seats.setdefault(project, set()).add(seat)
        return seat

    def rise(self, seat: Seat) -> None:
        """The feed has ended."""
        self._seats.get(seat.project, set()).discard(seat)

    def own(self, project: UUID) -> Here:
        """Who sits here, as far as this process knows by itself."""
        return frozenset((seat.account, seat.document) for seat in self._seats.get(project, ()))

    async def told(
        self, client: "redis.Redis | None", project: UUID, *, gone: Iterable[Seat] = (), aloud: bool = False
    ) -> Here:
        """Say who sits here and hear who sits elsewhere. ``aloud``: something changed, so others are woken."""
        if client is None:
            return self.own(project)
        now, key = time.time(), f"{HERE}{project}"
        pipeline = client.pipeline(transaction=False)
        for seat in gone:
            pipeline.zrem(key, seat.member)
        if seats := self._seats.get(project):
            pipeline.zadd(key, {seat.member: now + FORGOTTEN_SECONDS for seat in seats})
            pipeline.expire(key, _KEY_SECONDS)
        pipeline.zremrangebyscore(key, "-inf", now)
        pipeline.zrange(key, 0, -1)
        if aloud:
            pipeline.publish(key, self.process)
        try:
            async with asyncio.timeout(1.0):
                answers = await pipeline.execute()
        except (redis.RedisError, OSError, TimeoutError) as error:
            logger.info("Who is here is not known beyond this process: %s", error)
            return self.own(project)
        found = answers[-2] if aloud else answers[-1]
        return frozenset(filter(None, map(_read, found))) | self.own(project)


def _read(member: bytes) -> tuple[UUID, UUID | None] | None:
    account, _, rest = member.decode().partition(":")
    document = rest.partition(":")[0]
    try:
        return UUID(account), UUID(document) if document else None
    except ValueError:
        return None
