"""A project's log out of the database, as one file."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from events.configured import content_keys, keys
from events.content_keys import encrypt, key_id, part_name
from events.left_out import left_out_of
from events.log_file import KIND, VERIFIER, VERSION, LogWriter, Manifest, encoded
from events.signing import Unsound, sign, sign_manifest
from events.store import epoch
from events.verification import around

dumps = msgspec.json.encode
Progress = Callable[[int, int], None]
AT_ONCE = 5_000


class Nothing(Exception):
    """The project has no log."""


class CameBack(Exception):
    """A content is here whose key was destroyed with its erasure: it was erased just now, so export again, or it came
    back with the restore of another backup, so erase it again."""


def export_log(
    project: UUID,
    target: IO[bytes],
    *,
    private: bool = True,
    encrypted: bool = False,
    more: Mapping[str, Iterable[bytes]] | None = None,
    progress: Progress = lambda done, total: None,
) -> Manifest:
    """Write a project's log as it is now, in the layout of ``events.log_file``; ``more`` are the service's own members.

    It is signed first, so the file proves itself. Without ``private`` the erasable parts are left out, and count as
    erased where the file arrives. ``encrypted``: each is there under a key that is kept beside the signing keys and goes
    with its erasure.

    Raises:
        Nothing; Unsound: it is not as it was written. CameBack
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT created_at FROM es.log WHERE project = %s", [project])
        if cursor.fetchone() is None:
            raise Nothing(str(project))
    signed = sign(project)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if private:
            _refuse_unsound(cursor, project)
        with LogWriter(target) as writer:
            left_out = left_out_of(project)
            stretch: list[Any] = [project, signed.position]
            writer.lines("events.jsonl", _told(_rows(_EVENTS, stretch), signed.position, progress))
            writer.lines("streams.jsonl", map(dumps, _rows(_STREAMS, stretch)))
            writer.lines("commands.jsonl", map(dumps, _rows(_COMMANDS, stretch)))
            contents = _rows(_CONTENTS, stretch) if private else iter(())
            kept = _encrypted(project, contents) if encrypted else map(_content, contents)
            writer.lines("contents.jsonl", map(dumps, kept))
            writer.lines("erasures.jsonl", map(dumps, _rows(_ERASURES if private else _LEFT_OUT, stretch)))
            writer.lines("checkpoints.jsonl", map(_checkpoint, _rows(_CHECKPOINTS, stretch)))
            writer.lines("keys.jsonl", [dumps(key) for key in keys().public().values()])
            for name, lines in (more or {}).items():
                writer.lines(name, lines)
            writer.lines("verify_log.py", VERIFIER.read_bytes().splitlines())
            cursor.execute(_ABOUT, stretch)
            created_at, types = cursor.fetchone()
            manifest = Manifest(
                kind=KIND,
                manifest_version=VERSION,
                project=project,
                epoch=epoch(),
                created_at=created_at,
                position=signed.position,
                hash=signed.hash.hex(),
                private=private,
                left_out=left_out.position if private else signed.position,
                gone=sorted(left_out.contents) if private else [],
                types=msgspec.json.decode(types),
                files=writer.files,
            )
            writer.sign(manifest, sign_manifest(encoded(manifest)))
    if encrypted:
        destroy_erased(project)  # a key may have been made for what was erased meanwhile
    return manifest


def _refuse_unsound(cursor: Any, project: UUID) -> None:
    """No file is made that nobody would take in: with contents that are lost, or erased without an order."""
    if found := around(cursor, project):
        raise Unsound(f"position {found[0].position}: {found[0].fault}: {found[0].what}")


def destroy_erased(project: UUID) -> int:
    """Destroy the keys of all contents of which an event ordered the erasure; how many there were."""
    sql = """SELECT b.content_id FROM es.event o
               JOIN es.event b ON b.project = o.project AND b.stream = o.stream AND b.version < o.version
              WHERE o.project = %s AND o.type = 'content_erased' AND b.content_id IS NOT NULL
                AND o.payload -> 'contents' ? b.content_id::text"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])
        return content_keys().destroy(project, [row[0] for row in cursor.fetchall()])


_MICROSECONDS = "(extract(epoch FROM {}) * 1000000)::bigint"

_EVENTS = """
SELECT encode(hash, 'hex') || ' ' || es.event_line(project, position, stream, version, recorded_at, issued_by, type,
         schema_version, entity_id, command_id, correlation_id, payload, content_id, commitment)
  FROM es.event WHERE project = %s AND position <= %s ORDER BY position"""

# Of streams and commands, those that had written by then.
_STREAMS = """
SELECT s.stream, s.kind, s.subject, s.owner FROM es.stream s
  JOIN es.event e ON e.project = s.project AND e.stream = s.stream AND e.version = 1
 WHERE s.project = %s AND e.position <= %s ORDER BY e.position"""

_COMMANDS = f"""
SELECT command_id, encode(request, 'hex'), first_position, last_position, {_MICROSECONDS.format("recorded_at")}
  FROM es.command WHERE project = %s AND last_position <= %s ORDER BY first_position, last_position, command_id"""

_CONTENTS = """
SELECT c.content_id, c.subject, encode(c.salt, 'hex'), c.body, encode(c.digest, 'hex')
  FROM es.event e JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id
 WHERE e.project = %s AND e.position <= %s ORDER BY e.position"""

_ERASURES = f"""
SELECT x.content_id, {_MICROSECONDS.format("x.erased_at")}
  FROM es.event e JOIN es.erasure x ON x.project = e.project AND x.content_id = e.content_id
 WHERE e.project = %s AND e.position <= %s ORDER BY e.position"""

# As if erased when the event was recorded: the same file every time.
_LEFT_OUT = f"""
SELECT content_id, {_MICROSECONDS.format("recorded_at")} FROM es.event
 WHERE project = %s AND position <= %s AND content_id IS NOT NULL ORDER BY position"""

_CHECKPOINTS = f"""
SELECT position, encode(hash, 'hex'), {_MICROSECONDS.format("signed_at")}, key_id, signature
  FROM es.chain_checkpoint WHERE project = %s AND position <= %s ORDER BY position, key_id"""

_ABOUT = f"""
SELECT (SELECT {_MICROSECONDS.format("l.created_at")} FROM es.log l WHERE l.project = w.project),
       (SELECT jsonb_object_agg(t.name, t.events)::text
          FROM (SELECT e.type || '@' || e.schema_version AS name, count(*) AS events FROM es.event e
                 WHERE e.project = w.project AND e.position <= w.upto GROUP BY 1) t)
  FROM (SELECT %s::uuid AS project, %s::bigint AS upto) w"""


def _rows(sql: str, values: list[Any]) -> Iterator[Any]:
    """One after the other, without ever holding them all."""
    with connection.connection.cursor(name="palimpsest_export") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(sql, values)
        yield from cursor


def _told(rows: Iterable[Any], total: int, progress: Progress) -> Iterator[bytes]:
    for done, (line,) in enumerate(rows, 1):
        if done % AT_ONCE == 0 or done == total:
            progress(done, total)
        yield line.encode()


def _content(row: Any) -> dict[str, Any]:
    content, subject, salt, body, digest = row
    kept = {"id": content, "subject": subject, "salt": salt, "key_id": None, "digest": digest}
    return {**kept, "body": bytes(body).decode()}


def _encrypted(project: UUID, rows: Iterator[Any]) -> Iterator[dict[str, Any]]:
    """With salt and digest inside: either would let somebody make sure of a guess."""
    while some := [_content(row) for row in islice(rows, AT_ONCE)]:
        made = content_keys().made(project, [each["id"] for each in some])
        for each in some:
            if each["id"] not in made:
                raise CameBack(str(each["id"]))
            key = made[each["id"]]
            inside = dumps({name: each[name] for name in ("salt", "body", "digest")})
            yield {
                "id": each["id"],
                "subject": each["subject"],
                "salt": None,
                "key_id": key_id(key),
                "digest": None,
                "encrypted": encrypt(key, part_name(project, each["id"]), inside),
            }


def _checkpoint(row: Any) -> bytes:
    position, hash_, signed_at, key_id, signature = row
    return dumps(
        {
            "position": position,
            "hash": hash_,
            "signed_at": signed_at,
            "key_id": key_id,
            "signature": base64.b64encode(signature).decode(),
        }
    )
