"""The whole product: the same processes that ``make run`` starts, in a home of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Service:
    """A running product. ``start_seconds``: from the command to the first page, database made and sample loaded."""

    url: str
    pids: dict[str, int]
    home: Path
    environment: dict[str, str]
    supervisor: int
    start_seconds: float
    dsn_readonly: str
    sign_in_url: str

    def pids_now(self) -> dict[str, int]:
        """The processes as the supervisor last started them, by name."""
        state = json.loads((self.home / "run" / "service.json").read_bytes())
        return {name: child[0] for name, child in state["children"].items()}

    def manage(self, *arguments: str) -> str:
        """The output of a management command against this service."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def account(self, username: str, name: str = "") -> str:
        """Make an account; the path of a link that signs it in once."""
        said = self.manage("create-user", username, "--name", name)
        return said.splitlines()[-1].rpartition(" ")[2].removeprefix(self.url)

    def link_of(self, username: str) -> str:
        """The path of a new link that signs an account in once."""
        return (
            self.manage("sign-in-link", username).splitlines()[-1].rpartition(" ")[2].removeprefix(self.url)
        )

    def token(self, username: str) -> str:
        """An API token of an account, which is made if it is not there yet."""
        try:
            return self.manage("create-token", username).splitlines()[-1].strip()
        except subprocess.CalledProcessError:
            self.account(username)
            return self.manage("create-token", username).splitlines()[-1].strip()

    def processor_seconds(self, name: str) -> float:
        """Processor time that a process named so has had, with its children's that live."""
        return sum(_processor_seconds(pid) for pid in _tree(self.pids_now()[name]))

    def memory(self) -> int:
        """Proportional set size of the supervisor and everything below it, in bytes."""
        return sum(_pss(pid) for pid in _tree(self.supervisor))


@contextmanager
def service(
    *, within: Path = Path("/tmp"), quiet: bool = False, more: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """Start the product in a fresh home on a free port; stop it and remove the home afterwards.

    ``quiet`` leaves unsaid what the supervisor tells of its children; ``more`` are further variables of its environment.
    """
    home = Path(tempfile.mkdtemp(prefix="palimpsest-service-", dir=within))
    home.chmod(0o711)
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "DATABASE_OWNER_URL")
    }
    environment |= {"PALIMPSEST_HOME": str(home), "PORT": str(free_port()), "JSON": "1", **(more or {})}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "annotator.supervisor"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
        text=True,
    )
    try:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        _wait(told["url"])
        seconds = time.perf_counter() - begun
        yield Service(
            told["url"].rstrip("/"),
            told["pids"],
            home,
            environment,
            process.pid,
            seconds,
            told["dsn_readonly"],
            told["sign_in_url"],
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"no page at {url}")


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _tree(int(child))
    return found


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0
