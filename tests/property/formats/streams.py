"""Hypothesis strategies: streams of records, with everything that hurts."""

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from annotator.domain.label_schema import DocumentLabel, EntityType, Label, LinkType
from annotator.domain.text import quote
from annotator.domain.values import Attribute, LanguageRange
from annotator.formats.records import (
    AnnotationRecord,
    AnnotationSetRecord,
    DocumentLabelRecord,
    DocumentRecord,
    EntityRecord,
    LinkRecord,
    Record,
    SchemaRecord,
)
from tests.support.strategies import spans_in, texts

KEYS = st.sampled_from(["actor", "location", "claim", "é-1", "名", "a.b", "kind", "name"])
WORDS = st.sampled_from(
    ["", "Assad", 'quo"te', "back\\slash", "line\nend", "tab\t", "🚀 نص", "\u2028", "\x7f"]
)
NAMES = WORDS.map(lambda word: word + "!")
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = WORDS | st.booleans() | NUMBERS | st.lists(WORDS, max_size=3)
JSON: SearchStrategy[Any] = st.recursive(
    VALUES | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
ATTRIBUTES = st.dictionaries(KEYS, VALUES, max_size=3)


@st.composite
def streams(draw: st.DrawFn) -> list[Record]:
    """A stream in canonical order: schema, entities, documents with their works."""
    records: list[Record] = draw(st.lists(schemas(), max_size=1))
    entities = draw(st.lists(entity_records(), max_size=3, unique_by=lambda it: it.id))
    records += entities
    for number in range(draw(st.integers(0, 3))):
        records += draw(documents(f"d{number}", [it.id for it in entities]))
    return records


@st.composite
def documents(draw: st.DrawFn, id_: str, entities: list[str]) -> list[Record]:
    """A document with the works of up to two authors and gold."""
    document = draw(document_records(id_))
    records: list[Record] = [document]
    for author in ("alice", "bob", None):
        if draw(st.booleans()):
            records += draw(works(document, author, entities))
    return records


@st.composite
def document_records(draw: st.DrawFn, id_: str) -> DocumentRecord:
    text = draw(texts())
    return DocumentRecord(
        id=id_,
        title=draw(WORDS),
        text=text,
        source_url=draw(st.none() | st.just("https://example.org/a?b=c")),
        published=draw(st.none() | st.just("2017-11-09")),
        languages=draw(languages(len(text))),
        client_key=draw(st.none() | st.just(f"key-{id_}")),
        meta=draw(st.dictionaries(WORDS, JSON, max_size=2)),
    )


@st.composite
def languages(draw: st.DrawFn, length: int) -> tuple[LanguageRange, ...]:
    """Ranges that cover a text of this length."""
    cuts = draw(st.lists(st.integers(1, max(length - 1, 1)), max_size=2, unique=True).map(sorted))
    edges = [0, *[cut for cut in cuts if cut < length], length]
    tags = st.sampled_from(["it", "en", "ar", "zh", "ja", "und", "de-AT"])
    pairs = pairwise(edges)
    return tuple(LanguageRange(start, end, draw(tags)) for start, end in pairs if start < end)


@st.composite
def works(draw: st.DrawFn, document: DocumentRecord, author: str | None, entities: list[str]) -> list[Record]:
    """A set, or the gold, in canonical order."""
    drawn = draw(st.lists(spans_in(document.text).filter(bool), max_size=4)) if len(document.text) > 1 else []
    marks = [
        draw(annotation_records(document, author, f"s{n}", spans, entities)) for n, spans in enumerate(drawn)
    ]
    marks.sort(key=lambda it: (it.spans, it.label, it.id))
    head: list[Record] = []
    if author is not None:
        head.append(
            AnnotationSetRecord(
                document=document.id,
                author=author,
                name=draw(NAMES),
                status=draw(st.sampled_from(["finished", "open"])),
                author_class=draw(st.sampled_from(["human", "machine"])),
            )
        )
    labels = draw(st.dictionaries(KEYS, WORDS, max_size=2))
    return [
        *head,
        *marks,
        *draw(links(document, author, [it.id for it in marks])),
        *[
            DocumentLabelRecord(document=document.id, author=author, label=key, value=labels[key])
            for key in sorted(labels)
        ],
    ]


@st.composite
def annotation_records(
    draw: st.DrawFn,
    document: DocumentRecord,
    author: str | None,
    id_: str,
    spans: tuple[tuple[int, int], ...],
    entities: list[str],
) -> AnnotationRecord:
    gold = author is None
    return AnnotationRecord(
        id=id_,
        document=document.id,
        author=author,
        label=draw(KEYS),
        spans=spans,
        quote=quote(document.text, spans),
        attributes=draw(ATTRIBUTES),
        entity=draw(st.none() | st.sampled_from(entities)) if entities else None,
        origin=draw(st.sampled_from(["hand", "import", "suggestion", "propagated"])),
        status=draw(st.sampled_from(["agreed", "consensus", "single", "decided"])) if gold else None,
        confidence=draw(st.none() | st.floats(0, 1)) if gold else None,
        provenance=draw(st.none() | st.dictionaries(WORDS, JSON, min_size=1, max_size=2)) if gold else None,
    )


@st.composite
def links(draw: st.DrawFn, document: DocumentRecord, author: str | None, ids: list[str]) -> list[LinkRecord]:
    if not ids:
        return []
    ends = draw(
        st.lists(st.tuples(KEYS, st.sampled_from(ids), st.sampled_from(ids)), max_size=3, unique=True)
    )
    return [
        LinkRecord(
            id=f"k{number}",
            document=document.id,
            author=author,
            type=type_,
            from_annotation=from_,
            to_annotation=to,
            attributes=draw(ATTRIBUTES),
        )
        for number, (type_, from_, to) in enumerate(sorted(ends))
    ]


@st.composite
def entity_records(draw: st.DrawFn) -> EntityRecord:
    return EntityRecord(
        id=draw(st.sampled_from(["e1", "e2", "e3", "ünï"])),
        entity_type=draw(KEYS),
        name=draw(NAMES),
        aliases=tuple(draw(st.lists(NAMES, max_size=2))),
        attributes=draw(ATTRIBUTES),
        note=draw(WORDS),
    )


@st.composite
def schemas(draw: st.DrawFn) -> SchemaRecord:
    keys = draw(st.lists(KEYS, max_size=3, unique=True))
    return SchemaRecord(
        name=draw(WORDS),
        version=draw(WORDS),
        labels=tuple(draw(_label(key, order)) for order, key in enumerate(keys, start=1)),
        link_types=tuple(draw(_link_type(key, order, keys)) for order, key in enumerate(keys, start=1)),
        entity_types=tuple(
            EntityType(key, draw(NAMES | st.just(key)), draw(_attributes()), draw(WORDS), order)
            for order, key in enumerate(keys, start=1)
        ),
        document_labels=tuple(
            DocumentLabel(
                key, draw(NAMES), tuple(draw(st.lists(NAMES, min_size=1, max_size=3))), draw(WORDS), order
            )
            for order, key in enumerate(keys, start=1)
        ),
    )


@st.composite
def _label(draw: st.DrawFn, key: str, order: int) -> Label:
    return Label(
        key=key,
        name=draw(NAMES | st.just(key)),
        color=draw(st.sampled_from(["#999999", "#00ff7f"])),
        shortcut=draw(st.sampled_from(["", "1", "ctrl+a"])),
        entity_type=draw(st.none() | KEYS),
        attributes=draw(_attributes()),
        description=draw(WORDS),
        order=order,
        retired=draw(st.booleans()),
        replaced_by=draw(st.none() | KEYS),
    )


@st.composite
def _link_type(draw: st.DrawFn, key: str, order: int, labels: list[str]) -> LinkType:
    ends = st.none() | st.sampled_from(labels)
    return LinkType(
        key=key,
        name=draw(NAMES | st.just(key)),
        from_label=draw(ends),
        to_label=draw(ends),
        attributes=draw(_attributes()),
        description=draw(WORDS),
        order=order,
        retired=draw(st.booleans()),
    )


@st.composite
def _attributes(draw: st.DrawFn) -> tuple[Attribute, ...]:
    keys = draw(st.lists(KEYS, max_size=2, unique=True))
    return tuple(draw(_attribute(key)) for key in keys)


@st.composite
def _attribute(draw: st.DrawFn, key: str) -> Attribute:
    kinds = ["choice", "text", "number", "boolean", "codebook", "integer", "strings", "entities"]
    return Attribute(
        key,
        draw(NAMES | st.just(key)),
        draw(st.sampled_from(kinds)),
        tuple(draw(st.lists(NAMES, max_size=2))),
        draw(st.booleans()),
        draw(st.none() | VALUES),
    )
