"""The whole service under its supervisor: started, killed, started again, stopped."""

import os
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from annotator.supervisor.home import Home
from annotator.supervisor.process import is_running, wait_until
from tests.support import supervised
from tests.support.servers import running_postgres
from tests.support.supervised import (
    NAMES,
    a_home,
    all_ended,
    answers,
    begin,
    end,
    pids_now,
    told,
    variables,
)


class Running:
    """One service for the tests that leave it running."""

    def __init__(self, home: Path) -> None:
        self.home = home
        # The worst a machine has to offer: no language set, libpq pointed elsewhere, plain C everywhere.
        self.environment = variables(home, LC_ALL="C", LANG="C", PGHOST="nowhere.example", PGUSER="nobody")
        self.supervisor = begin(self.environment)
        self.told: dict[str, Any] = told(self.supervisor)
        self.url: str = self.told["url"]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with a_home() as home:
        service = Running(home)
        yield service
        if service.supervisor.poll() is None:
            end(service.supervisor)


def test_the_first_line_names_every_process_and_every_address(running: Running) -> None:
    assert sorted(running.told["pids"]) == sorted(NAMES)
    assert all(is_running(pid) for pid in running.told["pids"].values())
    assert running.told["redis_url"].startswith("unix://")
    assert running.told["sign_in_url"].startswith(running.url)
    assert answers(running.url)


def test_secrets_and_sockets_are_for_one_user_only(running: Running) -> None:
    for name in ("secret-key", "passwords.json", "run/service.json"):
        assert stat.S_IMODE((running.home / name).stat().st_mode) == 0o600, name
    for name in ("run", "log", "files", "valkey", "socket", "postgres-18"):
        assert stat.S_IMODE((running.home / name).stat().st_mode) == 0o700, name


def test_the_database_listens_on_no_network(running: Running) -> None:
    with psycopg.connect(running.told["dsn_readonly"]) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)


def test_a_password_is_asked_for(running: Running) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(running.told["dsn_readonly"].replace(":", ":x", 2).replace("x//", "//"))


def test_case_folds_in_every_script_whatever_the_language_of_the_machine(running: Running) -> None:
    with psycopg.connect(running.told["dsn_readonly"]) as connection:
        assert connection.execute("SELECT lower('ÀÉÖ ЖЮ ΔΣ')").fetchone() == ("àéö жю δσ",)
        assert connection.execute("SELECT 'Ärger' ~ '^\\w+$'").fetchone() == (True,)


def test_the_reading_role_cannot_write(running: Running) -> None:
    with (
        psycopg.connect(running.told["dsn_readonly"]) as connection,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        connection.execute("CREATE TABLE mine (x int)")


def test_a_second_start_names_the_running_one_and_succeeds(running: Running) -> None:
    done = subprocess.run(
        supervised.COMMAND,
        cwd=supervised.ROOT,
        env={**running.environment, "JSON": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert done.stdout.startswith(f"Palimpsest is already running at {running.url}")


def test_commands_find_the_running_service_by_its_home(running: Running) -> None:
    environment = {"PATH": "/usr/bin:/bin", "PALIMPSEST_HOME": str(running.home)}
    command = [supervised.COMMAND[0], "manage.py", "migrate", "--check"]
    assert subprocess.run(command, cwd=supervised.ROOT, env=environment).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_killed_process_comes_back(running: Running, name: str) -> None:
    before = pids_now(running.home)[name]
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: pids_now(running.home).get(name, before) != before, seconds=10)
    assert wait_until(lambda: answers(running.url), seconds=5)
    if name == "postgres":
        assert wait_until(lambda: _database_answers(running), seconds=10)


def test_the_listener_outlives_the_web_server(running: Running) -> None:
    web = pids_now(running.home)["web"]
    os.kill(web, signal.SIGKILL)
    host, port = running.url.removeprefix("http://").rstrip("/").split(":")
    socket.create_connection((host, int(port)), timeout=2).close()  # waits in line; is never refused
    assert wait_until(lambda: answers(running.url), seconds=10)


def test_what_a_supervisor_that_was_killed_leaves_is_taken_over(running: Running) -> None:
    """This and the next kill the service that all share; they come last."""
    children = list(pids_now(running.home).values())
    running.supervisor.kill()
    running.supervisor.wait()
    running.supervisor = begin(running.environment)
    line = told(running.supervisor)
    assert all_ended(children, seconds=1)
    assert line["sign_in_url"] is None, "the database is no longer new"


def test_everything_killed_at_once_leaves_nothing_in_the_way(running: Running) -> None:
    pids = pids_now(running.home)
    running.supervisor.send_signal(signal.SIGSTOP)  # one that notices would start them again
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)
    running.supervisor.kill()
    running.supervisor.wait()
    # Meanwhile the number of the database's process has gone to somebody else: to this test.
    data = running.home / "postgres-18"
    _write_as_owner(data / "postmaster.pid", f"{os.getpid()}\n{data}\n")
    running.supervisor = begin(running.environment)
    assert told(running.supervisor)["pids"]["postgres"] != pids["postgres"]


def test_ctrl_c_ends_every_process_and_succeeds(running: Running) -> None:
    pids = list(pids_now(running.home).values())
    assert end(running.supervisor) == 0
    assert all_ended(pids, seconds=1)
    assert not (running.home / "run/service.json").exists()


def test_a_lost_password_file_locks_nobody_out() -> None:
    with a_home() as folder:
        home = Home(folder)
        home.prepare()
        with running_postgres(home) as server:
            before = server.url("palimpsest_app")
        (folder / "passwords.json").unlink()
        with running_postgres(home) as server:
            psycopg.connect(server.url("palimpsest_app")).close()
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(before)


def _database_answers(running: Running) -> bool:
    try:
        psycopg.connect(running.told["dsn_readonly"], connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _write_as_owner(path: Path, text: str) -> None:
    owner = path.parent.stat()
    path.write_text(text)
    os.chown(path, owner.st_uid, owner.st_gid)
