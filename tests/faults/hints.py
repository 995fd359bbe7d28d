"""Hints that are lost, doubled or late: without a broker everything is written, and followed soon after it is back."""

import signal
import time
from contextlib import suppress

import redis

from tests.bench.figures import quantile
from tests.faults.history import History
from tests.faults.kills import LAG_LIMIT, stretch
from tests.faults.stage import Stage, kill, until

PROMISED = 0.150  # seconds of 95 % of the acknowledgements while the broker is away
QUEUES = ("live", "export", "rebuild")


def valkey_away(stage: Stage, history: History, seconds: float) -> str:
    """Half of the time it stands still, half of the time it is dead, however often it is started again."""
    begun = time.monotonic()
    stage_pid = stage.pid("valkey")
    kill([stage_pid], signal.SIGSTOP)
    time.sleep(seconds / 2)
    kill([stage_pid])
    killed = 1
    while time.monotonic() < begun + seconds:
        time.sleep(0.05)
        pid = stage.service.pids_now().get("valkey", 0)
        if pid != stage_pid:
            kill([pid])
            killed, stage_pid = killed + 1, pid
    back, heads = time.monotonic(), stage.heads()
    until(lambda: bool(stage.broker().ping()), seconds=30)
    until(lambda: stage.followed(heads), seconds=LAG_LIMIT)
    late = time.monotonic() - back
    found = history.latencies(begun + 1, begun + seconds)
    p95 = quantile(found, 0.95)
    if p95 > PROMISED * stretch():
        history.tells(f"slow: without the broker, 95 % of the writes take up to {1000 * p95:.0f} ms")
    return (
        f"away for {seconds:.0f} s ({killed} kills): {len(found)} writes acknowledged, p95 {1000 * p95:.0f} ms; "
        f"projections current {late:.1f} s after it could come back"
    )


def emptied(stage: Stage, history: History) -> str:
    """FLUSHALL again and again: messages and marks are gone amid the work."""
    for _ in range(10):
        with suppress(redis.RedisError):
            stage.broker().flushall()
        time.sleep(0.2)
    return f"FLUSHALL ten times: followed {_followed(stage):.1f} s later"


def dropped(stage: Stage, history: History, seconds: float = 5.0) -> str:
    """Whatever lies in a queue is thrown away before a worker can take it, most of the time."""
    client, end, gone = stage.broker(), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        gone += sum(int(client.llen(queue)) for queue in QUEUES)
        client.delete(*QUEUES)
    return f"{gone} messages dropped: followed {_followed(stage):.1f} s later"


def doubled(stage: Stage, history: History, seconds: float = 5.0) -> str:
    """Messages are put back several times over: work is announced that was done long ago."""
    client, end, kept, more = stage.broker(), time.monotonic() + seconds, list[bytes | str](), 0
    while time.monotonic() < end:
        found = client.lrange("live", 0, -1)
        kept = [*kept, *found][-50:]
        if kept:
            client.rpush("live", *kept)
            more += len(kept)
        time.sleep(0.1)
    return f"{more} messages doubled: followed {_followed(stage):.1f} s later"


def _followed(stage: Stage) -> float:
    heads = stage.heads()
    return until(lambda: stage.followed(heads), seconds=LAG_LIMIT)
