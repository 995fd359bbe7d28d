"""The product as the faults find it: its processes, its database from outside, its people."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import UUID

import psycopg
import redis

from tests.support.service import Service

_TOKENS = """
import json
from annotator.accounts.models import Account
from annotator.accounts.tokens import create_token
made = {{}}
for name in {names!r}:
    account = Account(username=name)
    account.set_password(None)
    account.save(force_insert=True)
    made[name] = [create_token(account, name="faults")[1], str(account.id)]
print(json.dumps(made))
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """One running product."""

    service: Service

    @property
    def url(self) -> str:
        return self.service.url

    def tokens(self, names: Sequence[str]) -> Mapping[str, tuple[str, UUID]]:
        """New accounts, each with a token and its id."""
        said = self.service.manage("shell", "--no-imports", "-c", _TOKENS.format(names=list(names)))
        return {name: (token, UUID(account)) for name, (token, account) in json.loads(said).items()}

    def connect(self, role: str = "palimpsest_read", **more: Any) -> psycopg.Connection:
        """A connection of our own; ``postgres`` is the superuser."""
        return psycopg.connect(self.dsn(role), autocommit=True, connect_timeout=3, **more)

    def dsn(self, role: str) -> str:
        password = json.loads((self.service.home / "passwords.json").read_bytes())[role]
        return re.sub("//[^@]*@", f"//{role}:{password}@", self.service.dsn_readonly)

    def broker(self) -> redis.Redis:
        state = json.loads((self.service.home / "run" / "service.json").read_bytes())
        return redis.Redis.from_url(state["redis_url"], socket_timeout=2.0, socket_connect_timeout=2.0)

    def pid(self, name: str) -> int:
        """The child as it runs now; waits while it is being started again."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError, ValueError, KeyError):
                pid = self.service.pids_now()[name]
                os.kill(pid, 0)
                return int(pid)
            time.sleep(0.05)
        raise AssertionError(f"{name} is not started again")

    def web_processes(self) -> list[int]:
        return children_of(self.pid("web"))

    def backends(self) -> list[int]:
        """Server processes that serve the application."""
        sql = """SELECT pid FROM pg_stat_activity
                  WHERE backend_type = 'client backend' AND application_name LIKE 'palimpsest%'"""
        with self.connect() as connection:
            return [pid for (pid,) in connection.execute(sql).fetchall()]

    def heads(self) -> dict[UUID, int]:
        with self.connect() as connection:
            rows = connection.execute("SELECT project, max(position) FROM es.event GROUP BY 1").fetchall()
        return dict(rows)

    def followed(self, heads: Mapping[UUID, int]) -> bool:
        """Whether every live projection has folded every project up to these positions."""
        sql = """SELECT count(*) FROM es.projection p CROSS JOIN unnest(%s::uuid[], %s::bigint[]) w (project, position)
                   LEFT JOIN es.checkpoint c ON c.project = w.project AND c.projection = p.name
                                            AND c.generation = p.generation
                  WHERE p.state = 'live' AND coalesce(c.position, 0) < w.position"""
        with self.connect() as connection:
            row = connection.execute(sql, [list(heads), list(heads.values())]).fetchone()
        return row == (0,)

    def is_current(self) -> bool:
        """As the product itself tells it."""
        try:
            with urlopen(f"{self.url}/readyz", timeout=5) as answer:
                told = json.load(answer)
        except OSError:
            return False
        return bool(told["ok"]) and all(each["lag_events"] == 0 for each in told["projections"])


def kill(pids: Iterable[int], how: signal.Signals = signal.SIGKILL) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, how)


def children_of(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def until(condition: Callable[[], bool], *, seconds: float, step: float = 0.05) -> float:
    """Seconds that it took.

    Raises:
        AssertionError: it did not come true in time.
    """
    begun = time.monotonic()
    while True:
        with suppress(psycopg.OperationalError, OSError, redis.RedisError):
            if condition():
                return time.monotonic() - begun
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"not within {seconds:.0f} s")
        time.sleep(step)
