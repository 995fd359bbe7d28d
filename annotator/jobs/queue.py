"""Who is at which job. A job belongs to the connection that holds its lock: when a worker dies, the lock goes too."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import msgspec
import uuid_utils.compat as uuid_utils
from django.db import connection

_loads = msgspec.json.decode

ATTEMPTS = 5

Kind = Literal["import", "export", "agreement", "rebuild", "what_if", "suggest", "gazetteer"]

EVERYWHERE = UUID(int=0)
"""Stands for the project of a job that concerns all of them."""


class Superseded(Exception):
    """Another worker has taken the job over; this one must stop."""


@dataclass(frozen=True, slots=True)
class Task:
    """A job in the hands of this worker."""

    id: UUID
    project: UUID
    account: UUID
    kind: Kind
    name: str
    options: Mapping[str, Any]
    cursor: Mapping[str, Any]
    attempts: int
    runner: UUID


def add(project: UUID, account: UUID, kind: Kind, *, name: str, options: Mapping[str, Any]) -> UUID:
    """A new job that waits; tell the workers after the commit."""
    job = uuid_utils.uuid7()
    sql = """INSERT INTO annotator_job (id, project, account, kind, state, name, options, done, cursor, attempts)
             VALUES (%s, %s, %s, %s, 'waiting', %s, %s, 0, '{}', 0)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [job, project, account, kind, name, _dumps(options)])
    return job


def take_up_fetched(job: UUID, *, of: UUID) -> None:
    """Let a job begin with the pages that another fetched."""
    sql = """UPDATE annotator_job n SET cursor = jsonb_build_object('fetched', o.cursor -> 'fetched')
               FROM annotator_job o WHERE n.id = %s AND o.id = %s AND o.cursor ? 'fetched'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [job, of])


def to_do() -> list[UUID]:
    """Jobs that wait, or that were left by a worker that is gone, the oldest first."""
    return [job for job, _ in waiting()]


def waiting() -> list[tuple[UUID, Kind]]:
    """The same with their kinds."""
    sql = """SELECT id, kind FROM annotator_job j
              WHERE state = 'waiting'
                 OR (state = 'running' AND NOT EXISTS (
                     SELECT FROM pg_locks l
                      WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(j.id::text, 7003)))
              ORDER BY created_at"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [(job, kind) for job, kind in cursor.fetchall()]


def kind_of(job: UUID) -> Kind | None:
    """What kind of job it is, None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM annotator_job WHERE id = %s", [job])
        row = cursor.fetchone()
    return row[0] if row else None


def queue_of(kind: Kind | None) -> str:
    """The queue whose workers do it. What people wait for comes before a rebuild, which nobody sees."""
    return "rebuild" if kind == "rebuild" else "export"


@contextmanager
def taken(job: UUID) -> Iterator[Task | None]:
    """The job, held by this connection for the time being; None when it is done or somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s::text, 7003))", [job])
        if not cursor.fetchone()[0]:
            yield None
            return
    try:
        yield _claim(job)
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s::text, 7003))", [job])


def _claim(job: UUID) -> Task | None:
    sql = """UPDATE annotator_job
                SET state = 'running', runner = %s, attempts = attempts + 1, heartbeat_at = now(),
                    started_at = coalesce(started_at, now())
              WHERE id = (SELECT id FROM annotator_job WHERE id = %s AND state IN ('waiting', 'running')
                             FOR UPDATE SKIP LOCKED)
          RETURNING id, project, account, kind, name, options::text, cursor::text, attempts, runner"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [uuid_utils.uuid7(), job])
        row = cursor.fetchone()
    if row is None:
        return None
    id_, project, account, kind, name, options, place, attempts, runner = row
    return Task(id_, project, account, kind, name, _loads(options), _loads(place), attempts, runner)


def advance(task: Task, *, done: int, total: int | None, cursor: Mapping[str, Any] | None = None) -> None:
    """Write down how far the job is; a ``cursor`` says where to go on after a kill, and clears the attempts.

    Raises:
        Superseded
    """
    moved = cursor is not None
    _update(
        task,
        "done = %s, total = %s, cursor = coalesce(%s, cursor), attempts = CASE WHEN %s THEN 0 ELSE attempts END",
        [done, total, _dumps(cursor) if cursor is not None else None, moved],
    )


def rest(task: Task) -> None:
    """Lay the job down for others to carry on."""
    _update(task, "state = 'waiting', runner = NULL", [])


def finish(task: Task, report: Mapping[str, Any]) -> None:
    """Say that the job is done."""
    _update(
        task,
        "state = 'done', report = %s, finished_at = now(), total = coalesce(total, done), error = NULL",
        [_dumps(report)],
    )


def fail(task: Task, error: str, report: Mapping[str, Any] | None = None) -> None:
    """Say that the job cannot be done, and why."""
    given = _dumps(report) if report is not None else None
    _update(task, "state = 'failed', error = %s, report = %s, finished_at = now()", [error[:2000], given])


def note(task: Task, error: str) -> None:
    """Lay the job down because others were in the way: that is no fault of the job, and no attempt."""
    kept = "state = 'waiting', runner = NULL, error = %s, attempts = greatest(attempts - 1, 0)"
    _update(task, kept, [error[:2000]])


def _dumps(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value).decode()


def _update(task: Task, assignments: str, values: list[Any]) -> None:
    sql = f"UPDATE annotator_job SET {assignments}, heartbeat_at = now() WHERE id = %s AND runner = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, task.id, task.runner])
        if cursor.rowcount != 1:
            raise Superseded
