"""A database that restarts, throws sessions out, has no connection left, or holds a lock; and clocks that move."""

import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psycopg

from tests.bench.figures import quantile
from tests.faults.history import History
from tests.faults.kills import stretch
from tests.faults.stage import Stage, kill, until

ROOT = Path(__file__).resolve().parents[2]
ANSWERED = (
    4.0  # seconds until a request is told that the database is away: for a thread, then for a connection
)
HOUR = 3600


def restarts(stage: Stage, history: History) -> str:
    """Two quick shutdowns in good order, as at an upgrade."""
    took = []
    for _ in range(2):
        begun = time.monotonic()
        kill([stage.pid("postgres")], signal.SIGINT)
        until(lambda b=begun: history.first_ack(b + 0.2) is not None, seconds=20)  # type: ignore[misc]
        took.append((history.first_ack(begun + 0.2) or 0) - begun)
        time.sleep(1.0)
    if max(took) > 10 * stretch():
        history.tells(f"slow: {max(took):.1f} s from a restart of the database to the next acknowledgement")
    return f"two restarts: acknowledged again after {took[0]:.1f} and {took[1]:.1f} s"


def sessions_ended(stage: Stage, history: History) -> str:
    """The superuser ends every session of the application, ten times."""
    ended = 0
    for _ in range(10):
        with stage.connect("postgres") as connection:
            sql = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                      WHERE pid <> pg_backend_pid() AND application_name LIKE 'palimpsest%'"""
            row = connection.execute(sql).fetchone()
            ended += row[0] if row else 0
        time.sleep(0.5)
    begun = time.monotonic()
    until(lambda: history.first_ack(begun) is not None, seconds=10)
    return f"{ended} sessions ended"


def exhausted(stage: Stage, history: History, seconds: float = 6.0) -> str:
    """Others take every connection that there is, after the application's own were ended."""
    with ExitStack() as stack:
        taken = 0
        begun = time.monotonic()
        with stage.connect("postgres") as ruler:
            while time.monotonic() < begun + seconds:
                ruler.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'palimpsest%'"
                )
                try:
                    while True:
                        stack.enter_context(stage.connect("palimpsest_read"))
                        taken += 1
                except psycopg.OperationalError:
                    pass  # none is left
                if taken % 5 == 0:
                    _is_told_in_time(stage, history)
    freed = time.monotonic()
    until(lambda: history.first_ack(freed) is not None, seconds=10)
    back = (history.first_ack(freed) or 0) - freed
    return f"{taken} connections taken: acknowledged again {back:.1f} s after they were given back"


def unreachable(stage: Stage, history: History, seconds: float = 25.0) -> str:
    """Nobody can connect any more, and who was connected is thrown out; then all is as before."""
    socket = Path(stage.service.home) / "socket" / ".s.PGSQL.5432"
    hidden = socket.with_name("hidden")
    begun = time.monotonic()
    with stage.connect("postgres") as ruler:
        socket.rename(hidden)
        try:
            while time.monotonic() < begun + seconds:
                ruler.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'palimpsest%'"
                )
                _is_told_in_time(stage, history)
                time.sleep(0.5)
        finally:
            hidden.rename(socket)
    freed = time.monotonic()
    until(lambda: history.first_ack(freed) is not None, seconds=60)
    back = (history.first_ack(freed) or 0) - freed
    if back > 5 * stretch():
        history.tells(f"slow: {back:.1f} s until the database is used again after {seconds:.0f} s away")
    return f"unreachable for {seconds:.0f} s: acknowledged again after {back:.1f} s"


def _is_told_in_time(stage: Stage, history: History) -> None:
    """A read that needs the database is answered, or told when to come again; it does not hang."""
    begun = time.monotonic()
    connection = HTTPConnection(urlsplit(stage.url).netloc, timeout=20)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except OSError:
        status = 0
    finally:
        connection.close()
    took = time.monotonic() - begun
    if status == 500 or took > ANSWERED * stretch():
        history.tells(f"without connections: status {status} after {took:.1f} s")


def locked(stage: Stage, history: History, projects: Sequence[UUID], seconds: float = 8.0) -> str:
    """Somebody holds the lock of one project's log; the others go on as if nothing were."""
    held, *free = projects
    begun = time.monotonic()
    with stage.connect("postgres") as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(es.lock_key(%s))", [held])
        time.sleep(seconds)
        waited = [
            s for p in (held,) for s in history.latencies(begun + 0.5, begun + seconds, p) if s < seconds / 2
        ]
    others = [s for p in free for s in history.latencies(begun + 0.5, begun + seconds - 1, p)]
    p95 = quantile(others, 0.95) if others else float("inf")
    if waited:
        history.tells(f"{len(waited)} writes passed the lock of {held}")
    if p95 > 0.5 * stretch():
        history.tells(f"a lock on one project made 95 % of the others' writes take up to {p95:.1f} s")
    until(lambda: bool(history.latencies(begun + seconds, time.monotonic(), held)), seconds=10)
    return f"one log locked for {seconds:.0f} s: {len(others)} writes to the others, p95 {1000 * p95:.0f} ms"


def clock_moved(stage: Stage, history: History, clock: Path | None) -> str:
    """The database's clock jumps an hour ahead, then an hour back, then both by turns; the others' the other way."""
    append = (ROOT / "events/sql/append.sql").read_text()
    assert append.count("clock_timestamp()") == 2
    with stage.connect("palimpsest_owner") as owner:
        try:
            for n, offset in enumerate((HOUR, -HOUR, HOUR, 0, -HOUR)):
                moved = f"(clock_timestamp() + interval '{offset} seconds')"
                owner.execute(append.replace("clock_timestamp()", moved).encode())
                if clock is not None:
                    clock.write_text(f"{-offset if n else offset}\n")
                begun = time.monotonic()
                until(lambda b=begun: history.first_ack(b) is not None, seconds=10)  # type: ignore[misc]
                time.sleep(1.0)
        finally:
            owner.execute(append.encode())
            if clock is not None:
                clock.write_text("0\n")
    begun = time.monotonic()
    until(lambda: history.first_ack(begun) is not None, seconds=10)
    whose = (
        "of the database and of all programs"
        if clock
        else "of the database (no C compiler for the programs')"
    )
    return f"clocks {whose} moved by ±1 h, five times"
