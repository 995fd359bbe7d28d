"""The register of a project: the actors and locations that texts speak of."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, assert_never

from immutables import Map
from msgspec import Meta

from annotator.domain.attributes import check_attributes, split_texts
from annotator.domain.erasure import ContentErased
from annotator.domain.label_schema import EntityTypeUnknown, LabelSchema
from annotator.domain.maps import EMPTY, without
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.values import Attributes, Command, Id, Key, Name, Value
from events.decider import Decider

KIND = "register"

Alias = Annotated[str, Meta(min_length=1, max_length=500)]
Note = Annotated[str, Meta(max_length=10_000)]


class AddEntity(Command, frozen=True, kw_only=True):
    """Take somebody or some place into the register; one that was removed comes back."""

    entity: Id
    entity_type: Key
    name: Name
    aliases: tuple[Alias, ...] = ()
    attributes: Attributes = {}
    note: Note = ""


class ChangeEntity(Command, frozen=True, kw_only=True):
    """Give an entity anew, all of it."""

    entity: Id
    entity_type: Key
    name: Name
    aliases: tuple[Alias, ...] = ()
    attributes: Attributes = {}
    note: Note = ""


class MergeEntities(Command, frozen=True, kw_only=True):
    """Say that an entity is the same as another, which stays."""

    entity: Id
    into: Id


class NewEntity(Value, frozen=True, kw_only=True):
    """The entity that a split makes. Its type is that of the one it is split from."""

    entity: Id
    name: Name
    entity_type: Key | None = None
    aliases: tuple[Alias, ...] = ()
    attributes: Attributes = {}
    note: Note = ""


class SplitEntity(Command, frozen=True, kw_only=True):
    """Say that an entity was two. ``annotations`` name those that mean the new one."""

    entity: Id
    new: NewEntity
    annotations: tuple[Id, ...] = ()


class RemoveEntity(Command, frozen=True, kw_only=True):
    """Take an entity out; annotations that name it keep its id."""

    entity: Id
    reason: str = ""


RegisterCommand = AddEntity | ChangeEntity | MergeEntities | SplitEntity | RemoveEntity


@dataclass(frozen=True, slots=True, kw_only=True)
class _EntityState:
    """An entity's whole state; ``texts`` are its attributes of kind text."""

    ENTITY: ClassVar[str | None] = "entity"
    PRIVATE: ClassVar[tuple[str, ...]] = ("name", "aliases", "texts", "note")
    entity: str
    entity_type: str
    attributes: Attributes
    name: str = ""
    aliases: tuple[str, ...] = ()
    texts: Attributes = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityAdded(_EntityState):
    """The entity is in the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityChanged(_EntityState):
    """The entity is this now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityMerged(_EntityState):
    """The entity, as it was, is the same as ``into``."""

    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySplit(_EntityState):
    """The entity stays as it was and gave some of its annotations to ``new``, which was added just before."""

    new: str
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntityRemoved:
    """The entity is in the register no more."""

    ENTITY: ClassVar[str | None] = "entity"
    PRIVATE: ClassVar[tuple[str, ...]] = ("reason",)
    entity: str
    reason: str = ""


RegisterEvent = EntityAdded | EntityChanged | EntityMerged | EntitySplit | EntityRemoved | ContentErased


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or some place. ``merged_into`` is set when another entity stands for it."""

    id: str
    entity_type: str
    name: str
    aliases: tuple[str, ...]
    attributes: Attributes
    note: str
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The entities by id; removed ones are gone, merged ones stay and point on."""

    entities: Map[str, Entity] = EMPTY


@dataclass(frozen=True, slots=True)
class Context:
    """What an entity is judged by."""

    project: Project
    schema: LabelSchema


class EntityUnknown(Refusal):
    """The register has no such entity."""


class EntityExists(Refusal):
    """The register has this entity already, with other content."""


class EntityIsMerged(Refusal):
    """The entity was merged into another; use that one."""


class MergedIntoItself(Refusal):
    """An entity cannot be merged into itself or split from itself."""


class EntityTypesDiffer(Refusal):
    """The two entities are of different types."""


def resolve(register: Register, entity_id: str) -> str | None:
    """The id that stands for an entity after all merges; None when it or its successor is gone."""
    entity = register.entities.get(entity_id)
    while entity is not None and entity.merged_into is not None:
        entity = register.entities.get(entity.merged_into)
    return entity.id if entity is not None else None


def living(register: Register, entity_id: str, *, pointer: str) -> Entity:
    """An entity that is neither removed nor merged.

    Raises:
        EntityUnknown, EntityIsMerged
    """
    entity = register.entities.get(entity_id)
    if entity is None:
        raise EntityUnknown(entity=entity_id, pointer=pointer)
    if entity.merged_into is not None:
        raise EntityIsMerged(entity=entity_id, into=resolve(register, entity_id), pointer=pointer)
    return entity


def evolve(state: Register, event: RegisterEvent) -> Register:
    """The register after one more event."""
    match event:
        case EntityAdded() | EntityChanged() | EntitySplit():
            return replace(state, entities=state.entities.set(event.entity, _entity(event)))
        case EntityMerged():
            merged = replace(_entity(event), merged_into=event.into)
            return replace(state, entities=state.entities.set(event.entity, merged))
        case EntityRemoved(entity):
            return replace(state, entities=without(state.entities, entity))
        case ContentErased():
            return state  # the events that brought them do not have them any more
        case _:
            assert_never(event)


def _entity(event: EntityAdded | EntityChanged | EntityMerged | EntitySplit) -> Entity:
    return Entity(
        id=event.entity,
        entity_type=event.entity_type,
        name=event.name,
        aliases=event.aliases,
        attributes={**event.attributes, **event.texts},
        note=event.note,
    )


def decide(command: RegisterCommand, state: Register, context: Context) -> Sequence[RegisterEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    match command:
        case AddEntity():
            return _add(_wanted(command), state, context)
        case ChangeEntity():
            return _change(_wanted(command), state, context)
        case MergeEntities(entity=entity, into=into):
            return _merge(entity, into, state, context)
        case SplitEntity():
            return _split(command, state, context)
        case RemoveEntity(entity=entity, reason=reason):
            return [EntityRemoved(entity, reason)] if entity in state.entities else []
        case _:
            assert_never(command)


def _wanted(command: AddEntity | ChangeEntity) -> Entity:
    return Entity(
        id=command.entity,
        entity_type=command.entity_type,
        name=command.name,
        aliases=command.aliases,
        attributes=command.attributes,
        note=command.note,
    )


def _add(wanted: Entity, state: Register, context: Context) -> Sequence[RegisterEvent]:
    known = state.entities.get(wanted.id)
    if known == wanted:
        return []
    if known is not None:
        raise EntityExists(entity=wanted.id, pointer="/entity")
    _check(wanted, state, context)
    return [EntityAdded(**_whole(wanted, context))]


def _change(wanted: Entity, state: Register, context: Context) -> Sequence[RegisterEvent]:
    if living(state, wanted.id, pointer="/entity") == wanted:
        return []
    _check(wanted, state, context)
    return [EntityChanged(**_whole(wanted, context))]


def _merge(entity_id: str, into: str, state: Register, context: Context) -> Sequence[RegisterEvent]:
    entity = state.entities.get(entity_id)
    if entity is None:
        raise EntityUnknown(entity=entity_id, pointer="/entity")
    if entity.merged_into == into:
        return []
    if entity_id == into:
        raise MergedIntoItself(entity=entity_id, pointer="/into")
    living(state, entity_id, pointer="/entity")
    target = living(state, into, pointer="/into")
    if target.entity_type != entity.entity_type:
        raise EntityTypesDiffer(entity=entity.entity_type, into=target.entity_type, pointer="/into")
    return [EntityMerged(into=into, **_whole(entity, context))]


def _split(command: SplitEntity, state: Register, context: Context) -> Sequence[RegisterEvent]:
    old = living(state, command.entity, pointer="/entity")
    new = _made(command.new, old)
    known = state.entities.get(new.id)
    if known == new:
        return []
    if new.id == old.id:
        raise MergedIntoItself(entity=old.id, pointer="/new/entity")
    if new.entity_type != old.entity_type:
        raise EntityTypesDiffer(entity=old.entity_type, new=new.entity_type, pointer="/new/entity_type")
    # An entity that was merged into this one may become one of its own again.
    if known is not None and resolve(state, new.id) != old.id:
        raise EntityExists(entity=new.id, pointer="/new/entity")
    _check(new, state, context)
    return [
        EntityAdded(**_whole(new, context)),
        EntitySplit(new=new.id, annotations=command.annotations, **_whole(old, context)),
    ]


def _made(new: NewEntity, old: Entity) -> Entity:
    return Entity(
        id=new.entity,
        entity_type=new.entity_type or old.entity_type,
        name=new.name,
        aliases=new.aliases,
        attributes=new.attributes,
        note=new.note,
    )


def _check(wanted: Entity, state: Register, context: Context) -> None:
    types = context.schema.entity_types
    if wanted.entity_type not in types:
        raise EntityTypeUnknown(entity_type=wanted.entity_type, known=sorted(types), pointer="/entity_type")
    check_attributes(
        wanted.attributes,
        types[wanted.entity_type].attributes,
        lambda other: resolve(state, other) is not None,
    )


def _whole(entity: Entity, context: Context) -> dict[str, Any]:
    found = context.schema.entity_types.get(entity.entity_type)
    attributes, texts = split_texts(entity.attributes, found.attributes if found else ())
    return {
        "entity": entity.id,
        "entity_type": entity.entity_type,
        "attributes": attributes,
        "name": entity.name,
        "aliases": entity.aliases,
        "texts": texts,
        "note": entity.note,
    }


DECIDER: Decider[Register] = Decider(KIND, Register(), evolve)
