"""What one source suggests for one document. A suggestion is no mark and no vote: it lies in a stream of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar
from uuid import UUID, uuid5

from msgspec import Meta

from annotator.domain.document import Document, require_document
from annotator.domain.erasure import ContentErased
from annotator.domain.label_schema import LabelSchema, LabelUnknown
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.sources import SourceIsRetired, Sources, SourceUnknown
from annotator.domain.values import Attributes, Command, Id, Key, Spans, Value
from events.decider import Decider

KIND = "suggestions"
MOST = 5_000
"""Suggestions of one source for one document; the others are left out, and the run's report says so."""

Score = Annotated[float, Meta(ge=0, le=1)]


class Suggestion(Value, frozen=True, kw_only=True):
    """What might be marked. ``id`` follows from what is suggested, so that a later run suggests the same one again.

    ``score``: how sure the source is, None where it does not say.
    """

    id: Id
    label: Key
    spans: Spans
    attributes: Attributes = {}
    entity: Id | None = None
    score: Score | None = None


class Suggest(Command, frozen=True, kw_only=True):
    """Say anew what a source suggests for a document, all of it. ``basis`` says what it was made from."""

    source: Id
    source_version: int
    text_version: int
    suggestions: Annotated[tuple[Suggestion, ...], Meta(max_length=MOST)]
    basis: Annotated[str, Meta(max_length=200)] = ""


SuggestionsCommand = Suggest


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsMade:
    """The source suggests this for the text's version, and nothing else any more."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    source: str
    source_version: int
    text_version: int
    basis: str
    suggestions: tuple[Suggestion, ...]


SuggestionsEvent = SuggestionsMade | ContentErased


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What stands: of which version of the source and of the text. Version 0: it was never asked."""

    source_version: int = 0
    text_version: int = 0
    basis: str = ""
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What suggestions are judged by."""

    project: Project
    schema: LabelSchema
    document: Document
    sources: Sources


class SuggestionRefused(Refusal):
    """A suggestion does not fit the text, or its attributes would hold free text."""


class SuggestionsOld(Refusal):
    """The source or the text has another version by now."""


def suggestion_id(
    *,
    source: str,
    document: str,
    text_version: int,
    label: str,
    spans: Iterable[tuple[int, int]],
    entity: str | None,
) -> str:
    """The id that follows from what is suggested, where and by whom."""
    places = ",".join(f"{start}-{end}" for start, end in spans)
    return str(uuid5(UUID(source), f"{document}/{text_version}/{label}/{places}/{entity or ''}"))


def evolve(state: Suggestions, event: SuggestionsEvent) -> Suggestions:
    """What stands after one more event."""
    if isinstance(event, ContentErased):
        return state  # nothing here can be erased: no names, no words
    return replace(
        state,
        source_version=event.source_version,
        text_version=event.text_version,
        basis=event.basis,
        suggestions=event.suggestions,
    )


def decide(command: SuggestionsCommand, state: Suggestions, context: Context) -> Sequence[SuggestionsEvent]:
    """The events that fulfil a command: none when the source says what it said before.

    A register that merely grew is no news, so ``basis`` alone makes no event.
    """
    require_open(context.project)
    require_document(context.document)
    known = context.sources.sources.get(command.source)
    if known is None:
        raise SourceUnknown(source=command.source, pointer="/source")
    if not known.active:
        raise SourceIsRetired(source=command.source, pointer="/source")
    if (command.source_version, command.text_version) != (known.version, context.document.text_version):
        raise SuggestionsOld(
            source_version=known.version,
            text_version=context.document.text_version,
            pointer="/source_version",
        )
    for n, suggestion in enumerate(command.suggestions):
        _check(suggestion, command, context, f"/suggestions/{n}")
    stands = (state.source_version, state.text_version, state.suggestions)
    if stands == (command.source_version, command.text_version, command.suggestions):
        return []
    return [
        SuggestionsMade(
            source=command.source,
            source_version=command.source_version,
            text_version=command.text_version,
            basis=command.basis,
            suggestions=command.suggestions,
        )
    ]


def _check(suggestion: Suggestion, command: Suggest, context: Context, pointer: str) -> None:
    label = context.schema.labels.get(suggestion.label)
    if label is None:
        raise LabelUnknown(
            label=suggestion.label, known=sorted(context.schema.labels), pointer=f"{pointer}/label"
        )
    edge = -1
    for start, end in suggestion.spans:
        if not edge < start < end <= context.document.length:
            raise SuggestionRefused(span=[start, end], pointer=f"{pointer}/spans")
        edge = end
    # Free text could not be erased here; see `domain.attributes`.
    free = {attribute.key for attribute in label.attributes if attribute.kind == "text"}
    if held := sorted(free & suggestion.attributes.keys()):
        raise SuggestionRefused(attributes=held, pointer=f"{pointer}/attributes")
    wanted = suggestion_id(
        source=command.source,
        document=context.document.id,
        text_version=command.text_version,
        label=suggestion.label,
        spans=suggestion.spans,
        entity=suggestion.entity,
    )
    if suggestion.id != wanted:
        raise SuggestionRefused(id=suggestion.id, expected=wanted, pointer=f"{pointer}/id")


DECIDER: Decider[Suggestions] = Decider(KIND, Suggestions(), evolve)
