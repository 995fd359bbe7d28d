"""The gazetteer."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.parameters import Parameters, Text
from annotator.api.view import View, answer
from annotator.jobs.gazetteer import ask_for_gazetteer
from annotator.queries.gazetteer import ATTRIBUTION, GazetteerView, is_ready, search_places


class GazetteerParameters(Parameters, frozen=True):
    """Which places: `q` is how a name begins, `country` its code in ISO 3166-1."""

    q: Text = ""
    country: Text = ""
    limit: Annotated[int, Meta(ge=1, le=50)] = 10


class Gazetteer(View):
    """Places of the world."""

    @operation("search_gazetteer", answer=GazetteerView, parameters=GazetteerParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Places by any of their names, in any script; without the network."""
        asked = self.parameters(GazetteerParameters)
        found = search_places(asked.q, country=asked.country, limit=asked.limit)
        ready = bool(found) or is_ready()
        if not ready:
            ask_for_gazetteer(project, self.access.account)
        return answer(GazetteerView(ready, ATTRIBUTION, found))
