"""The register of a project: its actors and locations, now or at a past position."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.erasure import ContentErased
from annotator.domain.register import EntityMerged, EntityRemoved
from annotator.domain.values import Attributes
from annotator.log import STORE
from events.store import Recorded
from events.streams import StreamRef


class EntityView(msgspec.Struct, frozen=True):
    """An entity of the register; `merged_into` names the one that stands for it."""

    id: UUID
    entity_type: str
    name: str
    aliases: tuple[str, ...]
    attributes: Attributes
    note: str
    version: int
    position: int
    merged_into: UUID | None


class RegisterView(msgspec.Struct, frozen=True):
    """The entities that were asked for, by name; `version` is that of the register's stream."""

    position: int
    version: int
    entities: Sequence[EntityView]


def read_register(project: UUID, *, at: int, entity_type: str = "", search: str = "") -> RegisterView:
    """Entities of a type, or whose name or an alias holds all the words of ``search``; at a position."""
    version, erasures = _version(project, at), _erasures(project)
    words = fold(search).split()
    found = [
        entity
        for entity, folded in _entities(project, version, erasures)
        if (not entity_type or entity.entity_type == entity_type) and all(word in folded for word in words)
    ]
    return RegisterView(at, version, found)


def fold(text: str) -> str:
    """Letters without case and accents, for comparison."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))


def _version(project: UUID, at: int) -> int:
    sql = """SELECT version FROM es.event WHERE project = %s AND stream = %s AND position <= %s
              ORDER BY version DESC LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, StreamRef(project, "register").id, at])
        row = cursor.fetchone()
    return row[0] if row else 0


def _erasures(project: UUID) -> int:
    """The version of the register at which names were last erased: they are gone from its past, too."""
    sql = """SELECT version FROM es.event_current WHERE project = %s AND stream = %s AND entity_id IS NULL
                AND type = 'content_erased' ORDER BY version DESC LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, StreamRef(project, "register").id])
        row = cursor.fetchone()
    return row[0] if row else 0


@lru_cache(maxsize=64)
def _entities(project: UUID, version: int, erasures: int) -> tuple[tuple[EntityView, str], ...]:
    """All entities at a version of the register, each with its names folded; but for erasures it never changes."""
    if version == 0:
        return ()
    ref = StreamRef(project, "register")
    position = _position(project, ref.id, version)
    views = sorted(
        _views(STORE.latest(project, [ref.id], at=position)), key=lambda view: (view.name, view.id)
    )
    return tuple((view, fold(" ".join((view.name, *view.aliases)))) for view in views)


def _position(project: UUID, stream: UUID, version: int) -> int:
    sql = "SELECT position FROM es.event WHERE project = %s AND stream = %s AND version = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, stream, version])
        position: int = cursor.fetchone()[0]
        return position


def _views(rows: Sequence[Recorded]) -> Iterator[EntityView]:
    for row in rows:
        event = row.event
        if isinstance(event, EntityRemoved | ContentErased):
            continue
        yield EntityView(
            id=UUID(event.entity),
            entity_type=event.entity_type,
            name=event.name,
            aliases=tuple(event.aliases),
            attributes={**event.attributes, **event.texts},
            note=event.note,
            version=row.version,
            position=row.position,
            merged_into=UUID(event.into) if isinstance(event, EntityMerged) else None,
        )
