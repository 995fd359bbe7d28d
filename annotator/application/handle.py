"""The single door for every change: commands in, outcomes out.

Each command is read, judged by the rules of its stream and by the caller's role, and appended; all of a batch
that are accepted commit together. Two round trips to the database: one reads what came since the last look at
the streams concerned, one appends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import cast
from uuid import UUID

from django.db import transaction
from msgspec import structs

from annotator.application.access import Access, Forbidden, NotKnown, access_in, visible
from annotator.application.anonymity import unmasked
from annotator.application.envelope import Envelope
from annotator.application.first_schema import with_first_schema
from annotator.application.judge import Judge, stream_of
from annotator.application.permissions import check_author, check_command, check_room
from annotator.application.reanchoring import reanchor
from annotator.application.releasing import seal
from annotator.application.source_accounts import name_source
from annotator.domain import assignment, thread
from annotator.domain.annotation_set import LinkAdded, LinkChanged
from annotator.domain.commands import KINDS
from annotator.domain.curation import DecideItem
from annotator.domain.document import AddTextVersion
from annotator.domain.project import CreateProject, Project
from annotator.domain.refusals import Refusal
from annotator.domain.release import MakeRelease
from annotator.domain.sources import DefineSource
from annotator.domain.suggestions import Suggest
from annotator.domain.values import Command
from annotator.log import HANDLER, STORE
from events.handler import Busy, Outcome, Planned, States
from events.store import Reused
from events.streams import StreamRef


@dataclass(frozen=True, slots=True)
class Result:
    """Outcomes in the order of the commands, and the position to wait for to see them."""

    position: int
    outcomes: Sequence[Outcome]


class DocumentMissing(Refusal):
    """The command must say which document it is about."""


class DocumentsDiffer(Refusal):
    """The command names one document and its envelope another."""


class AuthorNotExpected(Refusal):
    """Only commands about annotation sets and their threads name an author."""


class ProjectIsSharedNow(Refusal):
    """Whether the project is edited together changed a moment ago; look again and send a new command."""


def handle(
    account: UUID, project: UUID, commands: Sequence[Envelope], *, correlation: UUID | None = None
) -> Result:
    """Carry out some commands in order, each with an outcome of its own.

    Raises:
        NotKnown: the account has no part in the project; nothing was written.
        Busy: others kept writing to the same streams; nothing was written, send the same commands again.
    """
    batch = _Batch(account, project)
    first: dict[UUID, Envelope] = {}
    for envelope in commands:
        first.setdefault(envelope.id, envelope)
    plans = [batch.plan(envelope) for envelope in with_first_schema(first.values())]
    try:
        outcomes = HANDLER.handle(project, account, plans, correlation=correlation)
    except Busy:
        # A database that was restored to an earlier state leaves remembered states that are ahead of it.
        HANDLER.cache.clear()
        outcomes = HANDLER.handle(project, account, plans, correlation=correlation)
    _seal(project, first, outcomes)
    _name_sources(first, outcomes)
    _reanchor(account, project, first, outcomes)
    shown = {outcome.command_id: batch.shown(outcome) for outcome in outcomes}
    answers = [_answer(envelope, first[envelope.id], shown[envelope.id], account) for envelope in commands]
    return Result(_position(project, outcomes), answers)


def _seal(project: UUID, given: Mapping[UUID, Envelope], outcomes: Sequence[Outcome]) -> None:
    """Sign what releases stand on, once they are written for good."""
    accepted = [
        given[each.command_id] for each in outcomes if each.status == "accepted" and each.command_id in given
    ]
    if made := [each.command.release for each in accepted if isinstance(each.command, MakeRelease)]:
        transaction.on_commit(lambda: seal(project, made))


def _name_sources(given: Mapping[UUID, Envelope], outcomes: Sequence[Outcome]) -> None:
    """A source is an author without a login, whose name the page can tell."""
    for each in outcomes:
        command = given[each.command_id].command if each.command_id in given else None
        if each.status == "accepted" and isinstance(command, DefineSource):
            name_source(UUID(command.source), command.name)


def _reanchor(
    account: UUID, project: UUID, given: Mapping[UUID, Envelope], outcomes: Sequence[Outcome]
) -> None:
    """Find everybody's annotations again in texts that were corrected."""
    for each in outcomes:
        envelope = given.get(each.command_id)
        if each.status != "accepted" or envelope is None or envelope.document is None:
            continue
        if isinstance(envelope.command, AddTextVersion):
            about = envelope.document
            transaction.on_commit(partial(reanchor, project, account, about))


def _answer(envelope: Envelope, first: Envelope, outcome: Outcome, account: UUID) -> Outcome:
    """A command that comes twice in a batch is a retry of itself, or a misuse of its id."""
    if envelope is first:
        return outcome
    if envelope.request(account) != first.request(account):
        return Outcome(envelope.id, "refused", error=Reused(envelope.id))
    return replace(outcome, status="duplicate") if outcome.status == "accepted" else outcome


def _position(project: UUID, outcomes: Sequence[Outcome]) -> int:
    written = [outcome.last for outcome in outcomes if outcome.last is not None]
    return max(written) if written else STORE.head(project)


class _Batch:
    """The commands of one call, and what their judgement has learnt."""

    def __init__(self, account: UUID, project: UUID) -> None:
        self._account = account
        self._project = project
        self._project_ref = StreamRef(project, "project")
        self._judge = Judge(account, project)
        self._access: Access | None = None
        self._shared: bool | None = None

    def plan(self, envelope: Envelope) -> Planned:
        """How the handler may carry out a command."""
        writes, problem = self._target(envelope)
        reads = self._judge.reads(envelope, writes)

        def decide(states: States) -> Sequence[object]:
            return self._decide(envelope, writes, problem, states)

        return Planned(
            command_id=envelope.id,
            request=envelope.request(self._account),
            writes=writes,
            reads=reads,
            decide=decide,
            expected=envelope.expected,
            touches=_touches,
        )

    def shown(self, outcome: Outcome) -> Outcome:
        """The outcome without events that the account may not see."""
        if not outcome.since or self._access is None:
            return replace(outcome, since=())
        access = self._access
        return replace(outcome, since=tuple(each for each in outcome.since if visible(access, each)))

    def _target(self, envelope: Envelope) -> tuple[StreamRef, Refusal | None]:
        """The stream that is written, or why there is none: then the command is judged beside the project."""
        try:
            return self._stream(envelope), None
        except Refusal as refusal:
            return self._project_ref, refusal

    def _stream(self, envelope: Envelope) -> StreamRef:
        if isinstance(envelope.command, Refusal):
            raise envelope.command
        kind = KINDS[envelope.name]
        if envelope.author is not None and kind not in _OWNED and envelope.author != self._account:
            raise AuthorNotExpected(envelope=True, pointer="/author")
        document = _document(envelope, kind)
        if kind == thread.KIND:
            return self._room(envelope, document)
        owner = self._owner(envelope) if kind == "annotation_set" else _source(envelope.command)
        return stream_of(self._project, kind, document, owner)

    def _room(self, envelope: Envelope, document: UUID | None) -> StreamRef:
        room = getattr(envelope.command, "room", "everybody")
        kind = thread.CURATION_KIND if room == "curation" else thread.KIND
        return stream_of(self._project, kind, document, self._owner(envelope) if room == "set" else None)

    def _owner(self, envelope: Envelope) -> UUID | None:
        if envelope.author is not None:
            return self._real(envelope.author, envelope.document)
        return None if self._is_shared() else self._account

    def _real(self, author: UUID, document: UUID | None) -> UUID:
        """Whom the caller means, who may know authors by pseudonyms only."""
        try:
            project = cast(Project, HANDLER.states([self._project_ref])[self._project_ref][1])
            return unmasked(access_in(project, self._project, self._account), document, author)
        except NotKnown:
            return author  # refused when the command is judged

    def _is_shared(self) -> bool:
        """As far as is known before the judgement, which looks again."""
        if self._shared is None:
            known = HANDLER.cache.get(self._project_ref.id)
            found = known or HANDLER.states([self._project_ref])[self._project_ref]
            self._shared = cast(Project, found[1]).shared
        return self._shared

    def _decide(
        self, envelope: Envelope, writes: StreamRef, problem: Refusal | None, states: States
    ) -> Sequence[object]:
        self._judge.begin(states)
        project: Project = states[self._project_ref]
        begins = envelope.name == "create_project" and not project.exists
        if envelope.only_if_new and not self._judge.began:
            return []
        access = None if begins else self._admit(project)
        if problem is not None:
            raise problem
        assert not isinstance(envelope.command, Refusal)
        if access is not None and not isinstance(envelope.command, CreateProject):
            check_command(access, envelope.name, envelope.command)
        if access is not None and writes.kind == "annotation_set":
            self._check_set(access, envelope, writes)
        if access is not None and writes.kind in (thread.KIND, thread.CURATION_KIND):
            check_room(access, writes)
        command = envelope.command
        if access is not None and isinstance(command, DecideItem):
            command = _with_known_voters(access, command, writes)
        return self._judge.decide(command, writes, states)

    def _admit(self, project: Project) -> Access:
        try:
            self._access = access_in(project, self._project, self._account)
        except NotKnown:
            if self._access is None:
                raise
            raise Forbidden() from None  # it lost its part by an earlier command of the same batch
        return self._access

    def _check_set(self, access: Access, envelope: Envelope, writes: StreamRef) -> None:
        if envelope.author is None and access.project.shared != (writes.owner is None):
            HANDLER.states([self._project_ref])  # so that the next batch knows
            raise ProjectIsSharedNow()
        check_author(access, writes.owner)


_OWNED = ("annotation_set", thread.KIND)
"""Kinds of streams that belong to an author's part of a document."""


def _with_known_voters(access: Access, command: DecideItem, writes: StreamRef) -> DecideItem:
    """The log names the voters that the curator knows by pseudonyms."""
    if not access.hides_authors:
        return command
    votes = [
        structs.replace(vote, author=str(unmasked(access, writes.subject, UUID(vote.author))))
        for vote in command.votes
    ]
    return structs.replace(command, votes=tuple(votes))


def _document(envelope: Envelope, kind: str) -> UUID | None:
    if kind not in ("document", "annotation_set", "curation", "suggestions", assignment.KIND, thread.KIND):
        return None
    own = getattr(envelope.command, "document", None)
    named = UUID(own) if isinstance(own, str) else None
    if named is not None and envelope.document not in (None, named):
        raise DocumentsDiffer(envelope=True, pointer="/document")
    document = envelope.document or named
    if document is None:
        raise DocumentMissing(envelope=True, pointer="/document")
    return document


def _source(command: Command) -> UUID | None:
    """The source whose suggestions are written."""
    return UUID(command.source) if isinstance(command, Suggest) else None


def _touches(event: object) -> tuple[UUID, ...]:
    """Annotations that a link relies on: removed meanwhile, they are a conflict."""
    match event:
        case LinkAdded() | LinkChanged():
            return UUID(event.from_annotation), UUID(event.to_annotation)
        case _:
            return ()
