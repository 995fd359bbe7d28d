"""A document: what is known of an article, and the versions of its text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, assert_never

from msgspec import Meta

from annotator.domain.erasure import ContentErased
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.text import check_clean, utf16_length
from annotator.domain.values import Command, Id, JsonObject, LanguageRange
from events.decider import Decider

KIND = "document"

Title = Annotated[str, Meta(max_length=2000)]
Url = Annotated[str, Meta(max_length=4000)]
Published = Annotated[
    str, Meta(max_length=100, description="Date or time as the source gives it, best in ISO 8601")
]
ClientKey = Annotated[str, Meta(max_length=500, description="The importer's own name of the document")]


class ImportDocument(Command, frozen=True, kw_only=True):
    """Take in an article. The text is stored exactly as given; ``languages`` may be left out."""

    document: Id
    title: Title
    text: str
    languages: tuple[LanguageRange, ...] = ()
    source_url: Url | None = None
    published: Published | None = None
    client_key: ClientKey | None = None
    meta: JsonObject = {}


class AddTextVersion(Command, frozen=True, kw_only=True):
    """Give a corrected text; the earlier one stays readable."""

    text: str
    languages: tuple[LanguageRange, ...] = ()
    reason: str = ""


class SetLanguages(Command, frozen=True, kw_only=True):
    """Say which passage is in which language."""

    languages: tuple[LanguageRange, ...]


class ChangeDocument(Command, frozen=True, kw_only=True):
    """Give what is known of the article anew, all of it."""

    title: Title
    source_url: Url | None = None
    published: Published | None = None
    meta: JsonObject = {}


class ArchiveDocument(Command, frozen=True, kw_only=True):
    """Put the document away; nothing is lost."""

    reason: str = ""


class RestoreDocument(Command, frozen=True, kw_only=True):
    """Take an archived document out again."""


class SetTraining(Command, frozen=True, kw_only=True):
    """Use the document's gold to test annotators, or no longer: whoever finishes it sees at once how well it went."""

    training: bool


DocumentCommand = (
    ImportDocument
    | AddTextVersion
    | SetLanguages
    | ChangeDocument
    | ArchiveDocument
    | RestoreDocument
    | SetTraining
)


@dataclass(frozen=True, slots=True)
class DocumentImported:
    """The article was taken in; its text follows as ``TextAdded``."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ("title", "source_url", "meta")
    document: str
    published: str | None = None
    client_key: str | None = None
    title: str = ""
    source_url: str | None = None
    meta: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class TextAdded:
    """A version of the text. ``length`` is in code points. Folds see no ``text``: it is read when asked."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ("text", "reason")
    LAZY: ClassVar[bool] = True
    text_version: int
    length: int
    utf16_length: int
    languages: tuple[LanguageRange, ...]
    text: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LanguagesSet:
    """These are the languages of this version of the text."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    text_version: int
    languages: tuple[LanguageRange, ...]


@dataclass(frozen=True, slots=True)
class DocumentChanged:
    """This is what is known of the article now."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ("title", "source_url", "meta")
    published: str | None = None
    title: str = ""
    source_url: str | None = None
    meta: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class DocumentArchived:
    """The document was put away."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ("reason",)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRestored:
    """The document was taken out again."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The document is a test for annotators, or is none any more."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    training: bool


DocumentEvent = (
    DocumentImported
    | TextAdded
    | LanguagesSet
    | DocumentChanged
    | DocumentArchived
    | DocumentRestored
    | TrainingSet
    | ContentErased
)


@dataclass(frozen=True, slots=True)
class Document:
    """What is decided about a document. ``text_version`` counts from 1; 0 before the first text.

    ``text_erased``: nobody can read the current text any more; a further version can be given.
    """

    exists: bool = False
    id: str = ""
    title: str = ""
    source_url: str | None = None
    published: str | None = None
    client_key: str | None = None
    meta: JsonObject | None = None
    text_version: int = 0
    length: int = 0
    utf16_length: int = 0
    languages: tuple[LanguageRange, ...] = ()
    archived: bool = False
    text_erased: bool = False
    training: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The project, and the current text where the document has one (folds do not load it)."""

    project: Project
    text: str | None = None


class DocumentUnknown(Refusal):
    """There is no such document."""


class DocumentExists(Refusal):
    """The document exists already, with other content."""


class DocumentIsArchived(Refusal):
    """The document is archived; restore it first."""


class LanguagesDoNotCover(Refusal):
    """The language ranges must follow each other without gap or overlap from the text's start to its end."""


def require_document(document: Document) -> None:
    """Refuse to work on a document that does not exist or is archived.

    Raises:
        DocumentUnknown, DocumentIsArchived
    """
    if not document.exists:
        raise DocumentUnknown()
    if document.archived:
        raise DocumentIsArchived()


def covering(languages: Sequence[LanguageRange], *, length: int) -> tuple[LanguageRange, ...]:
    """The ranges, proven to cover a text of ``length`` code points; one range ``und`` when none is given.

    Raises:
        LanguagesDoNotCover
    """
    if not languages:
        return (LanguageRange(0, length, "und"),) if length else ()
    edge = 0
    for index, found in enumerate(languages):
        if found.start != edge or found.end <= found.start:
            raise LanguagesDoNotCover(expected_start=edge, pointer=f"/languages/{index}")
        edge = found.end
    if edge != length:
        raise LanguagesDoNotCover(expected_end=length, pointer=f"/languages/{len(languages) - 1}/end")
    return tuple(languages)


def evolve(state: Document, event: DocumentEvent) -> Document:
    """The document after one more event."""
    match event:
        case DocumentImported(document, published, client_key, title, source_url, meta):
            return replace(
                state,
                exists=True,
                id=document,
                title=title,
                source_url=source_url,
                published=published,
                client_key=client_key,
                meta=meta,
            )
        case TextAdded(text_version, length, utf16, languages):
            return replace(
                state,
                text_version=text_version,
                length=length,
                utf16_length=utf16,
                languages=languages,
                text_erased=False,
            )
        case LanguagesSet(_, languages):
            return replace(state, languages=languages)
        case DocumentChanged(published, title, source_url, meta):
            return replace(state, title=title, source_url=source_url, published=published, meta=meta)
        case DocumentArchived():
            return replace(state, archived=True)
        case DocumentRestored():
            return replace(state, archived=False)
        case TrainingSet(training):
            return replace(state, training=training)
        case ContentErased():
            return replace(state, title="", source_url=None, meta=None, text_erased=True)
        case _:
            assert_never(event)


def decide(command: DocumentCommand, state: Document, context: Context) -> Sequence[DocumentEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    match command:
        case ImportDocument():
            return _import(command, state, context)
        case ArchiveDocument(reason=reason):
            return [] if _known(state).archived else [DocumentArchived(reason)]
        case RestoreDocument():
            return [DocumentRestored()] if _known(state).archived else []
    require_document(state)
    match command:
        case SetTraining(training=training):
            return [] if training == state.training else [TrainingSet(training)]
        case AddTextVersion():
            return _add_text(command, state, context)
        case SetLanguages(languages=languages):
            covered = covering(languages, length=state.length)
            return [] if covered == state.languages else [LanguagesSet(state.text_version, covered)]
        case ChangeDocument(title=title, source_url=source_url, published=published, meta=meta):
            changed = DocumentChanged(published, title, source_url, meta or None)
            same = (title, source_url, published, meta or None) == _described(state)
            return [] if same else [changed]
        case _:
            assert_never(command)


def _known(state: Document) -> Document:
    if not state.exists:
        raise DocumentUnknown()
    return state


def _described(state: Document) -> tuple[str, str | None, str | None, JsonObject | None]:
    return state.title, state.source_url, state.published, state.meta


def _import(command: ImportDocument, state: Document, context: Context) -> Sequence[DocumentEvent]:
    meta = command.meta or None
    if state.exists:
        asked = (command.title, command.source_url, command.published, meta)
        if asked == _described(state) and command.text == context.text:
            return []
        raise DocumentExists(document=command.document)
    imported = DocumentImported(
        document=command.document,
        published=command.published,
        client_key=command.client_key,
        title=command.title,
        source_url=command.source_url,
        meta=meta,
    )
    return [imported, _text(command.text, command.languages, 1)]


def _add_text(command: AddTextVersion, state: Document, context: Context) -> Sequence[DocumentEvent]:
    if command.text == context.text:
        return []
    return [_text(command.text, command.languages, state.text_version + 1, command.reason)]


def _text(text: str, languages: Sequence[LanguageRange], text_version: int, reason: str = "") -> TextAdded:
    check_clean(text)
    covered = covering(languages, length=len(text))
    return TextAdded(text_version, len(text), utf16_length(text), covered, text, reason)


DECIDER: Decider[Document] = Decider(KIND, Document(), evolve)
