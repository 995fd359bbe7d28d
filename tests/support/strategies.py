"""Hypothesis strategies: texts that hurt, spans, sets and schemas."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from annotator.domain.annotation_set import (
    AddAnnotation,
    AddLink,
    Annotation,
    ChangeAnnotation,
    ChangeLink,
    ClearDocumentLabel,
    FinishSet,
    RemoveAnnotation,
    RemoveLink,
    ReopenSet,
    SetDocumentLabel,
)
from annotator.domain.curation import (
    DecidedAnnotation,
    DecideItem,
    FinishCuration,
    ReopenCuration,
    SeenVote,
    Verdict,
    WithdrawDecision,
)
from annotator.domain.document import (
    AddTextVersion,
    ArchiveDocument,
    ChangeDocument,
    ImportDocument,
    RestoreDocument,
    SetLanguages,
)
from annotator.domain.label_schema import (
    DefineDocumentLabel,
    DefineEntityType,
    DefineLabel,
    DefineLinkType,
    PublishSchema,
    RetireLabel,
    RetireLinkType,
)
from annotator.domain.policy import MajorityPolicy, WeightedPolicy
from annotator.domain.project import (
    AddAuthor,
    ChangeProject,
    CreateProject,
    RemoveMember,
    SetMember,
    SetPolicy,
)
from annotator.domain.register import (
    AddEntity,
    ChangeEntity,
    MergeEntities,
    NewEntity,
    RemoveEntity,
    SplitEntity,
)
from annotator.domain.text import quote
from annotator.domain.values import Attribute, Attributes, Command, LanguageRange
from annotator.domain.voting import Voter
from tests.support import builders

PIECES = (
    "a",
    "Assad",
    " ",
    "  ",
    "\n",
    "\t",
    "à",
    "a\u0300",  # the same with a combining mark
    "\u00a0",
    "\u200b",
    "\u200d",
    "’",
    "“",
    "🚀",
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "🇮🇹",
    "نص عربي",
    "\u202bمرحبا\u202c",
    "שלום",
    "漢字",
    "한국어",
    "한",
    "ß",
    "İ",
    ".",
    ",",
    "'",
    "\ufeff",
    "\x0b",
    "\u2028",
    "\x85",
    "𝔘",
    "क्षि",
)
"""Pieces of texts that break careless offsets."""


def texts(*, min_size: int = 0, max_size: int = 40) -> SearchStrategy[str]:
    """Texts that may be stored: emoji, combining marks, NBSP, bidi, Arabic, no CR, no leading mark."""
    return _pieces(PIECES, min_size, max_size).map(lambda text: text.lstrip("\ufeff"))


def raw_texts(*, max_size: int = 40) -> SearchStrategy[str]:
    """Texts as files hold them: CRLF, lone CR and a byte order mark as well."""
    return _pieces((*PIECES, "\r\n", "\r", "\n\r"), 0, max_size)


def _pieces(pieces: Sequence[str], min_size: int, max_size: int) -> SearchStrategy[str]:
    odd = st.characters(exclude_characters="\x00\r", exclude_categories=["Cs"])
    listed = st.lists(st.one_of(st.sampled_from(pieces), odd), min_size=min_size, max_size=max_size)
    return listed.map("".join)


@st.composite
def spans_in(draw: st.DrawFn, text: str, *, most: int = 3) -> tuple[tuple[int, int], ...]:
    """Spans that an annotation of the text may have: in order, apart, none of them blank."""
    edges = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2 * most, unique=True).map(sorted))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple((start, end) for start, end in pairs if not text[start:end].isspace())


@st.composite
def texts_with_spans(draw: st.DrawFn, *, most: int = 3) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text and spans in it, at least one."""
    text = draw(texts(min_size=2).filter(lambda text: len(text) >= 2 and not text.isspace()))
    spans = draw(spans_in(text, most=most).filter(bool))
    return text, spans


WORDS = ("Syrian army of Assad", "Assad", "Al-Bukamal", "Iran", "Iran…forces", "Putin", "took Al-Bukamal 🚀")
"""Stretches of ``builders.TEXT``: apart, nested, overlapping and in pieces."""

LABELS = ("actor", "location", "claim")
ENTITIES = {"actor": "assad", "location": "bukamal"}


def ids(kind: str, most: int = 5) -> SearchStrategy[str]:
    """One of a few ids, so that commands meet."""
    return st.sampled_from([builders.an_id(f"{kind}{n}") for n in range(most)])


undoes = st.none() | st.just(builders.an_id("command"))
notes = st.sampled_from(["", "unsure", "نص 🚀"])

attributes: dict[str, SearchStrategy[Attributes]] = {
    "actor": st.fixed_dictionaries(
        {}, optional={"mention": st.sampled_from(["named", "nominal"]), "reading": st.just("metonymic")}
    ),
    "location": st.just({}),
    "claim": st.fixed_dictionaries(
        {},
        optional={
            "claim_type": st.sampled_from(["factual", "causal"]),
            "concept": st.sampled_from(["isis-defeated", "war-won"]),
            "note": notes,
            "cue": st.just("as promised"),
        },
    ),
    "target": st.fixed_dictionaries({}, optional={"stance": st.sampled_from(["positive", "negative"])}),
}


def entities(label: str) -> SearchStrategy[str | None]:
    """What an annotation with this label may name."""
    return st.none() | st.just(builders.an_id(ENTITIES[label])) if label in ENTITIES else st.none()


@st.composite
def annotations(draw: st.DrawFn) -> dict[str, Any]:
    """The fields of an annotation of ``builders.TEXT``."""
    label = draw(st.sampled_from(LABELS))
    spans = builders.spans_of(draw(st.sampled_from(WORDS)))
    return {
        "label": label,
        "spans": spans,
        "attributes": draw(attributes[label]),
        "entity": draw(entities(label)),
    }


@st.composite
def annotation_commands(draw: st.DrawFn, cls: type[AddAnnotation] | type[ChangeAnnotation]) -> Command:
    """Commands that give a whole annotation."""
    fields = draw(annotations())
    said = quote(builders.TEXT, fields["spans"])
    return cls(annotation=draw(ids("s")), quote=said, text_version=1, undoes=draw(undoes), **fields)


@st.composite
def link_commands(draw: st.DrawFn, cls: type[AddLink] | type[ChangeLink]) -> Command:
    """Commands that give a whole link; many of them between ends that do not fit."""
    type_ = draw(st.sampled_from(["target", "claimant", "location", "restates"]))
    given = draw(attributes.get(type_, st.just({})))
    ends = {"from_": draw(ids("s")), "to": draw(ids("s"))}
    return cls(link=draw(ids("k", 3)), type=type_, attributes=given, undoes=draw(undoes), **ends)


def set_commands() -> SearchStrategy[Command]:
    """Commands to an annotation set on ``builders.TEXT``: some sensible, some against a rule."""
    return st.one_of(
        annotation_commands(AddAnnotation),
        annotation_commands(ChangeAnnotation),
        link_commands(AddLink),
        link_commands(ChangeLink),
        st.builds(RemoveAnnotation, annotation=ids("s"), undoes=undoes),
        st.builds(RemoveLink, link=ids("k", 3), undoes=undoes),
        st.builds(
            SetDocumentLabel, label=st.just("topic"), value=st.sampled_from(["war", "peace"]), undoes=undoes
        ),
        st.builds(ClearDocumentLabel, label=st.just("topic"), undoes=undoes),
        st.builds(FinishSet, undoes=undoes),
        st.builds(ReopenSet, reason=notes, undoes=undoes),
    )


verdicts: SearchStrategy[Verdict] = st.sampled_from(["accept", "edit", "reject", "none_of_these"])


@st.composite
def decide_commands(draw: st.DrawFn) -> Command:
    """Decisions about a few items of ``builders.TEXT``."""
    fields = draw(annotations())
    verdict = draw(verdicts)
    given: dict[str, Any] = {"annotation": None, "quote": None}
    if verdict != "none_of_these":
        given = {"annotation": DecidedAnnotation(**fields), "quote": quote(builders.TEXT, fields["spans"])}
    seen = st.builds(SeenVote, ids("author"), st.none() | ids("s"), st.integers(0, 9))
    return DecideItem(
        decision=draw(ids("d")),
        item=draw(st.sampled_from(["actor:19-24", "claim:0-9", "link:target:claim:25-40>actor:19-24"])),
        verdict=verdict,
        votes=tuple(draw(st.lists(seen, max_size=3))),
        reason=draw(st.sampled_from([None, "slip", "guideline_gap"])),
        note=draw(notes),
        **given,
    )


def curation_commands() -> SearchStrategy[Command]:
    """Commands to a curation stream."""
    return st.one_of(
        decide_commands(),
        st.builds(WithdrawDecision, decision=ids("d")),
        st.builds(FinishCuration),
        st.builds(ReopenCuration),
    )


def project_commands() -> SearchStrategy[Command]:
    """Commands to a project stream."""
    settings = {"name": st.sampled_from(["News", "نص"]), "blind": st.booleans(), "shared": st.booleans()}
    roles = st.sampled_from(["annotator", "curator", "manager", "viewer"])
    return st.one_of(
        st.builds(CreateProject, **settings),
        st.builds(ChangeProject, languages=st.just(("it", "en")), **settings),
        st.builds(SetMember, member=ids("m", 3), role=roles),
        st.builds(RemoveMember, member=ids("m", 3)),
        st.builds(SetPolicy, policy=policies()),
        st.builds(AddAuthor, author=ids("m", 3), author_class=st.sampled_from(["human", "machine"])),
    )


def policies() -> SearchStrategy[MajorityPolicy | WeightedPolicy]:
    """Majorities from one vote up to unanimity, by heads and by weights, for one stretch and for all near it."""
    common = {
        "threshold": st.sampled_from([0.0, 0.3, 0.5, 0.6, 0.75, 1.0]),
        "boundary": st.sampled_from(["exact", "exact", "overlap"]),
        "auto_accept": st.sampled_from([None, None, 0.7]),
    }
    weights = st.dictionaries(ids("author", 3), st.sampled_from([0.25, 0.5, 1.0, 2.0]), max_size=3)
    return st.builds(MajorityPolicy, **common) | st.builds(WeightedPolicy, weights=weights, **common)


schema_attributes = st.lists(
    st.sampled_from(
        [
            Attribute("mention", "Mention", "choice", ("named", "nominal"), True, "named"),
            Attribute("concept", "Concept", "codebook"),
            Attribute("note", "Note", "text"),
            Attribute("size", "Size", "number", default=0.5),
            Attribute("rank", "Rank", "integer", ("1", "2")),
            Attribute("sure", "Sure", "boolean", default=True),
        ]
    ),
    max_size=3,
).map(tuple)


def schema_commands() -> SearchStrategy[Command]:
    """Commands to a label schema."""
    keys, names = st.sampled_from(["actor", "location", "claim"]), st.sampled_from(["Actor", "Ort"])
    ends = st.none() | keys
    return st.one_of(
        st.builds(
            DefineLabel,
            key=keys,
            name=names,
            entity_type=ends,
            attributes=schema_attributes,
            description=notes,
        ),
        st.builds(RetireLabel, key=keys, replaced_by=ends),
        st.builds(
            DefineLinkType,
            key=st.sampled_from(["target", "claimant"]),
            name=names,
            from_label=ends,
            to_label=ends,
            attributes=schema_attributes,
        ),
        st.builds(RetireLinkType, key=st.sampled_from(["target", "claimant"])),
        st.builds(DefineEntityType, key=keys, name=names, attributes=schema_attributes),
        st.builds(
            DefineDocumentLabel,
            key=st.just("topic"),
            name=names,
            values=st.sampled_from([("war",), ("war", "peace"), ("war", "war")]),
        ),
        st.builds(PublishSchema, name=st.just("news"), version=st.sampled_from(["1.0", "1.1"])),
    )


@st.composite
def language_ranges(draw: st.DrawFn, length: int) -> tuple[LanguageRange, ...]:
    """Ranges that cover a text of this length."""
    inner = draw(st.lists(st.integers(1, max(length - 1, 1)), max_size=3, unique=True).map(sorted))
    edges = [0, *(edge for edge in inner if edge < length), length]
    tags = st.sampled_from(["it", "en", "zh-Hant", "und"])
    pairs = pairwise(edges)
    return tuple(LanguageRange(start, end, draw(tags)) for start, end in pairs if start < end)


@st.composite
def text_commands(draw: st.DrawFn) -> Command:
    """Commands that bring a text."""
    text = draw(texts())
    languages = draw(st.just(()) | language_ranges(len(text)))
    if draw(st.booleans()):
        return AddTextVersion(text=text, languages=languages, reason=draw(notes))
    meta = draw(st.sampled_from([{}, {"outlet": "Il Foglio", "pages": [1, 2]}]))
    return ImportDocument(
        document=builders.an_id("document"), title="نص", text=text, languages=languages, meta=meta
    )


def document_commands() -> SearchStrategy[Command]:
    """Commands to a document."""
    return st.one_of(
        text_commands(),
        st.builds(SetLanguages, languages=st.integers(0, 30).flatmap(language_ranges)),
        st.builds(ChangeDocument, title=notes, source_url=st.none() | st.just("https://example.org/a")),
        st.builds(ArchiveDocument, reason=notes),
        st.builds(RestoreDocument),
    )


def entity_fields() -> dict[str, SearchStrategy[Any]]:
    """The fields of an actor."""
    given = st.fixed_dictionaries(
        {"actor_type": st.sampled_from(["person", "state"])},
        optional={"role": notes, "country": st.just("SY"), "members": st.lists(ids("e", 4), max_size=2)},
    )
    names, aliases = st.sampled_from(["Assad", "الأسد"]), st.sampled_from([(), ("الأسد", "Assad")])
    return {"name": names, "aliases": aliases, "attributes": given, "note": notes}


def register_commands() -> SearchStrategy[Command]:
    """Commands to a register."""
    one, actor = ids("e", 4), st.just("actor")
    return st.one_of(
        st.builds(AddEntity, entity=one, entity_type=actor, **entity_fields()),
        st.builds(ChangeEntity, entity=one, entity_type=actor, **entity_fields()),
        st.builds(MergeEntities, entity=one, into=one),
        st.builds(
            SplitEntity,
            entity=one,
            new=st.builds(NewEntity, entity=one, **entity_fields()),
            annotations=st.lists(ids("s"), max_size=2).map(tuple),
        ),
        st.builds(RemoveEntity, entity=one, reason=notes),
    )


@st.composite
def voters(draw: st.DrawFn, *, least: int = 1, most: int = 5) -> list[Voter]:
    """Finished sets of several authors on ``builders.TEXT``, with links among their marks."""
    authors = [builders.an_id(f"author{n}") for n in range(draw(st.integers(least, most)))]
    return [draw(a_voter(author)) for author in authors]


def _ends(pair: tuple[Annotation, Annotation]) -> tuple[str, str]:
    return pair[0].id, pair[1].id


@st.composite
def a_voter(draw: st.DrawFn, author: str) -> Voter:
    """An author's finished set; nothing is marked twice in it."""
    once = st.lists(annotations(), max_size=5, unique_by=lambda given: (given["label"], given["spans"]))
    marks = [builders.a_mark(name=f"{author} {n}", **given) for n, given in enumerate(draw(once))]
    claims = [mark for mark in marks if mark.label == "claim"]
    actors = [mark for mark in marks if mark.label == "actor"]
    pairs = [(claim, actor) for claim in claims for actor in actors]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=3, unique_by=_ends)) if pairs else []
    made = [builders.linked(*pair, attributes=draw(attributes["target"])) for pair in chosen]
    topics = draw(st.sampled_from([{}, {"topic": "war"}, {"topic": "peace"}]))
    return builders.a_voter(author, *marks, links=made, document_labels=topics)
