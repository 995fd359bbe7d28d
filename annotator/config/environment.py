"""What the environment says, read once and checked; nothing else reads `os.environ`.

Standard library only: the supervisor uses it too, and that process knows no Django.
"""

import ipaddress
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast, get_args
from urllib.parse import urlsplit

Process = Literal["web", "worker", "beat", "command", "owner"]
"""Who connects: it decides the role in the database and how long a statement may take."""

DEFAULT_PORT = 8000
SHORTEST_SECRET_KEY = 50  # characters; what Django's own deployment check asks for
KNOWN_SECRET_KEYS = ("django-insecure", "changeme", "change-me", "secret", "palimpsest", "example")


class BadEnvironment(Exception):
    """A variable holds a value the service cannot start with."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Every setting that can come from outside.

    An empty `redis_url` means that no broker is known, `without_broker` that none is wanted. `net_public` lets the
    service call the public internet where people give addresses, `net_allow` names hosts and networks besides.
    `encrypt_logs`: log files are encrypted unless somebody asks for an open one.
    """

    home: Path
    process: Process
    host: str
    port: int
    port_is_chosen: bool
    database_url: str
    database_owner_url: str
    redis_url: str
    without_broker: bool
    pg_bindir: str
    secret_key: str
    public_url: str
    allowed_hosts: tuple[str, ...]
    log_level: str
    json: bool
    net_public: bool
    net_allow: tuple[str, ...]
    encrypt_logs: bool

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


@cache
def environment() -> Environment:
    """The environment of this process, read at the first call.

    Servers that no variable names are those of the service that runs in the same home, if
    one does: so `manage.py` commands reach it without being told.
    """
    return read(os.environ, running=_running_service(_home(os.environ)))


def stated_environment() -> Environment:
    """What the variables alone say, for the supervisor: what ran here before does not bind it."""
    return read(os.environ)


def inherited(**variables: str) -> dict[str, str]:
    """This process's environment for a child of ours, with `variables` set and, where empty, unset.

    What would change how a child speaks to the database or reads text is left out.
    """
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PG", "LC_"))}
    kept |= {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}
    return {name: text for name, text in {**kept, **variables}.items() if text}


def read(variables: Mapping[str, str], *, running: Mapping[str, Any] = MappingProxyType({})) -> Environment:
    """The settings that `variables` state, and for the servers that they leave out those of `running`.

    Raises:
        BadEnvironment: a value cannot be used; the message says which and what would be right.
    """
    return Environment(
        home=_home(variables),
        process=_process(variables.get("PALIMPSEST_PROCESS") or "command"),
        host=variables.get("PALIMPSEST_HOST") or "127.0.0.1",
        port=_port(variables.get("PORT") or str(DEFAULT_PORT)),
        port_is_chosen=bool(variables.get("PORT")),
        database_url=_database_url("DATABASE_URL", variables, running),
        database_owner_url=_database_url("DATABASE_OWNER_URL", variables, running),
        redis_url=_redis_url(variables, running),
        without_broker=variables.get("REDIS_URL") == "none",
        pg_bindir=variables.get("PG_BINDIR", ""),
        secret_key=_given_secret_key(variables.get("PALIMPSEST_SECRET_KEY", "")),
        public_url=_public_url(variables.get("PALIMPSEST_PUBLIC_URL", "")),
        allowed_hosts=_words(variables.get("PALIMPSEST_ALLOWED_HOSTS", "")),
        log_level=(variables.get("PALIMPSEST_LOG_LEVEL") or "WARNING").upper(),
        json=variables.get("JSON", "") not in ("", "0"),
        net_public=_net_public(variables.get("PALIMPSEST_NET") or "public"),
        net_allow=_net_allow(variables.get("PALIMPSEST_NET_ALLOW", "")),
        encrypt_logs=_yes("PALIMPSEST_ENCRYPT_LOGS", variables),
    )


def secret_key(settings: Environment) -> str:
    """The key that signs sessions: given, or made once and kept in the home, mode 600.

    A command that runs before there is a home gets a key for its own life only.
    """
    if settings.secret_key:
        return settings.secret_key
    path = settings.home / "secret-key"
    try:
        return _acceptable_secret_key(path.read_text("ascii").strip(), origin=str(path))
    except FileNotFoundError:
        key = secrets.token_urlsafe(64)
    if settings.process in ("web", "worker", "owner"):
        return _kept_secret_key(path, key)
    return key


def _kept_secret_key(path: Path, key: str) -> str:
    """Several processes may start at once: the first one's key is everybody's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"secret-key.{os.getpid()}")
    new.write_text("")
    new.chmod(0o600)
    new.write_text(key, "ascii")
    try:
        os.link(new, path)
    except FileExistsError:
        return path.read_text("ascii").strip()
    finally:
        new.unlink()
    return key


def _home(variables: Mapping[str, str]) -> Path:
    if given := variables.get("PALIMPSEST_HOME"):
        return Path(given).expanduser().absolute()
    data = variables.get("XDG_DATA_HOME") or str(Path(variables.get("HOME") or "~", ".local/share"))
    return Path(data).expanduser().absolute() / "palimpsest"


def _running_service(home: Path) -> dict[str, Any]:
    """The URLs that the supervisor left for commands; empty when it does not run."""
    try:
        return dict(json.loads((home / "run" / "service.json").read_bytes()))
    except (OSError, ValueError):
        return {}


def _process(text: str) -> Process:
    if text not in get_args(Process):
        raise BadEnvironment(f"PALIMPSEST_PROCESS is {text!r}; it must be one of {get_args(Process)}.")
    return cast(Process, text)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise BadEnvironment(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def _database_url(name: str, variables: Mapping[str, str], running: Mapping[str, Any]) -> str:
    # A database named by hand must never be mixed with the role of the embedded one.
    embedded = {} if variables.get("DATABASE_URL") else running
    url = variables.get(name) or embedded.get(name.lower(), "")
    if url and urlsplit(url).scheme not in ("postgres", "postgresql"):
        raise BadEnvironment(
            f"{name} must begin with postgresql://, as in postgresql://user:password@host/name."
        )
    return cast(str, url)


def _redis_url(variables: Mapping[str, str], running: Mapping[str, Any]) -> str:
    url = variables.get("REDIS_URL") or running.get("redis_url", "")
    if url == "none":
        return ""
    if url and urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        raise BadEnvironment(
            "REDIS_URL must begin with redis://, rediss:// or unix://, or be 'none' to do without."
        )
    return cast(str, url)


def _public_url(text: str) -> str:
    if text and urlsplit(text).scheme not in ("http", "https"):
        raise BadEnvironment(
            "PALIMPSEST_PUBLIC_URL must be the address in the browser, as in https://host.example"
        )
    return text.rstrip("/")


def _yes(name: str, variables: Mapping[str, str]) -> bool:
    text = variables.get(name) or "no"
    if text not in ("yes", "no"):
        raise BadEnvironment(f"{name} is {text!r}; it must be 'yes' or 'no'.")
    return text == "yes"


def _net_public(text: str) -> bool:
    if text not in ("public", "allowed"):
        raise BadEnvironment(
            f"PALIMPSEST_NET is {text!r}; it must be 'public', or 'allowed' to call only what PALIMPSEST_NET_ALLOW names."
        )
    return text == "public"


def _net_allow(text: str) -> tuple[str, ...]:
    for word in _words(text):
        if not _is_network(word) and not re.fullmatch(r"[A-Za-z0-9_.-]+(:[0-9]{1,5})?", word):
            raise BadEnvironment(
                f"PALIMPSEST_NET_ALLOW holds {word!r}; it must be a network as 10.1.0.0/16, a host, or a host with its port."
            )
    return _words(text)


def _is_network(word: str) -> bool:
    try:
        ipaddress.ip_network(word.strip("[]"))
    except ValueError:
        return False
    return True


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _given_secret_key(key: str) -> str:
    return _acceptable_secret_key(key, origin="PALIMPSEST_SECRET_KEY") if key else ""


def _acceptable_secret_key(key: str, *, origin: str) -> str:
    known = any(word in key.lower() for word in KNOWN_SECRET_KEYS)
    if known or len(key) < SHORTEST_SECRET_KEY or len(set(key)) < 5:
        raise BadEnvironment(
            f"The secret key of {origin} is short or well known; use {SHORTEST_SECRET_KEY} or more random "
            "characters, or leave it out and one is made."
        )
    return key
