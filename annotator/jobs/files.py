"""Files of jobs as rows of one mebibyte: they are where the database is, on however many machines the work is done."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from annotator.jobs.models import JobChunk, JobFile
from events.database import prepared

CHUNK = 1 << 20  # bytes
RESULTS_KEPT_DAYS = 7
REHEARSALS_KEPT_DAYS = 2
Role = str
"""`upload`, `result`, or `p17`: the page that an address of a list gave."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is there; ``size`` in bytes, ``sha256`` in hexadecimal."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


def store(job: UUID, role: Role, pieces: Iterable[bytes], *, name: str, media_type: str) -> StoredFile:
    """Keep a file, whole or not at all; it takes the place of an earlier one of the same role."""
    digest, size = hashlib.sha256(), 0
    with transaction.atomic():
        drop(job, role)
        file = JobFile.objects.create(
            job_id=job, role=role, name=name, media_type=media_type, size=0, sha256=""
        )
        for number, data in enumerate(_chunks(pieces)):
            digest.update(data)
            size += len(data)
            with prepared() as cursor:
                cursor.execute(_INSERT, [file.id, number, data])
        JobFile.objects.filter(id=file.id).update(size=size, sha256=digest.hexdigest())
    return StoredFile(file.id, name, media_type, size, digest.hexdigest())


def find(job: UUID, role: Role) -> StoredFile | None:
    """A job's file, None when there is none or its bytes are gone."""
    file = JobFile.objects.filter(job_id=job, role=role, kept=True).first()
    return StoredFile(file.id, file.name, file.media_type, file.size, file.sha256) if file else None


def pieces(file: StoredFile) -> Iterator[bytes]:
    """The file from its start, one query a chunk: nothing is held open while a slow reader takes its time."""
    for number in range(-(-file.size // CHUNK)):
        yield _chunk(file.id, number)


def pieces_of(source: Any) -> Iterator[bytes]:
    """An open file from where it stands."""
    while piece := source.read(CHUNK):
        yield piece


def reader(file: StoredFile) -> BinaryIO:
    """The file as one that can be read and sought."""
    return io.BufferedReader(_Chunks(file), CHUNK)


def hand_over(*, of: UUID, to: UUID) -> bool:
    """Give what a job was given, and what it fetched, to another job; False when its bytes are gone."""
    given = JobFile.objects.filter(job_id=of, kept=True).exclude(role="result").update(job_id=to)
    return bool(given) and JobFile.objects.filter(job_id=to, role="upload").exists()


def drop(job: UUID, role: Role) -> None:
    """Delete a file with its record."""
    JobFile.objects.filter(job_id=job, role=role).delete()


def drop_bytes(job: UUID, role: Role) -> None:
    """Delete a file's bytes and keep the record of it."""
    JobChunk.objects.filter(file__job_id=job, file__role=role).delete()
    JobFile.objects.filter(job_id=job, role=role).update(kept=False)


def drop_given(job: UUID) -> None:
    """Delete the bytes of what a job was given, and all that it fetched."""
    drop_bytes(job, "upload")
    JobFile.objects.filter(job_id=job).exclude(role__in=["upload", "result"]).delete()


def drop_old_results() -> None:
    """Delete the bytes of results that are old: an export can be made again, to the same bytes.

    Also what was only tried, sooner: the file, and what its report shows of the documents in it.
    """
    old = JobFile.objects.filter(
        role="result", kept=True, stored_at__lt=Now() - timedelta(days=RESULTS_KEPT_DAYS)
    )
    for file in old:
        drop_bytes(file.job_id, "result")
    _drop_old_rehearsals()


def _drop_old_rehearsals() -> None:
    with prepared() as cursor:
        cursor.execute(_OLD_REHEARSALS, [REHEARSALS_KEPT_DAYS])
        old = [row[0] for row in cursor.fetchall()]
    for job in old:
        drop_given(job)


_OLD_REHEARSALS = """
    UPDATE annotator_job SET report = report - 'first'
     WHERE kind = 'import' AND state = 'done' AND report ? 'first' AND finished_at < now() - %s * interval '1 day'
    RETURNING id"""


class _Chunks(io.RawIOBase):
    """Random access to a file in chunks; the current one is in memory."""

    def __init__(self, file: StoredFile) -> None:
        self._file = file
        self._position = 0
        self._number = -1
        self._data = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._file.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        if self._position >= self._file.size:
            return 0
        number, offset = divmod(self._position, CHUNK)
        if number != self._number:
            self._data, self._number = _chunk(self._file.id, number), number
        part = self._data[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut anew into full chunks and a rest."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)


def _chunk(file: int, number: int) -> bytes:
    sql = "SELECT data FROM annotator_jobchunk WHERE file_id = %s AND number = %s"
    with prepared() as cursor:
        row = cursor.execute(sql, [file, number], binary=True).fetchone()
    if row is None:
        raise FileNotFoundError(f"chunk {number} of file {file} is gone")
    return bytes(row[0])


_INSERT = "INSERT INTO annotator_jobchunk (file_id, number, data) VALUES (%s, %s, %s)"
