"""Annotations that a corrected text left behind, each with the place in the new text that is most like it."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain import annotation_set, document
from annotator.domain.anchoring import Anchoring
from annotator.domain.annotation_set import Annotation
from annotator.domain.text import quote
from annotator.domain.values import Attributes
from annotator.log import STORE
from annotator.queries.accounts import names_of
from annotator.queries.log import streams_about
from annotator.queries.text import TextId, present_text_of
from events.streams import StreamRef

MOST = 200
CONTEXT = 40  # code points around a quote


class QuotedPlace(msgspec.Struct, frozen=True):
    """Where it may stand in the text as it is, with what stands around."""

    spans: Sequence[tuple[int, int]]
    quote: str
    before: str
    after: str


class OrphanView(msgspec.Struct, frozen=True):
    """An annotation on an earlier version of a text. `author` None: the shared set. `suggestion`: the nearest place.

    `finished`: the set has to be opened again to change it.
    """

    document: UUID
    title: str
    author: UUID | None
    name: str
    annotation: str
    label: str
    attributes: Attributes
    entity: str | None
    was: QuotedPlace
    text_version: int
    finished: bool
    suggestion: QuotedPlace | None


class OrphansView(msgspec.Struct, frozen=True):
    """The first orphans in the order of the documents' import. `more`: there are others behind them."""

    results: Sequence[OrphanView]
    more: bool


def read_orphans(project: UUID, sees_set: Callable[[UUID | None], bool]) -> OrphansView:
    """Orphans in the sets whose owner passes ``sees_set``."""
    found: list[OrphanView] = []
    for about in _corrected(project):
        found += _of_document(project, about, sees_set)
        if len(found) > MOST:
            break
    return OrphansView(found[:MOST], len(found) > MOST)


def _corrected(project: UUID) -> list[UUID]:
    """Documents whose text was ever corrected, and which are not put away."""
    sql = """SELECT document FROM read.board WHERE project = %s AND text_version > 1 AND NOT archived ORDER BY imported"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])
        return [row[0] for row in cursor.fetchall()]


def _of_document(project: UUID, about: UUID, sees_set: Callable[[UUID | None], bool]) -> Iterator[OrphanView]:
    refs = {ref.id: ref for ref in streams_about(project, about)}
    states = {
        ref: (document if ref.kind == "document" else annotation_set).DECIDER.fold(
            each.event for each in STORE.latest(project, [ref.id])
        )
        for ref in refs.values()
        if ref.kind == "document" or (ref.kind == "annotation_set" and sees_set(ref.owner))
    }
    state = states.pop(StreamRef(project, "document", about))
    text = present_text_of(TextId(project, about, state.text_version))
    if text is None:
        return
    names = names_of(ref.owner for ref in states if ref.owner)
    for ref, marked in states.items():
        for mark in marked.annotations.values():
            if mark.text_version != state.text_version:
                name = names.get(ref.owner, "") if ref.owner else ""
                yield _view(ref, mark, state.title, name, text, finished=marked.finished)


def _view(
    ref: StreamRef, mark: Annotation, title: str, name: str, text: str, *, finished: bool
) -> OrphanView:
    assert ref.subject is not None
    old = present_text_of(TextId(ref.project, ref.subject, mark.text_version)) or ""
    near = Anchoring(old, text).nearest(mark.spans) if old else None
    return OrphanView(
        document=ref.subject,
        title=title,
        author=ref.owner,
        name=name,
        annotation=mark.id,
        label=mark.label,
        attributes=dict(mark.attributes),
        entity=mark.entity,
        was=_place(old, mark.spans),
        text_version=mark.text_version,
        finished=finished,
        suggestion=None if near is None else _place(text, near),
    )


def _place(text: str, spans: Sequence[tuple[int, int]]) -> QuotedPlace:
    start, end = spans[0][0], spans[-1][1]
    return QuotedPlace(
        spans, quote(text, spans), text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    )
