"""How well annotators work: against gold, with an interval; over time; how fast; and what they make of suggestions."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from django.db import connection

from annotator.projections.rules import rules_at
from annotator.queries.accounts import names_of
from events.streams import StreamRef

RESAMPLES = 500
PAUSE_SECONDS = 300
"""A longer silence between two events is no work."""

FEWEST = 5
"""No interval is told of fewer documents."""


class Period(msgspec.Struct, frozen=True):
    """A stretch of documents in the order in which they were finished: F1 against gold, null where nothing tells."""

    since: datetime
    until: datetime
    documents: int
    f1: float | None


class Speed(msgspec.Struct, frozen=True):
    """Active time, without pauses of more than five minutes, and marks set in it."""

    active_seconds: float
    marks: int
    marks_per_hour: float | None


class Suggestions(msgspec.Struct, frozen=True):
    """Suggestions of machines: how many were there in finished documents, taken, and right by gold."""

    offered: int
    taken: int
    taken_right: int


class QualityView(msgspec.Struct, frozen=True):
    """One annotator. `reliability` is what consensus has learned, null before; `f1` is that of the marks against gold
    with a 95 % interval by documents, null where there is nothing to compare; `drift`: the later half's less the
    earlier half's F1.
    """

    author: UUID
    name: str
    documents: int
    reviewed: int
    marks: int
    precision: float | None
    recall: float | None
    f1: float | None
    low: float | None
    high: float | None
    near: int
    reliability: float | None
    drift: float | None
    periods: Sequence[Period]
    speed: Speed
    suggestions: Suggestions


@dataclass(frozen=True, slots=True)
class _Row:
    """A document that somebody finished: distinct marks, how many are gold, nearly gold, and what gold has."""

    marks: int
    hits: int
    near: int
    gold: int
    taken: int
    taken_hits: int
    corrected: bool
    finished_at: datetime
    offered: int


def read_quality(
    project: UUID, *, at: int, author: UUID | None = None, closed_only: bool = False
) -> list[QualityView]:
    """Of all annotators who finished something, or of one of them, by name. Gold is as of the read models' position.

    ``closed_only``: look at documents alone whose curation is finished.
    """
    rows = _rows(project, author, closed_only=closed_only)
    names, speeds = names_of(rows), _speeds(project, author)
    with connection.cursor() as cursor:
        reliability = rules_at(cursor, project, at).learned.reliability
    nothing = Speed(0.0, 0, None)
    views = [
        _view(one, names.get(one, ""), of, reliability.get(str(one)), speeds.get(one, nothing))
        for one, of in rows.items()
    ]
    return sorted(views, key=lambda view: (view.name, view.author))


def _rows(project: UUID, author: UUID | None, *, closed_only: bool) -> Mapping[UUID, list[_Row]]:
    sql = """SELECT a.author, a.marks, a.hits, a.near, a.gold, a.taken, a.taken_hits, a.corrected, f.recorded_at,
                    coalesce(m.offered, 0)
               FROM read.gold_author a
               JOIN read.gold_document d ON d.project = a.project AND d.document = a.document
                                        AND (d.finished OR NOT %(closed_only)s)
               JOIN es.stream s ON s.project = a.project AND s.subject = a.document AND s.owner = a.author
                               AND s.kind = 'annotation_set'
              CROSS JOIN LATERAL (SELECT e.recorded_at FROM es.event_current e
                                   WHERE e.project = a.project AND e.stream = s.stream AND e.type = 'set_finished'
                                   ORDER BY e.version DESC LIMIT 1) f
               LEFT JOIN (SELECT document, sum(offered) AS offered
                            FROM (SELECT b.document, b.annotations AS offered FROM read.board_set b
                                   WHERE b.project = %(project)s AND b.author = ANY (%(machines)s)
                                  UNION ALL
                                  SELECT s.subject, made.offered FROM es.stream s
                                   CROSS JOIN LATERAL (
                                     SELECT jsonb_array_length(e.payload -> 'suggestions') AS offered
                                       FROM es.event_current e
                                      WHERE e.project = s.project AND e.stream = s.stream
                                        AND e.type = 'suggestions_made' ORDER BY e.version DESC LIMIT 1) made
                                   WHERE s.project = %(project)s AND s.kind = 'suggestions') all_of
                           GROUP BY document) m ON m.document = a.document
              WHERE a.project = %(project)s AND (%(author)s::uuid IS NULL OR a.author = %(author)s)
              ORDER BY a.author, f.recorded_at, a.document"""
    found: dict[UUID, list[_Row]] = {}
    with connection.cursor() as cursor:
        machines = _machines(cursor, project)
        cursor.execute(
            sql, {"project": project, "author": author, "machines": machines, "closed_only": closed_only}
        )
        for who, *row in cursor.fetchall():
            found.setdefault(who, []).append(_Row(*row))
    return found


def _machines(cursor: Any, project: UUID) -> list[UUID]:
    cursor.execute(
        """SELECT DISTINCT (payload ->> 'author')::uuid FROM es.event_current
            WHERE project = %s AND stream = %s AND type = 'author_added' AND payload ->> 'author_class' = 'machine'""",
        [project, StreamRef(project, "project").id],
    )
    return [row[0] for row in cursor.fetchall()]


def _speeds(project: UUID, author: UUID | None) -> Mapping[UUID, Speed]:
    sql = """SELECT who, coalesce(sum(seconds) FILTER (WHERE seconds <= %(pause)s), 0)::float8, sum(marks)
               FROM (SELECT e.issued_by AS who, (e.type = 'annotation_added')::int AS marks,
                            extract(epoch FROM e.recorded_at - lag(e.recorded_at) OVER
                              (PARTITION BY e.issued_by, e.stream ORDER BY e.position)) AS seconds
                       FROM es.event_current e JOIN es.stream s ON s.project = e.project AND s.stream = e.stream
                      WHERE e.project = %(project)s AND s.kind = 'annotation_set' AND s.owner = e.issued_by
                        AND (%(author)s::uuid IS NULL OR s.owner = %(author)s)) gaps
              GROUP BY who"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"project": project, "author": author, "pause": PAUSE_SECONDS})
        return {
            who: Speed(
                round(seconds, 1), int(marks), round(3600 * marks / seconds, 1) if seconds >= 1 else None
            )
            for who, seconds, marks in cursor.fetchall()
        }


def _view(
    author: UUID, name: str, rows: Sequence[_Row], reliability: float | None, speed: Speed
) -> QualityView:
    marks, hits, gold = (sum(getattr(row, field) for row in rows) for field in ("marks", "hits", "gold"))
    low, high = _interval(author, rows)
    half = len(rows) // 2
    first, last = _f1(rows[:half]), _f1(rows[half:])
    drift = round(last - first, 4) if first is not None and last is not None and half >= FEWEST else None
    return QualityView(
        author=author,
        name=name,
        documents=len(rows),
        reviewed=sum(row.corrected for row in rows),
        marks=marks,
        precision=round(hits / marks, 4) if marks else None,
        recall=round(hits / gold, 4) if gold else None,
        f1=_f1(rows),
        low=low,
        high=high,
        near=sum(row.near for row in rows),
        reliability=reliability,
        drift=drift,
        periods=_periods(rows),
        speed=speed,
        suggestions=Suggestions(
            offered=int(sum(row.offered for row in rows)),
            taken=sum(row.taken for row in rows),
            taken_right=sum(row.taken_hits for row in rows),
        ),
    )


def _f1(rows: Sequence[_Row]) -> float | None:
    whole = sum(row.marks + row.gold for row in rows)
    return round(2 * sum(row.hits for row in rows) / whole, 4) if whole else None


def _interval(author: UUID, rows: Sequence[_Row]) -> tuple[float | None, float | None]:
    """By documents drawn with repetition; the draws depend on the author's id alone."""
    if len(rows) < FEWEST:
        return None, None
    seed = int.from_bytes(hashlib.sha256(author.bytes).digest()[:8])
    drawn = np.random.default_rng(seed).integers(0, len(rows), (RESAMPLES, len(rows)))
    hits = np.array([row.hits for row in rows])[drawn].sum(axis=1)
    whole = np.array([row.marks + row.gold for row in rows])[drawn].sum(axis=1)
    told = 2 * hits[whole > 0] / whole[whole > 0]
    if not len(told):
        return None, None
    low, high = np.percentile(told, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


PERIODS = 8


def _periods(rows: Sequence[_Row]) -> list[Period]:
    """Equally many documents each, in the order in which they were finished."""
    size = max(-(-len(rows) // PERIODS), 1)
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    return [Period(part[0].finished_at, part[-1].finished_at, len(part), _f1(part)) for part in parts]
