"""Back to the annotators: what gold has made of their work, appeals, tests."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.position import Moment, position_of
from annotator.api.problems import Problem
from annotator.api.view import View, answer, answer_about
from annotator.application.access import NotKnown
from annotator.queries.gold import judged_document
from annotator.queries.results import (
    AppealView,
    MyDocument,
    MyResults,
    TrainingView,
    appeals_of,
    my_documents,
    my_results,
    training,
)


class MyDocuments(View):
    """Documents whose results one may see."""

    @operation("list_my_results", answer=list[MyDocument])
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """One's own finished documents whose curation is finished too, with how much of them is gold."""
        return answer(my_documents(project, self.access.account))


class OneOfMine(View):
    """What became of one's own set of a document."""

    @operation("read_my_results", answer=MyResults, parameters=Moment)
    def get(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """What gold kept, changed and dropped of one's own marks and why; told when the document is closed."""
        at = position_of(project, self.parameters(Moment))
        if judged_document(project, document, at=at) is None:
            raise NotKnown
        author = "" if self.access.project.shared else str(self.access.account)
        found = my_results(project, document, author, at=at)
        if found is None:
            title = "The results are shown when your own set and the curation of the document are finished."
            raise Problem(403, "results-hidden", title)
        return answer(found)


class Appeals(View):
    """Appeals about a document."""

    @operation("list_appeals", answer=list[AppealView], parameters=Moment)
    def get(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """What annotators ask the curators to look at again, the open ones first."""
        found = judged_document(project, document, at=position_of(project, self.parameters(Moment)))
        if found is None:
            raise NotKnown
        return answer_about(self.access, document, appeals_of(found))


class Training(View):
    """Tests for annotators."""

    @operation("read_training", answer=TrainingView, parameters=Moment)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """How annotators did in the documents that are tests: everybody for managers, else oneself."""
        at = position_of(project, self.parameters(Moment))
        mine = None if self.access.is_at_least("manager") else self.access.account
        return answer(training(project, at=at, author=mine))
