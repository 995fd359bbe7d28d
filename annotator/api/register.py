"""The register of a project."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.parameters import Text
from annotator.api.position import Moment, position_of
from annotator.api.view import View, answer
from annotator.queries.register import RegisterView, read_register


class RegisterParameters(Moment, frozen=True):
    """Which entities; `q` are words that a name or an alias must hold."""

    type: Text = ""
    q: Text = ""


class Register(View):
    """The register of a project."""

    @operation("read_register", answer=RegisterView, parameters=RegisterParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Actors and locations, by name; merged ones are marked as such."""
        asked = self.parameters(RegisterParameters)
        at = position_of(project, asked)
        return answer(read_register(project, at=at, entity_type=asked.type, search=asked.q))
