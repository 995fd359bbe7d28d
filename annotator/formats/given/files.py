"""A file, or the files of a zip, of unknown worth: nothing is unpacked beyond a limit, no path is followed."""

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Protocol, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from annotator.formats.lines import stranger_in
from annotator.formats.records import Diagnostic

_MOST_MEMBERS = 500_000
_MOST_BYTES = 16 << 30  # unpacked, of a whole zip
_HIGHEST_RATIO = 200  # of unpacked to packed bytes, for members that are large enough to hurt
_LARGE = 1 << 20
_IN_MEMORY = 8 << 20
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"

# Whatever a zip of broken bytes makes the library say.
_BROKEN = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class Unreadable(Exception):
    """A file that is no use: what it is and what the limit was."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def as_diagnostic(self, document: str | None = None) -> Diagnostic:
        return Diagnostic(code=self.code, message=str(self), document=document)


class Files:
    """The members of a zip by name, or one plain file, whose name is ``name``."""

    def __init__(self, source: BinaryIO, name: str, limit: int) -> None:
        self._source, self.limit = source, limit
        self._head = source.read(4)
        self.is_zip = self._head in (_ZIP, _EMPTY_ZIP)
        self._zip = self._opened() if self.is_zip else None
        self.names = self._names() if self._zip else [name]

    def read(self, name: str) -> bytes:
        """The bytes of a member.

        Raises:
            Unreadable: it is longer than the limit, or broken.
        """
        with self.open(name) as member:
            data = member.read(self.limit + 1)
        if len(data) > self.limit:
            raise Unreadable("file_too_long", f"{name or 'The file'} is longer than {self.limit:,} bytes.")
        return data

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A member as a stream; opening and reading it raise Unreadable, whatever is wrong with it."""
        if self._zip is None:
            yield cast(IO[bytes], _Guarded(_Headed(self._head, self._source), name))
            return
        try:
            member = self._zip.open(name)
        except _BROKEN as error:
            raise _unreadable(name, error) from None
        with member:
            yield cast(IO[bytes], _Guarded(member, name))

    def _opened(self) -> ZipFile:
        try:
            return ZipFile(self._seekable())
        except _BROKEN as error:
            raise Unreadable("unreadable", f"The zip cannot be read: {error}.") from None

    def _seekable(self) -> BinaryIO:
        if self._source.seekable():
            return self._source
        held = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - as long as its zip is read
        held.write(self._head)
        while piece := self._source.read(1 << 20):
            held.write(piece)
        held.seek(0)
        return cast(BinaryIO, held)

    def _names(self) -> list[str]:
        assert self._zip is not None
        members = [member for member in self._zip.infolist() if member.filename and not member.is_dir()]
        if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _MOST_BYTES:
            message = f"The zip holds more than {_MOST_MEMBERS:,} files or {_MOST_BYTES >> 30} GiB."
            raise Unreadable("zip_too_large", message)
        for member in members:
            _check_member(member)
        return sorted({member.filename for member in members if not _is_hidden(member.filename)})


def _check_member(member: ZipInfo) -> None:
    path = PurePosixPath(member.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in member.filename:
        raise Unreadable("zip_path", f"The zip holds a file outside of itself: {member.filename!r:.80}.")
    if member.file_size > _LARGE and member.file_size > _HIGHEST_RATIO * max(member.compress_size, 1):
        raise Unreadable("zip_too_large", f"{member.filename!r:.80} unpacks to over {_HIGHEST_RATIO} times.")


def _is_hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _unreadable(name: str, error: Exception) -> Unreadable:
    return Unreadable("unreadable", f"{name or 'The file'} cannot be read: {error}."[:300])


class _Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def readline(self, size: int = -1, /) -> bytes: ...


class _Guarded:
    """A stream that says in one way what is wrong with it."""

    def __init__(self, source: _Stream, name: str) -> None:
        self._source, self._name = source, name

    def read(self, size: int = -1) -> bytes:
        try:
            return self._source.read(size)
        except _BROKEN as error:
            raise _unreadable(self._name, error) from None

    def readline(self, size: int = -1) -> bytes:
        try:
            return self._source.readline(size)
        except _BROKEN as error:
            raise _unreadable(self._name, error) from None


class _Headed:
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int = -1) -> bytes:
        head, self._head = self._head, b""
        if size < 0:
            return head + self._rest.read()
        self._head = head[size:]
        head = head[:size]
        return head + (self._rest.read(size - len(head)) if len(head) < size else b"")

    def readline(self, size: int = -1) -> bytes:
        head, self._head = self._head, b""
        if b"\n" in head:
            line, end, self._head = head.partition(b"\n")
            return line + end
        return head + self._rest.readline(size - len(head) if size >= 0 else -1)


def text_of(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, with its line ends, without byte order mark.

    Raises:
        Unreadable: it is something else.
    """
    if stranger := stranger_in(data):
        raise Unreadable("wrong_kind_of_file", f"{name or 'The file'} is {stranger}.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{name or 'The file'} is not UTF-8 at byte {error.start + 1}, in line {line}."
        raise Unreadable("not_utf8", message) from None


def stem(name: str) -> str:
    """The name without its last suffix, folders kept."""
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.name else name
