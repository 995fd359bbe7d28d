"""Releases: positions that people cite. They are made and withdrawn by commands; here they are read."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.position import Moment, position_of
from annotator.api.view import View, answer
from annotator.application.access import Access, NotKnown
from annotator.queries.release import ReleaseView, find_release, releases


class ReleasesOut(msgspec.Struct, frozen=True):
    """Releases, the newest first; `position` is that which the list includes."""

    position: int
    results: Sequence[ReleaseView]


class Releases(View):
    """The releases of a project."""

    @operation("list_releases", answer=ReleasesOut, parameters=Moment)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """What was released, also what was withdrawn again; how to cite it, and what it holds."""
        at = position_of(project, self.parameters(Moment))
        found = [_shown(self.access, each) for each in releases(project, at=at)]
        return answer(ReleasesOut(at, found))


class OneRelease(View):
    """One release."""

    @operation("read_release", answer=ReleaseView)
    def get(self, request: Request, project: UUID, release: UUID) -> HttpResponse:
        """A release."""
        found = find_release(project, str(release))
        if found is None:
            raise NotKnown
        return answer(_shown(self.access, found))


def _shown(access: Access, found: ReleaseView) -> ReleaseView:
    """In a blind project annotators learn nothing of how much others did."""
    return found if access.follows_gold else msgspec.structs.replace(found, counts=None)
