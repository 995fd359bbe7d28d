"""The service as a whole: what runs, in which order it starts and stops, what is started again."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from annotator.config.environment import Environment, Process, inherited
from annotator.supervisor import postgres, process, valkey
from annotator.supervisor.child import Child
from annotator.supervisor.home import Home
from annotator.supervisor.leash import Leash
from annotator.supervisor.process import Program
from annotator.supervisor.refusal import Exit, Refusal
from annotator.supervisor.report import Report
from annotator.supervisor.watch import Watch

ROOT = Path(__file__).resolve().parents[2]
STOP_ORDER = ("web", "worker", "beat", "valkey", "postgres")
STARTING_SECONDS = 60.0
STARTS = 5  # a child that ends so often before it was ever ready is given up
WATCH_SECONDS = 5.0
WEB_SILENT_ROUNDS = 6
WORKER_SILENT_SECONDS = 60.0


@dataclass
class Service:
    """Everything that one supervisor runs."""

    settings: Environment
    home: Home
    listener: socket.socket
    report: Report
    state: dict[str, Any] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    leash: Leash | None = None
    web_url: str = ""
    stopping: Event = field(default_factory=Event)
    unrecorded: bool = False

    def run(self) -> None:
        """Starts all, says so, watches until a signal comes, stops all.

        Raises:
            Refusal: something could not be started; what had been is stopped again.
        """
        with self._signals() as wakeup:
            try:
                self._start()
                if not self.stopping.is_set():
                    self._watch(wakeup)
            finally:
                self._stop()

    # --- starting -------------------------------------------------------------

    def _start(self) -> None:
        if not process.ON_LINUX:
            self.leash = Leash()
        self.state = {
            "supervisor": [os.getpid(), process.birth(os.getpid())],
            "url": f"http://{_for_browsers(self.listener)}/",
        }
        self._add_broker()
        self._add_database()
        self._record()
        path = self._prepare()
        # The page comes first: on few cores the others would only make it late.
        web, *others = self._programs()
        self._add(Child(web))
        self._await("web", self._watcher().is_alive)
        for program in others:
            self._add(Child(program))
        if not self.stopping.is_set():
            self.state["sign_in_url"] = self.state["url"].rstrip("/") + path if path else None
            self.state["ready"] = True
            self._record()
            self.report.welcome(self.state, self.home.path)

    def _add_broker(self) -> None:
        server = valkey.find_server()
        if self.settings.redis_url or self.settings.without_broker:
            self.state["redis_url"] = self.settings.redis_url or None
        elif server:
            self._add(Child(valkey.program(server, self.home)))
            self.state["redis_url"] = valkey.url(self.home)
        else:
            self.report.say(
                "No Valkey comes for this machine: work is looked for every second instead of by hints."
            )

    def _add_database(self) -> None:
        if self.settings.database_url:
            self.state["database_url"] = self.web_url = self.settings.database_url
            self.state["database_owner_url"] = self.settings.database_owner_url
            return
        server = postgres.locate(self.home, self.settings.pg_bindir)
        if server.base != self.home.path:
            who = server.identity.name
            self.report.say(f"The database is kept in {server.data}: its user '{who}' cannot reach the home.")
        child = self._add(Child(server.program(), before=lambda: postgres.make_ready(server)))
        self.web_url = server.web_url()
        self.state["database_url"] = server.url("palimpsest_app")
        self.state["database_owner_url"] = server.url("palimpsest_owner")
        self.state["dsn_readonly"] = server.url("palimpsest_read")
        self._await("postgres", lambda: postgres.is_ready(server, child.pid))

    def _prepare(self) -> str:
        """Brings the tables up to date, loads the sample into a new database; the sample's sign-in path."""
        log = self.home.log / "prepare.log"
        if self.stopping.is_set():
            return ""
        with open(log, "wb") as errors:
            preparing = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "prepare"],
                env=self._variables("owner"),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                text=True,
            )
        process.wait_until(
            lambda: self.stopping.is_set() or process.has_ended(preparing.pid), seconds=float("inf")
        )
        if self.stopping.is_set():
            process.kill_session(preparing.pid)
        said, _ = preparing.communicate()
        if preparing.returncode != 0 and not self.stopping.is_set():
            reason = process.last_line(log).removeprefix("CommandError: ")
            raise Refusal(reason or f"The tables cannot be made; see {log}.", Exit.SERVER_UNFIT)
        return next((line for line in reversed(said.splitlines()) if line.startswith("/")), "")

    def _programs(self) -> Iterator[Program]:
        python, handle = sys.executable, self.listener.fileno()
        yield self._program(
            "web", [python, "-m", "annotator.config.web", f"--fd={handle}"], keep_open=(handle,)
        )
        if self.state.get("redis_url"):
            yield self._program("worker", [python, "-m", "annotator.config.worker"], stop_seconds=20.0)
            yield self._program("beat", [python, "-m", "annotator.config.beat"])
        else:
            yield self._program("worker", [python, str(ROOT / "manage.py"), "sweep", "--every", "1"])

    def _program(self, name: Process, command: list[str], **more: Any) -> Program:
        log = self.home.log / f"{name}.log"
        return Program(name, command, self._variables(name), log, folder=ROOT, **more)

    def _variables(self, name: Process) -> dict[str, str]:
        return inherited(
            PALIMPSEST_PROCESS=name,
            PALIMPSEST_HOME=str(self.home.path),
            DATABASE_URL=self.web_url if name == "web" else self.state["database_url"],
            DATABASE_OWNER_URL=self.state["database_owner_url"],
            REDIS_URL=self.state.get("redis_url") or "none",
        )

    def _add(self, child: Child) -> Child:
        self.children[child.program.name] = child
        self._launch(child)
        return child

    def _launch(self, child: Child) -> None:
        child.start()
        if self.leash:
            self.leash.hold(child.pid, child.program.stop_signal)

    def _await(self, name: str, is_ready: Callable[[], bool]) -> None:
        child, end = self.children[name], time.monotonic() + STARTING_SECONDS
        while not self.stopping.is_set() and not is_ready():
            self._restart_ended()
            if child.failures >= STARTS or time.monotonic() > end:
                log = child.program.log
                raise Refusal(
                    f"{name} does not start ({process.last_line(log) or 'no answer'}); {log} says more.",
                    Exit.CHILD_FAILED,
                )
            time.sleep(0.02)

    # --- watching -------------------------------------------------------------

    def _watch(self, wakeup: socket.socket) -> None:
        silent, next_round = 0, time.monotonic() + WATCH_SECONDS
        while not self.stopping.is_set():
            select.select([wakeup], [], [], 0.1 if self._is_waiting() else 1.0)
            with suppress(BlockingIOError):
                wakeup.recv(4096)
            self._restart_ended()
            if time.monotonic() > next_round and not self.stopping.is_set():
                silent = self._look_after(silent)
                next_round = time.monotonic() + WATCH_SECONDS

    def _restart_ended(self) -> None:
        changed = False
        for name, child in self.children.items():
            if end := child.take_end():
                self.report.say(f"{name} {end}; it is started again. ({child.program.log} says more.)")
            if child.is_due() and not self.stopping.is_set():
                try:
                    self._launch(child)
                    changed = True
                except (Refusal, OSError) as error:
                    self.report.say(f"{name} cannot be started yet: {error}")
                    child.failed()
        if changed:
            self._record()

    def _is_waiting(self) -> bool:
        return any(child.running is None for child in self.children.values())

    def _look_after(self, silent: int) -> int:
        """Kills what runs but does no work; returns for how many rounds the web server has been silent."""
        self._record_again()
        for child in self.children.values():
            process.trim(child.program.log)
        watcher, web, worker = self._watcher(), self.children["web"], self.children["worker"]
        if not watcher.is_alive():
            if silent + 1 >= WEB_SILENT_ROUNDS and web.age > WEB_SILENT_ROUNDS * WATCH_SECONDS:
                self.report.say("web does not answer; it is started again.")
                web.kill()
                return 0
            return silent + 1
        seen = watcher.worker_seen()
        if seen is not None and seen > WORKER_SILENT_SECONDS and worker.age > WORKER_SILENT_SECONDS:
            self.report.say("worker gives no sign of life; it is started again.")
            worker.kill()
        return 0

    def _watcher(self) -> Watch:
        host, port = self.listener.getsockname()[:2]
        names = [name for name in self.settings.allowed_hosts if name[0] not in ".*"]
        return Watch({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, (names or ["localhost"])[0])

    # --- stopping -------------------------------------------------------------

    def _stop(self) -> None:
        for name in STOP_ORDER:
            if name in self.children:
                self.children[name].stop()
        if self.leash:
            self.leash.let_go()
        self.home.state_file.unlink(missing_ok=True)

    @contextmanager
    def _signals(self) -> Iterator[socket.socket]:
        """A socket that wakes the watch, because a child ended or we are to stop."""
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        writer.setblocking(False)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for stop in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(stop, self._stop_soon)
        try:
            yield reader
        finally:
            signal.set_wakeup_fd(-1)
            reader.close()
            writer.close()

    def _stop_soon(self, *_: object) -> None:
        if not self.stopping.is_set():
            self.stopping.set()
            self.report.say("Stopping …")

    def _record(self) -> None:
        """Writes down who runs, for commands, for a second start, and for the next one after a kill."""
        running = {name: child.pid for name, child in self.children.items() if child.pid}
        self.state["children"] = {name: [pid, process.birth(pid)] for name, pid in running.items()}
        try:
            self.home.write_state(self.state)
        except OSError as error:  # a full disk ends nobody: it is written down when there is room
            if not self.unrecorded:
                self.report.say(f"Who runs cannot be written down yet: {error.strerror}.")
            self.unrecorded = True
        else:
            self.unrecorded = False

    def _record_again(self) -> None:
        if self.unrecorded:
            self._record()


def _for_browsers(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
