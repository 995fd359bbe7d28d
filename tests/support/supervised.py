"""Starts the supervisor as a person would, and looks at what became of it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from annotator.supervisor.process import is_running, wait_until
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
MODULE = ["-m", "annotator.supervisor"]
COMMAND = [sys.executable, *MODULE]
NAMES = ("web", "worker", "beat", "postgres", "valkey")


@contextmanager
def a_home() -> Iterator[Path]:
    """A folder for a service, under /tmp where root's database user can get to it too."""
    folder = Path(tempfile.mkdtemp(prefix="palimpsest-home-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        _end_what_runs_in(folder)
        shutil.rmtree(folder, ignore_errors=True)


def variables(home: Path, **more: str) -> dict[str, str]:
    """A bare environment: what a service started from anywhere would find."""
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(home), "PALIMPSEST_HOME": str(home), "JSON": "1"}
    return {**bare, "PORT": str(free_port()), **more}


def begin(
    environment: dict[str, str], *, prefix: tuple[str, ...] = (sys.executable,)
) -> subprocess.Popen[str]:
    """The supervisor, just started; `prefix` names the Python and what comes before it."""
    return subprocess.Popen(
        [*prefix, *MODULE],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(supervisor: subprocess.Popen[str]) -> dict[str, Any]:
    """Its one line of JSON, once the service is ready."""
    assert supervisor.stdout
    line = supervisor.stdout.readline()
    if not line:
        _, errors = supervisor.communicate()
        raise AssertionError(f"it did not start: {errors}")
    return dict(json.loads(line))


def refused(environment: dict[str, str]) -> tuple[int, str]:
    """Exit code and words of a start that does not succeed, or finds that there is nothing to do."""
    done = subprocess.run(COMMAND, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr.strip()


def end(supervisor: subprocess.Popen[str]) -> int:
    """Stops it as Ctrl-C does; its exit code."""
    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=30)
    return supervisor.returncode


def pids_now(home: Path) -> dict[str, int]:
    """The children as they are recorded at the moment."""
    state = json.loads((home / "run/service.json").read_bytes())
    return {name: pid for name, (pid, _) in state["children"].items()}


def answers(url: str) -> bool:
    """Whether the web server is there, whatever it says."""
    try:
        urllib.request.urlopen(f"{url}healthz", timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def all_ended(pids: list[int], *, seconds: float) -> bool:
    return wait_until(lambda: not any(map(is_running, pids)), seconds=seconds)


def _end_what_runs_in(home: Path) -> None:
    try:
        pids = list(pids_now(home).values())
    except (OSError, ValueError, KeyError):
        return
    for pid in filter(is_running, pids):
        os.kill(pid, signal.SIGKILL)
