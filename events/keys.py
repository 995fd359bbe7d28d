"""Keys that sign what a log was: Ed25519, made here, kept in one folder that nobody else can read.

::

    <id>.private   the key that signs, mode 600; only the current one is kept
    <id>.json      a public key: its own, its predecessors', and those of other servers whose logs came here
    current        the id of the key that signs
    signed/        for each project the last checkpoint that was signed, out of the database's reach
    verified/      and how far it was verified last
    contents.sqlite3   keys that encrypt erasable parts in log files, see ``events.content_keys``
    left_out/      up to where the file that a log arrived in came without its erasable parts

A key's id is the beginning of the SHA-256 of its public half. A new key is endorsed by the one before it, so that
whoever trusts the first trusts all that follow.
"""

import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Kept = Literal["signed", "verified", "left_out"]


class NotAKey(Exception):
    """This is not a public key of a log."""


class Exposed(Exception):
    """Others than its owner can read the private key: take their rights away (chmod 600), and rotate the keys."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that everybody may have; ``public_key`` and ``endorsement`` are base64."""

    key_id: str
    public_key: str
    made_at: str
    endorsed_by: str | None = None
    endorsement: str | None = None

    def has_signed(self, data: bytes, signature: bytes) -> bool:
        """Whether the signature of these bytes is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(_bytes(self.public_key)).verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def to_json(self) -> str:
        """As it is published."""
        return json.dumps(asdict(self), indent=2) + "\n"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys in a folder; it and the first key are made when they are first asked for."""

    folder: Path

    def public(self) -> dict[str, PublicKey]:
        """Every public key that is known here, by its id."""
        found = [parsed(path.read_text()) for path in sorted(self.folder.glob("*.json"))]
        return {key.key_id: key for key in found}

    def current(self) -> PublicKey:
        """The key that signs now."""
        with self._alone():
            key_id = self.current_id() or self._make(None)
            return self.public()[key_id]

    def sign(self, data: bytes) -> tuple[str, bytes]:
        """The current key's id, and its signature of these bytes.

        Raises:
            Exposed
        """
        with self._alone():
            key_id = self.current_id() or self._make(None)
            return key_id, self._private(key_id).sign(data)

    def is_exposed(self) -> bool:
        """Whether others than its owner can read the key that signs."""
        key_id = self.current_id()
        return bool(key_id) and bool(self._file(f"{key_id}.private").stat().st_mode & 0o077)

    def rotate(self) -> PublicKey:
        """Make a new key, endorsed by the old one, which then is destroyed; its public half stays."""
        with self._alone():
            old = self.current_id()
            new = self._make(old)
            if old:
                self._file(f"{old}.private").unlink()
            return self.public()[new]

    def add(self, text: str) -> PublicKey:
        """Know another server's public key.

        Raises:
            NotAKey
        """
        key = parsed(text)
        with self._alone():
            if key.key_id not in self.public():
                self._write(f"{key.key_id}.json", key.to_json())
        return key

    def remove(self, key_id: str) -> None:
        """Know another server's public key no more."""
        self._file(f"{key_id}.json").unlink(missing_ok=True)

    def keep(self, what: Kept, project: object, note: dict[str, Any]) -> None:
        """Keep a note on a project here, where the database's owner cannot reach it."""
        with self._alone():
            self._file(what).mkdir(mode=0o700, exist_ok=True)
            self._write(f"{what}/{project}.json", json.dumps(note) + "\n")

    def kept(self, what: Kept, project: object) -> dict[str, Any] | None:
        """The note that was kept last."""
        try:
            return dict(json.loads(self._file(f"{what}/{project}.json").read_bytes()))
        except FileNotFoundError:
            return None

    def forget(self, what: Kept, project: object) -> bool:
        """Keep it no more; whether there was one."""
        path = self._file(f"{what}/{project}.json")
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def current_id(self) -> str | None:
        """The id of the key that signs now; None before anything was signed."""
        try:
            return self._file("current").read_text().strip()
        except FileNotFoundError:
            return None

    def _make(self, old: str | None) -> str:
        private = Ed25519PrivateKey.generate()
        raw = private.public_key().public_bytes_raw()
        endorsement = self._private(old).sign(endorsed_text(raw)) if old else None
        key = PublicKey(
            key_id_of(raw),
            _text(raw),
            datetime.now(UTC).isoformat(timespec="seconds"),
            old,
            _text(endorsement) if endorsement else None,
        )
        self._write(f"{key.key_id}.private", _text(private.private_bytes_raw()))
        self._write(f"{key.key_id}.json", key.to_json())
        self._write("current", key.key_id)
        return key.key_id

    def _private(self, key_id: str) -> Ed25519PrivateKey:
        path = self._file(f"{key_id}.private")
        if path.stat().st_mode & 0o077:
            raise Exposed(str(path))
        return Ed25519PrivateKey.from_private_bytes(_bytes(path.read_text()))

    def _file(self, name: str) -> Path:
        return self.folder / name

    def _write(self, name: str, text: str) -> None:
        """In one step, on the disk before anything is signed with it, and readable by nobody else at any moment."""
        new = self._file(f"{name}.{os.getpid()}.new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        new.replace(self._file(name))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Processes that start at once make one key between them."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def parsed(text: str) -> PublicKey:
    """A public key as it is published.

    Raises:
        NotAKey: it is none, or its id is another key's.
    """
    try:
        key = PublicKey(**json.loads(text))
        raw = _bytes(key.public_key)
        Ed25519PublicKey.from_public_bytes(raw)
    except (ValueError, TypeError, AttributeError) as error:
        raise NotAKey(str(error)) from error
    if key.key_id != key_id_of(raw):
        raise NotAKey(f"{key.key_id} is not the id of this key")
    return key


def key_id_of(raw: bytes) -> str:
    """The id of a public key."""
    return hashlib.sha256(raw).hexdigest()[:16]


def endorsed_text(raw: bytes) -> bytes:
    """What a key signs to name its successor."""
    return b"palimpsest key 1\n" + raw


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
