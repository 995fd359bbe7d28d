"""An annotation set: what one author, or a shared seat, marks in one document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, assert_never
from uuid import UUID

from immutables import Map
from msgspec import Meta, Struct

from annotator.domain.attributes import check_attributes, split_texts
from annotator.domain.document import Document, require_document
from annotator.domain.erasure import ContentErased
from annotator.domain.ids import keyed_id
from annotator.domain.label_schema import LabelSchema, LinkType, LinkTypeUnknown
from annotator.domain.maps import EMPTY, gather, scatter, without
from annotator.domain.marking import Mark, check_mark, texts_apart
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.register import Register, resolve
from annotator.domain.suggestions import suggestion_id
from annotator.domain.values import Attributes, Command, Id, Key, Origin, Spans, Value
from events.decider import Decider

KIND = "annotation_set"


Answer = Literal["accepted", "changed", "rejected"]
Milliseconds = Annotated[int, Meta(ge=0, le=86_400_000)]


class AnsweredSuggestion(Value, frozen=True, kw_only=True):
    """A suggestion as the person saw it; ``latency_ms``: from its being shown to the answer."""

    suggestion: Id
    source: Id
    source_version: int
    label: Key
    latency_ms: Milliseconds = 0


class _AnnotationGiven(Command, frozen=True, kw_only=True):
    """``quote`` is what the spans say, joined by one space; it is checked and not stored."""

    annotation: Id
    label: Key
    spans: Spans
    quote: str
    text_version: int
    attributes: Attributes = {}
    entity: Id | None = None
    origin: Origin = "hand"
    undoes: Id | None = None


class AddAnnotation(_AnnotationGiven, frozen=True, kw_only=True):
    """Mark stretches of the text; an annotation that was removed comes back.

    ``answers`` names the suggestion that is taken so, as it is or changed.
    """

    answers: AnsweredSuggestion | None = None


class ChangeAnnotation(_AnnotationGiven, frozen=True, kw_only=True):
    """Give an annotation anew, all of it."""


class RemoveAnnotation(Command, frozen=True, kw_only=True):
    """Take an annotation away, and its links."""

    annotation: Id
    undoes: Id | None = None


class _LinkGiven(Command, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A link's whole state."""

    link: Id
    type: Key
    from_: Id
    to: Id
    attributes: Attributes = {}
    undoes: Id | None = None


class AddLink(_LinkGiven, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Link two annotations of the set; a link that was removed comes back."""


class ChangeLink(_LinkGiven, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Give a link anew, all of it."""


class RemoveLink(Command, frozen=True, kw_only=True):
    """Take a link away."""

    link: Id
    undoes: Id | None = None


class SetDocumentLabel(Command, frozen=True, kw_only=True):
    """Say something about the document as a whole."""

    label: Key
    value: str
    undoes: Id | None = None


class ClearDocumentLabel(Command, frozen=True, kw_only=True):
    """Take back what was said about the document as a whole."""

    label: Key
    undoes: Id | None = None


class RejectSuggestion(Command, frozen=True, kw_only=True):
    """Say that a suggestion is wrong: it is not offered again."""

    suggestion: Id
    source: Id
    source_version: int
    label: Key
    latency_ms: Milliseconds = 0
    undoes: Id | None = None


class ReofferSuggestion(Command, frozen=True, kw_only=True):
    """Take back what was said to a suggestion; it is offered again."""

    suggestion: Id
    undoes: Id | None = None


class FinishSet(Command, frozen=True, kw_only=True):
    """Say that the work on this document is done; a finished set is a vote, even an empty one."""

    undoes: Id | None = None


class ReopenSet(Command, frozen=True, kw_only=True):
    """Go on working."""

    reason: str = ""
    undoes: Id | None = None


AnnotationSetCommand = (
    AddAnnotation
    | ChangeAnnotation
    | RemoveAnnotation
    | AddLink
    | ChangeLink
    | RemoveLink
    | SetDocumentLabel
    | ClearDocumentLabel
    | RejectSuggestion
    | ReofferSuggestion
    | FinishSet
    | ReopenSet
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _AnnotationState:
    """An annotation's whole state; ``texts`` are its attributes of kind text."""

    ENTITY: ClassVar[str | None] = "annotation"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    annotation: str
    label: str
    spans: tuple[tuple[int, int], ...]
    attributes: Attributes
    entity: str | None
    origin: Origin
    text_version: int
    undoes: str | None = None
    texts: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationAdded(_AnnotationState):
    """The annotation is in the set. ``texts`` are its attributes of kind text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationChanged(_AnnotationState):
    """The annotation is this now."""


@dataclass(frozen=True, slots=True)
class AnnotationRemoved:
    """The annotation is in the set no more."""

    ENTITY: ClassVar[str | None] = "annotation"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    annotation: str
    undoes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _LinkState:
    """A link's whole state; ``texts`` are its attributes of kind text."""

    ENTITY: ClassVar[str | None] = "link"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    link: str
    type: str
    from_annotation: str
    to_annotation: str
    attributes: Attributes
    undoes: str | None = None
    texts: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAdded(_LinkState):
    """The link is in the set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged(_LinkState):
    """The link is this now."""


@dataclass(frozen=True, slots=True)
class LinkRemoved:
    """The link is in the set no more."""

    ENTITY: ClassVar[str | None] = "link"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    link: str
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentLabelSet:
    """The document as a whole has this value."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    label: str
    value: str
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentLabelCleared:
    """The document as a whole has no value of this label any more."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    label: str
    undoes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionAnswered:
    """The author took a suggestion or rejected it. It is no vote: only what they marked is one.

    ``annotation`` is the mark that came of it; ``label`` is what was suggested. ``id`` differs from ``suggestion``,
    whose id a careless client may give to the mark as well.
    """

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    suggestion: str
    source: str
    source_version: int
    label: str
    answer: Answer
    annotation: str | None
    latency_ms: int
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class SuggestionReoffered:
    """The answer was taken back."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    suggestion: str
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class SetFinished:
    """The work is done."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class SetReopened:
    """The work goes on."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ("reason",)
    undoes: str | None = None
    reason: str = ""


AnnotationSetEvent = (
    AnnotationAdded
    | AnnotationChanged
    | AnnotationRemoved
    | LinkAdded
    | LinkChanged
    | LinkRemoved
    | DocumentLabelSet
    | DocumentLabelCleared
    | SuggestionAnswered
    | SuggestionReoffered
    | SetFinished
    | SetReopened
    | ContentErased
)


class Annotation(Struct, frozen=True, gc=False):
    """A marked stretch of the text. ``attributes`` hold the texts as well, unless those were erased."""

    id: str
    label: str
    spans: tuple[tuple[int, int], ...]
    attributes: Attributes
    entity: str | None
    origin: Origin
    text_version: int


@dataclass(frozen=True, slots=True)
class Link:
    """A typed link from one annotation to another."""

    id: str
    type: str
    from_annotation: str
    to_annotation: str
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class AnnotationSet:
    """What stands in the set. ``links_of`` gives the links at either end of an annotation.

    ``answers``: what was said to suggestions, by their ids.
    """

    annotations: Map[str, Annotation] = EMPTY
    links: Map[str, Link] = EMPTY
    document_labels: Map[str, str] = EMPTY
    finished: bool = False
    links_of: Map[str, frozenset[str]] = EMPTY
    answers: Map[str, SuggestionAnswered] = EMPTY


@dataclass(frozen=True, slots=True)
class Context:
    """What a set is judged by. ``text`` is the document's current text."""

    schema: LabelSchema
    document: Document
    text: str
    register: Register
    project: Project


class SetIsFinished(Refusal):
    """The set is finished; reopen it to change it."""


class TextVersionOld(Refusal):
    """The offsets belong to another version of the text."""


class AnnotationUnknown(Refusal):
    """The set has no such annotation."""


class AnnotationExists(Refusal):
    """The set has this annotation already, with other content."""


class LinkUnknown(Refusal):
    """The set has no such link."""


class LinkExists(Refusal):
    """The set has this link already, with other content."""


class LinkTwice(Refusal):
    """The two annotations have a link of this type already."""


class LinkTypeIsRetired(Refusal):
    """The type of link is retired."""


class LinkEndDiffers(Refusal):
    """Links of this type join annotations with other labels."""


class LinkedToItself(Refusal):
    """An annotation cannot be linked to itself."""


class LabelHoldsLinks(Refusal):
    """The annotation has links that its new label does not allow."""


class DocumentLabelUnknown(Refusal):
    """The schema has no such document label."""


class DocumentLabelRefused(Refusal):
    """The document label cannot have this value."""


def evolve(state: AnnotationSet, event: AnnotationSetEvent) -> AnnotationSet:
    """The set after one more event."""
    match event:
        case AnnotationAdded() | AnnotationChanged():
            return replace(state, annotations=state.annotations.set(event.annotation, _annotation(event)))
        case AnnotationRemoved(annotation):
            return replace(state, annotations=without(state.annotations, annotation))
        case LinkAdded() | LinkChanged():
            return _with_link(_without_link(state, event.link), _link(event))
        case LinkRemoved(link):
            return _without_link(state, link)
        case DocumentLabelSet(_, label, value):
            return replace(state, document_labels=state.document_labels.set(label, value))
        case DocumentLabelCleared(_, label):
            return replace(state, document_labels=without(state.document_labels, label))
        case SuggestionAnswered(suggestion=suggestion):
            return replace(state, answers=state.answers.set(suggestion, event))
        case SuggestionReoffered(suggestion=suggestion):
            return replace(state, answers=without(state.answers, suggestion))
        case SetFinished():
            return replace(state, finished=True)
        case SetReopened():
            return replace(state, finished=False)
        case ContentErased():
            return state  # the events that brought them do not have them any more
        case _:
            assert_never(event)


def fold(events: Iterable[AnnotationSetEvent]) -> AnnotationSet:
    """The set after all these events: what ``evolve`` comes to one by one, without a set for each event."""
    annotations: dict[str, Annotation] = {}
    state = AnnotationSet()
    for event in events:
        match event:
            case AnnotationAdded() | AnnotationChanged():
                annotations[event.annotation] = _annotation(event)
            case AnnotationRemoved(annotation):
                annotations.pop(annotation, None)
            case _:
                state = evolve(state, event)  # nothing else looks at the annotations
    return replace(state, annotations=Map(annotations)) if annotations else state


def _annotation(event: AnnotationAdded | AnnotationChanged) -> Annotation:
    return Annotation(
        event.annotation,
        event.label,
        event.spans,
        {**event.attributes, **event.texts} if event.texts else event.attributes,
        event.entity,
        event.origin,
        event.text_version,
    )


def _link(event: LinkAdded | LinkChanged) -> Link:
    attributes = {**event.attributes, **event.texts}
    return Link(event.link, event.type, event.from_annotation, event.to_annotation, attributes)


def _with_link(state: AnnotationSet, link: Link) -> AnnotationSet:
    links_of = gather(gather(state.links_of, link.from_annotation, link.id), link.to_annotation, link.id)
    return replace(state, links=state.links.set(link.id, link), links_of=links_of)


def _without_link(state: AnnotationSet, link_id: str) -> AnnotationSet:
    link = state.links.get(link_id)
    if link is None:
        return state
    links_of = scatter(scatter(state.links_of, link.from_annotation, link_id), link.to_annotation, link_id)
    return replace(state, links=state.links.delete(link_id), links_of=links_of)


def decide(
    command: AnnotationSetCommand, state: AnnotationSet, context: Context
) -> Sequence[AnnotationSetEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    require_document(context.document)
    match command:
        case FinishSet(undoes=undoes):
            return [] if state.finished else [SetFinished(undoes)]
        case ReopenSet(reason=reason, undoes=undoes):
            return [SetReopened(undoes, reason)] if state.finished else []
    events = _edit(command, state, context)
    if events and state.finished:
        raise SetIsFinished()
    return events


def _edit(
    command: AddAnnotation
    | ChangeAnnotation
    | RemoveAnnotation
    | AddLink
    | ChangeLink
    | RemoveLink
    | SetDocumentLabel
    | ClearDocumentLabel
    | RejectSuggestion
    | ReofferSuggestion,
    state: AnnotationSet,
    context: Context,
) -> Sequence[AnnotationSetEvent]:
    match command:
        case AddAnnotation():
            return _add_annotation(command, state, context)
        case ChangeAnnotation():
            return _change_annotation(command, state, context)
        case RemoveAnnotation(annotation=annotation, undoes=undoes):
            return _remove_annotation(annotation, undoes, state)
        case AddLink():
            return _add_link(command, state, context)
        case ChangeLink():
            return _change_link(command, state, context)
        case RemoveLink(link=link, undoes=undoes):
            return [LinkRemoved(link, undoes)] if link in state.links else []
        case SetDocumentLabel(label=label, value=value, undoes=undoes):
            return _set_document_label(label, value, undoes, state, context)
        case ClearDocumentLabel(label=label, undoes=undoes):
            cleared = DocumentLabelCleared(keyed_id("document_label", label), label, undoes)
            return [cleared] if label in state.document_labels else []
        case RejectSuggestion():
            return _reject(command, state)
        case ReofferSuggestion(suggestion=suggestion, undoes=undoes):
            offered = SuggestionReoffered(keyed_id("answer", suggestion), suggestion, undoes)
            return [offered] if suggestion in state.answers else []
        case _:
            assert_never(command)


def _add_annotation(
    command: AddAnnotation, state: AnnotationSet, context: Context
) -> Sequence[AnnotationSetEvent]:
    known = state.annotations.get(command.annotation)
    if known is not None and known == _wanted(command):
        return []
    if known is not None:
        raise AnnotationExists(annotation=command.annotation, pointer="/annotation")
    added = AnnotationAdded(**_marked(command, None, context))
    return [added] if command.answers is None else [added, _taken(command.answers, command, context)]


def _taken(answered: AnsweredSuggestion, command: AddAnnotation, context: Context) -> SuggestionAnswered:
    """A suggestion's id follows from what it says, so it tells whether that is what was marked."""
    as_it_is = suggestion_id(
        source=answered.source,
        document=context.document.id,
        text_version=command.text_version,
        label=command.label,
        spans=command.spans,
        entity=command.entity,
    )
    return SuggestionAnswered(
        id=keyed_id("answer", answered.suggestion),
        suggestion=answered.suggestion,
        source=answered.source,
        source_version=answered.source_version,
        label=answered.label,
        answer="accepted" if answered.suggestion == as_it_is else "changed",
        annotation=command.annotation,
        latency_ms=answered.latency_ms,
        undoes=command.undoes,
    )


def _reject(command: RejectSuggestion, state: AnnotationSet) -> Sequence[AnnotationSetEvent]:
    known = state.answers.get(command.suggestion)
    if known is not None and known.answer == "rejected":
        return []
    return [
        SuggestionAnswered(
            id=keyed_id("answer", command.suggestion),
            suggestion=command.suggestion,
            source=command.source,
            source_version=command.source_version,
            label=command.label,
            answer="rejected",
            annotation=None,
            latency_ms=command.latency_ms,
            undoes=command.undoes,
        )
    ]


def _change_annotation(
    command: ChangeAnnotation, state: AnnotationSet, context: Context
) -> Sequence[AnnotationSetEvent]:
    known = state.annotations.get(command.annotation)
    if known is None:
        raise AnnotationUnknown(annotation=command.annotation, pointer="/annotation")
    if known == _wanted(command):
        return []
    _check_label_against_links(known, command.label, state, context.schema)
    return [AnnotationChanged(**_marked(command, known, context))]


def _wanted(command: AddAnnotation | ChangeAnnotation) -> Annotation:
    return Annotation(
        id=command.annotation,
        label=command.label,
        spans=command.spans,
        attributes=command.attributes,
        entity=command.entity,
        origin=command.origin,
        text_version=command.text_version,
    )


def _marked(
    command: AddAnnotation | ChangeAnnotation, known: Annotation | None, context: Context
) -> dict[str, Any]:
    if command.text_version != context.document.text_version:
        current = context.document.text_version
        raise TextVersionOld(found=command.text_version, current=current, pointer="/text_version")
    mark = Mark(command.label, command.spans, command.attributes, command.entity)
    before = Mark(known.label, known.spans, known.attributes, known.entity) if known else None
    schema = context.schema
    check_mark(
        mark, command.quote, schema=schema, text=context.text, register=context.register, before=before
    )
    attributes, texts = texts_apart(mark, schema)
    return {
        "annotation": command.annotation,
        "label": command.label,
        "spans": command.spans,
        "attributes": attributes,
        "entity": command.entity,
        "origin": command.origin,
        "text_version": command.text_version,
        "undoes": command.undoes,
        "texts": texts,
    }


def _check_label_against_links(
    known: Annotation, label: str, state: AnnotationSet, schema: LabelSchema
) -> None:
    if known.label == label:
        return
    for link_id in sorted(state.links_of.get(known.id, ())):
        link = state.links[link_id]
        found = schema.link_types[link.type]
        for end, allowed in ((link.from_annotation, found.from_label), (link.to_annotation, found.to_label)):
            if end == known.id and allowed not in (None, label):
                raise LabelHoldsLinks(link=link_id, type=link.type, allowed=allowed, pointer="/label")


def _remove_annotation(
    annotation: str, undoes: str | None, state: AnnotationSet
) -> Sequence[AnnotationSetEvent]:
    if annotation not in state.annotations:
        return []
    links = sorted(state.links_of.get(annotation, ()))
    return [*(LinkRemoved(link, undoes) for link in links), AnnotationRemoved(annotation, undoes)]


def _add_link(command: AddLink, state: AnnotationSet, context: Context) -> Sequence[AnnotationSetEvent]:
    wanted = _wanted_link(command)
    known = state.links.get(command.link)
    if known == wanted:
        return []
    if known is not None:
        raise LinkExists(link=command.link, pointer="/link")
    return [LinkAdded(**_linked(command, None, state, context))]


def _change_link(command: ChangeLink, state: AnnotationSet, context: Context) -> Sequence[AnnotationSetEvent]:
    known = state.links.get(command.link)
    if known is None:
        raise LinkUnknown(link=command.link, pointer="/link")
    if known == _wanted_link(command):
        return []
    return [LinkChanged(**_linked(command, known, state, context))]


def _wanted_link(command: AddLink | ChangeLink) -> Link:
    return Link(command.link, command.type, command.from_, command.to, command.attributes)


def _linked(
    command: AddLink | ChangeLink, known: Link | None, state: AnnotationSet, context: Context
) -> dict[str, Any]:
    found = _link_type(command.type, known, context.schema)
    _check_end(command.from_, found.from_label, state, pointer="/from")
    _check_end(command.to, found.to_label, state, pointer="/to")
    if command.from_ == command.to:
        raise LinkedToItself(annotation=command.to, pointer="/to")
    _check_single(command, state)
    register = context.register
    check_attributes(command.attributes, found.attributes, lambda other: resolve(register, other) is not None)
    attributes, texts = split_texts(command.attributes, found.attributes)
    return {
        "link": command.link,
        "type": command.type,
        "from_annotation": command.from_,
        "to_annotation": command.to,
        "attributes": attributes,
        "undoes": command.undoes,
        "texts": texts,
    }


def _link_type(key: str, known: Link | None, schema: LabelSchema) -> LinkType:
    found = schema.link_types.get(key)
    if found is None:
        raise LinkTypeUnknown(type=key, known=sorted(schema.link_types), pointer="/type")
    if found.retired and not (known is not None and known.type == key):
        raise LinkTypeIsRetired(type=key, pointer="/type")
    return found


def _check_end(end: str, label: str | None, state: AnnotationSet, *, pointer: str) -> None:
    annotation = state.annotations.get(end)
    if annotation is None:
        raise AnnotationUnknown(annotation=end, pointer=pointer)
    if label is not None and annotation.label != label:
        raise LinkEndDiffers(expected=label, found=annotation.label, pointer=pointer)


def _check_single(command: AddLink | ChangeLink, state: AnnotationSet) -> None:
    ends = (command.type, command.from_, command.to)
    for link_id in sorted(state.links_of.get(command.from_, ())):
        other = state.links[link_id]
        if link_id != command.link and (other.type, other.from_annotation, other.to_annotation) == ends:
            raise LinkTwice(link=link_id, pointer="/to")


def _set_document_label(
    label: str, value: str, undoes: str | None, state: AnnotationSet, context: Context
) -> Sequence[AnnotationSetEvent]:
    if state.document_labels.get(label) == value:
        return []
    found = context.schema.document_labels.get(label)
    if found is None:
        raise DocumentLabelUnknown(
            label=label, known=sorted(context.schema.document_labels), pointer="/label"
        )
    if value not in found.values:
        raise DocumentLabelRefused(label=label, value=value, allowed=list(found.values), pointer="/value")
    return [DocumentLabelSet(keyed_id("document_label", label), label, value, undoes)]


def touches(event: object) -> tuple[UUID, ...]:
    """Further entities of the set that an event relies on: the two ends of a link."""
    if isinstance(event, LinkAdded | LinkChanged):
        return UUID(event.from_annotation), UUID(event.to_annotation)
    return ()


DECIDER: Decider[AnnotationSet] = Decider(KIND, AnnotationSet(), evolve)
