"""What sources suggest, and the sources themselves, straight from the log."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.sources import DECIDER as SOURCES
from annotator.domain.sources import Sources
from annotator.domain.suggestions import Suggestion, SuggestionsMade
from annotator.log import STORE
from events.streams import StreamRef


class SuggestionsView(msgspec.Struct, frozen=True):
    """What a source suggests for the document's text as it is; `version` is that of the source that suggested it."""

    source: UUID
    name: str
    kind: str
    version: int
    text_version: int
    position: int
    suggestions: Sequence[Suggestion]


def sources_of(project: UUID, at: int | None = None) -> Sources:
    """All sources of a project."""
    rows = STORE.latest(project, [StreamRef(project, SOURCES.kind).id], at=at)
    return SOURCES.fold(row.event for row in rows)


def suggestions_for(
    project: UUID, streams: Iterable[StreamRef], *, at: int, text_version: int
) -> list[SuggestionsView]:
    """What active sources suggest for this version of a text, from the document's streams of suggestions."""
    refs = [ref for ref in streams if ref.kind == "suggestions"]
    if not refs:
        return []
    active = {source.id: source for source in sources_of(project, at).sources.values() if source.active}
    views = []
    for row in STORE.latest(project, [ref.id for ref in refs], at=at):
        made = row.event
        if not isinstance(made, SuggestionsMade):
            continue
        source = active.get(made.source)
        if source is None or made.text_version != text_version or not made.suggestions:
            continue
        views.append(
            SuggestionsView(
                source=UUID(made.source),
                name=source.name,
                kind=source.kind,
                version=made.source_version,
                text_version=made.text_version,
                position=row.position,
                suggestions=made.suggestions,
            )
        )
    return sorted(views, key=lambda view: (view.name, view.source))


def projects_with_sources() -> list[UUID]:
    """Projects that ever defined a source, so that a look at each is cheap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT project FROM es.stream WHERE kind = 'source'")
        return [row[0] for row in cursor.fetchall()]
