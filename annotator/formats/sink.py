"""Where a format writes its files: into a zip whose bytes depend on nothing but the content, or nowhere."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, Protocol
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold


class Output(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Sink(Protocol):
    def file(self, name: str) -> AbstractContextManager[Output]:
        """One file, written to its end before the next is opened. Names are unique, with / between
        folders.
        """
        ...


@dataclass(frozen=True, slots=True)
class WrittenFile:
    name: str
    bytes: int
    sha256: str  # in hexadecimal


class Archive:
    """A zip with stored members and fixed times: the zlib at hand and the clock leave no trace.

    ``target`` must be seekable, so that sizes stand in front of each member.
    """

    def __init__(self, target: BinaryIO) -> None:
        self.files: list[WrittenFile] = []
        self._zip = ZipFile(target, "w", ZIP_STORED)

    @contextmanager
    def file(self, name: str) -> Iterator[Output]:
        info = ZipInfo(name, _EPOCH)
        info.create_system, info.external_attr = 3, 0o100644 << 16
        # Nobody knows yet how large it will be: room for more than 2 GiB is made for every member.
        with self._zip.open(info, "w", force_zip64=True) as member:
            measured = _Measured(member)
            yield measured
        self.files.append(measured.as_file(name))

    def close(self) -> None:
        self._zip.close()


class Memory:
    """Files in memory, for tests and small things."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @contextmanager
    def file(self, name: str) -> Iterator[Output]:
        buffer = BytesIO()
        yield buffer
        self.files[name] = buffer.getvalue()


class _Measured:
    def __init__(self, target: Output) -> None:
        self._target, self._bytes, self._hash = target, 0, sha256()

    def write(self, data: bytes, /) -> int:
        self._bytes += len(data)
        self._hash.update(data)
        self._target.write(data)
        return len(data)

    def as_file(self, name: str) -> WrittenFile:
        return WrittenFile(name, self._bytes, self._hash.hexdigest())
