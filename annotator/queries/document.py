"""One document with the sets that may be seen, now or at a past position, straight from the log.

Nothing here waits for a read model: the screen of an annotator is current even when no worker runs.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.annotation_set import Answer
from annotator.domain.document import DECIDER, Document
from annotator.domain.values import Attributes, JsonObject, LanguageRange, Origin
from annotator.log import STORE
from annotator.queries.accounts import names_of
from annotator.queries.log import current_epoch, streams_about
from annotator.queries.suggestions import SuggestionsView, suggestions_for
from annotator.queries.text import TextId, present_text_of
from events.streams import StreamRef


class DocumentHead(msgspec.Struct, frozen=True):
    """What is known of the article; `length` counts code points, `version` is that of its stream."""

    id: UUID
    title: str
    source_url: str | None
    published: str | None
    text_version: int
    length: int
    languages: Sequence[LanguageRange]
    archived: bool
    version: int
    meta: JsonObject


class AnnotationView(msgspec.Struct, frozen=True):
    """An annotation as it stands; its quote follows from the text."""

    id: str
    label: str
    spans: Sequence[tuple[int, int]]
    attributes: Attributes
    entity: str | None
    origin: Origin
    text_version: int
    version: int
    position: int


class LinkView(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A link between two annotations of the set."""

    id: str
    type: str
    from_: str
    to: str
    attributes: Attributes
    version: int
    position: int


class AnswerView(msgspec.Struct, frozen=True):
    """What the author said to a suggestion; `annotation` is the mark that came of it."""

    suggestion: str
    answer: Answer
    annotation: str | None


class SetView(msgspec.Struct, frozen=True):
    """What one author marked, or all together when `shared`; `version` is what a command may `expect`."""

    author: UUID | None
    name: str
    shared: bool
    mine: bool
    status: str
    version: int
    annotations: Sequence[AnnotationView]
    links: Sequence[LinkView]
    document_labels: Mapping[str, str]
    answers: Sequence[AnswerView]


class DocumentView(msgspec.Struct, frozen=True):
    """A document with the sets that the caller may see, as of `position`. An erased text is null.

    `suggestions` are what machines suggest for this text; they are no part of any set.
    """

    position: int
    epoch: UUID
    document: DocumentHead
    text: str | None
    sets: Sequence[SetView]
    suggestions: Sequence[SuggestionsView]


def read_document(
    project: UUID,
    document: UUID,
    *,
    at: int,
    account: UUID,
    sees_set: Callable[[UUID | None], bool],
    sees_suggestions: bool = True,
) -> DocumentView | None:
    """A document as of a position, with the sets whose owner passes ``sees_set``; None before its import."""
    ref = StreamRef(project, "document", document)
    rows = STORE.latest(project, [ref.id], at=at)
    state = DECIDER.fold(row.event for row in rows)
    if not state.exists:
        return None
    about = streams_about(project, document)
    suggested = (
        suggestions_for(project, about, at=at, text_version=state.text_version) if sees_suggestions else []
    )
    return DocumentView(
        position=at,
        epoch=current_epoch(),
        document=_head(document, state, version=rows[-1].version),
        text=present_text_of(TextId(project, document, state.text_version)),
        sets=_sets(project, about, at, account, sees_set),
        suggestions=suggested,
    )


def _head(document: UUID, state: Document, *, version: int) -> DocumentHead:
    return DocumentHead(
        id=document,
        title=state.title,
        source_url=state.source_url,
        published=state.published,
        text_version=state.text_version,
        length=state.length,
        languages=state.languages,
        archived=state.archived,
        version=version,
        meta=state.meta or {},
    )


def _sets(
    project: UUID,
    about: Sequence[StreamRef],
    at: int,
    account: UUID,
    sees_set: Callable[[UUID | None], bool],
) -> list[SetView]:
    refs = [ref for ref in about if ref.kind == "annotation_set" and sees_set(ref.owner)]
    names = names_of(ref.owner for ref in refs if ref.owner)
    found = _read_sets(project, [ref.id for ref in refs], at)
    return [_view(ref, found[ref.id], names=names, account=account) for ref in refs if ref.id in found]


def _view(ref: StreamRef, built: "_Set", *, names: Mapping[UUID, str], account: UUID) -> SetView:
    return SetView(
        author=ref.owner,
        name=names.get(ref.owner, "") if ref.owner else "",
        shared=ref.owner is None,
        mine=ref.owner == account,
        status="finished" if built.finished else "open",
        version=built.version,
        annotations=built.annotations,
        links=built.links,
        document_labels=built.document_labels,
        answers=built.answers,
    )


class _Set:
    """A set while its rows come in, in order of position."""

    def __init__(self) -> None:
        self.finished = False
        self.version = 0
        self.annotations: list[AnnotationView] = []
        self.links: list[LinkView] = []
        self.document_labels: dict[str, str] = {}
        self.answers: list[AnswerView] = []

    def take(self, type_: str, event: Any, version: int, position: int) -> None:
        """Record the last event of an entity, or of its type."""
        self.version = max(self.version, version)
        match type_:
            case "annotation_added" | "annotation_changed":
                self.annotations.append(_annotation(event, version, position))
            case "link_added" | "link_changed":
                self.links.append(_link(event, version, position))
            case "document_label_set":
                self.document_labels[event.label] = event.value
            case "suggestion_answered":
                self.answers.append(AnswerView(event.suggestion, event.answer, event.annotation))
            case "set_finished" | "set_reopened":
                self.finished = type_ == "set_finished"


# The whole of a big set is thousands of rows, so nothing is fetched or decoded that the view does not show.
_SQL = """
SELECT e.stream, e.version, e.position, e.type, e.schema_version, e.payload::text, c.body
  FROM (SELECT DISTINCT ON (stream, entity_id, CASE WHEN entity_id IS NULL THEN type END)
               stream, version, position, type, schema_version, payload, content_id, project
          FROM es.event
         WHERE project = %s AND stream = ANY (%s) AND position <= %s
         ORDER BY stream, entity_id, CASE WHEN entity_id IS NULL THEN type END, version DESC) e
  LEFT JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id
 ORDER BY e.position
"""


def _read_sets(project: UUID, streams: Sequence[UUID], at: int) -> dict[UUID, _Set]:
    sets: dict[UUID, _Set] = {}
    if not streams:
        return sets
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [project, list(streams), at])
        for stream, version, position, type_, schema_version, payload, body in cursor.fetchall():
            event = _decoded(type_, schema_version, payload, body)
            sets.setdefault(stream, _Set()).take(type_, event, version, position)
    return sets


class _Annotated(msgspec.Struct):
    annotation: str
    label: str
    spans: msgspec.Raw
    attributes: msgspec.Raw
    entity: str | None
    origin: Origin
    text_version: int


def _annotation(event: Any, version: int, position: int) -> AnnotationView:
    return AnnotationView(
        event.annotation,
        event.label,
        event.spans,
        _attributes(event),
        event.entity,
        event.origin,
        event.text_version,
        version,
        position,
    )


def _link(event: Any, version: int, position: int) -> LinkView:
    ends = event.from_annotation, event.to_annotation
    return LinkView(event.link, event.type, *ends, _attributes(event), version, position)


def _attributes(event: Any) -> Any:
    if isinstance(event, _Annotated):
        return event.attributes
    return {**event.attributes, **event.texts}


_decode_annotation = msgspec.json.Decoder(_Annotated).decode
_AS_STORED = {("annotation_added", 1), ("annotation_changed", 1)}


def _decoded(type_: str, schema_version: int, payload: str, body: bytes | None) -> Any:
    """The event; the commonest kind, without erasable parts, passes through with its JSON unread."""
    if body is None and (type_, schema_version) in _AS_STORED:
        return _decode_annotation(payload)
    private = msgspec.json.decode(body) if body is not None else None
    return STORE.catalog.decode(type_, schema_version, msgspec.json.decode(payload), private)
