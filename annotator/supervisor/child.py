"""One child over its lives: started, watched, started again after growing pauses."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from annotator.supervisor import process
from annotator.supervisor.process import Program

STEADY_SECONDS = 30.0  # a child that lived so long is started again at once
LONGER_PAUSE = 2.0
LONGEST_PAUSE = 10.0
HOPELESS = 12  # quick deaths in a row; nothing but a fault of its own kills a child so often


def pause(failures: int) -> float:
    """Seconds to wait before the next start, after so many quick deaths in a row."""
    if failures <= 1:
        return 0.0
    return LONGEST_PAUSE if failures > HOPELESS else min(LONGER_PAUSE, 0.125 * 2.0**failures)


@dataclass
class Child:
    """`before` clears what a killed predecessor may have left; it runs before every start."""

    program: Program
    before: Callable[[], Any] = lambda: None
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0

    @property
    def pid(self) -> int:
        """0 while it does not run."""
        return self.running.pid if self.running else 0

    @property
    def age(self) -> float:
        """Seconds since it was started last."""
        return time.monotonic() - self.started_at

    def start(self) -> None:
        self.before()
        self.started_at = time.monotonic()
        self.running = process.start(self.program)

    def is_due(self) -> bool:
        return self.running is None and time.monotonic() >= self.start_at

    def take_end(self) -> str:
        """How it ended, told once; empty while it runs. What it had started ends with it."""
        if self.running is None or not process.has_ended(self.running.pid):
            return ""
        # While its remains are there, its number cannot belong to anybody else.
        process.kill_session(self.running.pid)
        code = self.running.wait()
        self.running = None
        self.failed()
        return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"

    def failed(self) -> None:
        """Puts the next start off, the longer the more starts failed before."""
        self.failures = 1 if self.age > STEADY_SECONDS else self.failures + 1
        self.start_at = time.monotonic() + pause(self.failures)

    def kill(self) -> None:
        """For one that runs but does no work; `take_end` then tells of it."""
        if self.running is not None:
            process.kill_session(self.running.pid)

    def stop(self) -> None:
        if self.running is not None:
            process.stop(self.running, self.program)
            self.running = None
