"""Agreement: figures for a paper, and the marks behind them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.parameters import Text, Uuid
from annotator.api.position import Moment, position_of
from annotator.api.problems import Problem
from annotator.api.view import View, answer_about
from annotator.jobs.measuring import wanted
from annotator.queries.agreement import AgreementReport, Asked, ComparedView, behind
from annotator.queries.jobs import worker_notice

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="A day as in 2026-11-25, in UTC")]


class AgreementParameters(Moment, frozen=True):
    """What a report is about; `labels` are keys, separated by commas."""

    labels: Text = ""
    document: Uuid | None = None
    language: Annotated[str, Meta(max_length=50)] | None = None
    since: Day | None = None
    until: Day | None = None
    period: Literal["month", "week", "day"] = "month"
    gamma: bool = False


class CellParameters(AgreementParameters, frozen=True):
    """A cell of the confusion by its labels; empty is "not marked"."""

    row: Annotated[str, Meta(max_length=100)] = ""
    column: Annotated[str, Meta(max_length=100)] = ""


class AgreementView(msgspec.Struct, frozen=True):
    """`position` is the one asked for. While a worker is at it `report` is an older one or null, and `done` says how
    many documents it has read; `notice` says what keeps it waiting."""

    position: int
    state: Literal["ready", "computing", "failed"]
    report: AgreementReport | None
    done: int
    total: int | None
    error: str | None
    notice: str | None


class CellView(msgspec.Struct, frozen=True):
    """The first marks behind a cell, and how many there are in all."""

    position: int
    total: int
    results: Sequence[ComparedView]


class Agreement(View):
    """How far annotators agree."""

    @operation("read_agreement", answer=AgreementView, parameters=AgreementParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Agreement by layer, label, language, period, pair and document; what takes long is left to a worker."""
        _require_open(self)
        given = self.parameters(AgreementParameters)
        at = position_of(project, given)
        found = wanted(project, self.access.account, at, _asked(given))
        report = found.report
        ready = report is not None and report.position == at
        state: Literal["ready", "computing", "failed"] = (
            "ready" if ready else "failed" if found.error else "computing"
        )
        notice = worker_notice() if state == "computing" else None
        view = AgreementView(at, state, report, found.done, found.total, found.error, notice)
        return answer_about(self.access, None, view)


class AgreementCell(View):
    """What is behind a figure."""

    @operation("read_agreement_cell", answer=CellView, parameters=CellParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """The marks behind a cell of the confusion."""
        _require_open(self)
        given = self.parameters(CellParameters)
        at = position_of(project, given)
        results, total = behind(project, at, _asked(given), row=given.row, column=given.column)
        return answer_about(self.access, None, CellView(at, total, results))


def _require_open(view: View) -> None:
    """Figures of agreement tell of other people's sets.

    Raises:
        Problem
    """
    if not view.access.sees_all_sets:
        title = "Agreement is hidden: in a blind project only curators see what others marked."
        raise Problem(403, "agreement-hidden", title)


def _asked(given: AgreementParameters) -> Asked:
    return Asked(
        labels=tuple(sorted({label for label in given.labels.split(",") if label})),
        document=given.document,
        language=given.language,
        since=_day(given.since, "since"),
        until=_day(given.until, "until"),
        period=given.period,
        gamma=given.gamma,
    )


def _day(text: str | None, name: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise Problem(400, "bad-parameter", "There is no such day.", parameter=name) from None
