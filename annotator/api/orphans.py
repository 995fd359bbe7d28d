"""The queue of annotations that a corrected text left behind."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.view import View, answer
from annotator.queries.orphans import OrphansView, read_orphans


class Orphans(View):
    """Annotations that were not found again in a corrected text."""

    @operation("list_orphans", answer=OrphansView)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """What the account may see of them, each with the nearest place: `change_annotation` moves one there,
        `remove_annotation` drops it.
        """
        return answer(read_orphans(project, self.access.sees_set))
