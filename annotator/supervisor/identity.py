"""Who runs the database when root starts the service, and what that user can reach.

PostgreSQL refuses to run as root. We make no users and open no folders: a user that
exists is taken, and what it cannot reach is placed or copied where it can.
"""

import os
import pwd
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotator.supervisor.refusal import Exit, Refusal

SHARED_BASE = Path("/var/lib/palimpsest")


@dataclass(frozen=True, slots=True)
class Identity:
    """The user a child runs as; None when that is simply the user who started us."""

    uid: int | None
    gid: int | None
    name: str

    def popen_arguments(self) -> dict[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def owner(self) -> tuple[int, int]:
        """The user's and the group's number, for what is made for this user."""
        uid = os.geteuid() if self.uid is None else self.uid
        return uid, os.getegid() if self.gid is None else self.gid

    def can(self, mode: int, path: Path) -> bool:
        """Whether this user may use `path` so (os.R_OK, os.X_OK …), all folders above included."""
        if self.uid is None:
            return os.access(path, mode)
        child = os.fork()
        if child == 0:  # only a process that is that user can tell
            _become(self.uid, self.gid or self.uid)
            os._exit(0 if os.access(path, mode) else 1)
        return os.waitpid(child, 0)[1] == 0

    def own(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, self.gid or self.uid)


def database_identity() -> Identity:
    """The ordinary user, or for root `postgres` if there is one, else `nobody`.

    Raises:
        Refusal: root, and neither user exists.
    """
    if os.geteuid() != 0:
        return Identity(None, None, pwd.getpwuid(os.geteuid()).pw_name if _named() else str(os.geteuid()))
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(user.pw_uid, user.pw_gid, name)
    raise Refusal(
        "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it; "
        "start as an ordinary user, or set DATABASE_URL to a server.",
        Exit.SERVER_UNFIT,
    )


def reachable_base(home: Path, identity: Identity) -> Path:
    """The home, or a folder named after it under /var/lib when the database's user cannot get there.

    Raises:
        Refusal: that folder cannot be made either.
    """
    if identity.can(os.X_OK, home):
        return home
    base = SHARED_BASE / sha256(bytes(home)).hexdigest()[:12]
    try:
        for folder in (SHARED_BASE, base):
            folder.mkdir(mode=0o711, exist_ok=True)
    except OSError as error:
        raise Refusal(
            f"The database runs as user '{identity.name}', who cannot reach {home}, and {base} cannot be "
            f"made ({error.strerror}); set PALIMPSEST_HOME to a folder that '{identity.name}' can reach.",
            Exit.NO_ROOM,
        ) from error
    return base


def readable_installation(bindir: Path, base: Path, identity: Identity) -> Path:
    """The folder of server programs that this user can run: `bindir`, or a copy of its wheel under `base`.

    The libraries that the wheel keeps beside its package are found by a relative path,
    so the copy has the same shape.
    """
    if identity.can(os.R_OK | os.X_OK, bindir / "postgres"):
        return bindir
    install, package = bindir.parent, bindir.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    stamp = sha256(f"{install} {(bindir / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = base / f"server-{stamp}"
    if not copy.exists():
        _copy_installation(install, libraries, copy, package.name)
    return copy / package.name / install.name / bindir.name


def _copy_installation(install: Path, libraries: Path, copy: Path, package: str) -> None:
    unfinished = copy.with_suffix(f".{os.getpid()}")
    unfinished.mkdir(mode=0o755)
    shutil.copytree(install, unfinished / package / install.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for folder, _, _ in os.walk(unfinished):
        os.chmod(folder, 0o755)  # noqa: S103 - programs, not data
    unfinished.rename(copy)


def _become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def _named() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True
