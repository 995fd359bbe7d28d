"""One warm process that forks those that work: they share its memory, and one that dies is back at once."""

import ctypes
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NoReturn

PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
SHORTEST_LIFE = 1.0  # seconds; one that dies sooner is started again only after that long

Work = Callable[[], None]


def run(children: Mapping[str, Work]) -> None:
    """Runs each piece of work in a process of its own until this one is told to stop.

    No thread may run and no connection may be open in here: a fork would share them.
    """
    gc.collect()
    gc.freeze()  # what exists now is never touched by the collector, so it stays shared
    running: dict[int, tuple[str, float]] = {}
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        for pid in running:
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(pid, signal.SIGTERM)

    def start(name: str) -> None:
        # Until it is written down, a signal to stop would miss it: so none comes meanwhile.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            if not stopping:
                running[_fork(children[name])] = (name, time.monotonic())
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    for each in STOP_SIGNALS:
        signal.signal(each, stop)
    for name in children:
        start(name)
    while running:
        pid, _ = os.wait()
        name, born = running.pop(pid)
        if not stopping:
            print(f"{name} (process {pid}) ended and is started again", file=sys.stderr, flush=True)
            time.sleep(max(0.0, SHORTEST_LIFE - (time.monotonic() - born)))
            start(name)


def _fork(work: Work) -> int:
    parent = os.getpid()
    return os.fork() or _live(work, parent)


def _live(work: Work, parent: int) -> NoReturn:
    """The whole life of a child; it never returns into the code that forked it."""
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    code = 1
    try:
        if os.getppid() == parent:
            work()
            code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
