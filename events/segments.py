"""Sealed segments: a stretch of a project's log as one Parquet file with a manifest, to be kept apart or read in bulk.

The rows of the log stay where they are; whoever owns the tables may drop those of an archived project afterwards, and
``restore`` brings them back to the same positions with the same hashes. Erasable contents are never part of a segment,
so what is erased later is erased everywhere.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, transaction

FORMAT = "palimpsest-segment-1"
GROUP = 50_000
"""Rows that are read, checked and written at once."""

_ID = pa.binary(16)
SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("stream", _ID),
        ("version", pa.int32()),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
        ("issued_by", _ID),
        ("type", pa.string()),
        ("schema_version", pa.int16()),
        ("entity_id", _ID),
        ("command_id", _ID),
        ("correlation_id", _ID),
        ("payload", pa.string()),  # the text form that the hash covers
        ("content_id", _ID),
        ("commitment", pa.binary()),
        ("hash", pa.binary(32)),
        ("span_start", pa.int32()),
        ("span_end", pa.int32()),
        ("label", pa.string()),
    ]
)
_DERIVED = ("span_start", "span_end", "label")
_KEPT = [name for name in SCHEMA.names if name not in _DERIVED]
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a segment holds: positions [first, last], the hash before them and their last one, and the file's own."""

    format: str
    project: str
    first: int
    last: int
    count: int
    hash_before: str
    hash_last: str
    bytes: int
    sha256: str


class NothingToSeal(Exception):
    """There are no events in this stretch."""


class Unsound(Exception):
    """The segment is not what its manifest says, or its chain is broken."""


class DoesNotFit(Exception):
    """The log does not end where this segment begins, or holds other events there."""


def seal(project: UUID, target: Path, *, after: int = 0, upto: int | None = None) -> Manifest:
    """Write the events of positions (after, upto] to ``target``, and the manifest beside it; both are checked.

    Raises:
        NothingToSeal, Unsound
    """
    before, last, count = _hash_at(project, after), b"", 0
    with pq.ParquetWriter(target, SCHEMA, compression="zstd", use_dictionary=_REPEATING) as writer:
        for rows in _pages(project, after, upto):
            writer.write_table(
                pa.table(dict(zip(SCHEMA.names, zip(*rows, strict=True), strict=True)), SCHEMA)
            )
            last, count = rows[-1][_HASH], count + len(rows)
    if not count:
        target.unlink()
        raise NothingToSeal(f"{project} has no events after {after}")
    digest, size = _digest(target)
    manifest = Manifest(
        FORMAT, str(project), after + 1, after + count, count, before.hex(), bytes(last).hex(), size, digest
    )
    manifest_of(target).write_text(json.dumps(asdict(manifest), indent=1) + "\n")
    return check(target)


def check(segment: Path) -> Manifest:
    """Compute the file's hash and every event's anew; needs no database.

    Raises:
        Unsound: and where.
    """
    manifest = _read_manifest(segment)
    if _digest(segment) != (manifest.sha256, manifest.bytes):
        raise Unsound(f"{segment.name} is not the file that was sealed")
    known, position = bytes.fromhex(manifest.hash_before), manifest.first - 1
    for row in _rows(segment):
        position += 1
        if row["position"] != position:
            raise Unsound(f"position {row['position']} where {position} would follow")
        known = hashlib.sha256(known + line(UUID(manifest.project), row).encode()).digest()
        if known != row["hash"]:
            raise Unsound(f"the hash at {position} does not cover the event and the one before")
    if (position, known.hex()) != (manifest.last, manifest.hash_last):
        raise Unsound(f"it ends at {position}, the manifest says {manifest.last}")
    return manifest


def restore(segment: Path) -> Manifest:
    """Put a segment's events back into the log, as whoever owns the tables; the log must end where it begins.

    Raises:
        Unsound, DoesNotFit: nothing was written.
    """
    manifest = check(segment)
    project = UUID(manifest.project)
    columns = ", ".join(["project", *_KEPT])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(es.lock_key(%s))", [project])
        cursor.execute("SELECT coalesce(max(position), 0) FROM es.event WHERE project = %s", [project])
        (head,) = cursor.fetchone()
        if head != manifest.first - 1 or _hash_at(project, head).hex() != manifest.hash_before:
            raise DoesNotFit(f"the log of {project} ends at {head}, the segment begins at {manifest.first}")
        with cursor.cursor.copy(f"COPY es.event ({columns}) FROM STDIN") as copy:
            for row in _rows(segment):
                copy.write_row([project, *(_plain(name, row[name]) for name in _KEPT)])
    return manifest


def manifest_of(segment: Path) -> Path:
    """Where a segment's manifest lies."""
    return segment.with_name(f"{segment.name}.json")


def line(project: UUID, row: Mapping[str, Any]) -> str:
    """The bytes that an event's hash covers, as ``es.event_line`` makes them."""
    parts = [
        _text(project), str(row["position"]), _text(row["stream"]), str(row["version"]),
        str((row["recorded_at"] - _EPOCH) // timedelta(microseconds=1)), _text(row["issued_by"]),
        msgspec.json.encode(row["type"]).decode(), str(row["schema_version"]), _text(row["entity_id"]),
        _text(row["command_id"]), _text(row["correlation_id"]), row["payload"], _text(row["content_id"]),
        "null" if row["commitment"] is None else f'"{row["commitment"].hex()}"',
    ]  # fmt: skip
    return f"[{', '.join(parts)}]"


_HASH = SCHEMA.names.index("hash")
_REPEATING = ["stream", "issued_by", "type", "correlation_id", "label"]
_IDS = {field.name for field in SCHEMA if field.type == _ID}


def _pages(project: UUID, after: int, upto: int | None) -> Iterator[list[tuple[Any, ...]]]:
    """In one snapshot, so that the file is one moment's log."""
    columns = ", ".join(
        f"uuid_send({name})" if name in _IDS else f"{name}::text" if name == "payload" else name
        for name in SCHEMA.names
    )
    sql = f"""SELECT {columns} FROM es.event WHERE project = %s AND position > %s AND position <= %s
               ORDER BY position LIMIT {GROUP}"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        while True:
            cursor.execute(sql, [project, after, 2**63 - 1 if upto is None else upto])
            rows = cursor.fetchall()
            if not rows:
                return
            yield rows
            after = rows[-1][0]


def _rows(segment: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(segment) as file:
        for batch in file.iter_batches(GROUP):
            yield from batch.to_pylist()


def _plain(name: str, value: Any) -> Any:
    return UUID(bytes=value) if name in _IDS and value is not None else value


def _text(value: bytes | UUID | None) -> str:
    if value is None:
        return "null"
    return f'"{value if isinstance(value, UUID) else UUID(bytes=value)}"'


def _hash_at(project: UUID, position: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM es.event WHERE project = %s AND position = %s", [project, position])
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def _read_manifest(segment: Path) -> Manifest:
    try:
        return msgspec.json.decode(manifest_of(segment).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise Unsound(f"{manifest_of(segment)} cannot be read: {error}") from error


def _digest(path: Path) -> tuple[str, int]:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
