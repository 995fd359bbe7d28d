"""A project's log as one file: a zip of JSON lines with a signed manifest, readable without this program.

::

    events.jsonl       hash and line of each event: the hash covers the hash before and this very line
    streams.jsonl      [stream, kind, subject, owner]: names of the streams
    commands.jsonl     [id, sha256 of the request, first position, last position, microseconds since 1970]
    contents.jsonl     {id, subject, salt, body | encrypted, key_id, digest}: erasable parts, if they are in the file
    erasures.jsonl     [content id, microseconds]: what was erased, or left out of the file
    checkpoints.jsonl  signed checkpoints of the chain
    keys.jsonl         public keys
    …                  what the service adds of its own
    verify_log.py      checks all this on any machine
    manifest.json      project, position, hash, how many events of which types, sha256 of each file
    manifest.sig       signature of the manifest
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self
from uuid import UUID

import msgspec

KIND = "palimpsest log"
VERSION = 1
VERIFIER = Path(__file__).resolve().parents[1] / "tools" / "verify_log.py"
LEVEL = 3  # of compression: higher ones take twice as long for a tenth less
LONGEST_LINE = 256 << 20  # bytes
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # no clock in the file


class Member(msgspec.Struct, frozen=True):
    """One file in the zip."""

    name: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the file. ``private``: the erasable parts are; ``types`` counts events by stored name.

    ``left_out``: the position up to which erasable parts are missing because the file, or one that the log once
    arrived in, is without them. ``gone``: contents that came encrypted in such a file when their keys were destroyed.
    All others that are missing were erased by order of an event.
    """

    kind: str
    manifest_version: int
    project: UUID
    epoch: UUID
    created_at: int  # microseconds since 1970
    position: int
    hash: str
    private: bool
    left_out: int = 0
    gone: list[UUID] = []
    types: dict[str, int]
    files: list[Member]


class NotALog(Exception):
    """This is not an exported log, or only a part of one."""


@dataclass(slots=True)
class LogWriter:
    """Writes the members one after the other, the manifest last; ``target`` need not be seekable."""

    target: IO[bytes]
    files: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._zip = zipfile.ZipFile(self.target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)

    _zip: zipfile.ZipFile = field(init=False, repr=False)

    def lines(self, name: str, lines: Iterable[bytes]) -> int:
        """A member of lines; how many there are."""
        count, size, digest = 0, 0, hashlib.sha256()
        with self._zip.open(_info(name), "w", force_zip64=True) as member:
            for some in _batches(lines):
                data = b"".join(line + b"\n" for line in some)
                member.write(data)
                digest.update(data)
                size, count = size + len(data), count + len(some)
        self.files.append(Member(name, size, digest.hexdigest()))
        return count

    def sign(self, manifest: Manifest, signature: dict[str, str]) -> None:
        """The manifest and its signature, which come last."""
        self._zip.writestr(_info("manifest.json"), encoded(manifest))
        self._zip.writestr(_info("manifest.sig"), msgspec.json.encode(signature) + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()


def encoded(manifest: Manifest) -> bytes:
    """The bytes that are signed."""
    return msgspec.json.encode(manifest, order="sorted") + b"\n"


class LogReader:
    """Reads a file's members; each is checked against the manifest when it has been read to its end."""

    def __init__(self, source: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
            raw = self._zip.read("manifest.json")
            self.manifest = msgspec.json.decode(raw, type=Manifest)
            self.signature: dict[str, str] = msgspec.json.decode(
                self._zip.read("manifest.sig"), type=dict[str, str]
            )
        except (zipfile.BadZipFile, KeyError, msgspec.DecodeError, OSError, EOFError) as error:
            raise NotALog(str(error)) from error
        self.raw_manifest = raw
        if self.manifest.kind != KIND:
            raise NotALog(f"it is a {self.manifest.kind}")
        if self.manifest.manifest_version > VERSION:
            raise NotALog("a newer release wrote it; update this one first")
        self._files = {each.name: each for each in self.manifest.files}

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a member, without their ends; none if there is no such member.

        Raises:
            NotALog: it is not as long as the manifest says, or has other bytes.
        """
        if name not in self._files:
            return
        stated, size, digest = self._files[name], 0, hashlib.sha256()
        try:
            with self._zip.open(name) as member:
                while line := member.readline(LONGEST_LINE):
                    size += len(line)
                    if size > stated.bytes:
                        raise NotALog(f"{name} is longer than its manifest says")
                    digest.update(line)
                    yield line.rstrip(b"\n")
        except (zipfile.BadZipFile, KeyError, OSError, EOFError) as error:
            raise NotALog(f"{name}: {error}") from error
        if digest.hexdigest() != stated.sha256:
            raise NotALog(f"{name} is not as its manifest says")

    def values(self, name: str) -> Iterator[Any]:
        """The lines as values."""
        for line in self.lines(name):
            try:
                yield msgspec.json.decode(line)
            except msgspec.DecodeError as error:
                raise NotALog(f"{name}: {error}") from error


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIRST_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    info._compresslevel = LEVEL  # type: ignore[attr-defined]
    info.external_attr = 0o644 << 16
    return info


def _batches(lines: Iterable[bytes], size: int = 500) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    for line in lines:
        some.append(line)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some
