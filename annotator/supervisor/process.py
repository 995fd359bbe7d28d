"""One child process: started in a session of its own, and ended by the kernel if we are killed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from annotator.supervisor.identity import Identity

ON_LINUX: bool = sys.platform == "linux"
PR_SET_PDEATHSIG = 1
LARGEST_LOG = 10 * 2**20  # bytes; then it becomes NAME.log.1, and the one before is dropped


@dataclass(frozen=True, slots=True)
class Program:
    """How a child is started and how it is asked to stop."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    identity: Identity = field(default_factory=lambda: Identity(None, None, ""))
    folder: Path | None = None
    keep_open: tuple[int, ...] = ()


def start(program: Program) -> subprocess.Popen[bytes]:
    """Starts the program; its output goes to its log file.

    Must be called from the main thread: the death signal follows the thread that forked.
    """
    with open(program.log, "ab") as log:
        return subprocess.Popen(
            list(program.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(program.environment),
            cwd=program.folder,
            pass_fds=program.keep_open,
            start_new_session=True,
            preexec_fn=_die_with_parent(program.stop_signal),
            **program.identity.popen_arguments(),
        )


def stop(process: subprocess.Popen[bytes], program: Program) -> None:
    """Asks the child to stop, and ends its whole session if it does not in time."""
    if process.poll() is None:
        process.send_signal(program.stop_signal)
        try:
            process.wait(program.stop_seconds)
        except subprocess.TimeoutExpired:
            kill_session(process.pid)
            process.wait()


def kill_session(leader: int) -> None:
    """Kills a child and all it has started; a child leads its own process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def has_ended(pid: int) -> bool:
    """Whether this child has ended, its remains left in place."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def is_running(pid: int) -> bool:
    """Whether there is such a process, and not merely its remains waiting for their parent."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _stat(pid)[:1] != ["Z"]


def birth(pid: int) -> str:
    """When it was born, to tell a process from a later one with the same number."""
    if ON_LINUX:
        return "".join(_stat(pid)[19:20])
    return subprocess.run(
        ["ps", "-p", str(pid), "-o", "lstart="], capture_output=True, text=True
    ).stdout.strip()


def wait_until(condition: Callable[[], bool], *, seconds: float, step: float = 0.02) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True


def last_line(log: Path) -> str:
    """The last line that says something, for a message about a child that ended."""
    try:
        with open(log, "rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines()]
    except OSError:
        return ""
    return next((line for line in reversed(lines) if line), "")


def trim(log: Path) -> None:
    """Keeps a log file from growing for ever: children append to it, so it can be emptied in place."""
    try:
        if log.stat().st_size > LARGEST_LOG:
            log.with_suffix(".log.1").write_bytes(log.read_bytes())
            os.truncate(log, 0)
    except OSError:
        pass  # a full disk is the very moment for it; the next round tries again


def _die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """Called in the child after the change of user, which would clear the death signal."""
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True) if ON_LINUX else None

    def in_child() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

    return in_child


def _stat(pid: int) -> list[str]:
    """The fields after the program's name, from the state on; empty without a /proc."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
