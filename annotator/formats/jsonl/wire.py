"""The lines of our own JSON Lines dialect, field by field."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from annotator.domain.document import ClientKey, Published, Title, Url
from annotator.domain.values import AttributeValue, AuthorClass, Key, LanguageRange, Name, Origin, Spans

Ref = Annotated[str, Meta(min_length=1, max_length=500)]  # an id as the file writes it
Values = dict[str, AttributeValue | None]
Confidence = Annotated[float, Meta(ge=0, le=1)]


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """A line of one kind. A field that is left out has its default; one that is unknown is told and
    left aside.
    """


class DocumentLine(Wire, frozen=True, kw_only=True):
    id: Ref
    text: str
    title: Title = ""
    source_url: Url | None = None
    published: Published | None = None
    languages: tuple[LanguageRange, ...] = ()
    client_key: ClientKey | None = None
    meta: dict[str, Any] = {}
    length: int | None = None
    sha256: str | None = None
    utf16_length: int | None = None
    byte_length: int | None = None


class EntityLine(Wire, frozen=True, kw_only=True):
    """Whatever else stands in the line is an attribute of the entity."""

    id: Ref
    entity_type: Key
    name: Name
    aliases: tuple[str, ...] = ()
    note: str = ""
    attrs: Values = {}


class OfSet(Wire, frozen=True, kw_only=True):
    """What belongs to an author's set of a document, or to its gold. No document: the one before; no author:
    the one that the importer names."""

    document: Ref | None = None
    author: Ref | None = None
    gold: bool = False


class SetLine(OfSet, frozen=True, kw_only=True):
    name: Name | None = None
    status: Literal["open", "finished"] | None = None
    author_class: AuthorClass = "human"


class AnnotationLine(OfSet, frozen=True, kw_only=True):
    label: Key
    spans: Spans
    id: Ref | None = None
    quote: str | None = None
    attrs: Values = {}
    entity: Ref | None = None
    origin: Origin = "import"
    status: Literal["agreed", "consensus", "single", "decided"] | None = None
    confidence: Confidence | None = None
    provenance: dict[str, Any] | None = None


class LinkLine(OfSet, frozen=True, kw_only=True, rename={"from_": "from"}):
    type: Key
    from_: Ref
    to: Ref
    id: Ref | None = None
    attrs: Values = {}


class DocumentLabelLine(OfSet, frozen=True, kw_only=True):
    label: Key
    value: str


class VariantLine(Wire, frozen=True, kw_only=True):
    """How another annotator's set differs from the set that names no author."""

    annotator: Ref
    op: Literal["boundary", "label", "missing", "extra", "attribute", "link"]
    ref: Ref | None = None
    document: Ref | None = None
    label: Key | None = None
    spans: Spans | None = None
    quote: str | None = None
    attrs: Values = {}
    entity: Ref | None = None
    link: LinkLine | None = None


KINDS: dict[str, type[Wire]] = {
    "document": DocumentLine,
    "entity": EntityLine,
    "set": SetLine,
    "annotation": AnnotationLine,
    "link": LinkLine,
    "document_label": DocumentLabelLine,
    "variant": VariantLine,
}
