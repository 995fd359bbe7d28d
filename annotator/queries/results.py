"""Back to the annotators: what gold has made of their finished sets, and how well they did in tests."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.annotation_set import Annotation
from annotator.domain.curation import AppealAnswer, Decision, Reason, Verdict
from annotator.domain.gold import GoldLabel, Status
from annotator.domain.results import MarkResult, Outcome, results, score
from annotator.domain.values import Attributes, Spans
from annotator.queries.accounts import names_of
from annotator.queries.gold import Judged, judged_document
from events.streams import StreamRef


class ScoreView(msgspec.Struct, frozen=True):
    """Marks against gold: exactly the same label and bounds, and `lenient`: the same label with any overlap."""

    marks: int
    gold: int
    exact: int
    touching: int
    precision: float | None
    recall: float | None
    f1: float | None
    lenient_f1: float | None


class MyDocument(msgspec.Struct, frozen=True):
    """A document of one's own whose curation is finished, or that is a test."""

    document: UUID
    title: str
    training: bool
    marks: int
    kept: int
    near: int
    gold: int


class GoldMark(msgspec.Struct, frozen=True):
    """What gold has there."""

    gold: str
    label: str
    spans: Spans
    quote: str | None
    attributes: Attributes
    entity: str | None
    status: Status


class Why(msgspec.Struct, frozen=True):
    """Why gold is as it is: what a curator decided, with the reason, or else the rule that counted the votes."""

    verdict: Verdict | None
    reason: Reason | None
    note: str
    policy: str


class MyMark(msgspec.Struct, frozen=True):
    """One of one's own marks, and what became of it."""

    annotation: str
    label: str
    spans: Spans
    quote: str | None
    attributes: Attributes
    entity: str | None
    outcome: Outcome
    gold: GoldMark | None
    item: str
    why: Why


class Missed(msgspec.Struct, frozen=True):
    """A gold label where one marked nothing like it."""

    gold: GoldMark
    item: str
    why: Why


class AppealView(msgspec.Struct, frozen=True):
    """An appeal, and what curators said to it; `answer` is null while it is open."""

    appeal: str
    item: str
    author: UUID
    name: str
    note: str
    answer: AppealAnswer | None
    answer_note: str
    answered_by: UUID | None
    position: int | None


class MyResults(msgspec.Struct, frozen=True):
    """What became of one's own set of a document. `gold_at`: the position of the gold that it is compared with."""

    document: UUID
    training: bool
    gold_at: int
    score: ScoreView
    marks: Sequence[MyMark]
    missed: Sequence[Missed]
    appeals: Sequence[AppealView]


class TestResult(msgspec.Struct, frozen=True):
    """How somebody did in the test documents that they have finished."""

    author: UUID
    name: str
    done: int
    score: ScoreView


class TrainingView(msgspec.Struct, frozen=True):
    """The test documents: those whose gold is ready, and everybody's results whom the caller may know of."""

    documents: Sequence[UUID]
    ready: Sequence[UUID]
    results: Sequence[TestResult]


def my_documents(project: UUID, account: UUID) -> list[MyDocument]:
    """Documents that the account finished and may see the results of, in order of import."""
    sql = """SELECT d.document, b.title, d.training, a.marks, a.hits, a.near, a.gold
               FROM read.gold_author a
               JOIN read.gold_document d ON d.project = a.project AND d.document = a.document AND d.finished
               JOIN read.board b ON b.project = a.project AND b.document = a.document AND NOT b.archived
              WHERE a.project = %s AND a.author = %s ORDER BY d.imported"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, account])
        return [MyDocument(*row) for row in cursor.fetchall()]


def my_results(project: UUID, document: UUID, author: str, *, at: int) -> MyResults | None:
    """What became of an author's finished set; None where it is not finished, or gold is not closed yet."""
    now = judged_document(project, document, at=at)
    if now is None or author not in now.found.sets or not now.found.sets[author].finished:
        return None
    gold = _closed_gold(project, document, now)
    if gold is None:
        return None
    marks = _marks(now, author)
    found, missed = results(marks, gold.result)
    told = _Teller(gold)
    return MyResults(
        document=document,
        training=now.found.document.training,
        gold_at=gold.position,
        score=_score(marks, gold.result.labels),
        marks=[told.mark(one) for one in found],
        missed=[Missed(told.gold(one), one.provenance.item, told.why(one.provenance.item)) for one in missed],
        appeals=[one for one in appeals_of(now) if str(one.author) == author],
    )


def appeals_of(judged: Judged) -> list[AppealView]:
    """The appeals about a document, the open ones first, then by their ids."""
    made = sorted(judged.found.curation.appeals.values(), key=lambda one: (one.answer is not None, one.id))
    names = names_of(UUID(one.author) for one in made)
    return [
        AppealView(
            appeal=one.id,
            item=one.item,
            author=UUID(one.author),
            name=names.get(UUID(one.author), ""),
            note=one.note,
            answer=one.answer,
            answer_note=one.answer_note,
            answered_by=UUID(one.answered_by) if one.answered_by else None,
            position=judged.found.positions.get((None, one.id)),
        )
        for one in made
    ]


def training(project: UUID, *, at: int, author: UUID | None = None) -> TrainingView:
    """How annotators did in the test documents, or how one of them did."""
    sql = "SELECT document FROM read.gold_document WHERE project = %s AND training ORDER BY imported"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])
        documents = [row[0] for row in cursor.fetchall()]
    ready: list[UUID] = []
    marks: dict[str, list[tuple[Sequence[Annotation], Sequence[GoldLabel]]]] = {}
    for document in documents:
        now = judged_document(project, document, at=at)
        gold = _closed_gold(project, document, now) if now is not None else None
        if now is None or gold is None:
            continue
        ready.append(document)
        for who, state in now.found.sets.items():
            human = now.rules.project.authors.get(who) != "machine"
            if who and state.finished and human and author in (None, UUID(who)):
                marks.setdefault(who, []).append((_marks(now, who), gold.result.labels))
    names = names_of(UUID(who) for who in marks)
    found = [
        TestResult(UUID(who), names.get(UUID(who), ""), len(sheets), _sum(sheets))
        for who, sheets in marks.items()
    ]
    return TrainingView(documents, ready, sorted(found, key=lambda one: (one.name, one.author)))


def _closed_gold(project: UUID, document: UUID, now: Judged) -> Judged | None:
    """The gold that curators left when they said that they had finished: of tests it stays that, whoever takes them
    later; of other documents what has come since counts, while they stay finished."""
    if not now.found.document.training:
        return now if now.found.curation.finished else None
    position = _finished_at(project, document, now.position)
    return None if position is None else judged_document(project, document, at=position)


def _finished_at(project: UUID, document: UUID, at: int) -> int | None:
    sql = """SELECT position FROM es.event_current
              WHERE project = %s AND stream = %s AND type = 'curation_finished' AND position <= %s
              ORDER BY version DESC LIMIT 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, StreamRef(project, "curation", document).id, at])
        row = cursor.fetchone()
    return row[0] if row else None


def _marks(judged: Judged, author: str) -> list[Annotation]:
    current = judged.found.document.text_version
    marks = judged.found.sets[author].annotations.values()
    return [mark for mark in marks if mark.text_version == current]


def _score(marks: Sequence[Annotation], labels: Sequence[GoldLabel]) -> ScoreView:
    return ScoreView(**asdict(score(marks, labels)))


def _sum(sheets: Sequence[tuple[Sequence[Annotation], Sequence[GoldLabel]]]) -> ScoreView:
    """Scores of several documents as one: counts are added."""
    parts = [score(marks, labels) for marks, labels in sheets]
    marks, gold, exact, touching = (
        sum(getattr(part, field) for part in parts) for field in ("marks", "gold", "exact", "touching")
    )
    whole = marks + gold
    lenient = sum((part.lenient_f1 or 0.0) * (part.marks + part.gold) for part in parts)
    return ScoreView(
        marks=marks,
        gold=gold,
        exact=exact,
        touching=touching,
        precision=round(exact / marks, 4) if marks else None,
        recall=round(exact / gold, 4) if gold else None,
        f1=round(2 * exact / whole, 4) if whole else None,
        lenient_f1=round(lenient / whole, 4) if whole else None,
    )


class _Teller:
    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._decisions: Mapping[str, Decision] = {
            item.key: item.decision for item in judged.result.items if item.decision is not None
        }
        self._policy = msgspec.to_builtins(judged.rules.project.policy)["kind"]

    def mark(self, result: MarkResult) -> MyMark:
        mark = result.mark
        return MyMark(
            annotation=mark.id,
            label=mark.label,
            spans=mark.spans,
            quote=self._judged.quote(mark.spans),
            attributes=mark.attributes,
            entity=mark.entity,
            outcome=result.outcome,
            gold=self.gold(result.gold) if result.gold else None,
            item=result.item,
            why=self.why(result.item),
        )

    def gold(self, label: GoldLabel) -> GoldMark:
        return GoldMark(
            gold=label.id,
            label=label.label,
            spans=label.spans,
            quote=self._judged.quote(label.spans),
            attributes=label.attributes,
            entity=label.entity,
            status=label.status,
        )

    def why(self, item: str) -> Why:
        decision = self._decisions.get(item)
        if decision is None:
            return Why(None, None, "", self._policy)
        return Why(decision.verdict, decision.reason, decision.note, self._policy)
