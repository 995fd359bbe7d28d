"""A project's log from a file into this database: the same positions and hashes, all of it or nothing."""

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import IO, Any
from uuid import UUID

import msgspec
from django.db import DataError, IntegrityError, connection, transaction

from events.catalog import Catalog
from events.chain import Break, hash_at, head_of
from events.configured import content_keys, keys
from events.content_keys import Forged, decrypt, part_name
from events.keys import NotAKey, PublicKey, parsed
from events.left_out import LeftOut, keep_left_out
from events.log_file import LogReader, Manifest, NotALog
from events.signing import manifest_text
from events.verification import verify

Progress = Callable[[int, int], None]
STRETCH = 50_000
AT_ONCE = 5_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ImportRefused(Exception):
    """Nothing was imported; the message says why."""


class Imported(msgspec.Struct, frozen=True):
    """What has arrived; ``is_known``: the file was signed by a key that was known here before."""

    manifest: Manifest
    key_id: str
    is_known: bool


def import_log(
    source: IO[bytes],
    catalog: Catalog,
    *,
    without_keys: bool = False,
    also: Callable[[LogReader], None] = lambda reader: None,
    progress: Progress = lambda done, total: None,
) -> Imported:
    """Take a log in, with the owner's rights; it is checked as a whole before anybody sees it.

    Encrypted contents are opened with the keys that are here; ``without_keys`` does without those that cannot be.
    ``also`` takes in what the service has added to the file, in the same transaction. Read models follow by
    themselves: a log without checkpoints is one that every projection is behind.

    Raises:
        ImportRefused: nothing was changed.
    """
    try:
        reader = LogReader(source)
        published = [_key(line) for line in reader.lines("keys.jsonl")]
        key_id, is_known = _signer(reader, published)
        _refuse_unknown_types(reader.manifest, catalog)
        with _known(published), transaction.atomic(), connection.cursor() as cursor:
            _refuse_existing(cursor, reader.manifest.project)
            _load(cursor, reader, progress)
            left_out = _load_contents(cursor, reader, without_keys=without_keys)
            also(reader)
            with _left_out(reader.manifest.project, left_out):
                _refuse_broken(cursor, reader.manifest, catalog)
    except NotALog as error:
        raise ImportRefused(f"{NotALog.__doc__} ({error})") from error
    except Forged as error:
        raise ImportRefused(str(error)) from error
    except (DataError, IntegrityError, LookupError, ValueError, TypeError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ImportRefused(f"The file holds what no log can hold ({reason[0]}).") from error
    return Imported(reader.manifest, key_id, is_known)


@contextmanager
def _known(published: Iterable[PublicKey]) -> Iterator[None]:
    """Their signatures can be checked meanwhile, and from now on if the log arrives."""
    kept = keys()
    before = kept.public()
    new = [key for key in published if key.key_id not in before]
    for key in new:
        kept.add(key.to_json())
    try:
        yield
    except BaseException:
        for key in new:
            kept.remove(key.key_id)
        raise


@contextmanager
def _left_out(project: UUID, left_out: LeftOut) -> Iterator[None]:
    """What did not arrive needs no order to be gone, here and from now on if the log arrives."""
    keep_left_out(project, left_out)
    try:
        yield
    except BaseException:
        keep_left_out(project, LeftOut())
        raise


def _key(line: bytes) -> PublicKey:
    try:
        return parsed(line.decode())
    except (NotAKey, UnicodeDecodeError) as error:
        raise NotALog(f"keys.jsonl: {error}") from error


def _signer(reader: LogReader, published: Iterable[PublicKey]) -> tuple[str, bool]:
    """Whose signature the manifest has, and whether that key was known before."""
    known = keys().public()
    found = {each.key_id: each for each in published} | known
    key_id = reader.signature.get("key_id", "")
    try:
        signature = base64.b64decode(reader.signature.get("signature", ""), validate=True)
    except ValueError as error:
        raise NotALog(f"manifest.sig: {error}") from error
    if key_id not in found or not found[key_id].has_signed(manifest_text(reader.raw_manifest), signature):
        raise ImportRefused("The manifest is not signed by the key that it names: the file was changed.")
    return key_id, key_id in known


def _refuse_unknown_types(manifest: Manifest, catalog: Catalog) -> None:
    if unknown := sorted(set(manifest.types) - set(catalog.names)):
        raise ImportRefused(
            f"The log holds events that this release does not know: {', '.join(unknown)}; update it first."
        )


def _refuse_existing(cursor: Any, project: UUID) -> None:
    cursor.execute("SELECT has_table_privilege('es.event', 'INSERT')")
    if not cursor.fetchone()[0]:
        raise ImportRefused("Only the owner of the tables may take a log in: set DATABASE_OWNER_URL.")
    cursor.execute("SELECT pg_advisory_xact_lock(es.lock_key(%s))", [project])
    cursor.execute(
        """SELECT EXISTS (SELECT FROM es.event WHERE project = %s) OR EXISTS (SELECT FROM es.log WHERE project = %s)
               OR EXISTS (SELECT FROM es.stream WHERE project = %s)""",
        [project, project, project],
    )
    if cursor.fetchone()[0]:
        raise ImportRefused(f"The project {project} is here already; a log is never merged into another.")


def _load(cursor: Any, reader: LogReader, progress: Progress) -> None:
    manifest, project = reader.manifest, reader.manifest.project
    cursor.execute("CREATE TEMP TABLE arriving (hash text, line json) ON COMMIT DROP")
    done = 0
    for some in _batches(reader.lines("events.jsonl")):
        cursor.execute("TRUNCATE arriving")
        _copy(cursor, "arriving (hash, line)", (line.decode().split(" ", 1) for line in some))
        cursor.execute(_EVENTS, [project])
        done += len(some)
        progress(done, manifest.position)
    _copy(
        cursor,
        "es.stream (project, stream, kind, subject, owner)",
        ([project, *row] for row in reader.values("streams.jsonl")),
    )
    _copy(
        cursor,
        "es.command (project, command_id, request, first_position, last_position, recorded_at)",
        (
            [project, id_, bytes.fromhex(request), first, last, _time(at)]
            for id_, request, first, last, at in reader.values("commands.jsonl")
        ),
    )
    _copy(
        cursor,
        "es.erasure (project, content_id, erased_at)",
        ([project, content, _time(at)] for content, at in reader.values("erasures.jsonl")),
    )
    _copy(
        cursor,
        "es.chain_checkpoint (project, position, hash, signed_at, key_id, signature)",
        ([project, *_checkpoint(each)] for each in reader.values("checkpoints.jsonl")),
    )
    cursor.execute(
        "INSERT INTO es.log (project, created_at) VALUES (%s, %s)", [project, _time(manifest.created_at)]
    )


# The line itself goes into the columns, never through another program's numbers. Whatever project a line says, it can
# only come into this one, where its hash then does not fit.
_EVENTS = """
INSERT INTO es.event (project, position, stream, version, recorded_at, issued_by, type, schema_version, entity_id,
                      command_id, correlation_id, payload, content_id, commitment, hash)
SELECT %s, (line ->> 1)::bigint, (line ->> 2)::uuid, (line ->> 3)::int,
       timestamptz 'epoch' + (line ->> 4)::bigint * interval '1 microsecond', (line ->> 5)::uuid, line ->> 6,
       (line ->> 7)::smallint, (line ->> 8)::uuid, (line ->> 9)::uuid, (line ->> 10)::uuid, (line -> 11)::text::jsonb,
       (line ->> 12)::uuid, decode(line ->> 13, 'hex'), decode(hash, 'hex')
  FROM arriving"""


def _copy(cursor: Any, target: str, rows: Iterable[Any]) -> None:
    with connection.wrap_database_errors, cursor.cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while some := list(islice(lines, STRETCH)):
        yield some


def _load_contents(cursor: Any, reader: LogReader, *, without_keys: bool) -> LeftOut:
    """Those whose keys are here are opened, those whose keys were destroyed are erased; what is missing then."""
    manifest = reader.manifest
    project, gone, closed = manifest.project, set(manifest.gone), list[UUID]()

    def opened() -> Iterator[list[Any]]:
        values = reader.values("contents.jsonl")
        while some := list(islice(values, AT_ONCE)):
            known = content_keys().known(project, [UUID(each["id"]) for each in some if "encrypted" in each])
            for each in some:
                content = UUID(each["id"])
                if "encrypted" not in each:
                    yield [project, *_content(each)]
                elif content not in known:
                    closed.append(content)
                elif (key := known[content]) is None:
                    gone.add(content)
                else:
                    inside = decrypt(key, part_name(project, content), each["encrypted"])
                    yield [project, *_content({**each, **msgspec.json.decode(inside)})]

    _copy(cursor, "es.content (project, content_id, subject, salt, body, digest)", opened())
    if closed and not without_keys:
        raise ImportRefused(
            f"{len(closed)} contents are encrypted with keys that are not here: bring {content_keys().path.name} from "
            "where the file was made, or give --without-keys to take the log in without these contents."
        )
    missing = [*closed, *gone.difference(manifest.gone)]
    at = _time(manifest.created_at)
    _copy(
        cursor, "es.erasure (project, content_id, erased_at)", ([project, content, at] for content in missing)
    )
    return LeftOut(manifest.position if closed else manifest.left_out, frozenset(gone))


def _time(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def _content(each: dict[str, Any]) -> list[Any]:
    salt, digest = (None if each[name] is None else bytes.fromhex(each[name]) for name in ("salt", "digest"))
    return [each["id"], each["subject"], salt, each["body"].encode(), digest]


def _checkpoint(each: dict[str, Any]) -> list[Any]:
    signature = base64.b64decode(each["signature"])
    return [
        each["position"],
        bytes.fromhex(each["hash"]),
        _time(each["signed_at"]),
        each["key_id"],
        signature,
    ]


def _refuse_broken(cursor: Any, manifest: Manifest, catalog: Catalog) -> None:
    """Whole, one project's alone, and as long as it says: read back from the tables, not from the file."""
    project = manifest.project
    for checked in verify(project):
        if checked.breaks:
            raise ImportRefused(f"The log is not whole: {_told(checked.breaks[0])}.")
    head = head_of(cursor, project)
    hash_ = hash_at(cursor, project, head)
    if (head, hash_.hex() if hash_ else "") != (manifest.position, manifest.hash):
        raise ImportRefused(f"The log ends at {head}, not at {manifest.position} as its manifest says.")
    cursor.execute(
        "SELECT DISTINCT type || '@' || schema_version FROM es.event WHERE project = %s", [project]
    )
    if unknown := sorted({row[0] for row in cursor.fetchall()} - set(catalog.names)):
        raise ImportRefused(f"The log holds events that its manifest does not tell of: {', '.join(unknown)}.")


def _told(found: Break) -> str:
    return f"position {found.position}: {found.fault}: {found.what}"
