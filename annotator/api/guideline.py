"""The guideline of a project. It is written by commands; here it is read, and read positions are kept."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.body import read_json
from annotator.api.operation import operation
from annotator.api.position import Moment, position_of
from annotator.api.problems import Problem
from annotator.api.view import View, answer
from annotator.application.access import NotKnown
from annotator.queries.guideline import (
    GuidelineView,
    VersionView,
    keep_version_read,
    list_versions,
    read_guideline,
    versions,
)
from annotator.queries.log import head

Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class GuidelineParameters(Moment, frozen=True):
    """As of a position, or one version."""

    version: Number | None = None


class VersionsOut(msgspec.Struct, frozen=True):
    """Versions, the newest first."""

    results: Sequence[VersionView]


class GuidelineReadIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which version the caller has read."""

    version: Number


class Guideline(View):
    """The guideline."""

    @operation("read_guideline", answer=GuidelineView, parameters=GuidelineParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """The guideline by sections, which label each is about, and what changed since the caller read it."""
        asked = self.parameters(GuidelineParameters)
        at = position_of(project, asked)
        found = read_guideline(project, self.access.account, at=at, version=asked.version)
        if found is None:
            raise NotKnown
        return answer(found)


class GuidelineVersions(View):
    """The versions of the guideline."""

    @operation("list_guideline_versions", answer=VersionsOut, parameters=Moment)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Who wrote which version when, and what they said of it."""
        return answer(VersionsOut(list_versions(project, at=position_of(project, self.parameters(Moment)))))


class GuidelineReads(View):
    """How far the caller has read."""

    @operation("mark_guideline_read", body=GuidelineReadIn, answer=GuidelineReadIn)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Remember, with the caller's account, that this version was read."""
        asked = read_json(request._request, GuidelineReadIn)
        known = versions(project, at=head(project)).told
        if not known or known[-1].version < asked.version:
            title = "The guideline has no such version."
            raise Problem(422, "version-unknown", title, pointer="/version")
        keep_version_read(project, self.access.account, asked.version)
        return answer(asked)
