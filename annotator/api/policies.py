"""Policies: which there were, and what another one would change."""

from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from annotator import hints
from annotator.api.body import read_json
from annotator.api.jobs import known_job
from annotator.api.operation import operation
from annotator.api.position import Moment, position_of
from annotator.api.problems import Problem
from annotator.api.view import View, answer
from annotator.application.access import Access
from annotator.domain.policy import ModelPolicy, Policy
from annotator.jobs import queue
from annotator.queries.jobs import JobView
from annotator.queries.log import head
from annotator.queries.policies import Policies as PoliciesView
from annotator.queries.policies import read_policies
from annotator.queries.what_if import WhatIf as WhatIfView
from annotator.queries.what_if import quoted, size, what_if

AT_ONCE, READ_AT_ONCE = 20_000, 2_000
"""Marks that are judged within a request; fewer where the text is to be read."""


class WhatIfIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The policy to try."""

    policy: Policy


class WhatIfOut(msgspec.Struct, frozen=True):
    """The result, or the job that will have it as its report."""

    result: WhatIfView | None
    job: JobView | None


class Policies(View):
    """The policies of a project."""

    @operation("list_policies", answer=PoliciesView, parameters=Moment)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """Every policy that the project has had, by whom it was set, and what was learned of annotators for it."""
        return answer(read_policies(project, at=position_of(project, self.parameters(Moment))))


def _check_names(access: Access, policy: Policy) -> None:
    """What a policy without somebody makes of a document shows which marks are theirs.

    Raises:
        Problem
    """
    if access.hides_authors and (policy.without or getattr(policy, "weights", None)):
        title = (
            "In an anonymous project curators do not try policies that treat annotators apart; ask a manager."
        )
        raise Problem(403, "authors-hidden", title, pointer="/policy")


class WhatIf(View):
    """Trying a policy."""

    @operation("try_policy", body=WhatIfIn, answer=WhatIfOut)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Which labels another policy would change, and what it does to agreement; `set_policy` makes it the live one."""
        policy, at = read_json(request._request, WhatIfIn).policy, head(project)
        _check_names(self.access, policy)
        reads = isinstance(policy, ModelPolicy) and policy.text
        if size(project) <= (READ_AT_ONCE if reads else AT_ONCE):
            return answer(WhatIfOut(quoted(project, what_if(project, policy, at=at)), None))
        options = {"policy": msgspec.to_builtins(policy), "at": at}
        with transaction.atomic():
            job = queue.add(project, self.access.account, "what_if", name="another policy", options=options)
            hints.job_waits(job)
        return answer(WhatIfOut(None, known_job(self.access, job)))
