"""Projects, the people in them, and the schemas a new one can begin with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.position import Moment, position_of
from annotator.api.view import View, answer
from annotator.application.access import Access, NotKnown
from annotator.application.people import authors_known_to
from annotator.domain.policy import Policy
from annotator.domain.project import Project
from annotator.domain.values import Role
from annotator.queries.accounts import AccountView, names_of
from annotator.queries.log import current_epoch
from annotator.queries.projects import ProjectRow, project_at, projects_of


class ProjectsOut(msgspec.Struct, frozen=True):
    """The caller's projects, newest first."""

    results: Sequence[ProjectRow]
    next: str | None = None


class ProjectOut(msgspec.Struct, frozen=True):
    """A project as of `position`; `role` is the caller's now."""

    id: UUID
    name: str
    role: Role
    languages: Sequence[str]
    blind: bool
    shared: bool
    anonymous: bool
    archived: bool
    policy: Policy
    position: int
    epoch: UUID


class MemberOut(msgspec.Struct, frozen=True):
    """Somebody who takes part."""

    account: AccountView
    role: Role


class Projects(View):
    """All projects."""

    @operation("list_projects", answer=ProjectsOut)
    def get(self, request: Request) -> HttpResponse:
        """The projects in which the caller has a role."""
        return answer(ProjectsOut(projects_of(self.caller.id)))


class OneProject(View):
    """One project."""

    @operation("read_project", answer=ProjectOut, parameters=Moment)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """A project's settings, now or at a past position, and the caller's role in it now."""
        asked = self.parameters(Moment)
        at = position_of(project, asked)
        state = self.access.project if asked.at is None else project_at(project, at)
        if not state.exists:
            raise NotKnown
        return answer(_project_out(self.access, state, at))


class Members(View):
    """The people of a project."""

    @operation("list_members", answer=list[MemberOut], parameters=Moment)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Who takes part, or took part at a past position, by name."""
        asked = self.parameters(Moment)
        state = self.access.project if asked.at is None else project_at(project, position_of(project, asked))
        roles = {UUID(member): role for member, role in state.members.items()}
        names = names_of(roles)
        members = [MemberOut(AccountView(id_, names.get(id_, "")), role) for id_, role in roles.items()]
        return answer(sorted(members, key=lambda member: (member.account.name, member.account.id)))


class Authors(View):
    """The authors of a project."""

    @operation("list_authors", answer=list[AccountView])
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Names of the authors that the caller may know of, for reading histories and sets."""
        names = names_of(authors_known_to(self.access))
        views: list[Any] = [AccountView(id_, name) for id_, name in names.items()]
        return answer(sorted(views, key=lambda view: (view.name, view.id)))


def _project_out(access: Access, state: Project, position: int) -> ProjectOut:
    return ProjectOut(
        id=access.project_id,
        name=state.name,
        role=access.role,
        languages=state.languages,
        blind=state.blind,
        shared=state.shared,
        anonymous=state.anonymous,
        archived=state.archived,
        policy=state.policy,
        position=position,
        epoch=current_epoch(),
    )
