"""What a project's log teaches about its annotators, and how it is applied to one document.

Learned once in a while from everything up to a position, kept as a value that names that position, and applied
to each document alone: so a document's consensus can be told at any time, and is the same whoever tells it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from sys import intern

import msgspec
import numpy as np

from annotator.domain.aggregation.aggregate import Aggregation, Heard, aggregate
from annotator.domain.aggregation.answers import Answers, Pieces, Sheet, answers
from annotator.domain.aggregation.arrays import Floats
from annotator.domain.aggregation.bridge import answers_of, known_of
from annotator.domain.aggregation.settings import Policy as Method
from annotator.domain.aggregation.settings import Settings, SpanModel, TextModel
from annotator.domain.aggregation.stacking import Stack
from annotator.domain.aggregation.tables import CROWD, Tables, log_ratio, shares, untrained
from annotator.domain.curation import Decision
from annotator.domain.gold import Score
from annotator.domain.policy import ModelPolicy
from annotator.domain.stretches import candidate_key
from annotator.domain.voting import Voter

GRAIN = 6
"""Decimals that are kept of what is learned, so that another machine learns the same."""

Said = Mapping[str, tuple[float, float]]
"""By key of candidate, log odds of the models that read the text."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What was learned. ``said`` by document, from models of the text; ``sets`` finished ones were there.

    ``stack`` is there from ten ``reviewed`` documents on: then confidences can be quoted.
    """

    tables: Tables
    stack: Stack | None = None
    sets: int = 0
    reviewed: int = 0
    said: Mapping[str, Said] = field(default_factory=dict)

    @property
    def reliability(self) -> dict[str, float]:
        """By author, the expected F1 of their marks."""
        return dict(zip(self.tables.annotators, self.tables.reliability.tolist(), strict=True))

    def weights(self, authors: Iterable[str]) -> dict[str, float]:
        """How much votes count: the square of the reliability, of strangers the mean one."""
        known = self.reliability
        usual = sum(known.values()) / len(known) if known else 1.0
        return {author: known.get(author, usual) ** 2 for author in authors}


NOTHING = Learned(untrained(()))
"""What is known before anything was learned: all annotators are alike, and the vote decides."""


@dataclass(frozen=True, slots=True)
class Case:
    """One document to learn from: its finished sets, and what curators decided; ``reviewed`` if that is all."""

    document: str
    voters: Sequence[Voter]
    decisions: Sequence[Decision] = ()
    reviewed: bool = False
    text: str = ""


def learn(cases: Iterable[Case], *, types: Sequence[str], policy: ModelPolicy) -> Learned:
    """Learn from all documents, which are looked at one by one. ``types`` are the labels in the schema's order.

    Marks with labels that it does not have come last, by name.
    """
    heard = _heard_from(cases, reads=policy.text)
    strange = {key for sheet in heard.sheets for key, _ in sheet.marks} - set(types)
    every = (*types, *sorted(strange))
    if not heard.sheets:
        return Learned(untrained(every))
    found = aggregate(
        answers(heard.sheets, every, texts=heard.texts if policy.text else None),
        settings=Settings(method(policy), policy.constraint),
        known=heard.known,
        reviewed=sorted(heard.reviewed),
    )
    assert found.tables is not None
    return Learned(
        tables=_rounded(found.tables),
        stack=found.stack and replace(found.stack, weights=found.stack.weights.round(GRAIN)),
        sets=len(heard.sheets),
        reviewed=len(heard.reviewed),
        said=_said(found),
    )


@dataclass(slots=True)
class _Heard:
    """Only what learning needs: of a large project everything else would not fit into memory."""

    sheets: list[Sheet] = field(default_factory=list)
    known: dict[tuple[str, int, str, Pieces], bool] = field(default_factory=dict)
    reviewed: set[str] = field(default_factory=set)
    texts: dict[tuple[str, int], str] = field(default_factory=dict)


def _heard_from(cases: Iterable[Case], *, reads: bool) -> _Heard:
    heard = _Heard()
    for case in cases:
        if not case.voters:
            continue
        for voter in case.voters:
            marks = tuple((intern(mark.label), mark.spans) for mark in voter.annotations)
            heard.sheets.append(Sheet(case.document, intern(voter.author), marks))
        heard.known.update(known_of({case.document: case.decisions}, {case.document: case.voters}))
        if case.reviewed:
            heard.reviewed.add(case.document)
        if reads:
            heard.texts[case.document, 0] = case.text
    return heard


def method(policy: ModelPolicy) -> Method:
    """The policy as the engine knows it."""
    return TextModel(policy.tau) if policy.text else SpanModel(policy.tau)


def scores(
    cast: Mapping[str, Sequence[Voter]],
    decisions: Mapping[str, Sequence[Decision]],
    *,
    policy: ModelPolicy,
    learned: Learned,
) -> dict[str, dict[str, Score]]:
    """What the model says of every candidate, by document and key. What was decided is taken as known.

    A document's scores do not depend on which others are asked about at once: that is only faster.
    """
    known_types = learned.tables.types
    marked = {mark.label for voters in cast.values() for voter in voters for mark in voter.annotations}
    more = sorted(marked - set(known_types))
    said = answers_of(cast, (*known_types, *more))
    scored: dict[str, dict[str, Score]] = {document: {} for document in cast}
    if not said.documents:
        return scored
    found = aggregate(
        said,
        settings=Settings(method(policy), policy.constraint),
        tables=_with_types(learned.tables, more),
        stack=learned.stack and _stack_with_types(learned, len(more), policy),
        known=known_of(decisions, cast),
        heard=_heard(learned.said, said) if policy.text else None,
    )
    confidence, stands = found.confidence.tolist(), found.stands.tolist()
    for n in range(len(found.candidates)):
        document, _, type_, pieces = found.key(n)
        scored[document][candidate_key(type_, pieces)] = Score(confidence[n], stands[n])
    return scored


def _with_types(tables: Tables, more: Sequence[str]) -> Tables:
    """Types that the tables do not know get the usual responses."""
    if not more:
        return tables
    starts, rows, _, kinds = tables.ratio.shape
    usual = log_ratio(np.broadcast_to(shares(CROWD)[:, None, None, :], (2, 1, 1, kinds)))[None]
    ratio = np.broadcast_to(usual, (starts, rows, len(more), kinds))
    return replace(
        tables,
        types=(*tables.types, *more),
        ratio=np.concatenate((tables.ratio, ratio), axis=2),
        prior=np.concatenate((tables.prior, np.zeros((starts, len(more)))), axis=1),
    )


def _stack_with_types(learned: Learned, more: int, policy: ModelPolicy) -> Stack | None:
    """Of such types nothing special was learned."""
    stack, types = learned.stack, len(learned.tables.types)
    if stack is None or not more:
        return stack
    blocks = (3 if policy.text else 1) + 1
    common = len(stack.weights) - blocks * types
    parts: list[Floats] = [stack.weights[:common]]
    for n in range(blocks):
        parts += [stack.weights[common + n * types : common + (n + 1) * types], np.zeros(more)]
    return replace(stack, weights=np.concatenate(parts))


def _rounded(tables: Tables) -> Tables:
    return replace(
        tables,
        ratio=tables.ratio.round(GRAIN),
        prior=tables.prior.round(GRAIN),
        reliability=tables.reliability.round(4),
        trace=np.zeros((len(tables.prior), 0)),
    )


def _said(found: Aggregation) -> Mapping[str, Said]:
    """Of what somebody marked: a consensus rests on votes, so what only a model found is not kept."""
    said: dict[str, dict[str, tuple[float, float]]] = {}
    marked = found.exact > 0
    for n, ((document, _, type_, pieces), voices) in enumerate(found.heard().items()):
        if marked[n]:
            said.setdefault(document, {})[candidate_key(type_, pieces)] = (voices[0], voices[1])
    return said


def _heard(said: Mapping[str, Said], given: Answers) -> Heard:
    """Only of what is marked now: what nobody marks any more is no candidate."""
    of = {document: told for document in given.documents if (told := said.get(document))}
    keys = {}
    for mark in range(len(given.mark_unit)) if of else ():
        document = given.documents[int(given.unit_document[int(given.mark_unit[mark])])]
        type_, pieces = given.types[int(given.mark_type[mark])], given.pieces(mark)
        key = candidate_key(type_, pieces)
        if key in of.get(document, ()):
            keys[document, 0, type_, pieces] = of[document][key]
    return keys


# As bytes


class _Kept(msgspec.Struct, frozen=True):
    annotators: tuple[str, ...]
    types: tuple[str, ...]
    ratio: list[list[list[list[float]]]]
    prior: list[list[float]]
    documents: int
    sound: bool
    reliability: list[float]
    engine: int
    stack: list[float] | None
    sets: int
    reviewed: int


def packed(learned: Learned) -> bytes:
    """As canonical JSON, all but what was said of each document."""
    tables = learned.tables
    kept = _Kept(
        annotators=tables.annotators,
        types=tables.types,
        ratio=(tables.ratio + 0.0).tolist(),
        prior=(tables.prior + 0.0).tolist(),
        documents=tables.documents,
        sound=tables.sound,
        reliability=tables.reliability.tolist(),
        engine=tables.engine,
        stack=None if learned.stack is None else (learned.stack.weights + 0.0).tolist(),
        sets=learned.sets,
        reviewed=learned.reviewed,
    )
    return msgspec.json.encode(kept, order="sorted")


def packed_said(said: Said) -> bytes:
    """What was said of one document as canonical JSON."""
    return msgspec.json.encode(dict(said), order="sorted")


def unpacked(body: bytes, said: Mapping[str, Said]) -> Learned:
    """What ``packed`` made bytes of."""
    kept = msgspec.json.decode(body, type=_Kept)
    tables = Tables(
        annotators=kept.annotators,
        types=kept.types,
        ratio=np.array(kept.ratio),
        prior=np.array(kept.prior),
        documents=kept.documents,
        sound=kept.sound,
        reliability=np.array(kept.reliability),
        trace=np.zeros((len(kept.prior), 0)),
        engine=kept.engine,
    )
    stack = None if kept.stack is None else Stack(np.array(kept.stack), kept.reviewed)
    return Learned(tables, stack, kept.sets, kept.reviewed, said)


def unpacked_said(body: bytes) -> Said:
    """What ``packed_said`` made bytes of."""
    return msgspec.json.decode(body, type=dict[str, tuple[float, float]])


def digest(body: bytes, said: Mapping[str, bytes]) -> str:
    """What an event commits to: SHA-256, in hexadecimal, of the packed form and of what was said, by document."""
    found = hashlib.sha256(body)
    for document, told in sorted(said.items()):
        found.update(document.encode() + hashlib.sha256(told).digest())
    return found.hexdigest()
