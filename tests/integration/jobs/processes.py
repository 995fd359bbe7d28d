"""Processes of the service, for tests that kill them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.support.servers import ROOT

PATIENCE = 60.0


@contextmanager
def running(*command: str, process: str = "worker") -> Iterator[subprocess.Popen[bytes]]:
    """A process of the service against the tests' servers; it and what it started end with the block."""
    environment = {**os.environ, "PALIMPSEST_PROCESS": process}
    started = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, start_new_session=True)
    try:
        yield started
    finally:
        end(started, signal.SIGKILL)


def end(started: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Send a signal to the process and its children, and wait until it is gone."""
    if started.poll() is None:
        os.killpg(started.pid, number)
    started.wait(PATIENCE)


def until(condition: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)
