"""Where an entity is mentioned: every annotation that names it, or one that was merged into it, with its words."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from annotator.queries.register import EntityView, read_register
from annotator.queries.text import TextId, present_text_of

AROUND = 60
"""Code points shown on either side."""


class MentionView(msgspec.Struct, frozen=True):
    """A stretch that names the entity: by how many authors, and whether the caller is one of them.

    `quote` is null when the text was erased; `annotation` is one of the annotations, the caller's own if there is one.
    """

    document: UUID
    title: str
    label: str
    spans: Sequence[tuple[int, int]]
    before: str
    quote: str | None
    after: str
    authors: int
    mine: bool
    annotation: UUID


class MentionsView(msgspec.Struct, frozen=True):
    """An entity, those that were merged into it, and a page of its mentions by document; `next` is null at the end."""

    entity: EntityView
    merged: Sequence[EntityView]
    total: int
    documents: int
    mentions: Sequence[MentionView]
    next: int | None


def read_mentions(
    project: UUID,
    entity: UUID,
    *,
    at: int,
    account: UUID,
    sees_set: Callable[[UUID | None], bool],
    offset: int,
    limit: int,
) -> MentionsView | None:
    """The mentions in the sets whose owner passes ``sees_set``; None when there is no such entity."""
    entities = {each.id: each for each in read_register(project, at=at).entities}
    if entity not in entities:
        return None
    merged = [
        each for each in entities.values() if each.id != entity and _stands_for(each, entities) == entity
    ]
    rows = _rows(project, [entity, *(each.id for each in merged)], at)
    found = list(_places(row for row in rows if sees_set(row[2])))
    page = found[offset : offset + limit]
    return MentionsView(
        entity=entities[entity],
        merged=merged,
        total=len(found),
        documents=len({place[0] for place in found}),
        mentions=[_mention(project, place, account) for place in page],
        next=offset + limit if offset + limit < len(found) else None,
    )


def _stands_for(entity: EntityView, entities: dict[UUID, EntityView]) -> UUID | None:
    seen: set[UUID] = set()
    while entity.merged_into is not None and entity.id not in seen:
        seen.add(entity.id)
        into = entities.get(entity.merged_into)
        if into is None:
            return None
        entity = into
    return entity.id


_Row = tuple[UUID, str, UUID | None, UUID, str, list[Any], int]
"""Document, its title, the set's owner, the annotation, its label, spans and the version of the text."""


def _rows(project: UUID, ids: Sequence[UUID], at: int) -> list[_Row]:
    # First what ever named it, then what that is by now: few annotations, one look-up each.
    sql = """SELECT s.subject, coalesce(b.title, ''), s.owner, last.entity_id, last.payload ->> 'label',
                    last.payload -> 'spans', (last.payload ->> 'text_version')::int
               FROM (SELECT DISTINCT e.stream, e.entity_id FROM es.event_current e
                      WHERE e.project = %(project)s AND e.position <= %(at)s
                        AND e.type IN ('annotation_added', 'annotation_changed')
                        AND e.payload ->> 'entity' = ANY (%(ids)s)) named
              CROSS JOIN LATERAL (SELECT e.* FROM es.event_current e
                                   WHERE e.project = %(project)s AND e.stream = named.stream
                                     AND e.entity_id = named.entity_id AND e.position <= %(at)s
                                   ORDER BY e.version DESC LIMIT 1) last
               JOIN es.stream s ON s.project = %(project)s AND s.stream = named.stream AND s.kind = 'annotation_set'
               LEFT JOIN read.board b ON b.project = %(project)s AND b.document = s.subject
              WHERE last.type <> 'annotation_removed' AND last.payload ->> 'entity' = ANY (%(ids)s)
              ORDER BY s.subject, last.payload -> 'spans', last.payload ->> 'label', s.owner"""
    values: dict[str, Any] = {"project": project, "at": at, "ids": [str(each) for each in ids]}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [
            (*row[:5], msgspec.json.decode(row[5]) if isinstance(row[5], str) else row[5], row[6])
            for row in cursor.fetchall()
        ]


def _places(rows: Iterator[_Row]) -> Iterator[tuple[UUID, str, list[_Row]]]:
    """Marks of several authors on the same stretch with the same label are one place."""
    for (document, title, _, _, _), same in groupby(
        rows, key=lambda row: (row[0], row[1], row[4], tuple(map(tuple, row[5])), row[6])
    ):
        yield document, title, list(same)


def _mention(project: UUID, place: tuple[UUID, str, list[_Row]], account: UUID) -> MentionView:
    document, title, marks = place
    mine = next((mark for mark in marks if mark[2] in (account, None)), None)
    shown = mine or marks[0]
    spans = [(start, end) for start, end in shown[5]]
    text = present_text_of(TextId(project, document, shown[6]))
    start, end = spans[0][0], spans[-1][1]
    return MentionView(
        document=document,
        title=title,
        label=shown[4],
        spans=spans,
        before="" if text is None else _before(text, start),
        quote=None if text is None else " ".join(text[a:b] for a, b in spans),
        after="" if text is None else _after(text, end),
        authors=len(marks),
        mine=mine is not None,
        annotation=shown[3],
    )


def _before(text: str, start: int) -> str:
    """Whole words of the same line, behind an ellipsis where it begins earlier."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return line if len(line) <= AROUND else f"…{line[-AROUND:].partition(' ')[2] or line[-AROUND:]}"


def _after(text: str, end: int) -> str:
    stop = text.find("\n", end)
    line = text[end:] if stop < 0 else text[end:stop]
    return line if len(line) <= AROUND else f"{line[:AROUND].rpartition(' ')[0] or line[:AROUND]}…"
