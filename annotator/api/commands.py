"""The one door for changes: typed commands in batches, each with an outcome."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.body import COMMANDS, read_json
from annotator.api.disk import check_space
from annotator.api.errors import refusal_problem
from annotator.api.held_up import HELD_UP
from annotator.api.operation import operation
from annotator.api.problems import ProblemDocument
from annotator.api.view import View, answer
from annotator.application.access import Access, NotKnown, access_to
from annotator.application.envelope import Envelope, received
from annotator.application.handle import handle
from annotator.application.told import told_all
from annotator.queries.events import EventView
from events.handler import Busy, Outcome

MOST = 500  # commands in a batch


class CommandIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A command. `data` has the form that `type` asks for; `expected` is the version on the screen."""

    id: UUID
    type: Annotated[str, Meta(max_length=100)]
    data: dict[str, Any]
    document: UUID | None = None
    author: UUID | None = None
    expected: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None


class CommandsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Commands, carried out in their order."""

    commands: Annotated[list[CommandIn], Meta(min_length=1, max_length=MOST)]


class OutcomeOut(msgspec.Struct, frozen=True):
    """What became of a command. `first` and `last` are positions, `last < first` when nothing had to change.

    `duplicate`: it was accepted before, and this is the first answer again. `conflict`: `since` has what
    happened to the same thing since the `expected` version, as far as the caller may see it.
    """

    id: UUID
    status: Literal["accepted", "duplicate", "conflict", "refused"]
    first: int | None
    last: int | None
    version: int | None
    problem: ProblemDocument | None
    since: Sequence[EventView]


class OutcomesOut(msgspec.Struct, frozen=True):
    """Outcomes in the order of the commands; reads `at_least` `position` show their effects."""

    position: int
    outcomes: Sequence[OutcomeOut]


class Commands(View):
    """Changes to a project."""

    @operation("send_commands", body=CommandsIn, answer=OutcomesOut)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Carry out commands. Sending the same again, after a lost answer, changes nothing."""
        given = read_json(request._request, CommandsIn, limit=COMMANDS).commands
        check_space()
        if HELD_UP in request.META:
            raise Busy
        result = handle(self.caller.id, project, [_envelope(each) for each in given])
        access = self._access_now(project) if any(each.since for each in result.outcomes) else None
        outcomes = [_shown(each, n, access) for n, each in enumerate(result.outcomes)]
        return answer(OutcomesOut(result.position, outcomes))

    def _access_now(self, project: UUID) -> Access | None:
        try:
            return access_to(project, self.caller.id)
        except NotKnown:
            return None


def _envelope(given: CommandIn) -> Envelope:
    return received(
        given.type,
        given.data,
        id=given.id,
        document=given.document,
        author=given.author,
        expected=given.expected,
    )


def _shown(outcome: Outcome, index: int, access: Access | None) -> OutcomeOut:
    problem = None
    if outcome.error is not None:
        problem = refusal_problem(outcome.error, prefix=f"/commands/{index}", data="/data").document()
    return OutcomeOut(
        id=outcome.command_id,
        status=outcome.status,
        first=outcome.first,
        last=outcome.last,
        version=outcome.version,
        problem=problem,
        since=list(told_all(access, outcome.since)) if access else (),
    )
