"""What each kind of source makes of some documents. Makers read; they write nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from annotator.domain.label_schema import LabelSchema
from annotator.domain.naming import Named, Names
from annotator.domain.patterns import compiled_pattern, matches
from annotator.domain.sources import DictionarySettings, PatternSettings
from annotator.domain.suggestions import MOST
from annotator.domain.values import Attributes, LanguageRange, Spans
from annotator.queries.register import EntityView, read_register


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that a source is asked about."""

    id: UUID
    title: str
    text: str
    text_version: int
    languages: Sequence[LanguageRange] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What might be marked, as a source says it."""

    label: str
    spans: Spans
    entity: str | None = None
    attributes: Attributes = field(default_factory=dict)
    score: float | None = None


class SourceFailed(Exception):
    """The source does not answer, or not in the way that was agreed; the words say how."""


class Maker(Protocol):
    """A source that is ready to be asked. ``basis`` says what it works from, ``batch`` how many documents at once."""

    basis: str
    batch: int

    def make(self, documents: Sequence[Asked]) -> list[list[Draft]]:
        """What it suggests for each of the documents.

        Raises:
            SourceFailed
        """
        ...


LOCAL_BATCH = 50


@dataclass(slots=True)
class NameMaker:
    """Names found in the text."""

    names: Names
    basis: str
    batch: int = field(default_factory=lambda: LOCAL_BATCH)

    def make(self, documents: Sequence[Asked]) -> list[list[Draft]]:
        return [
            [
                Draft(found.label, ((found.start, found.end),), found.entity)
                for found in self.names.find(document.text)
            ]
            for document in documents
        ]


@dataclass(slots=True)
class PatternMaker:
    """Regular expressions."""

    settings: PatternSettings
    basis: str = "patterns"
    batch: int = field(default_factory=lambda: LOCAL_BATCH)

    def make(self, documents: Sequence[Asked]) -> list[list[Draft]]:
        return [self._one(document.text) for document in documents]

    def _one(self, text: str) -> list[Draft]:
        return [
            Draft(pattern.label, (span,))
            for pattern in self.settings.patterns
            for span in matches(
                compiled_pattern(pattern.expression, ignore_case=pattern.ignore_case), text, most=MOST
            )
            if not text[span[0] : span[1]].isspace()
        ]


def dictionary(project: UUID, settings: DictionarySettings, schema: LabelSchema, *, at: int) -> NameMaker:
    """The names and aliases of the register at a position; those of merged entities name the one that stays."""
    view = read_register(project, at=at)
    labels = _labels(schema, settings.labels)
    by_id = {str(entity.id): entity for entity in view.entities}
    named = [
        Named(name, label, target)
        for entity in view.entities
        if (target := _standing(entity, by_id)) is not None
        for label in labels.get(by_id[target].entity_type, ())
        for name in (entity.name, *entity.aliases)
    ]
    return NameMaker(Names.of(named), f"register {view.version}")


def _labels(schema: LabelSchema, wanted: Sequence[str]) -> Mapping[str, list[str]]:
    """Labels by the type of entity that they name."""
    found: dict[str, list[str]] = {}
    for label in schema.labels.values():
        if label.entity_type and not label.retired and (not wanted or label.key in wanted):
            found.setdefault(label.entity_type, []).append(label.key)
    return found


def _standing(entity: EntityView, by_id: Mapping[str, EntityView]) -> str | None:
    """The entity that stands for this one; None when it is gone."""
    seen: set[UUID] = set()
    while entity.merged_into is not None and entity.id not in seen:
        seen.add(entity.id)
        into = by_id.get(str(entity.merged_into))
        if into is None:
            return None
        entity = into
    return str(entity.id)
