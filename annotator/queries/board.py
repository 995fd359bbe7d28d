"""Pages of a project's documents, from the board that workers keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import connection, transaction

from annotator.domain.gold import Item, LinkItem
from annotator.projections.board import NOBODY, Board
from annotator.projections.evidence import NO_CONTENTS, Row, evidence, query
from annotator.projections.gold import Gold
from annotator.projections.rules import judged, rules_at
from annotator.projections.words import words_of
from events.projection import REPLAY, Projection

MyStatus = Literal["none", "open", "finished"]
Status = Literal["", "none", "open", "finished", "disputed", "archived"]


class BoardRow(msgspec.Struct, frozen=True):
    """A document in the list; counts that the caller may not know are null.

    `my_status` is about the caller's own set, or the shared one; `position` last changed the row, as far as
    the caller may know. `copies` are the other documents with nearly the same words, at most 100 of them.
    """

    document: UUID
    title: str
    language: str
    languages: Sequence[str]
    length: int
    published: str | None
    archived: bool
    sets: int | None
    finished: int | None
    annotations: int | None
    disputed: int | None
    decided: int | None
    gold: int | None
    my_status: MyStatus
    position: int
    copies: int


class BoardPage(msgspec.Struct, frozen=True):
    """Documents in the order of their import. `position` is what the list includes of the log."""

    results: Sequence[BoardRow]
    next: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows. ``mine`` is whose set the status is about; ``after`` the place of the last row seen.

    ``copied``: only documents that have copies; ``copies_of``: only a document and its copies, by their texts of today.
    """

    project: UUID
    mine: UUID | None
    sees_counts: bool
    search: str = ""
    status: Status = ""
    language: str = ""
    copied: bool = False
    copies_of: UUID | None = None
    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Tables:
    """Where the rows are read."""

    board: str = "read.board"
    board_set: str = "read.board_set"
    gold_document: str = "read.gold_document"


LIVE = Tables()


def read_board(wanted: Wanted) -> tuple[list[BoardRow], int | None]:
    """A page of rows, and the place to go on from when there are more."""
    rows, place = _page(wanted, LIVE)
    return [_row(row, sees_counts=wanted.sees_counts) for row in rows], place


def read_past_board(wanted: Wanted, at: int) -> tuple[list[BoardRow], int | None]:
    """The same as of a position: folded from the log up to there, and forgotten again."""
    with transaction.atomic():
        board, gold = Board(), Gold()
        tables = Tables(*(each.table(base, REPLAY) for each, base in _bases(board, gold)))
        with connection.cursor() as cursor:
            _replay(cursor, board, wanted.project, at)
            # All documents have to be judged only where the question is which of them are disputed.
            asks_gold = wanted.status == "disputed" and wanted.sees_counts
            _replay(cursor, gold, wanted.project, at if asks_gold else 0)
        rows, place = _page(wanted, tables, newest=at)
        counts = _judged_counts(wanted.project, at, [row[0] for row in rows]) if wanted.sees_counts else {}
        for projection in (board, gold):
            with connection.cursor() as cursor:
                projection.drop(cursor, REPLAY)
    judged_rows = [(*row[:-3], *counts.get(row[0], (0, 0, 0))) for row in rows]
    return [_row(row, sees_counts=wanted.sees_counts) for row in judged_rows], place


def _bases(board: Board, gold: Gold) -> list[tuple[Projection, str]]:
    return [(board, "board"), (board, "board_set"), (gold, "gold_document")]


def _replay(cursor: Any, projection: Projection, project: UUID, at: int) -> None:
    projection.create(cursor, REPLAY)
    if at:
        projection.apply(cursor, REPLAY, project, 0, at)


def _judged_counts(project: UUID, at: int, documents: Sequence[UUID]) -> dict[UUID, tuple[int, int, int]]:
    """Disputed and decided items and labels that stood then, of the documents of one page."""
    if not documents:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(*query(project, at, documents))
        rows = [Row(*row) for row in cursor.fetchall()]
        rules = rules_at(cursor, project, at)
    counts = {}
    for found in evidence(rows, NO_CONTENTS):
        result = judged(found, rules)
        items: list[Item | LinkItem] = [*result.items, *result.link_items]
        statuses = [item.status for item in items]
        counts[found.id] = statuses.count("disputed"), statuses.count("decided"), len(result.labels)
    return counts


def _page(wanted: Wanted, tables: Tables, newest: int = 2**63 - 1) -> tuple[list[Sequence[Any]], int | None]:
    conditions, values = _conditions(wanted, tables)
    sql = _SQL.format(
        conditions=" AND ".join(conditions),
        place=_place(wanted),
        board=tables.board,
        board_set=tables.board_set,
        gold_document=tables.gold_document,
        copies="" if wanted.copied or wanted.copies_of else "LEFT",
    )
    mine = {
        "newest": newest,
        "project": wanted.project,
        "mine": wanted.mine or NOBODY,
        "limit": wanted.limit + 1,
        **values,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, mine)
        found = cursor.fetchall()
    shown = found[: wanted.limit]
    return [row[1:] for row in shown], shown[-1][0] if len(found) > wanted.limit else None


def board_position(project: UUID) -> int:
    """How far the board has come in the project's log."""
    return read_model_position(project, "board")


def read_model_position(project: UUID, name: str) -> int:
    """How far the live generation of a read model has come in the project's log."""
    sql = """SELECT c.position FROM es.projection p
               JOIN es.checkpoint c ON c.projection = p.name AND c.generation = p.generation
                                   AND c.project = %s
              WHERE p.name = %s AND p.state = 'live'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, name])
        row = cursor.fetchone()
    return row[0] if row else 0


_SQL = """
SELECT b.imported, b.document, b.title, b.language, b.langs, b.length, b.published, b.archived,
       b.sets, b.finished, b.annotations, b.position, s.finished, s.annotations, s.position,
       (SELECT greatest(count(*) - 1, 0)
          FROM (SELECT FROM read.copies o
                 WHERE o.project = c.project AND o.grp = c.grp AND o.imported <= %(newest)s LIMIT 101) same),
       coalesce(g.disputed, 0), coalesce(g.decided, 0), coalesce(g.labels, 0)
  FROM {board} b
  {copies} JOIN read.copies c ON c.project = b.project AND c.document = b.document
  LEFT JOIN {board_set} s ON s.project = b.project AND s.document = b.document AND s.author = %(mine)s
  LEFT JOIN {gold_document} g ON g.project = b.project AND g.document = b.document
 WHERE b.project = %(project)s AND {conditions}
 ORDER BY {place} LIMIT %(limit)s
"""

_STATUS = {
    "none": "s.document IS NULL",
    "open": "s.finished = false",
    "finished": "s.finished = true",
    "disputed": "g.disputed > 0",
}

# Where few documents have a status, their own table is gone through in order.
_PLACE = {"open": "s.imported", "finished": "s.imported", "disputed": "g.imported"}

_OF_GROUP = """c.grp = (SELECT o.grp FROM read.copies o WHERE o.project = %(project)s AND o.document = %(copies_of)s)"""

RARE = 2_000
"""Documents that a search may find and still be sorted; of more, the first ones come soon in any order."""


def _conditions(wanted: Wanted, tables: Tables) -> tuple[list[str], dict[str, Any]]:
    place = _place(wanted)
    conditions = [f"{place} > %(after)s", "b.archived" if wanted.status == "archived" else "NOT b.archived"]
    values: dict[str, Any] = {"after": wanted.after}
    if wanted.status == "disputed" and not wanted.sees_counts:
        conditions.append("false")
    elif status := _STATUS.get(wanted.status):
        conditions.append(status)
    if wanted.language:
        conditions.append("b.langs @> ARRAY[%(language)s]")
        values["language"] = wanted.language
    if wanted.copies_of is not None:
        conditions.append(_OF_GROUP)
        values["copies_of"] = wanted.copies_of
    if words := words_of(wanted.search):
        condition, found = _search(" & ".join(f"'{word}':*" for word in words), tables)
        conditions.append(condition)
        values |= found
    return conditions, values


def _place(wanted: Wanted) -> str:
    if wanted.copied or wanted.copies_of:
        return "c.imported"
    return _PLACE.get(wanted.status, "b.imported")


def _search(words: str, tables: Tables) -> tuple[str, dict[str, Any]]:
    """Rare words are looked up, frequent ones waited for in the order of the list: a planner cannot tell which."""
    sql = f"SELECT document FROM {tables.board} WHERE words @@ %s::tsquery LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [words, RARE + 1])
        found = [row[0] for row in cursor.fetchall()]
    if len(found) <= RARE:
        return "b.document = ANY (%(found)s)", {"found": found}
    return "(b.words @@ %(words)s::tsquery) IS TRUE", {"words": words}


def _row(found: Sequence[Any], *, sees_counts: bool) -> BoardRow:
    document, title, language, langs, length, published, archived = found[:7]
    sets, finished, annotations, position, my_finished, my_annotations, my_position = found[7:14]
    copies = found[14]
    disputed, decided, gold = found[15:] if sees_counts else (None, None, None)
    mine = my_finished is not None
    return BoardRow(
        document=document,
        title=title,
        language=language,
        languages=langs,
        length=length,
        published=published,
        archived=archived,
        sets=sets if sees_counts else int(mine),
        finished=finished if sees_counts else int(bool(my_finished)),
        annotations=annotations if sees_counts else my_annotations or 0,
        disputed=disputed,
        decided=decided,
        gold=gold,
        my_status=("finished" if my_finished else "open") if mine else "none",
        position=position if sees_counts else my_position or 0,
        copies=copies,
    )
