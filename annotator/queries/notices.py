"""What concerns an account: comments that call it, answer it, or are about its set, over all its projects."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from django.db import connection

from annotator.queries.accounts import names_of
from annotator.queries.events import moment
from annotator.queries.threads import Room
from events.streams import StreamRef

Reason = Literal["mention", "reply", "set"]

MOST = 50


class NoticeView(msgspec.Struct, frozen=True):
    """A comment that concerns the caller: it calls them, answers in a thread of theirs, or is about their set.

    `body` is null when it was erased.
    """

    project: UUID
    project_name: str
    document: UUID
    title: str
    thread: UUID
    comment: UUID
    room: Room
    reason: Reason
    author: UUID
    name: str
    body: str | None
    at: str
    position: int
    unread: bool


Row = tuple[UUID, UUID, UUID, UUID, str, UUID | None, UUID, Reason, datetime, int, bool, str | None]


def notices_of(account: UUID, sees: Callable[[StreamRef], bool]) -> Sequence[NoticeView]:
    """The newest first, of the rooms that the account sees now; at most `MOST`."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"account": account, "most": 4 * MOST})
        rows: list[Row] = cursor.fetchall()
    shown = [row for row in rows if sees(StreamRef(row[0], row[4], row[1], row[5]))][:MOST]
    names = names_of({row[6] for row in shown})
    titles = _titles(shown)
    return [_view(row, names, titles) for row in shown]


def keep_read(account: UUID, project: UUID, position: int) -> None:
    """Remember that the account has seen its notices of a project up to a position."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [account, project, position])


def _view(
    row: Row, names: Mapping[UUID, str], titles: Mapping[tuple[UUID, UUID], tuple[str, str]]
) -> NoticeView:
    project, document, thread, comment, kind, owner, author, reason, at, position, unread, body = row
    name, title = titles.get((project, document), ("", ""))
    return NoticeView(
        project=project,
        project_name=name,
        document=document,
        title=title,
        thread=thread,
        comment=comment,
        room="curation" if kind == "curation_thread" else "set" if owner else "everybody",
        reason=reason,
        author=author,
        name=names.get(author, ""),
        body=body,
        at=moment(at),
        position=position,
        unread=unread,
    )


def _titles(rows: Sequence[Row]) -> dict[tuple[UUID, UUID], tuple[str, str]]:
    """Names of projects and documents, as the lists of them show."""
    wanted = {(row[0], row[1]) for row in rows}
    if not wanted:
        return {}
    sql = """SELECT b.project, b.document, coalesce(p.name, ''), coalesce(b.title, '')
               FROM read.board b LEFT JOIN read.project p USING (project)
              WHERE (b.project, b.document) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [[one for one, _ in wanted], [other for _, other in wanted]])
        return {(project, document): (name, title) for project, document, name, title in cursor.fetchall()}


_ROWS = """
SELECT n.project, n.document, n.thread, n.comment, n.kind, n.owner, n.author, n.reason, n.at, n.position,
       n.position > coalesce(r.position, 0),
       (SELECT convert_from(c.body, 'UTF8')::jsonb ->> 'body'
          FROM es.event_current e JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id
         WHERE e.project = n.project AND e.entity_id = n.comment AND e.stream = s.stream ORDER BY e.version DESC LIMIT 1)
  FROM read.notice n
  JOIN es.stream s ON s.project = n.project AND s.kind = n.kind
       AND s.subject = n.document AND s.owner IS NOT DISTINCT FROM n.owner
  LEFT JOIN annotator_noticeread r ON r.account_id = n.account AND r.project = n.project
 WHERE n.account = %(account)s AND NOT n.gone
 ORDER BY n.at DESC LIMIT %(most)s
"""

_READ = """
INSERT INTO annotator_noticeread (account_id, project, position) VALUES (%s, %s, %s)
ON CONFLICT (account_id, project) DO UPDATE SET position = greatest(annotator_noticeread.position, excluded.position)
"""
