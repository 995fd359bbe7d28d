"""The label schema of a project, now or at a past position."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from annotator.domain.label_schema import DECIDER, DocumentLabel, EntityType, Label, LinkType, in_order
from annotator.log import STORE
from events.streams import StreamRef


class PublishedView(msgspec.Struct, frozen=True):
    """The name and version last given; `current` is false once something was changed since."""

    name: str
    version: str
    current: bool


class SchemaView(msgspec.Struct, frozen=True):
    """Everything that may be marked, in the schema's order. `version` is that of its stream."""

    position: int
    version: int
    labels: Sequence[Label]
    link_types: Sequence[LinkType]
    entity_types: Sequence[EntityType]
    document_labels: Sequence[DocumentLabel]
    published: PublishedView | None


def read_schema(project: UUID, *, at: int) -> SchemaView:
    """The schema as it stood at a position."""
    rows = STORE.latest(project, [StreamRef(project, "label_schema").id], at=at)
    state = DECIDER.fold(row.event for row in rows)
    published = state.published
    return SchemaView(
        position=at,
        version=rows[-1].version if rows else 0,
        labels=in_order(state.labels.values()),
        link_types=in_order(state.link_types.values()),
        entity_types=in_order(state.entity_types.values()),
        document_labels=in_order(state.document_labels.values()),
        published=PublishedView(published.name, published.version, published.current) if published else None,
    )
