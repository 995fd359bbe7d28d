"""The supervisor's parts, with children of one line."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from annotator.config.environment import read
from annotator.supervisor import child, ports, process
from annotator.supervisor.child import Child
from annotator.supervisor.home import Home
from annotator.supervisor.leash import Leash
from annotator.supervisor.leftovers import end_leftovers
from annotator.supervisor.process import Program
from annotator.supervisor.refusal import Refusal
from annotator.supervisor.report import Report
from annotator.supervisor.service import WEB_SILENT_ROUNDS, WORKER_SILENT_SECONDS, Service
from annotator.supervisor.watch import Watch

ROOT = Path(__file__).resolve().parents[2]


def a_program(folder: Path, script: str, *, stop_seconds: float = 10.0) -> Program:
    command, variables = ["/bin/sh", "-c", script], {"PATH": "/usr/bin:/bin"}
    return Program("it", command, variables, folder / "it.log", stop_seconds=stop_seconds, folder=folder)


def until_ended(one: Child) -> str:
    assert process.wait_until(lambda: process.has_ended(one.pid), seconds=5)
    return one.take_end()


def test_the_end_of_a_child_is_told_once_with_its_reason(tmp_path: Path) -> None:
    one = Child(a_program(tmp_path, "echo because >&2; exit 7"))
    one.start()
    assert until_ended(one) == "ended with code 7"
    assert one.take_end() == ""
    assert process.last_line(tmp_path / "it.log") == "because"


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    one = Child(a_program(tmp_path, "sleep 60 & echo $! > grandchild; exit 0"))
    one.start()
    until_ended(one)
    grandchild = int((tmp_path / "grandchild").read_text())
    assert process.wait_until(lambda: not process.is_running(grandchild), seconds=2)


def test_pauses_grow_with_every_quick_death_and_are_forgotten_after_a_long_life() -> None:
    assert child.pause(1) == 0.0, "the first death costs no time"
    pauses = [child.pause(failures) for failures in range(1, child.HOPELESS + 2)]
    assert pauses == sorted(pauses)
    assert pauses[-2] == child.LONGER_PAUSE, "a series of accidents is got over within seconds"
    assert pauses[-1] == child.LONGEST_PAUSE
    one = Child(Program("it", ["true"], {}, Path("/dev/null")), failures=9)
    one.started_at = time.monotonic() - child.STEADY_SECONDS - 1
    one.failed()
    assert one.failures == 1


def test_a_child_that_does_not_stop_is_ended(tmp_path: Path) -> None:
    one = Child(a_program(tmp_path, "trap '' TERM; echo up; while :; do sleep 0.1; done", stop_seconds=0.3))
    one.start()
    assert process.wait_until(lambda: process.last_line(tmp_path / "it.log") == "up", seconds=5)
    pid = one.pid
    one.stop()
    assert not process.is_running(pid)


@pytest.mark.parametrize("by_leash", [False, True], ids=["by the kernel", "by the leash"])
def test_children_end_with_a_supervisor_that_is_killed(tmp_path: Path, by_leash: bool) -> None:
    script = f"""
import sys, time
from pathlib import Path
from annotator.supervisor import process
from annotator.supervisor.leash import Leash
process.ON_LINUX = {not by_leash}
program = process.Program("it", ["/bin/sleep", "60"], {{}}, Path({str(tmp_path / "log")!r}))
running = process.start(program)
if {by_leash}:
    Leash().hold(running.pid, program.stop_signal)
print(running.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as supervisor:
        assert supervisor.stdout
        pid = int(supervisor.stdout.readline())
        assert process.is_running(pid)
        supervisor.kill()
    assert process.wait_until(lambda: not process.is_running(pid), seconds=5)


def test_a_leash_that_is_let_go_ends_nobody(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        leash = Leash()
        leash.hold(other.pid, signal.SIGTERM)
        leash.let_go()
        time.sleep(0.1)
        assert process.is_running(other.pid)
        other.kill()


def test_leftovers_are_ended_and_their_numbers_new_owners_are_not(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    with (
        subprocess.Popen(["sleep", "60"], start_new_session=True) as left,
        subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger,
    ):
        # The kernel has told the leftover to stop already; this one was too busy to listen.
        left.send_signal(signal.SIGSTOP)
        children = {"web": [left.pid, process.birth(left.pid)], "beat": [stranger.pid, "at another time"]}
        home.write_state({"children": children})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("annotator.supervisor.leftovers.PATIENCE", 0.2)
            end_leftovers(home)
        assert left.wait(5) == -signal.SIGKILL
        assert process.is_running(stranger.pid)
        stranger.kill()


def test_one_folder_has_one_supervisor(tmp_path: Path) -> None:
    home = Home(tmp_path)
    held = home.lock()
    assert held is not None
    assert home.lock() is None
    os.close(held)
    assert home.lock() is not None


def test_a_log_file_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LARGEST_LOG", 10)
    log = tmp_path / "web.log"
    log.write_text("a line that is long enough")
    process.trim(log)
    assert (log.read_text(), (tmp_path / "web.log.1").read_text()) == ("", "a line that is long enough")


def test_a_program_reads_one_line_of_json_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    state = {
        "url": "http://127.0.0.1:1/",
        "children": {"web": [12, "x"]},
        "sign_in_url": "http://127.0.0.1:1/signin/t",
    }
    Report(json=True).welcome(state, Path("/home"))
    said = capsys.readouterr()
    assert said.out.count("\n") == 1
    assert json.loads(said.out)["pids"] == {
        "web": 12,
        "worker": None,
        "beat": None,
        "postgres": None,
        "valkey": None,
    }
    assert "running at http://127.0.0.1:1/" in said.err


def test_a_disk_that_is_full_does_not_end_the_supervisor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home")
    with socket.socket() as listener:
        service = Service(read({"PALIMPSEST_HOME": str(home.path)}), home, listener, Report(json=True))
        service._record()  # there is no such folder, as little as room on a full disk
        service._record()
        assert capsys.readouterr().err.count("cannot be written down") == 1
        home.run.mkdir(parents=True)
        service._record_again()
        assert home.state()["children"] == {}


def test_words_that_nobody_can_take_are_dropped() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", full := open("/dev/full", "w"))  # noqa: SIM115
        Report(json=True).say("The disk is full.")
    with suppress(OSError):
        full.close()


def test_silence_is_no_sign_of_life() -> None:
    watch = Watch("127.0.0.1", 9)
    assert not watch.is_alive()
    assert watch.worker_seen() is None


@dataclass
class Silent:
    """A service that answers, or not, as the test says."""

    alive: bool = True
    seen: float | None = None

    def is_alive(self) -> bool:
        return self.alive

    def worker_seen(self) -> float | None:
        return self.seen


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Two children that have run for long."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Service(read({"HOME": str(tmp_path)}), Home(tmp_path), listener, Report(json=False))
        for name in ("web", "worker"):
            made.children[name] = Child(a_program(tmp_path, "sleep 60"))
            made.children[name].start()
            made.children[name].started_at -= 3600
        yield made
        for each in made.children.values():
            each.kill()


def test_a_web_server_that_runs_but_does_not_answer_is_ended_after_a_while(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_watcher", lambda: Silent(alive=False))
    silent = 0
    for _ in range(WEB_SILENT_ROUNDS - 1):
        silent = service._look_after(silent)
    assert process.is_running(service.children["web"].pid), "one slow answer is no reason"
    service._look_after(silent)
    assert until_ended(service.children["web"]) == "was killed by signal 9"
    assert process.is_running(service.children["worker"].pid)


def test_a_worker_that_runs_but_gives_no_sign_of_life_is_ended(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_watcher", lambda: Silent(seen=WORKER_SILENT_SECONDS - 1))
    service._look_after(0)
    assert process.is_running(service.children["worker"].pid)
    monkeypatch.setattr(service, "_watcher", lambda: Silent(seen=WORKER_SILENT_SECONDS + 1))
    service._look_after(0)
    assert until_ended(service.children["worker"]) == "was killed by signal 9"


def test_a_port_that_is_about_to_be_free_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        with pytest.raises(Refusal):
            ports.listen("127.0.0.1", port, is_chosen=True)
        threading.Timer(0.3, held.close).start()
        with ports.listen("127.0.0.1", port, is_chosen=True, patience=10) as listener:
            assert listener.getsockname()[1] == port
