"""``make faults``: the running product under thirty writers and every fault that can be dealt to it.

``SEED`` repeats a run's choices (what is dealt when still depends on the machine's speed), ``MINUTES`` sets how long the
faults go on (6). Promises in seconds are for a machine with nothing else to do: they are stretched by the load of a
core, which is printed. The exit code is 1 when a promise was broken; each broken promise is printed.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import psycopg

from tests.bench.figures import quantile
from tests.faults import database, hints
from tests.faults.actors import Cast, gather
from tests.faults.disk import full_disk
from tests.faults.history import History, disagreements, read_log
from tests.faults.kills import KILLS, LIMITS, Nemesis
from tests.faults.stage import Stage, until
from tests.support.service import service

KILLED = 50  # at the least, whatever the time
SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on"}


def main() -> int:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    minutes = float(os.environ.get("MINUTES") or 6)
    begun = time.monotonic()
    print(f"seed {seed}; again with: make faults SEED={seed} MINUTES={minutes:g}", flush=True)
    history = History()
    with tempfile.TemporaryDirectory(prefix="palimpsest-clock-") as folder:
        clock = _clock(Path(folder))
        with service(quiet=True, more=_moved_by(clock)) as running:
            stage = Stage(running)
            with stage.connect("palimpsest_app") as connection:
                history.wrong += unsafe(connection)
            cast = gather(stage.url, stage.tokens, history, seed=seed)
            prepared = stage.heads()
            cast.start()
            time.sleep(2.0)
            _deal(stage, history, cast, random.Random(seed), minutes * 60, clock)
            _settle(stage, history, cast, prepared)
    seen, wrong = full_disk(seed)
    _say("disk full", seen)
    history.wrong += wrong
    return _verdict(history, seed, time.monotonic() - begun)


def _deal(
    stage: Stage, history: History, cast: Cast, chance: random.Random, seconds: float, clock: Path | None
) -> None:
    nemesis = Nemesis(stage, history, chance)
    nemesis.rage(kills=KILLED, seconds=0.35 * seconds)
    _say("kill -9", f"{nemesis.kills} of {len(KILLS)} kinds, and {nemesis.pauses} that stood still")
    for name in sorted(nemesis.acknowledged_after):
        limit = f" (≤ {LIMITS[name]:.0f} s)" if name in LIMITS else ""
        acknowledged, followed = nemesis.acknowledged_after[name], nemesis.followed_after[name]
        _say(f"  {name}", f"{len(acknowledged)} times; acknowledged again {_spread(acknowledged)}{limit}; "
             f"projections followed {_spread(followed)} (≤ 30 s)")  # fmt: skip
    trials: dict[str, Callable[[], str]] = {
        "broker away": lambda: hints.valkey_away(stage, history, max(60.0, seconds / 6)),
        "broker emptied": lambda: hints.emptied(stage, history),
        "hints dropped": lambda: hints.dropped(stage, history),
        "hints doubled": lambda: hints.doubled(stage, history),
        "restarts": lambda: database.restarts(stage, history),
        "sessions ended": lambda: database.sessions_ended(stage, history),
        "database away": lambda: database.unreachable(stage, history),
        "no connection left": lambda: database.exhausted(stage, history),
        "a log locked": lambda: database.locked(stage, history, cast.projects),
        "clocks moved": lambda: database.clock_moved(stage, history, clock),
    }
    for name, trial in trials.items():
        try:
            _say(name, trial())
        except AssertionError as error:
            history.tells(f"{name}: {error}")


def _settle(stage: Stage, history: History, cast: Cast, prepared: Mapping[UUID, int]) -> None:
    """All come to an end; then the log, the chain and the projections are judged."""
    if not cast.stop():
        history.tells("somebody did not come to an end")
    try:
        _say("at the end", f"current after {until(stage.is_current, seconds=60):.1f} s")
    except AssertionError:
        history.tells("the projections do not become current")
    for project in cast.projects:
        with stage.connect() as connection:
            rows = read_log(connection, project)
        history.wrong += disagreements(history, project, rows, prepared[project])
        try:
            _say("proof", stage.service.manage("verify", "--project", str(project)).splitlines()[-1])
            live, replay = (
                stage.service.manage("state-hash", "--project", str(project), "--from", source)
                for source in ("live", "replay")
            )
        except subprocess.CalledProcessError as error:
            history.tells(f"{error.cmd[2]}: {error.stdout} {error.stderr}")
            continue
        history.wrong += unlike(live, replay)


def unlike(live: str, replay: str) -> list[str]:
    """Projections whose state hash, or position, is not that of a replay."""
    pairs = zip(live.splitlines(), replay.splitlines(), strict=True)
    return [f"a replay differs: live {one}, replayed {other}" for one, other in pairs if one != other]


def _verdict(history: History, seed: int, seconds: float) -> int:
    unknown = len(history.sent) - len(history.acknowledged) - len(history.declined)
    counted = ", ".join(f"{n:,} × {status or 'no answer'}" for status, n in sorted(history.answers.items()))
    _say("answers", f"{counted}; {history.resent:,} sent again; the slowest took {history.slowest:.1f} s")
    _say("commands", f"{len(history.sent):,} sent, {len(history.acknowledged):,} acknowledged, "
         f"{len(history.declined):,} declined, {unknown:,} unknown")  # fmt: skip
    if history.answers[0] == 0:
        history.tells("no fault was felt: the run proves nothing")
    for each in history.wrong[:50]:
        print(f"BROKEN  {each}")
    _say(
        "verdict",
        f"{len(history.wrong)} promises broken; seed {seed}; {seconds:.0f} s, load {os.getloadavg()[0]:.1f}",
    )
    return 1 if history.wrong else 0


def unsafe(connection: psycopg.Connection) -> list[str]:
    """Settings that would lose commits in a power cut, which no kill can show."""
    found = {name: connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in SAFE}
    return [f"{name} is {row and row[0]}" for name, row in found.items() if row != (SAFE[name],)]


def _clock(folder: Path) -> Path | None:
    """A file that moves the programs' wall clock, where a C compiler can make what reads it."""
    compiler = shutil.which("cc")
    source = Path(__file__).with_name("clock.c")
    with suppress(OSError, subprocess.CalledProcessError):
        if compiler:
            command = [
                compiler,
                "-shared",
                "-fPIC",
                "-O2",
                "-o",
                str(folder / "clock.so"),
                str(source),
                "-ldl",
            ]
            subprocess.run(command, check=True, capture_output=True)
            clock = folder / "offset"
            clock.write_text("0\n")
            return clock
    return None


def _moved_by(clock: Path | None) -> Mapping[str, str]:
    return {"LD_PRELOAD": str(clock.with_name("clock.so")), "PALIMPSEST_CLOCK": str(clock)} if clock else {}


def _spread(values: Sequence[float]) -> str:
    return f"p50 {quantile(values, 0.5):.1f} s, at most {max(values):.1f} s" if values else "–"


def _say(what: str, how: str) -> None:
    print(f"{what:26} {how}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
