"""Agreement over a project's documents, read from the log: now, or as of a position.

A report is a pure function of the log up to a position and of what was asked; its key names both.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.label_schema import LabelSchema
from annotator.domain.measures.parts import Finished, gamma_of, parts_of
from annotator.domain.measures.report import Compared, PairRow, Report, Row, Told, compared, report
from annotator.domain.measures.result import Result, Value
from annotator.domain.measures.sums import Disorder
from annotator.domain.text import quote
from annotator.domain.values import LanguageRange, Spans
from annotator.domain.voting import Voter, voters
from annotator.projections.evidence import Contents, Evidence, evidence, query
from annotator.projections.evidence import Row as EventRow
from annotator.projections.rules import Rules, rules_at
from annotator.queries.accounts import names_of
from annotator.queries.events import moment

ENGINE = 1
"""Changes whenever the same log would give other figures."""

Period = Literal["month", "week", "day"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is about; everything where nothing is said. `labels` are keys; `since` and `until` are days
    on which a document's second set was finished; `gamma` takes long."""

    labels: tuple[str, ...] = ()
    document: str | None = None
    language: str | None = None
    since: date | None = None
    until: date | None = None
    period: Period = "month"
    gamma: bool = False


class Measure(msgspec.Struct, frozen=True):
    """A figure with the bounds of its 95 % interval, or `reason` says why there is none. `count`: documents."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    count: int = 0
    reason: str | None = None


class RowView(msgspec.Struct, frozen=True):
    """The measures of some documents, or of one layer or label; null where a measure does not fit."""

    dimension: str
    key: str
    name: str
    documents: int
    f1_exact: Measure | None
    f1_half: Measure | None
    alpha: Measure | None
    kappa: Measure | None
    fleiss: Measure | None
    alpha_unitizing: Measure | None
    gamma: Measure | None
    gamma_bounds: tuple[float, float] | None


class PairView(msgspec.Struct, frozen=True):
    """Two annotators, over the documents that both finished."""

    one: str
    other: str
    documents: int
    f1_exact: Measure
    f1_half: Measure
    kappa: Measure


class AnnotatorView(msgspec.Struct, frozen=True):
    """An annotator, with how many of the documents they finished; null is the shared set."""

    author: str
    name: str
    documents: int


class ConfusionView(msgspec.Struct, frozen=True):
    """`cells[row][column]`: on the very same stretches one annotator gave the row's label and the other the
    column's. The table is symmetric; the last label is empty: not marked."""

    labels: Sequence[str]
    cells: Sequence[Sequence[int]]


class MarkerView(msgspec.Struct, frozen=True):
    """What changed the ground on which people agree: a published schema, a policy, or a version of the guideline."""

    at: str
    position: int
    kind: str
    name: str


class AgreementReport(msgspec.Struct, frozen=True):
    """Agreement over the `documents` that two or more finished, as of a position; `lowest` agree least."""

    position: int
    documents: int
    annotators: Sequence[AnnotatorView]
    rows: Sequence[RowView]
    pairs: Sequence[PairView]
    lowest: Sequence[RowView]
    confusion: ConfusionView
    markers: Sequence[MarkerView]
    languages: Sequence[str]


class MarkView(msgspec.Struct, frozen=True):
    """One annotator's side: the annotation, null where nothing was marked."""

    author: str
    name: str
    annotation: str | None
    label: str


class ComparedView(msgspec.Struct, frozen=True):
    """Two annotators' marks on the same stretches of a document; `quote` is null when the text was erased."""

    document: str
    title: str
    spans: Spans
    quote: str | None
    sides: Sequence[MarkView]


@dataclass(frozen=True, slots=True)
class Document:
    """A document that two or more finished."""

    finished: Finished
    title: str
    language: str
    when: datetime


Progress = Callable[[int, int | None], None]
Disorders = Callable[[Finished, int], Disorder | None]


def key_of(project: UUID, at: int, asked: Asked) -> str:
    """Names a report: the same key, the same figures."""
    said = msgspec.json.encode([str(project), at, ENGINE, msgspec.to_builtins(asked)])
    return hashlib.sha256(said).hexdigest()


def read_report(
    project: UUID,
    at: int,
    asked: Asked,
    *,
    progress: Progress | None = None,
    disorder: Disorders | None = None,
) -> AgreementReport:
    """The report; ``disorder`` gives what gamma is made of, where it is asked for."""
    rules = _rules(project, at)
    told: list[Told] = []
    titles: dict[str, str] = {}
    cells: Counter[tuple[str, str]] = Counter()
    languages: set[str] = set()
    seed = int(key_of(project, at, asked)[:15], 16)
    for n, found in enumerate(_documents(project, at, rules, asked, languages)):
        titles[found.finished.document] = found.title
        told.append(_told(found, rules, asked, disorder, seed))
        cells.update((each.row, each.column) for each in compared(found.finished))
        if progress:
            progress(n + 1, None)
    made = report(told, seed=seed, one_document=asked.document is not None)
    return AgreementReport(
        position=at,
        documents=made.documents,
        annotators=_annotators(made),
        rows=[_row(row, rules.schema, titles) for row in made.rows],
        pairs=[_pair(pair) for pair in made.pairs],
        lowest=[_row(row, rules.schema, titles) for row in made.lowest],
        confusion=_confusion(cells, rules.schema),
        markers=_markers(project, at),
        languages=sorted(languages),
    )


def behind(
    project: UUID, at: int, asked: Asked, *, row: str, column: str, limit: int = 200
) -> tuple[list[ComparedView], int]:
    """The marks behind a cell of the confusion, in order of import, and how many there are in all."""
    rules = _rules(project, at)
    found: list[tuple[Document, Compared]] = []
    total = 0
    for document in _documents(project, at, rules, asked, set()):
        for each in compared(document.finished):
            if {each.row, each.column} == {row, column}:
                total += 1
                if len(found) < limit:
                    found.append((document, each))
    names = _names({author for _, each in found for author in each.authors})
    return [_compared(document, each, names) for document, each in found], total


def _rules(project: UUID, at: int) -> Rules:
    with connection.cursor() as cursor:
        return rules_at(cursor, project, at)


def _documents(project: UUID, at: int, rules: Rules, asked: Asked, languages: set[str]) -> Iterator[Document]:
    """Documents that two or more finished, as far as they are asked for; ``languages`` gets those of all."""
    times = _times(project, at)
    some = [document for document, finished in times.items() if len(finished) > 1]
    if asked.document is not None:
        some = [document for document in some if str(document) == asked.document]
    for start in range(0, len(some), _AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(*query(project, at, some[start : start + _AT_ONCE]))
            rows = [EventRow(*row) for row in cursor.fetchall()]
        for found in evidence(rows, Contents(project)):
            document = _document(found, rules, times[found.id], asked)
            if document is not None:
                languages.add(document.language)
                if asked.language in (None, document.language):
                    yield document


_AT_ONCE = 256


def _document(found: Evidence, rules: Rules, times: Mapping[str, datetime], asked: Asked) -> Document | None:
    if found.document.archived:
        return None
    who = voters(
        found.sets,
        authors=rules.project.authors,
        text_version=found.document.text_version,
        versions=found.versions,
    )
    when = sorted(times[voter.author] for voter in who if voter.author in times)
    if len(when) < 2 or not _within(when[1].date(), asked):
        return None
    kept = [_only(voter, asked.labels) for voter in who] if asked.labels else who
    finished = Finished(str(found.id), found.text, tuple(kept))
    return Document(finished, found.document.title, _language(found.document.languages), when[1])


def _within(day: date, asked: Asked) -> bool:
    return (asked.since is None or day >= asked.since) and (asked.until is None or day <= asked.until)


def _only(voter: Voter, labels: Sequence[str]) -> Voter:
    kept = tuple(mark for mark in voter.annotations if mark.label in labels)
    return Voter(voter.author, kept, voter.links, voter.document_labels, voter.versions)


def _language(ranges: Sequence[LanguageRange]) -> str:
    """That in which most of the text is."""
    sizes: Counter[str] = Counter()
    for each in ranges:
        sizes[each.lang] += each.end - each.start
    return min(sizes, key=lambda lang: (-sizes[lang], lang), default="und")


def _times(project: UUID, at: int) -> dict[UUID, dict[str, datetime]]:
    """When each set was finished last, by document and author, in order of import."""
    sql = """SELECT s.subject, coalesce(s.owner::text, ''), max(e.recorded_at)
               FROM es.event_current e JOIN es.stream s ON s.project = e.project AND s.stream = e.stream
              WHERE e.project = %s AND e.position <= %s AND e.type = 'set_finished' AND s.kind = 'annotation_set'
              GROUP BY 1, 2 ORDER BY 1, 2"""
    found: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, at])
        for document, author, when in cursor.fetchall():
            found[document][author] = when.astimezone(UTC)
    return dict(found)


def _told(found: Document, rules: Rules, asked: Asked, disorder: Disorders | None, seed: int) -> Told:
    finished = found.finished
    parts = parts_of(finished, rules.schema, rules.register)
    if asked.labels:
        parts = {
            key: part for key, part in parts.items() if key[0] != "label" or key[1] in ("", *asked.labels)
        }
    return Told(
        document=finished.document,
        annotators=tuple(voter.author for voter in finished.voters),
        language=found.language,
        period=_period(found.when.date(), asked.period),
        parts=parts,
        gamma=(disorder or _disorder)(finished, seed) if asked.gamma else None,
    )


def _disorder(finished: Finished, seed: int) -> Disorder | None:
    return gamma_of(finished, seed=seed)


def _period(day: date, length: Period) -> str:
    if length == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat()[: 7 if length == "month" else 10]


def _annotators(made: Report) -> list[AnnotatorView]:
    names = _names(made.annotators)
    return [AnnotatorView(author, names[author], count) for author, count in made.annotators.items()]


def _names(authors: Any) -> dict[str, str]:
    known = names_of(UUID(author) for author in authors if author)
    return {author: known.get(UUID(author), "") if author else "" for author in authors}


def _row(row: Row, schema: LabelSchema, titles: Mapping[str, str]) -> RowView:
    measures = {name: getattr(row, name) for name in _MEASURES}
    shown = {name: None if found is None else _measure(found) for name, found in measures.items()}
    bounds = row.gamma_bounds
    return RowView(
        dimension=row.dimension,
        key=row.key,
        name=_name(row, schema, titles),
        documents=row.documents,
        gamma_bounds=None if bounds is None else (round(bounds[0], 4), round(bounds[1], 4)),
        **shown,
    )


_MEASURES = ("f1_exact", "f1_half", "alpha", "kappa", "fleiss", "alpha_unitizing", "gamma")


def _name(row: Row, schema: LabelSchema, titles: Mapping[str, str]) -> str:
    if row.dimension == "document":
        return titles.get(row.key, "")
    layer, _, name = row.key.partition(":")
    if layer in ("label", "entity") and name in schema.labels:
        return schema.labels[name].name
    if layer == "document_label" and name in schema.document_labels:
        return schema.document_labels[name].name
    if layer == "attribute":
        label, _, attribute = name.partition(".")
        known = schema.labels.get(label)
        names = {each.key: each.name for each in known.attributes} if known else {}
        return f"{known.name if known else label}: {names.get(attribute, attribute)}"
    return name


def _pair(pair: PairRow) -> PairView:
    return PairView(
        pair.one,
        pair.other,
        pair.documents,
        _measure(pair.f1_exact),
        _measure(pair.f1_half),
        _measure(pair.kappa),
    )


def _measure(found: Result) -> Measure:
    if isinstance(found, Value):
        low, high = (None if bound is None else round(bound, 4) for bound in (found.low, found.high))
        return Measure(round(found.value, 4), low, high, found.count)
    return Measure(reason=found.reason)


def _confusion(cells: Mapping[tuple[str, str], int], schema: LabelSchema) -> ConfusionView:
    order = {key: label.order for key, label in schema.labels.items()}
    used = {label for pair in cells for label in pair if label}
    labels = [*sorted(used, key=lambda label: (order.get(label, len(order)), label)), ""]
    place = {label: n for n, label in enumerate(labels)}
    table = [[0] * len(labels) for _ in labels]
    for (row, column), count in cells.items():
        table[place[row]][place[column]] += count
        if row != column:
            table[place[column]][place[row]] += count
    return ConfusionView(labels, table)


def _compared(document: Document, each: Compared, names: Mapping[str, str]) -> ComparedView:
    text = document.finished.text
    said = ((each.one, each.row), (each.other, each.column))
    sides = [
        MarkView(author, names[author], id_, label)
        for author, (id_, label) in zip(each.authors, said, strict=True)
    ]
    spans = None if text is None else quote(text, each.spans)
    return ComparedView(document.finished.document, document.title, each.spans, spans, sides)


def _markers(project: UUID, at: int) -> list[MarkerView]:
    sql = """SELECT recorded_at, position, type, coalesce(payload ->> 'version', payload ->> 'name', '')
               FROM es.event_current
              WHERE project = %s AND position <= %s AND type = ANY (%s) ORDER BY position"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, at, list(_MARKERS)])
        return [
            MarkerView(moment(when), position, _MARKERS[type_], name)
            for when, position, type_, name in cursor.fetchall()
        ]


_MARKERS = {"schema_published": "schema", "policy_set": "policy", "guideline_written": "guideline"}
