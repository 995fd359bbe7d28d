"""The folder that holds everything the service keeps: data, secrets, sockets, logs.

PALIMPSEST_HOME/
  lock               held (flock) by the one supervisor that runs here
  secret-key         signs sessions
  passwords.json     of the database's roles
  keys/              sign the logs' checkpoints; what was signed and verified last
  postgres-18/       the database, named by the server's major version
  valkey/            the broker's append-only file
  run/               sockets, service.json (who runs here, and where)
  log/               one file for each child
  files/             uploads on their way in, exports on their way out
"""

import fcntl
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.supervisor.refusal import Exit, Refusal

ROOM_TO_START = 200 * 2**20  # bytes; a new database takes 40 MB and grows by its log first
ROLES = ("postgres", "palimpsest_owner", "palimpsest_app", "palimpsest_read")


@dataclass(frozen=True, slots=True)
class Home:
    """The folders under one `PALIMPSEST_HOME`."""

    path: Path

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def state_file(self) -> Path:
        return self.run / "service.json"

    def prepare(self) -> None:
        """Makes the folders.

        Raises:
            Refusal: the folder cannot be made or written, or the disk is nearly full.
        """
        try:
            # Root's database runs as another user, who has to pass through this folder only.
            self.path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            for folder in ("run", "log", "files", "valkey"):
                _private_folder(self.path / folder)
            free = shutil.disk_usage(self.path).free
        except OSError as error:
            raise Refusal(
                f"Cannot write to {self.path} ({error.strerror}); set PALIMPSEST_HOME to a folder of yours.",
                Exit.NO_ROOM,
            ) from error
        if free < ROOM_TO_START:
            raise Refusal(
                f"Only {free // 2**20} MB are free at {self.path}, {ROOM_TO_START // 2**20} MB are needed; "
                "free some space, or set PALIMPSEST_HOME to a folder on another disk.",
                Exit.NO_ROOM,
            )

    def lock(self) -> int | None:
        """The open lock, kept as long as this process lives; None when another supervisor has it."""
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return handle

    def passwords(self) -> dict[str, str]:
        """The database roles' passwords, made at the first call; mode 600."""
        path = self.path / "passwords.json"
        try:
            kept = json.loads(path.read_bytes())
            if set(kept) >= set(ROLES):
                return dict(kept)
        except (OSError, ValueError):
            pass
        made = {role: secrets.token_urlsafe(32) for role in ROLES}
        write_private(path, json.dumps(made))
        return made

    def state(self) -> dict[str, Any]:
        """What the last supervisor wrote of itself and its children; empty if nothing."""
        try:
            return dict(json.loads(self.state_file.read_bytes()))
        except (OSError, ValueError):
            return {}

    def write_state(self, state: dict[str, Any]) -> None:
        write_private(self.state_file, json.dumps(state))


def write_private(path: Path, text: str) -> None:
    """Replaces the file in one step; nobody else can read it at any moment."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _private_folder(path: Path) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
