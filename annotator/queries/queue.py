"""What to review first: items by what a decision is expected to put right, with spot checks of what is agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.gold import Conflict, Status

Reason = Literal["appeal", "stale", "disputed", "doubtful", "spot_check"]
"""appeal: an annotator asks. stale: votes have changed since it was decided. disputed: the policy leaves it to a
curator. doubtful: settled, yet not beyond doubt. spot_check: drawn by chance from what is settled."""

Only = Literal["", "appeal", "stale", "disputed", "doubtful", "spot_check"]


class QueueEntry(msgspec.Struct, frozen=True):
    """An item to look at. `uncertainty`: of its answers, how many are expected to be wrong; `gain`: that, times what
    hangs on them.

    `start` is the place in the text of a label's first mark.
    """

    document: UUID
    title: str
    item: str
    kind: Literal["label", "link"]
    label: str
    start: int
    status: Status
    conflict: Conflict | None
    stale: bool
    appeals: int
    reason: Reason
    uncertainty: float
    dependants: int
    gain: float


class QueueCounts(msgspec.Struct, frozen=True):
    """How many items there are of each kind, in the documents asked for; `settled` needed no curator."""

    disputed: int
    stale: int
    appeals: int
    decided: int
    settled: int
    doubtful: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which part of the queue; ``spot_checks`` is the share of entries that are drawn by chance."""

    project: UUID
    only: Only = ""
    label: str = ""
    conflict: str = ""
    language: str = ""
    document: UUID | None = None
    spot_checks: float = 0.1
    offset: int = 0
    limit: int = 50


def read_queue(asked: Asked) -> tuple[list[QueueEntry], int | None]:
    """Entries in order, and the offset of those that follow, if any do."""
    wanted = asked.offset + asked.limit + 1
    drawn = _every(asked.spot_checks) if not asked.only else 0
    if asked.only == "spot_check":
        found = _rows(asked, _DRAWN, "i.draw, i.document, i.number", wanted)
    else:
        urgent = _rows(asked, _URGENT, _FIRST, wanted)
        spots = _rows(asked, _DRAWN, "i.draw, i.document, i.number", wanted // drawn + 1) if drawn else []
        found = _with_spots(urgent, spots, every=drawn)
    page = found[asked.offset : asked.offset + asked.limit]
    return page, asked.offset + asked.limit if len(found) > asked.offset + asked.limit else None


def queue_counts(asked: Asked) -> QueueCounts:
    """How much there is to do."""
    sql = f"""SELECT count(*) FILTER (WHERE i.status = 'disputed'), count(*) FILTER (WHERE i.stale),
                     coalesce(sum(i.appeals), 0), count(*) FILTER (WHERE i.status = 'decided'),
                     count(*) FILTER (WHERE i.status IN ('agreed', 'consensus', 'single')),
                     count(*) FILTER (WHERE i.status IN ('consensus', 'single') AND i.gain > 0)
                {_FROM} WHERE {_conditions(asked)[0]}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, _conditions(asked)[1])
        return QueueCounts(*(int(n) for n in cursor.fetchone()))


def _every(share: float) -> int:
    return round(1 / share) if share > 0 else 0


def _with_spots(urgent: Sequence[QueueEntry], spots: Sequence[QueueEntry], *, every: int) -> list[QueueEntry]:
    """One drawn entry after so many others, and none twice."""
    there = {(entry.document, entry.item) for entry in urgent}
    rest = [entry for entry in spots if (entry.document, entry.item) not in there]
    if every <= 1:
        return [*rest, *urgent] if every else list(urgent)
    mixed: list[QueueEntry] = []
    for n, entry in enumerate(urgent, start=1):
        mixed.append(entry)
        if n % (every - 1) == 0 and rest:
            mixed.append(rest.pop(0))
    return mixed + rest[:1] if len(urgent) < every - 1 else mixed


_FROM = """FROM read.gold_item i
           JOIN read.board b ON b.project = i.project AND b.document = i.document AND NOT b.archived"""
_DRAWN = "i.status IN ('agreed', 'consensus')"
_URGENT = "(i.gain > 0 OR i.stale OR i.appeals > 0 OR i.status = 'disputed')"
_FIRST = "i.appeals > 0 DESC, i.stale DESC, i.status = 'disputed' DESC, i.gain DESC, i.document, i.number"
_ONLY = {
    "": "true",
    "spot_check": "true",
    "appeal": "i.appeals > 0",
    "stale": "i.stale",
    "disputed": "i.status = 'disputed'",
    "doubtful": "i.status IN ('consensus', 'single') AND NOT i.stale AND i.appeals = 0",
}


def _conditions(asked: Asked) -> tuple[str, dict[str, Any]]:
    values = {
        "project": asked.project,
        "label": asked.label,
        "conflict": asked.conflict,
        "language": asked.language,
        "document": asked.document,
    }
    conditions = ["i.project = %(project)s", _ONLY[asked.only]]
    if asked.label:
        conditions.append("i.label = %(label)s")
    if asked.conflict:
        conditions.append("i.conflict = %(conflict)s")
    if asked.language:
        conditions.append("b.language = %(language)s")
    if asked.document:
        conditions.append("i.document = %(document)s")
    return " AND ".join(conditions), values


def _rows(asked: Asked, condition: str, order: str, limit: int) -> list[QueueEntry]:
    conditions, values = _conditions(asked)
    sql = f"""SELECT i.document, b.title, i.item, i.kind, i.label, i.start, i.status, i.conflict, i.stale, i.appeals,
                     i.uncertainty, i.dependants, i.gain
                {_FROM} WHERE {conditions} AND {condition} ORDER BY {order} LIMIT %(limit)s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "limit": limit})
        found = cursor.fetchall()
    return [_entry(row, drawn=condition == _DRAWN) for row in found]


def _entry(row: Sequence[Any], *, drawn: bool) -> QueueEntry:
    status, stale, appeals = row[6], row[8], row[9]
    reason: Reason = "doubtful"
    if drawn:
        reason = "spot_check"
    elif appeals:
        reason = "appeal"
    elif stale:
        reason = "stale"
    elif status == "disputed":
        reason = "disputed"
    known = dict(zip(_COLUMNS, row, strict=True))
    return QueueEntry(reason=reason, **known)


_COLUMNS = (
    "document",
    "title",
    "item",
    "kind",
    "label",
    "start",
    "status",
    "conflict",
    "stale",
    "appeals",
    "uncertainty",
    "dependants",
    "gain",
)
