"""Who holds seats at documents, what somebody could work on next, and how the work of a project goes.

The time is the database's throughout, so clocks of web servers decide nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.assignment import Standing
from annotator.domain.project import HandingOutSet, Order
from annotator.projections.board import NOBODY
from annotator.queries.accounts import names_of
from annotator.queries.events import moment

State = Literal["assigned", "in_work", "returned"]

MOST = 200


class SeatView(msgspec.Struct, frozen=True):
    """A document that waits for the caller. `until` is when its lease ends without work; null when it was given."""

    document: UUID
    title: str
    language: str
    length: int
    state: State
    until: str | None
    annotations: int


class SkipView(msgspec.Struct, frozen=True):
    """A document that somebody left to others; `note` is null when there is none or it was erased."""

    document: UUID
    title: str
    account: UUID
    name: str
    reason: str
    note: str | None


class PersonView(msgspec.Struct, frozen=True):
    """How one person's work stands. `pace` is finished documents per day with work, over the last seven days.

    `assigned` were given and not begun, `in_work` have a running lease or marks.
    """

    account: UUID
    name: str
    languages: Sequence[str]
    assigned: int
    in_work: int
    returned: int
    finished: int
    skipped: int
    pace: float
    last_worked_at: str | None


class SessionView(msgspec.Struct, frozen=True):
    """What the caller did since the last pause of half an hour; a pause counts for at most two minutes.

    `undone` counts changes that took back others.
    """

    began_at: str | None
    documents: int
    spans: int
    undone: int
    minutes: int


def standing(project: UUID, document: UUID) -> tuple[datetime, Mapping[str, Standing], bool]:
    """The database's time, the sets of a document by account, and whether the shared set is finished."""
    sql = """
SELECT clock_timestamp(), s.owner,
       (SELECT e.type = 'set_finished' FROM es.event_current e WHERE e.project = s.project AND e.stream = s.stream
           AND e.type IN ('set_finished', 'set_reopened') ORDER BY e.version DESC LIMIT 1),
       (SELECT e.recorded_at FROM es.event_current e WHERE e.project = s.project AND e.stream = s.stream
         ORDER BY e.version DESC LIMIT 1)
  FROM (SELECT 1) one
  LEFT JOIN es.stream s ON s.project = %s AND s.subject = %s AND s.kind = 'annotation_set'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, document])
        rows = cursor.fetchall()
    sets = {str(owner): Standing(bool(finished), at) for _, owner, finished, at in rows if owner}
    return rows[0][0], sets, any(finished for _, owner, finished, _ in rows if owner is None)


def own_seats(project: UUID, account: UUID, lease_minutes: int) -> list[SeatView]:
    """What waits for somebody: first what came back from review, then what was given, then what was begun."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [lease_minutes, project, account, MOST])
        return [
            SeatView(document, title, language, length, state, moment(until) if until else None, annotations)
            for document, title, language, length, state, until, annotations in cursor.fetchall()
        ]


_OWN = """
SELECT b.document, b.title, b.language, b.length,
       CASE WHEN s.returned THEN 'returned' WHEN s.held AND s.until IS NULL AND s.worked_at IS NULL THEN 'assigned'
            ELSE 'in_work' END AS state,
       greatest(s.until, CASE WHEN s.until IS NOT NULL THEN s.worked_at + make_interval(mins => %s) END), s.annotations
  FROM read.seat s JOIN read.board b USING (project, document)
 WHERE s.project = %s AND s.account = %s AND NOT b.archived AND NOT coalesce(s.finished, false)
   AND (s.held OR s.returned) AND coalesce(s.skipped, '') = ''
 ORDER BY s.returned DESC NULLS LAST, s.until IS NULL DESC, s.started_at, b.imported LIMIT %s
"""


def free_for(
    project: UUID, account: UUID, rules: HandingOutSet, languages: Sequence[str], *, most: int
) -> list[UUID]:
    """Documents at which somebody could take a seat, in the order in which they are handed out."""
    with connection.cursor() as cursor:
        cursor.execute(
            _FREE.format(order=_ORDERS[rules.order]),
            {
                "project": project,
                "account": account,
                "languages": list(languages),
                "overlap": rules.overlap,
                "lease": rules.lease_minutes,
                "seed": str(rules.seed),
                "most": most,
            },
        )
        return [row[0] for row in cursor.fetchall()]


_TAKEN = """(o.finished OR (o.held AND (o.until IS NULL
             OR greatest(o.until, o.worked_at + make_interval(mins => %(lease)s)) > clock_timestamp())))"""

_FREE = f"""
SELECT b.document
  FROM read.board b LEFT JOIN read.document_priority p USING (project, document)
 WHERE b.project = %(project)s AND NOT b.archived
   AND (cardinality(%(languages)s::text[]) = 0 OR b.language = ANY (%(languages)s))
   AND NOT EXISTS (SELECT FROM read.seat m WHERE m.project = b.project AND m.document = b.document
                      AND m.account = %(account)s AND (m.finished OR m.skipped <> '' OR m.held))
   AND NOT EXISTS (SELECT FROM read.board_set n WHERE n.project = b.project AND n.document = b.document
                      AND n.author = '{NOBODY}' AND n.finished)
   AND (SELECT count(*) FROM read.seat o WHERE o.project = b.project AND o.document = b.document
           AND o.account <> %(account)s AND {_TAKEN}) < %(overlap)s
 ORDER BY {{order}} LIMIT %(most)s
"""

_ORDERS: Mapping[Order, str] = {
    "oldest": "b.imported",
    "smallest": "b.length, b.imported",
    "random": "md5(%(seed)s || b.document::text)",
    "priority": "coalesce(p.priority, 0) DESC, b.imported",
}


def people_at_work(
    project: UUID, members: Mapping[UUID, Sequence[str]], lease_minutes: int
) -> list[PersonView]:
    """A row for each member, given with their languages."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"project": project, "lease": lease_minutes})
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    names = names_of(members)
    views = [
        _person(account, names.get(account, ""), languages, found.get(account))
        for account, languages in members.items()
    ]
    return sorted(views, key=lambda each: (each.name, each.account))


def _person(
    account: UUID,
    name: str,
    languages: Sequence[str],
    row: tuple[int, int, int, int, int, int, int, datetime] | None,
) -> PersonView:
    assigned, in_work, returned, finished, skipped, recent, days, worked_at = row or (
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        None,
    )
    pace = round(recent / days, 2) if days else 0.0
    last = moment(worked_at) if worked_at else None
    return PersonView(account, name, languages, assigned, in_work, returned, finished, skipped, pace, last)


_PEOPLE = f"""
SELECT o.account,
       count(*) FILTER (WHERE open AND held AND until IS NULL AND worked_at IS NULL),
       count(*) FILTER (WHERE open AND NOT coalesce(returned, false) AND {_TAKEN}
                              AND (until IS NOT NULL OR worked_at IS NOT NULL)),
       count(*) FILTER (WHERE open AND returned),
       count(*) FILTER (WHERE finished),
       count(*) FILTER (WHERE skipped <> ''),
       count(*) FILTER (WHERE finished AND finished_at > clock_timestamp() - interval '7 days'),
       count(DISTINCT finished_at::date) FILTER (WHERE finished_at > clock_timestamp() - interval '7 days'),
       max(worked_at)
  FROM (SELECT s.*, NOT coalesce(s.finished, false) AS open FROM read.seat s
          JOIN read.board b USING (project, document) WHERE s.project = %(project)s AND NOT b.archived) o
 GROUP BY o.account
"""


def seats_left(project: UUID, overlap: int) -> tuple[int, int]:
    """Seats of all documents that are not put away, and how many of them are not finished."""
    sql = """
SELECT count(*) * %(overlap)s, coalesce(sum(greatest(0, %(overlap)s - n.finished)), 0)
  FROM (SELECT (SELECT count(*) FROM read.seat s
                 WHERE s.project = b.project AND s.document = b.document AND s.finished) AS finished
          FROM read.board b WHERE b.project = %(project)s AND NOT b.archived) n"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"project": project, "overlap": overlap})
        total, left = cursor.fetchone()
    return int(total), int(left)


def skipped_documents(project: UUID, account: UUID | None = None) -> list[SkipView]:
    """What was left to others and not given again, the newest first; of one account if given."""
    with connection.cursor() as cursor:
        cursor.execute(_SKIPPED, {"project": project, "account": account, "most": MOST})
        rows = cursor.fetchall()
    names = names_of({row[2] for row in rows})
    return [
        SkipView(document, title, person, names.get(person, ""), reason, note or None)
        for document, title, person, reason, note in rows
    ]


_SKIPPED = """
SELECT k.document, b.title, k.account, k.skipped,
       (SELECT convert_from(c.body, 'UTF8')::jsonb ->> 'note'
          FROM es.stream s JOIN es.event_current e ON e.project = s.project AND e.stream = s.stream
          JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id
         WHERE s.project = k.project AND s.subject = k.document AND s.kind = 'assignment'
           AND e.type = 'document_skipped' AND e.payload ->> 'account' = k.account::text
         ORDER BY e.version DESC LIMIT 1)
  FROM read.seat k JOIN read.board b USING (project, document)
 WHERE k.project = %(project)s AND k.skipped <> '' AND (%(account)s::uuid IS NULL OR k.account = %(account)s)
 ORDER BY k.position DESC LIMIT %(most)s
"""


def session_of(project: UUID, account: UUID) -> SessionView:
    """What somebody did since their last pause; of the last 20,000 events of the project."""
    with connection.cursor() as cursor:
        cursor.execute(_SESSION, [project, account])
        began, documents, spans, undone, seconds = cursor.fetchone()
    return SessionView(moment(began) if began else None, documents, spans, undone, round(float(seconds) / 60))


_SESSION = """
WITH mine AS (
  SELECT e.recorded_at AS at, e.type, e.stream, e.payload ->> 'undoes' AS undoes,
         e.recorded_at - lag(e.recorded_at) OVER (ORDER BY e.position) AS gap
    FROM (SELECT * FROM es.event_current WHERE project = %s ORDER BY position DESC LIMIT 20000) e
    JOIN es.stream s ON s.project = e.project AND s.stream = e.stream AND s.kind = 'annotation_set'
   WHERE e.issued_by = %s AND e.recorded_at > clock_timestamp() - interval '12 hours'),
began AS (SELECT coalesce(max(at) FILTER (WHERE gap > interval '30 minutes'), min(at)) AS at, max(at) AS last FROM mine)
SELECT CASE WHEN began.last > clock_timestamp() - interval '30 minutes' THEN began.at END,
       count(DISTINCT m.stream) FILTER (WHERE m.type = 'set_finished'),
       count(*) FILTER (WHERE m.type = 'annotation_added' AND m.undoes IS NULL),
       count(*) FILTER (WHERE m.undoes IS NOT NULL),
       coalesce(sum(extract(epoch FROM least(m.gap, interval '2 minutes'))) FILTER (WHERE m.at > began.at), 0)
  FROM began LEFT JOIN mine m ON m.at >= began.at AND began.last > clock_timestamp() - interval '30 minutes'
 GROUP BY began.at, began.last
"""
