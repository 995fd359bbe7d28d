"""Keys that encrypt erasable parts on their way into log files, so that erasing a key erases the part in every copy.

Each part has a key of its own: an erasure may take all of a document, all of a person's words or the names of one
entity, and no coarser key could be destroyed for one of these without taking others along. The keys lie in one file
beside the keys that sign, outside the database and outside every log file; of a destroyed one only that it was there
is left. Whoever keeps a copy of that file keeps the erased parts as long as the copy.
"""

import base64
import hashlib
import hmac
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE = "contents.sqlite3"
NONCE = 12  # bytes
_TABLE = """CREATE TABLE IF NOT EXISTS content_key (
              project BLOB NOT NULL, content BLOB NOT NULL, key BLOB, PRIMARY KEY (project, content)) WITHOUT ROWID"""


class Forged(Exception):
    """The encrypted part is not what was encrypted under this key."""


@dataclass(frozen=True, slots=True)
class ContentKeys:
    """The keys in a file, which is made with the first key."""

    path: Path

    def made(self, project: UUID, contents: Sequence[UUID]) -> dict[UUID, bytes]:
        """The keys of these contents; those that have none yet get one, those that were erased have none for ever."""
        with self._open() as file:
            file.executemany(
                "INSERT INTO content_key VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(project.bytes, content.bytes, os.urandom(32)) for content in contents],
            )
            found = _found(file, project, contents)
        return {content: key for content, key in found.items() if key is not None}

    def known(self, project: UUID, contents: Sequence[UUID]) -> dict[UUID, bytes | None]:
        """The keys of these contents that were ever made here; None for one that was destroyed."""
        if not self.path.exists():
            return {}
        with self._open() as file:
            return _found(file, project, contents)

    def destroy(self, project: UUID, contents: Iterable[UUID]) -> int:
        """Overwrite the keys of erased contents; how many there were."""
        if not self.path.exists():
            return 0
        with self._open() as file:
            done = file.executemany(
                "UPDATE content_key SET key = NULL WHERE project = ? AND content = ? AND key IS NOT NULL",
                [(project.bytes, content.bytes) for content in contents],
            )
            return done.rowcount

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with closing(sqlite3.connect(self.path, timeout=30)) as file:
            # What is destroyed is overwritten, in the file and in the journal that a crash would need.
            file.execute("PRAGMA secure_delete = ON")
            file.execute("PRAGMA journal_mode = DELETE")
            file.execute("PRAGMA synchronous = FULL")
            file.execute(_TABLE)
            with file:
                yield file


def _found(file: sqlite3.Connection, project: UUID, contents: Sequence[UUID]) -> dict[UUID, bytes | None]:
    sql = "SELECT key FROM content_key WHERE project = ? AND content = ?"
    rows = {content: file.execute(sql, (project.bytes, content.bytes)).fetchone() for content in contents}
    return {content: row[0] for content, row in rows.items() if row is not None}


def part_name(project: UUID, content: UUID) -> bytes:
    """What a part is bound to, so that none can stand in another's place."""
    return project.bytes + content.bytes


def key_id(key: bytes) -> str:
    """The id of a key; it tells nothing of the key."""
    return hashlib.sha256(key).hexdigest()[:16]


def encrypt(key: bytes, name: bytes, data: bytes) -> str:
    """``data`` under a key, bound to a name, as base64: AES-256-GCM, the nonce first.

    The nonce follows from key and data, so that the same part is the same bytes in every file, and two that differ
    never share one.
    """
    nonce = hmac.digest(key, data, "sha256")[:NONCE]
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, data, name)).decode()


def decrypt(key: bytes, name: bytes, text: str) -> bytes:
    """What was encrypted.

    Raises:
        Forged
    """
    raw = base64.b64decode(text, validate=True)
    try:
        return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], name)
    except (InvalidTag, ValueError) as error:
        raise Forged(Forged.__doc__) from error
