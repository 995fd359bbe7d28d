"""Processes that die or stand still at any moment, and how soon everything is back."""

import os
import random
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from tests.faults.history import History
from tests.faults.stage import Stage, children_of, kill, until

LIMITS = {"web": 5.0, "web process": 5.0, "postgres": 10.0, "backend": 10.0}
"""Seconds from a kill to the first acknowledgement of a request that was begun after it."""
LAG_LIMIT = 30.0
"""Seconds until the projections have followed what was in the log at the time of a fault, with no operator."""


def stretch() -> float:
    """By how much a machine that has more to do than cores is slower."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass
class Nemesis:
    """Deals faults one after the other, each when the one before it was got over."""

    stage: Stage
    history: History
    chance: random.Random
    dealt: list[str] = field(default_factory=list)
    kills: int = 0
    pauses: int = 0
    acknowledged_after: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    followed_after: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _watchers: list[threading.Thread] = field(default_factory=list)

    def rage(self, *, kills: int, seconds: float) -> None:
        """At least so many kills, and for so long."""
        end = time.monotonic() + seconds
        while self.kills < kills or time.monotonic() < end:
            deck = [*KILLS] * 3 + [*PAUSES]
            self.chance.shuffle(deck)
            for name in deck:
                if self.kills >= kills and time.monotonic() > end:
                    break
                self.deal(name)
                time.sleep(self.chance.uniform(0.3, 1.5))
        for watcher in self._watchers:
            watcher.join(2 * LAG_LIMIT * stretch())

    def deal(self, name: str) -> None:
        """One fault; returns when requests are acknowledged again."""
        heads: dict[UUID, int] = {}
        with suppress(psycopg.OperationalError):
            heads = self.stage.heads()
        try:
            begun = {**KILLS, **PAUSES}[name](self.stage, self.chance)
        except psycopg.OperationalError:
            return  # the database is not yet back from the last fault: nothing was done
        self.dealt.append(name)
        self.kills += name in KILLS
        self.pauses += name in PAUSES
        watcher = threading.Thread(target=self._watch, args=(name, begun, heads), daemon=True)
        watcher.start()
        self._watchers.append(watcher)
        until(lambda: self.history.first_ack(begun) is not None, seconds=2 * LAG_LIMIT)
        back = (self.history.first_ack(begun) or 0) - begun
        self.acknowledged_after[name].append(back)
        if back > LIMITS.get(name, LAG_LIMIT) * stretch():
            self.history.tells(f"slow: {back:.1f} s after {self.dealt[-3:]} to the next acknowledgement")

    def _watch(self, name: str, begun: float, heads: Mapping[UUID, int]) -> None:
        try:
            until(lambda: self.stage.followed(heads), seconds=2 * LAG_LIMIT * stretch(), step=0.2)
        except AssertionError:
            self.history.tells(f"late: after {name} the projections do not follow")
            return
        took = time.monotonic() - begun
        self.followed_after[name].append(took)
        if took > LAG_LIMIT * stretch():
            self.history.tells(f"late: {took:.0f} s after {name} until the projections had followed")


Deed = Callable[[Stage, random.Random], float]
"""Answers when it was done, on the monotonic clock."""


def _child(name: str) -> Deed:
    def deed(stage: Stage, chance: random.Random) -> float:
        kill([stage.pid(name)])
        return time.monotonic()

    return deed


def _web_process(stage: Stage, chance: random.Random) -> float:
    processes = stage.web_processes()
    kill([chance.choice(processes)] if processes else [])
    return time.monotonic()


def _backend(stage: Stage, chance: random.Random) -> float:
    """The server then ends all its sessions and recovers as from a crash."""
    backends = stage.backends()
    kill([chance.choice(backends)] if backends else [])
    return time.monotonic()


def _standstill(pick: Callable[[Stage, random.Random], list[int]]) -> Deed:
    def deed(stage: Stage, chance: random.Random) -> float:
        pids = pick(stage, chance)
        kill(pids, signal.SIGSTOP)
        time.sleep(chance.uniform(0.5, 2.5))
        kill(pids, signal.SIGCONT)
        return time.monotonic()

    return deed


def _database(stage: Stage, chance: random.Random) -> list[int]:
    postmaster = stage.pid("postgres")
    return [postmaster, *children_of(postmaster)]


KILLS: Mapping[str, Deed] = {
    "web": _child("web"),
    "web process": _web_process,
    "worker": _child("worker"),
    "beat": _child("beat"),
    "valkey": _child("valkey"),
    "postgres": _child("postgres"),
    "backend": _backend,
}
PAUSES: Mapping[str, Deed] = {
    "web process stands still": _standstill(lambda stage, chance: stage.web_processes()[:1]),
    "worker stands still": _standstill(lambda stage, chance: [stage.pid("worker")]),
    "valkey stands still": _standstill(lambda stage, chance: [stage.pid("valkey")]),
    "backend stands still": _standstill(lambda stage, chance: stage.backends()[:1]),
    "postgres stands still": _standstill(_database),
}
