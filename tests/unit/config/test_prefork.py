"""One warm process and the ones it forks."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.supervisor.process import is_running, wait_until

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import os, time
from annotator.config import prefork
prefork.SHORTEST_LIFE = 0.1
def work():
    os.write(1, b"%d\\n" % os.getpid())  # in one piece
    time.sleep(60)
prefork.run({"one": work, "two": work})
"""


@pytest.fixture
def master() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        yield process
        process.kill()


def a_child(master: "subprocess.Popen[str]") -> int:
    assert master.stdout
    return int(master.stdout.readline())


def test_a_child_that_dies_is_forked_again_and_its_sister_lives_on(master: "subprocess.Popen[str]") -> None:
    first, second = a_child(master), a_child(master)
    os.kill(first, signal.SIGKILL)
    third = a_child(master)
    assert third not in (first, second)
    assert is_running(second)


def test_told_to_stop_all_stop(master: "subprocess.Popen[str]") -> None:
    children = [a_child(master), a_child(master)]
    master.terminate()
    assert master.wait(5) == 0
    assert not any(map(is_running, children))


def test_children_do_not_outlive_a_master_that_is_killed(master: "subprocess.Popen[str]") -> None:
    children = [a_child(master), a_child(master)]
    master.kill()
    assert wait_until(lambda: not any(map(is_running, children)), seconds=5)
