"""Sources of suggestions: machines that say what might be marked. Each is an author of class machine, with versions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, assert_never

from immutables import Map
from msgspec import Meta

from annotator.domain.erasure import ContentErased
from annotator.domain.label_schema import LabelSchema, LabelUnknown
from annotator.domain.maps import EMPTY
from annotator.domain.patterns import check_pattern
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command, Id, Key, Name, Value
from events.decider import Decider

KIND = "source"

Labels = Annotated[tuple[Key, ...], Meta(max_length=200)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$", max_length=2, description="ISO 3166-1 alpha-2")]
Address = Annotated[str, Meta(pattern="^https?://", max_length=2000)]


class DictionarySettings(Value, frozen=True, tag_field="kind", tag="dictionary"):
    """Names and aliases of the register. ``labels``: for these alone, all that name entities where it is empty."""

    labels: Labels = ()


class GazetteerSettings(Value, frozen=True, tag_field="kind", tag="gazetteer"):
    """Places of the world under their names in many languages; ``countries`` empty: all of them."""

    label: Key
    countries: Annotated[tuple[Country, ...], Meta(max_length=250)] = ()
    least_population: Annotated[int, Meta(ge=0, le=100_000_000)] = 15_000


class Pattern(Value, frozen=True):
    """A regular expression in RE2's syntax; its group ``mark``, where it has one, is what is suggested."""

    label: Key
    expression: Annotated[str, Meta(min_length=1, max_length=1000)]
    ignore_case: bool = False


class PatternSettings(Value, frozen=True, tag_field="kind", tag="patterns"):
    """Regular expressions, matched in time linear in the text."""

    patterns: Annotated[tuple[Pattern, ...], Meta(min_length=1, max_length=200)]


class FileSettings(Value, frozen=True, tag_field="kind", tag="file"):
    """What a file marks, in any annotated format; its documents are found by their text."""

    labels: Annotated[dict[str, Key], Meta(max_length=1000)] = {}
    file: Annotated[str, Meta(max_length=500)] = ""
    sha256: Annotated[str, Meta(max_length=64)] = ""


class ServerSettings(Value, frozen=True, tag_field="kind", tag="server"):
    """A model behind HTTP, see docs/model-servers.md. ``labels``: its names of labels and ours; others are left out.

    ``seconds``: how long it may take for a batch of documents, ``batch``: how many documents it gets at once.
    """

    url: Address
    labels: Annotated[dict[str, Key], Meta(max_length=1000)] = {}
    seconds: Annotated[int, Meta(ge=1, le=120)] = 30
    batch: Annotated[int, Meta(ge=1, le=100)] = 8
    least_score: Annotated[float, Meta(ge=0, le=1)] = 0.0


SourceSettings = DictionarySettings | GazetteerSettings | PatternSettings | FileSettings | ServerSettings


class DefineSource(Command, frozen=True, kw_only=True):
    """Add a source of suggestions, give it anew, or bring a retired one back. ``source`` is its author's id."""

    source: Id
    name: Name
    settings: SourceSettings


class RetireSource(Command, frozen=True, kw_only=True):
    """Ask a source no more; what it suggested is offered no longer, what was taken stays."""

    source: Id


SourceCommand = DefineSource | RetireSource


@dataclass(frozen=True, slots=True, kw_only=True)
class _SourceState:
    """A source's whole state; ``version`` counts its definitions, the first is 1."""

    ENTITY: ClassVar[str | None] = "source"
    PRIVATE: ClassVar[tuple[str, ...]] = ("name", "settings")
    source: str
    kind: str
    version: int
    name: str = ""
    settings: SourceSettings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDefined(_SourceState):
    """The source is this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRetired(_SourceState):
    """The source, as it was, is asked no more."""


SourceEvent = SourceDefined | SourceRetired | ContentErased


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it is now. ``settings`` is None once they were erased."""

    id: str
    kind: str
    version: int
    name: str
    settings: SourceSettings | None
    retired: bool = False

    @property
    def active(self) -> bool:
        """Whether it can be asked."""
        return not self.retired and self.settings is not None


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources by id, retired ones as well."""

    sources: Map[str, Source] = EMPTY


@dataclass(frozen=True, slots=True)
class Context:
    """What a source is judged by."""

    project: Project
    schema: LabelSchema


class SourceUnknown(Refusal):
    """The project has no such source of suggestions."""


class SourceIsRetired(Refusal):
    """The source is retired; define it anew to ask it again."""


class SourceKindDiffers(Refusal):
    """A source stays of its kind; make another one."""


def evolve(state: Sources, event: SourceEvent) -> Sources:
    """The sources after one more event."""
    match event:
        case SourceDefined() | SourceRetired():
            found = Source(
                id=event.source,
                kind=event.kind,
                version=event.version,
                name=event.name,
                settings=event.settings,
                retired=isinstance(event, SourceRetired),
            )
            return replace(state, sources=state.sources.set(found.id, found))
        case ContentErased():
            return state  # the events that brought them do not have them any more
        case _:
            assert_never(event)


def decide(command: SourceCommand, state: Sources, context: Context) -> Sequence[SourceEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    match command:
        case DefineSource():
            return _define(command, state, context)
        case RetireSource(source=source):
            return _retire(source, state)
        case _:
            assert_never(command)


def _define(command: DefineSource, state: Sources, context: Context) -> Sequence[SourceEvent]:
    known = state.sources.get(command.source)
    kind = kind_of(command.settings)
    if known is not None and known.kind != kind:
        raise SourceKindDiffers(source=command.source, kind=known.kind, pointer="/settings/kind")
    same = known is not None and (known.name, known.settings) == (command.name, command.settings)
    if same and known is not None and not known.retired:
        return []
    _check(command.settings, context.schema)
    version = known.version + 1 if known is not None else 1
    return [
        SourceDefined(
            source=command.source, kind=kind, version=version, name=command.name, settings=command.settings
        )
    ]


def _retire(source: str, state: Sources) -> Sequence[SourceEvent]:
    known = state.sources.get(source)
    if known is None:
        raise SourceUnknown(source=source, pointer="/source")
    if known.retired:
        return []
    return [
        SourceRetired(
            source=source, kind=known.kind, version=known.version, name=known.name, settings=known.settings
        )
    ]


def kind_of(settings: SourceSettings) -> str:
    """The kind's stored name."""
    tag: Any = settings.__struct_config__.tag
    return str(tag)


def _check(settings: SourceSettings, schema: LabelSchema) -> None:
    """Refuse labels that the schema does not have, and expressions that cannot be matched safely."""
    match settings:
        case DictionarySettings(labels=labels):
            for n, label in enumerate(labels):
                _check_label(label, schema, f"/settings/labels/{n}")
        case GazetteerSettings(label=label):
            _check_label(label, schema, "/settings/label")
        case PatternSettings(patterns=patterns):
            for n, pattern in enumerate(patterns):
                _check_label(pattern.label, schema, f"/settings/patterns/{n}/label")
                check_pattern(
                    pattern.expression,
                    ignore_case=pattern.ignore_case,
                    pointer=f"/settings/patterns/{n}/expression",
                )
        case FileSettings(labels=mapping) | ServerSettings(labels=mapping):
            for theirs, label in mapping.items():
                _check_label(label, schema, f"/settings/labels/{theirs}")
        case _:
            assert_never(settings)


def _check_label(label: str, schema: LabelSchema, pointer: str) -> None:
    if label not in schema.labels:
        raise LabelUnknown(label=label, known=sorted(schema.labels), pointer=pointer)


DECIDER: Decider[Sources] = Decider(KIND, Sources(), evolve)
