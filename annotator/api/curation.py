"""Curation and gold of a document."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.position import Moment, position_of
from annotator.api.problems import Problem
from annotator.api.view import View, answer_about
from annotator.application.access import NotKnown
from annotator.application.progress import has_finished
from annotator.application.told import without_votes
from annotator.queries.certificate import Certificate as CertificateView
from annotator.queries.certificate import read_certificate
from annotator.queries.curation import CurationView, read_curation
from annotator.queries.gold import GoldView, gold


class Curation(View):
    """What there is to decide in a document."""

    @operation("read_curation", answer=CurationView, parameters=Moment)
    def get(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """Where annotators agree and differ, what was decided, and what stands; computed from the log."""
        at = position_of(project, self.parameters(Moment))
        found = read_curation(project, document, at=at)
        if found is None:
            raise NotKnown
        return answer_about(self.access, document, found)


class Gold(View):
    """What stands in a document."""

    @operation("read_gold", answer=GoldView, parameters=Moment)
    def get(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """What stands. In a blind project annotators see it once their own set is finished."""
        at = position_of(project, self.parameters(Moment))
        found = gold(project, document, at=at)
        if found is None:
            raise NotKnown
        if not self.access.sees_gold(own_set_finished=has_finished(self.access, document)):
            title = "The gold of this document is shown once your own set of it is finished."
            raise Problem(403, "gold-hidden", title)
        shown = found if self.access.sees_all_sets else without_votes(found)
        return answer_about(self.access, document, shown)


class Certificate(View):
    """Where a gold label or link comes from."""

    @operation("read_certificate", answer=CertificateView, parameters=Moment)
    def get(self, request: Request, project: UUID, document: UUID, label: UUID) -> HttpResponse:
        """Votes, suggestions, policy, what was known of annotators, decisions, schema and places in the log's chain."""
        at = position_of(project, self.parameters(Moment))
        found = read_certificate(project, document, str(label), at=at)
        if found is None:
            raise NotKnown
        return answer_about(self.access, document, found)
