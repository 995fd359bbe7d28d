"""The label schema of a project: labels, link types, entity types and document labels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, assert_never

from immutables import Map
from msgspec import Meta

from annotator.domain.ids import keyed_id
from annotator.domain.maps import EMPTY
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.values import Attribute, Command, Key, Name
from events.decider import Decider

KIND = "label_schema"

Color = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$", max_length=7)]
Shortcut = Annotated[str, Meta(max_length=20)]


class DefineLabel(Command, frozen=True, kw_only=True):
    """Add a label, change it, or bring a retired one back."""

    key: Key
    name: Name
    color: Color = "#999999"
    shortcut: Shortcut = ""
    entity_type: Key | None = None
    attributes: tuple[Attribute, ...] = ()
    description: str = ""


class RetireLabel(Command, frozen=True, kw_only=True):
    """Offer a label no more; what carries it stays."""

    key: Key
    replaced_by: Key | None = None


class DefineLinkType(Command, frozen=True, kw_only=True):
    """Add a type of link, change it, or bring a retired one back. Ends are labels; None takes any label."""

    key: Key
    name: Name
    from_label: Key | None = None
    to_label: Key | None = None
    attributes: tuple[Attribute, ...] = ()
    description: str = ""


class RetireLinkType(Command, frozen=True, kw_only=True):
    """Offer a type of link no more; its links stay."""

    key: Key


class DefineEntityType(Command, frozen=True, kw_only=True):
    """Add or change a type of entity in the register."""

    key: Key
    name: Name
    attributes: tuple[Attribute, ...] = ()
    description: str = ""


class DefineDocumentLabel(Command, frozen=True, kw_only=True):
    """Add or change a label that a whole document takes one value of."""

    key: Key
    name: Name
    values: Annotated[tuple[Annotated[str, Meta(min_length=1)], ...], Meta(min_length=1)]
    description: str = ""


class PublishSchema(Command, frozen=True, kw_only=True):
    """Give the schema as it stands a version's name."""

    name: Name
    version: Annotated[str, Meta(min_length=1, max_length=50)]


LabelSchemaCommand = (
    DefineLabel
    | RetireLabel
    | DefineLinkType
    | RetireLinkType
    | DefineEntityType
    | DefineDocumentLabel
    | PublishSchema
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _LabelState:
    """A label's whole state."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    key: str
    name: str
    color: str
    shortcut: str
    entity_type: str | None
    attributes: tuple[Attribute, ...]
    description: str
    order: int
    retired: bool = False
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDefined(_LabelState):
    """The label is this. ``order`` is its place among the labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRetired(_LabelState):
    """The label, as it was, is offered no more."""

    retired: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _LinkTypeState:
    """The whole state of a type of link."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    key: str
    name: str
    from_label: str | None
    to_label: str | None
    attributes: tuple[Attribute, ...]
    description: str
    order: int
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTypeDefined(_LinkTypeState):
    """The type of link is this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTypeRetired(_LinkTypeState):
    """The type of link, as it was, is offered no more."""

    retired: bool = True


@dataclass(frozen=True, slots=True)
class EntityTypeDefined:
    """The type of entity is this."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    key: str
    name: str
    attributes: tuple[Attribute, ...]
    description: str
    order: int


@dataclass(frozen=True, slots=True)
class DocumentLabelDefined:
    """The document label is this."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    key: str
    name: str
    values: tuple[str, ...]
    description: str
    order: int


@dataclass(frozen=True, slots=True)
class SchemaPublished:
    """The schema as it stands has this name and version."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    name: str
    version: str


LabelSchemaEvent = (
    LabelDefined
    | LabelRetired
    | LinkTypeDefined
    | LinkTypeRetired
    | EntityTypeDefined
    | DocumentLabelDefined
    | SchemaPublished
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it is now."""

    key: str
    name: str
    color: str
    shortcut: str
    entity_type: str | None
    attributes: tuple[Attribute, ...]
    description: str
    order: int
    retired: bool = False
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class LinkType:
    """A type of link as it is now; an end of None takes any label."""

    key: str
    name: str
    from_label: str | None
    to_label: str | None
    attributes: tuple[Attribute, ...]
    description: str
    order: int
    retired: bool = False


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type of entity as it is now."""

    key: str
    name: str
    attributes: tuple[Attribute, ...]
    description: str
    order: int


@dataclass(frozen=True, slots=True)
class DocumentLabel:
    """A document label as it is now."""

    key: str
    name: str
    values: tuple[str, ...]
    description: str
    order: int


@dataclass(frozen=True, slots=True)
class Published:
    """Name and version last given; ``current`` is False once something was defined or retired since."""

    name: str
    version: str
    current: bool = True


@dataclass(frozen=True, slots=True)
class LabelSchema:
    """Everything that may be marked, by key."""

    labels: Map[str, Label] = EMPTY
    link_types: Map[str, LinkType] = EMPTY
    entity_types: Map[str, EntityType] = EMPTY
    document_labels: Map[str, DocumentLabel] = EMPTY
    published: Published | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The project that the schema belongs to."""

    project: Project


class LabelUnknown(Refusal):
    """The schema has no such label."""


class LinkTypeUnknown(Refusal):
    """The schema has no such type of link."""


class EntityTypeUnknown(Refusal):
    """The schema has no such type of entity."""


class KeyTwice(Refusal):
    """Two attributes have the same key, or a value is listed twice."""


class ChoiceWithoutValues(Refusal):
    """An attribute that offers a choice lists nothing to choose from."""


class VersionPublished(Refusal):
    """This version was published already and the schema has changed since; give it a new version."""


def in_order(items: Iterable[Any]) -> list[Any]:
    """Labels, types or document labels of a schema in the schema's order."""
    return sorted(items, key=lambda item: (item.order, item.key))


def evolve(state: LabelSchema, event: LabelSchemaEvent) -> LabelSchema:
    """The schema after one more event."""
    match event:
        case SchemaPublished(name, version):
            return replace(state, published=Published(name, version))
        case LabelDefined() | LabelRetired():
            state = replace(state, labels=state.labels.set(event.key, _label(event)))
        case LinkTypeDefined() | LinkTypeRetired():
            state = replace(state, link_types=state.link_types.set(event.key, _link_type(event)))
        case EntityTypeDefined(_, key, name, attributes, description, order):
            found = EntityType(key, name, attributes, description, order)
            state = replace(state, entity_types=state.entity_types.set(key, found))
        case DocumentLabelDefined(_, key, name, values, description, order):
            made = DocumentLabel(key, name, values, description, order)
            state = replace(state, document_labels=state.document_labels.set(key, made))
        case _:
            assert_never(event)
    published = state.published and replace(state.published, current=False)
    return replace(state, published=published)


def _label(event: LabelDefined | LabelRetired) -> Label:
    return Label(
        key=event.key,
        name=event.name,
        color=event.color,
        shortcut=event.shortcut,
        entity_type=event.entity_type,
        attributes=event.attributes,
        description=event.description,
        order=event.order,
        retired=event.retired,
        replaced_by=event.replaced_by,
    )


def _link_type(event: LinkTypeDefined | LinkTypeRetired) -> LinkType:
    return LinkType(
        key=event.key,
        name=event.name,
        from_label=event.from_label,
        to_label=event.to_label,
        attributes=event.attributes,
        description=event.description,
        order=event.order,
        retired=event.retired,
    )


def decide(command: LabelSchemaCommand, state: LabelSchema, context: Context) -> Sequence[LabelSchemaEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    match command:
        case DefineLabel():
            return _define_label(command, state)
        case RetireLabel(key=key, replaced_by=replaced_by):
            return _retire_label(key, replaced_by, state)
        case DefineLinkType():
            return _define_link_type(command, state)
        case RetireLinkType(key=key):
            return _retire_link_type(key, state)
        case DefineEntityType():
            return _define_entity_type(command, state)
        case DefineDocumentLabel():
            return _define_document_label(command, state)
        case PublishSchema(name=name, version=version):
            return _publish(name, version, state)
        case _:
            assert_never(command)


def _define_label(command: DefineLabel, state: LabelSchema) -> Sequence[LabelSchemaEvent]:
    if command.entity_type is not None and command.entity_type not in state.entity_types:
        raise EntityTypeUnknown(
            entity_type=command.entity_type, known=sorted(state.entity_types), pointer="/entity_type"
        )
    _check_attributes(command.attributes)
    event = LabelDefined(
        id=keyed_id("label", command.key),
        key=command.key,
        name=command.name,
        color=command.color,
        shortcut=command.shortcut,
        entity_type=command.entity_type,
        attributes=command.attributes,
        description=command.description,
        order=_order(state.labels, command.key),
    )
    return [] if state.labels.get(command.key) == _label(event) else [event]


def _retire_label(key: str, replaced_by: str | None, state: LabelSchema) -> Sequence[LabelSchemaEvent]:
    label = state.labels.get(key)
    if label is None:
        raise LabelUnknown(label=key, known=sorted(state.labels), pointer="/key")
    if replaced_by is not None and (replaced_by == key or replaced_by not in state.labels):
        raise LabelUnknown(label=replaced_by, known=sorted(state.labels), pointer="/replaced_by")
    event = LabelRetired(
        id=keyed_id("label", key),
        key=key,
        name=label.name,
        color=label.color,
        shortcut=label.shortcut,
        entity_type=label.entity_type,
        attributes=label.attributes,
        description=label.description,
        order=label.order,
        replaced_by=replaced_by,
    )
    return [] if label == _label(event) else [event]


def _define_link_type(command: DefineLinkType, state: LabelSchema) -> Sequence[LabelSchemaEvent]:
    for field in ("from_label", "to_label"):
        end = getattr(command, field)
        if end is not None and end not in state.labels:
            raise LabelUnknown(label=end, known=sorted(state.labels), pointer=f"/{field}")
    _check_attributes(command.attributes)
    event = LinkTypeDefined(
        id=keyed_id("link_type", command.key),
        key=command.key,
        name=command.name,
        from_label=command.from_label,
        to_label=command.to_label,
        attributes=command.attributes,
        description=command.description,
        order=_order(state.link_types, command.key),
    )
    return [] if state.link_types.get(command.key) == _link_type(event) else [event]


def _retire_link_type(key: str, state: LabelSchema) -> Sequence[LabelSchemaEvent]:
    found = state.link_types.get(key)
    if found is None:
        raise LinkTypeUnknown(type=key, known=sorted(state.link_types), pointer="/key")
    if found.retired:
        return []
    return [
        LinkTypeRetired(
            id=keyed_id("link_type", key),
            key=key,
            name=found.name,
            from_label=found.from_label,
            to_label=found.to_label,
            attributes=found.attributes,
            description=found.description,
            order=found.order,
        )
    ]


def _define_entity_type(command: DefineEntityType, state: LabelSchema) -> Sequence[LabelSchemaEvent]:
    _check_attributes(command.attributes)
    order = _order(state.entity_types, command.key)
    wanted = EntityType(command.key, command.name, command.attributes, command.description, order)
    if state.entity_types.get(command.key) == wanted:
        return []
    id_ = keyed_id("entity_type", command.key)
    return [EntityTypeDefined(id_, command.key, command.name, command.attributes, command.description, order)]


def _define_document_label(command: DefineDocumentLabel, state: LabelSchema) -> Sequence[LabelSchemaEvent]:
    _check_values(command.values, "/values")
    order = _order(state.document_labels, command.key)
    wanted = DocumentLabel(command.key, command.name, command.values, command.description, order)
    if state.document_labels.get(command.key) == wanted:
        return []
    id_ = keyed_id("document_label", command.key)
    return [DocumentLabelDefined(id_, command.key, command.name, command.values, command.description, order)]


def _publish(name: str, version: str, state: LabelSchema) -> Sequence[LabelSchemaEvent]:
    last = state.published
    if last is not None and (last.name, last.version) == (name, version):
        if last.current:
            return []
        raise VersionPublished(name=name, version=version, pointer="/version")
    return [SchemaPublished(name, version)]


def _order(items: Map[str, Any], key: str) -> int:
    if key in items:
        order: int = items[key].order
        return order
    return max((item.order for item in items.values()), default=0) + 1


def _check_attributes(attributes: Sequence[Attribute]) -> None:
    keys = [attribute.key for attribute in attributes]
    for index, attribute in enumerate(attributes):
        pointer = f"/attributes/{index}"
        if attribute.key in keys[:index]:
            raise KeyTwice(key=attribute.key, pointer=f"{pointer}/key")
        if attribute.kind == "choice" and not attribute.values:
            raise ChoiceWithoutValues(key=attribute.key, pointer=f"{pointer}/values")
        _check_values(attribute.values, f"{pointer}/values")


def _check_values(values: Sequence[str], pointer: str) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise KeyTwice(key=value, pointer=f"{pointer}/{index}")


DECIDER: Decider[LabelSchema] = Decider(KIND, LabelSchema(), evolve)
