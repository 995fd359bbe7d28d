"""The label schema of a project."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.position import Moment, position_of
from annotator.api.view import View, answer
from annotator.queries.label_schema import SchemaView, read_schema


class Schema(View):
    """The label schema of a project."""

    @operation("read_schema", answer=SchemaView, parameters=Moment)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """The label schema, now or at a past position; retired labels and types are marked as such."""
        at = position_of(project, self.parameters(Moment))
        return answer(read_schema(project, at=at))
