"""Starts that cannot succeed: one line says why and what to do, and nothing is left running."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from annotator.supervisor import ports, postgres, process
from annotator.supervisor.home import Home
from annotator.supervisor.refusal import Exit, Refusal
from tests.support.supervised import a_home, begin, end, refused, told, variables


@pytest.fixture
def home() -> Iterator[Path]:
    with a_home() as folder:
        yield folder


def test_a_chosen_port_that_is_taken_is_refused_with_a_free_one_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        code, said = refused(variables(home, PORT=str(taken)))
    assert code == Exit.PORT_TAKEN
    assert f"Port {taken} is taken; start with PORT=" in said
    assert "\n" not in said


def test_the_port_that_nobody_chose_gives_way_to_the_next_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with ports.listen("127.0.0.1", taken, is_chosen=False) as listener:
            assert taken < listener.getsockname()[1] < taken + ports.ATTEMPTS


def test_a_home_that_cannot_be_made_is_refused() -> None:
    code, said = refused(variables(Path("/proc/nowhere")))
    assert code == Exit.NO_ROOM
    assert "set PALIMPSEST_HOME to a folder of yours" in said
    assert "\n" not in said


def test_a_full_disk_is_refused_before_anything_is_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage())
    with pytest.raises(Refusal, match="Only 3 MB are free"):
        Home(home).prepare()


class _Usage:
    free = 3 * 2**20


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_disk_that_fills_up_while_the_database_is_made_is_named(home: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=711", "none", str(home)]).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        with pytest.raises(Refusal, match="The disk is full"):
            postgres.make_ready(postgres.locate(_prepared(home), ""))
        assert list(home.glob("postgres-*")) == [], "nothing half done stays behind"
    finally:
        subprocess.run(["umount", str(home)], check=True)


@pytest.mark.parametrize("version", ["14.9", "9.6.24"])
def test_programs_that_are_too_old_are_refused(home: Path, version: str) -> None:
    code, said = refused(variables(home, PG_BINDIR=str(_programs(home, version))))
    assert code == Exit.SERVER_UNFIT
    assert f"postgres (PostgreSQL) {version} is too old: PostgreSQL 15 or later is needed" in said


def test_a_folder_without_programs_is_refused(home: Path) -> None:
    code, said = refused(variables(home, PG_BINDIR=str(home)))
    assert code == Exit.SERVER_UNFIT
    assert "there is no initdb in it" in said


def test_data_of_another_major_version_is_left_alone(home: Path) -> None:
    (home / "postgres-16").mkdir()
    code, said = refused(variables(home))
    assert code == Exit.SERVER_UNFIT
    assert "was written by PostgreSQL 16, this is PostgreSQL 18" in said
    assert "PG_BINDIR" in said


def test_a_database_that_does_not_answer_is_named(home: Path) -> None:
    code, said = refused(variables(home, DATABASE_URL="postgresql://someone@127.0.0.1:1/x", REDIS_URL="none"))
    assert code == Exit.SERVER_UNFIT
    assert "The database does not answer" in said
    assert "DATABASE_URL" in said


def test_a_url_that_is_none_is_named(home: Path) -> None:
    code, said = refused(variables(home, DATABASE_URL="mysql://x/y"))
    assert code == Exit.USAGE
    assert "DATABASE_URL must begin with postgresql://" in said


def test_a_database_in_another_encoding_is_refused(home: Path, postgres_server: postgres.Postgres) -> None:
    _as_superuser(postgres_server, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    url = postgres_server.url("palimpsest_owner").replace("@/palimpsest", "@/latin")
    code, said = refused(variables(home, DATABASE_URL=url, REDIS_URL="none"))
    assert code == Exit.SERVER_UNFIT
    assert "encoded in LATIN1" in said


def test_a_server_that_is_given_is_used_and_none_is_started(
    home: Path, postgres_server: postgres.Postgres, valkey_url: str
) -> None:
    _as_superuser(postgres_server, "CREATE DATABASE given OWNER palimpsest_owner")
    url = postgres_server.url("palimpsest_owner").replace("@/palimpsest", "@/given")
    supervisor = begin(variables(home, DATABASE_URL=url, REDIS_URL=valkey_url))
    line = told(supervisor)
    assert (line["pids"]["postgres"], line["pids"]["valkey"]) == (None, None)
    assert line["redis_url"] == valkey_url
    assert end(supervisor) == 0
    assert not (home / "postgres-18").exists()


def test_stopping_amid_the_first_start_stops_at_once_and_spoils_nothing(home: Path) -> None:
    environment = variables(home, REDIS_URL="none")
    supervisor = begin(environment)
    assert process.wait_until(lambda: (home / "run/service.json").exists(), seconds=20)
    assert end(supervisor) == 0
    supervisor = begin(environment)
    line = told(supervisor)
    # Without a broker nobody sends hints: one worker looks for work by itself.
    assert (line["pids"]["beat"], line["pids"]["valkey"], line["redis_url"]) == (None, None, None)
    assert process.is_running(line["pids"]["worker"])
    assert end(supervisor) == 0


def _prepared(home: Path) -> Home:
    made = Home(home)
    for folder in ("run", "log", "files", "valkey"):
        (home / folder).mkdir(mode=0o700)
    return made


def _programs(home: Path, version: str) -> Path:
    folder = home / "programs"
    folder.mkdir()
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def _as_superuser(server: postgres.Postgres, statement: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())
