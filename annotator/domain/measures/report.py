"""A report of agreement: every figure with its interval, on how many documents it rests, and why there is none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from annotator.domain.measures.parts import LABELS, Finished, Key
from annotator.domain.measures.result import Result
from annotator.domain.measures.sums import (
    Disorder,
    Drawn,
    Pair,
    Part,
    alpha,
    bounds,
    f1,
    fleiss,
    kappa,
    measured,
    ordered,
)
from annotator.domain.values import Spans
from annotator.domain.voting import Voter

Dimension = Literal["layer", "label", "language", "period", "document"]

NOT_MARKED = ""
"""In a table of confusion: the other annotator marked nothing on these stretches."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one document says, with its language and the period in which its second set was finished."""

    document: str
    annotators: tuple[str, ...]
    language: str
    period: str
    parts: Mapping[Key, Part]
    gamma: Disorder | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The measures of some documents and of one thing. Those that do not fit it are None; ``gamma_bounds``: between
    what gamma surely lies."""

    dimension: Dimension
    key: str
    documents: int
    f1_exact: Result | None = None
    f1_half: Result | None = None
    alpha: Result | None = None
    kappa: Result | None = None
    fleiss: Result | None = None
    alpha_unitizing: Result | None = None
    gamma: Result | None = None
    gamma_bounds: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two annotators, over the documents that both finished."""

    one: str
    other: str
    documents: int
    f1_exact: Result
    f1_half: Result
    kappa: Result


@dataclass(frozen=True, slots=True)
class Report:
    """``documents`` that two or more finished; rows by dimension; ``annotators`` with how many of these each
    finished. ``lowest``: the documents that agree least, the lowest first."""

    documents: int
    annotators: Mapping[str, int]
    rows: tuple[Row, ...]
    pairs: tuple[PairRow, ...]
    lowest: tuple[Row, ...] = field(default=())


LOWEST = 200


def report(told: Sequence[Told], *, seed: int, one_document: bool = False) -> Report:
    """The whole report. ``one_document``: it is asked for a single one, so that values need no five."""
    told = sorted(told, key=lambda each: each.document)
    drawn = Drawn(seed, fewest=1) if one_document else Drawn(seed)
    rows = [_row("layer" if not key[1] else "label", key, told, drawn) for key in _keys(told)]
    for dimension, groups in (("language", _by(told, "language")), ("period", _by(told, "period"))):
        rows += [_of_documents(dimension, key, group, drawn) for key, group in groups]  # type: ignore[arg-type]
    alone = Drawn(seed, samples=0, fewest=1)
    single = [_of_documents("document", each.document, [each], alone) for each in told]
    return Report(
        documents=len(told),
        annotators=_annotators(told),
        rows=tuple(rows),
        pairs=tuple(_pair(pair, told, drawn) for pair in _pairs(told)),
        lowest=tuple(sorted(single, key=_value)[:LOWEST]),
    )


def _row(dimension: Dimension, key: Key, told: Sequence[Told], drawn: Drawn) -> Row:
    layer, name = key
    shown = layer if not name else f"{layer}:{name}"
    parts = [each.parts.get(key, Part()) for each in told]
    documents = len(told)
    if layer in ("attribute", "entity", "document_label"):
        some = [part for part in parts if part.named and part.named.totals]
        return Row(
            "layer",
            shown,
            len(some),
            alpha=measured(alpha(some), len(some), drawn, lacking="no_variation"),
            kappa=measured(kappa(some), len(some), drawn, lacking="no_variation"),
            fleiss=measured(fleiss(some), len(some), drawn, lacking="no_variation"),
        )
    exact = measured(f1(parts, "exact"), documents, drawn, lacking="nothing_marked")
    if layer == "link":
        return Row(dimension, shown, documents, f1_exact=exact)
    gammas = [each.gamma for each in told] if key == LABELS else []
    return Row(
        dimension,
        shown,
        documents,
        f1_exact=exact,
        f1_half=measured(f1(parts, "half"), documents, drawn, lacking="nothing_marked"),
        alpha=measured(alpha(parts), documents, drawn, lacking="no_variation"),
        kappa=measured(kappa(parts), documents, drawn, lacking="no_variation"),
        fleiss=measured(fleiss(parts), documents, drawn, lacking="no_variation"),
        alpha_unitizing=measured(
            ordered([part.unitized for part in parts]), documents, drawn, lacking="nothing_marked"
        ),
        gamma=measured(ordered(gammas), documents, drawn, lacking="nothing_marked") if any(gammas) else None,
        gamma_bounds=bounds(gammas),
    )


def _of_documents(dimension: Dimension, key: str, told: Sequence[Told], drawn: Drawn) -> Row:
    return replace(_row("layer", LABELS, told, drawn), dimension=dimension, key=key)


def _pair(pair: Pair, told: Sequence[Told], drawn: Drawn) -> PairRow:
    both = [each.parts[LABELS] for each in told if pair in each.parts[LABELS].marks]
    parts = [Part({pair: part.marks[pair]}, part.named) for part in both]
    documents = len(parts)
    return PairRow(
        *pair,
        documents,
        measured(f1(parts, "exact"), documents, drawn, lacking="nothing_marked"),
        measured(f1(parts, "half"), documents, drawn, lacking="nothing_marked"),
        measured(kappa([_only(pair, part) for part in both]), documents, drawn, lacking="no_variation"),
    )


def _only(pair: Pair, part: Part) -> Part:
    if part.named is None:
        return part
    return replace(part, named=replace(part.named, pairs={pair: part.named.pairs.get(pair, {})}))


def _keys(told: Sequence[Told]) -> list[Key]:
    order = {"label": 0, "link": 1, "attribute": 2, "entity": 3, "document_label": 4}
    found = {key for each in told for key in each.parts}
    return sorted(found, key=lambda key: (order[key[0]], key[1]))


def _by(told: Sequence[Told], name: Literal["language", "period"]) -> list[tuple[str, list[Told]]]:
    groups: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        groups[getattr(each, name)].append(each)
    return sorted(groups.items())


def _pairs(told: Sequence[Told]) -> list[Pair]:
    return sorted({pair for each in told for pair in each.parts[LABELS].marks})


def _annotators(told: Sequence[Told]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for each in told:
        for annotator in each.annotators:
            counts[annotator] += 1
    return dict(sorted(counts.items()))


def _value(row: Row) -> tuple[float, str]:
    return getattr(row.f1_exact, "value", 2.0), row.key


@dataclass(frozen=True, slots=True)
class Compared:
    """Where one annotator gave ``row`` and the other ``column`` on the very same stretches; the smaller label, or
    "not marked", is the column. ``one`` and ``other`` are annotation ids, ``other`` None where nothing was marked."""

    row: str
    column: str
    spans: Spans
    authors: Pair
    one: str
    other: str | None


def compared(finished: Finished) -> Iterable[Compared]:
    """Every two annotators' marks of a document, side by side: what a table of confusion counts."""
    voters = sorted(finished.voters, key=lambda voter: voter.author)
    for n, one in enumerate(voters):
        for other in voters[n + 1 :]:
            yield from _beside(one, other)


def _beside(one: Voter, other: Voter) -> Iterable[Compared]:
    ours, theirs = _placed(one), _placed(other)
    for spans in sorted(ours.keys() | theirs.keys()):
        here, there = dict(ours.get(spans, {})), dict(theirs.get(spans, {}))
        for label in sorted(here.keys() & there.keys()):
            yield Compared(label, label, spans, (one.author, other.author), here.pop(label), there.pop(label))
        # What is left on both sides is taken for each other in order of label.
        for label, found in zip(sorted(here), sorted(there), strict=False):
            authors, ids = (one.author, other.author), (here.pop(label), there.pop(found))
            if label < found:
                authors, ids, label, found = authors[::-1], ids[::-1], found, label
            yield Compared(label, found, spans, authors, *ids)
        for label, id_ in sorted(here.items()):
            yield Compared(label, NOT_MARKED, spans, (one.author, other.author), id_, None)
        for label, id_ in sorted(there.items()):
            yield Compared(label, NOT_MARKED, spans, (other.author, one.author), id_, None)


def _placed(voter: Voter) -> dict[Spans, dict[str, str]]:
    found: dict[Spans, dict[str, str]] = {}
    for mark in sorted(voter.annotations, key=lambda mark: mark.id):
        found.setdefault(mark.spans, {}).setdefault(mark.label, mark.id)
    return found
