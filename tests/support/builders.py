"""Data for tests. Alice annotates, Bob annotates blind of her, Carol curates."""

from collections.abc import Iterable
from functools import cache
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from immutables import Map

from annotator.domain import annotation_set, curation, label_schema, suggestions
from annotator.domain.annotation_set import AddAnnotation, AddLink, Annotation, AnnotationSet, Link
from annotator.domain.curation import DecidedAnnotation, DecideItem, SeenVote
from annotator.domain.default_schema import default_schema_commands
from annotator.domain.document import Document, covering
from annotator.domain.gold import Setting
from annotator.domain.label_schema import DefineDocumentLabel, LabelSchema
from annotator.domain.policy import MAJORITY, Policy
from annotator.domain.project import Project
from annotator.domain.register import AddEntity, Entity, Register
from annotator.domain.sources import DictionarySettings, Source, Sources, SourceSettings, kind_of
from annotator.domain.suggestions import Suggest, Suggestion, suggestion_id
from annotator.domain.text import quote, utf16_length
from annotator.domain.values import Attributes
from annotator.domain.values import Command as Command
from annotator.domain.voting import Voter

TEXT = "The Syrian army of Assad took Al-Bukamal 🚀. Iran’s forces helped, as Putin had promised."


def an_id(name: str) -> str:
    """A UUID that follows from a name, so that tests can speak of "s1"."""
    return str(uuid5(NAMESPACE_URL, name))


ALICE, BOB, CAROL, DAVE = (an_id(name) for name in ("alice", "bob", "carol", "dave"))


def a_project(**changes: Any) -> Project:
    """A project that Carol manages."""
    settings = {"exists": True, "name": "News", "members": Map({CAROL: "manager", ALICE: "annotator"})}
    return Project(**{**settings, **changes})


@cache
def a_schema() -> LabelSchema:
    """The default schema with a document label "topic"."""
    topic = DefineDocumentLabel(key="topic", name="Topic", values=("war", "peace"))
    context = label_schema.Context(a_project())
    schema = LabelSchema()
    for command in [topic, *default_schema_commands()]:
        schema = label_schema.DECIDER.fold(label_schema.decide(command, schema, context), schema)
    return schema


def a_document(text: str = TEXT, **changes: Any) -> Document:
    """A document with its first text."""
    made = {
        "exists": True,
        "id": an_id("document"),
        "title": "War report",
        "text_version": 1,
        "length": len(text),
        "utf16_length": utf16_length(text),
        "languages": covering((), length=len(text)),
    }
    return Document(**{**made, **changes})


def an_actor(name: str = "assad", **changes: Any) -> AddEntity:
    """A command that adds an actor to the register."""
    given = {"attributes": {"actor_type": "person"}, **changes}
    return AddEntity(entity=an_id(name), entity_type="actor", name=name.title(), **given)


def a_place(name: str = "bukamal", **changes: Any) -> AddEntity:
    """A command that adds a location to the register."""
    given = {"attributes": {"location_type": "populated_place"}, **changes}
    return AddEntity(entity=an_id(name), entity_type="location", name=name.title(), **given)


def a_register(*commands: AddEntity) -> Register:
    """A register with these entities; with an actor "assad" and a location "bukamal" when none are named."""
    entities = (
        Entity(c.entity, c.entity_type, c.name, c.aliases, c.attributes, c.note)
        for c in commands or (an_actor(), a_place())
    )
    return Register(Map({entity.id: entity for entity in entities}))


def a_set_context(text: str = TEXT, **changes: Any) -> annotation_set.Context:
    """What an annotation set is judged by."""
    return annotation_set.Context(**{**_context(text), **changes})


def a_curation_context(text: str = TEXT, **changes: Any) -> curation.Context:
    """What a decision is judged by."""
    return curation.Context(**{**_context(text), **changes})


def _context(text: str) -> dict[str, Any]:
    return {
        "schema": a_schema(),
        "document": a_document(text),
        "text": text,
        "register": a_register(),
        "project": a_project(),
    }


def spans_of(said: str, text: str = TEXT) -> tuple[tuple[int, int], ...]:
    """Where the text says this first; ``…`` parts the fragments of a discontinuous span."""
    spans, at = [], 0
    for part in said.split("…"):
        start = text.index(part, at)
        at = start + len(part)
        spans.append((start, at))
    return tuple(spans)


def an_annotation(
    name: str = "s1", said: str = "Assad", label: str = "actor", **changes: Any
) -> AddAnnotation:
    """A command that marks what the text says, by default an actor."""
    text = changes.pop("text", TEXT)
    spans = changes.pop("spans", None) or spans_of(said, text)
    given = {"quote": quote(text, spans), "text_version": 1, **changes}
    return AddAnnotation(annotation=an_id(name), label=label, spans=spans, **given)


def a_claim(name: str = "c1", said: str = "took Al-Bukamal", **changes: Any) -> AddAnnotation:
    """A command that marks a claim."""
    return an_annotation(name, said, "claim", **{"attributes": {"claim_type": "factual"}, **changes})


def a_link(
    name: str = "k1", type_: str = "target", from_: str = "c1", to: str = "s1", **changes: Any
) -> AddLink:
    """A command that links two annotations by their names."""
    return AddLink(link=an_id(name), type=type_, from_=an_id(from_), to=an_id(to), **changes)


def a_decision(
    name: str = "d1", said: str = "Assad", label: str = "actor", verdict: Any = "accept", **changes: Any
) -> DecideItem:
    """A decision about a candidate, on an item named after it unless ``item`` is given."""
    spans = spans_of(said)
    about = {key: changes.pop(key) for key in ("attributes", "entity") if key in changes}
    annotation = DecidedAnnotation(label=label, spans=spans, **about)
    item = f"{label}:{','.join(f'{s}-{e}' for s, e in spans)}"
    given = {"annotation": annotation, "quote": quote(TEXT, spans), "item": item, **changes}
    return DecideItem(decision=an_id(name), verdict=verdict, **given)


DICTIONARY = an_id("dictionary")


def a_source(settings: SourceSettings | None = None, **changes: Any) -> Source:
    """The dictionary of the register, in use."""
    chosen = settings or DictionarySettings()
    given = {"id": DICTIONARY, "version": 1, "name": "Names", "settings": chosen, **changes}
    return Source(kind=kind_of(chosen), **given)


def a_suggesting_context(*sources: Source, **changes: Any) -> suggestions.Context:
    """What suggestions are judged by; with the dictionary when no sources are named."""
    known = {source.id: source for source in sources or (a_source(),)}
    found = {key: value for key, value in _context(TEXT).items() if key in ("project", "schema", "document")}
    return suggestions.Context(**{**found, "sources": Sources(Map(known)), **changes})


def a_suggestion(said: str = "Assad", label: str = "actor", **changes: Any) -> Suggestion:
    """What the dictionary might suggest; its id follows from the rest."""
    entity = changes.pop("entity", None)
    spans = changes.pop("spans", None) or spans_of(said)
    id_ = suggestion_id(
        source=DICTIONARY,
        document=an_id("document"),
        text_version=1,
        label=label,
        spans=spans,
        entity=entity,
    )
    return Suggestion(**{"id": id_, "label": label, "spans": spans, "entity": entity, **changes})


def suggested(*found: Suggestion, **changes: Any) -> Suggest:
    """The dictionary's command that suggests this."""
    given = {"source": DICTIONARY, "source_version": 1, "text_version": 1, "suggestions": found}
    return Suggest(**{**given, **changes})


_numbers = count()


def a_mark(said: str = "Assad", label: str = "actor", *, name: str = "", **changes: Any) -> Annotation:
    """An annotation as it stands in a set."""
    spans = changes.pop("spans", None) or spans_of(said)
    given = {"attributes": {}, "entity": None, "origin": "hand", "text_version": 1, **changes}
    return Annotation(id=an_id(name or f"mark {next(_numbers)}"), label=label, spans=spans, **given)


def linked(
    one: Annotation, other: Annotation, type_: str = "target", attributes: Attributes | None = None
) -> Link:
    """A link between two marks."""
    return Link(an_id(f"{type_} {one.id} {other.id}"), type_, one.id, other.id, attributes or {})


def a_voter(author: str, *marks: Annotation, links: Iterable[Link] = (), **changes: Any) -> Voter:
    """An author with a finished set of these marks."""
    return Voter(author=author, annotations=marks, links=tuple(links), **changes)


def a_finished_set(*marks: Annotation) -> AnnotationSet:
    """The state of a finished set."""
    return AnnotationSet(annotations=Map({mark.id: mark for mark in marks}), finished=True)


def a_setting(policy: Policy = MAJORITY, **changes: Any) -> Setting:
    """What votes are judged by: the default schema, the small register."""
    given = {"schema": a_schema(), "register": a_register(), "text_version": 1, **changes}
    return Setting(document=an_id("document"), policy=policy, **given)


def seen(*voters: Voter) -> tuple[SeenVote, ...]:
    """All these voters' marks as votes that a decision saw."""
    return tuple(
        SeenVote(voter.author, mark.id, voter.versions.get(mark.id, 0))
        for voter in voters
        for mark in voter.annotations
    )


def decided(*commands: DecideItem) -> list[curation.Decision]:
    """The decisions that hold after these commands."""
    state = curation.Curation()
    for command in commands:
        events = curation.decide(command, state, a_curation_context())
        state = curation.DECIDER.fold(events, state)
    return list(state.decisions.values())
