"""Ends the children of a supervisor that was killed, on systems whose kernel does not.

A process of its own that reads a pipe: each line names a child and the signal it stops
by. The pipe ends when the supervisor does, however that came about.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Leash:
    """The supervisor's end of the pipe."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "annotator.supervisor.leash"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, start_new_session=True)

    def hold(self, pid: int, signal: int) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{pid} {signal}\n".encode())
        self._process.stdin.flush()

    def let_go(self) -> None:
        """All children have ended in good order."""
        self._process.kill()
        self._process.wait()


def main(lines: Iterable[str]) -> None:
    held = dict(line.split() for line in lines)
    for pid, signal in held.items():
        try:
            os.kill(int(pid), int(signal))
        except (ProcessLookupError, PermissionError):
            continue  # it ended before


if __name__ == "__main__":
    main(sys.stdin)
