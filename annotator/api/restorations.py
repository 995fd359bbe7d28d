"""Bringing back what a set was at an earlier position: first what it would change, then the change."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.body import read_json
from annotator.api.errors import refusal_problem
from annotator.api.operation import operation
from annotator.api.parameters import Parameters, Position
from annotator.api.position import reached
from annotator.api.problems import ProblemDocument
from annotator.api.view import View, answer
from annotator.application.restoring import Moment, Plan, plan, restore
from annotator.domain.annotation_set import Annotation
from annotator.domain.text import quote
from annotator.domain.values import Attributes


class MarkOut(msgspec.Struct, frozen=True):
    """An annotation; `quote` is null where it is of another text version, or the text was erased."""

    id: str
    label: str
    spans: Sequence[tuple[int, int]]
    quote: str | None
    attributes: Attributes
    entity: str | None


class ChangedOut(msgspec.Struct, frozen=True):
    """An annotation as it is and as it would be."""

    before: MarkOut
    after: MarkOut


class LabelChangeOut(msgspec.Struct, frozen=True):
    """A label of the whole document as it is and as it would be; null is none."""

    label: str
    before: str | None
    after: str | None


class LinkChangesOut(msgspec.Struct, frozen=True):
    """How many links would change."""

    added: int
    changed: int
    removed: int


class RestorationOut(msgspec.Struct, frozen=True):
    """What would change in the set. `version` is what the change should `expect`.

    `impossible` are annotations of another text version, which stay as they are now. A set that is `finished` must be
    reopened first.
    """

    position: int
    version: int
    finished: bool
    added: Sequence[MarkOut]
    changed: Sequence[ChangedOut]
    removed: Sequence[MarkOut]
    links: LinkChangesOut
    document_labels: Sequence[LabelChangeOut]
    impossible: Sequence[MarkOut]


class RestorationParameters(Parameters, frozen=True):
    """Which moment, without `at` it is now; whose set, the caller's own or the shared one; one annotation or all."""

    at: Position | None = None
    author: UUID | None = None
    annotation: UUID | None = None


class RestorationIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to restore. `id` is new; `expected` is the version of the set that the person saw."""

    id: UUID
    at: Position
    author: UUID | None = None
    annotation: UUID | None = None
    expected: int | None = None


class RestoredOut(msgspec.Struct, frozen=True):
    """What came of it. Restoring `before` undoes it. Where anything is `refused`, nothing was changed."""

    position: int
    before: int
    accepted: int
    refused: Sequence[ProblemDocument]


class Restorations(View):
    """A set as it was."""

    @operation("preview_restoration", answer=RestorationOut, parameters=RestorationParameters)
    def get(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """What restoring would change. Nothing is changed."""
        asked = self.parameters(RestorationParameters)
        at = reached(project, asked.at, parameter="at")
        return answer(_shown(plan(self.access, _moment(document, at, asked))))

    @operation("restore", body=RestorationIn, answer=RestoredOut)
    def post(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """Bring the set back to what it was, by new events; what happened since stays in the history."""
        asked = read_json(request._request, RestorationIn)
        at = reached(project, asked.at, pointer="/at")
        done = restore(self.access, _moment(document, at, asked), id=asked.id, expected=asked.expected)
        problems = [refusal_problem(each.error).document() for each in done.outcomes if each.error]
        if problems:
            now = reached(project, None)
            return answer(RestoredOut(now, now, 0, problems))
        written = [
            each.first for each in done.outcomes if each.first and each.last and each.last >= each.first
        ]
        before = min(written) - 1 if written else done.position
        return answer(RestoredOut(done.position, before, len(done.outcomes), ()))


def _moment(document: UUID, at: int, asked: RestorationParameters | RestorationIn) -> Moment:
    return Moment(document=document, at=at, author=asked.author, annotation=asked.annotation)


def _shown(found: Plan) -> RestorationOut:
    change = found.found

    def mark(each: Annotation) -> MarkOut:
        text = found.text if each.text_version == found.text_version else None
        said = None if text is None else quote(text, each.spans)
        return MarkOut(each.id, each.label, each.spans, said, each.attributes, each.entity)

    return RestorationOut(
        position=found.position,
        version=found.version,
        finished=found.finished,
        added=[mark(each) for each in change.added],
        changed=[ChangedOut(mark(before), mark(after)) for before, after in change.changed],
        removed=[mark(each) for each in change.removed],
        links=LinkChangesOut(len(change.links_added), len(change.links_changed), len(change.links_removed)),
        document_labels=[LabelChangeOut(*each) for each in change.labels],
        impossible=[mark(each) for each in change.impossible],
    )
