"""A disk that fills up under the product: ``python -m tests.faults.disk SEED``, on a small file system of its own.

The file system lives in memory and in a mount namespace of this process, so it is gone with it. Root makes it
directly, others in a user namespace, where the system lets them.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tests.faults.actors import gather
from tests.faults.history import History, disagreements, read_log
from tests.faults.stage import Stage, until
from tests.support.service import service

SIZE = "330m"
NAMESPACE = ("unshare", "--mount") if os.geteuid() == 0 else (
    *("unshare", "--user", "--map-current-user", "--keep-caps", "--mount"),
)  # fmt: skip


def full_disk(seed: int) -> tuple[str, list[str]]:
    """What was seen, and what was wrong; run in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="palimpsest-small-", dir="/tmp"))
    folder.chmod(0o711)
    mount = f'mount -t tmpfs -o size={SIZE},mode=711 tmpfs "$0" && exec "$@"'
    command = [*NAMESPACE, "sh", "-c", mount, str(folder)]
    try:
        able = subprocess.run([*command, "true"], capture_output=True, text=True)
        if able.returncode:
            return f"not tried: no small file system can be made here ({able.stderr.strip()})", []
        run = [*command, sys.executable, "-m", "tests.faults.disk", str(folder), str(seed)]
        done = subprocess.run(run, stdout=subprocess.PIPE, text=True, timeout=240)
    finally:
        folder.rmdir()
    if done.returncode:
        return "it broke", [f"disk: the trial ended with code {done.returncode}"]
    said = json.loads(done.stdout.splitlines()[-1])
    return said["seen"], said["wrong"]


def main(folder: Path, seed: int) -> None:
    history = History()
    with service(within=folder, quiet=True) as running:
        stage = Stage(running)
        cast = gather(stage.url, stage.tokens, history, seed=seed, projects=1, pause=(0.02, 0.1))
        prepared = stage.heads()
        cast.start()
        time.sleep(2.0)
        refused, reads, back = _fill(stage, folder, history, random.Random(seed))
        if not cast.stop():
            history.tells("somebody did not come to an end")
        (project,) = cast.projects
        with stage.connect() as connection:
            rows = read_log(connection, project)
        wrong = [*history.wrong, *disagreements(history, project, rows, prepared[project])]
        until(stage.is_current, seconds=60)
        try:
            running.manage("verify", "--project", str(project))
            live = running.manage("state-hash", "--project", str(project), "--from", "live")
            if live != running.manage("state-hash", "--project", str(project), "--from", "replay"):
                wrong.append("the projections are not what a replay gives")
        except subprocess.CalledProcessError as error:
            wrong.append(f"{error.cmd}: {error.stdout} {error.stderr}")
    seen = (
        f"{refused} writes refused with 503 or 507 while the disk was full, {reads} reads answered; "
        f"acknowledged again {back:.1f} s after there was room; {len(history.acknowledged):,} acknowledged, none lost"
    )
    print(json.dumps({"seen": seen, "wrong": wrong}))


def _fill(stage: Stage, folder: Path, history: History, chance: random.Random) -> tuple[int, int, float]:
    """Refused writes, answered reads, seconds until it was well again."""
    ballast, begun, reads = folder / "ballast", time.monotonic(), 0
    before = sum(history.answers[status] for status in (503, 507))
    with open(ballast, "wb") as file:
        while time.monotonic() < begun + 15:
            try:
                while shutil.disk_usage(folder).free:
                    file.write(bytes(min(1 << 20, max(4096, shutil.disk_usage(folder).free))))
                    file.flush()
            except OSError:
                pass  # it is full
            time.sleep(chance.uniform(0.2, 0.5))
            reads += _can_read(stage)
            refused = sum(history.answers[status] for status in (503, 507)) - before
            if refused > 50 and time.monotonic() > begun + 6:
                break
    if not refused:
        history.tells("disk: no write was refused: the trial proves nothing")
    if not reads:
        history.tells("disk: nothing could be read")
    ballast.unlink()
    freed = time.monotonic()
    until(lambda: history.first_ack(freed) is not None, seconds=40)
    return refused, reads, (history.first_ack(freed) or 0) - freed


def _can_read(stage: Stage) -> bool:
    try:
        with stage.connect() as connection:
            return bool(connection.execute("SELECT count(*) FROM es.event").fetchone())
    except psycopg.OperationalError:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
