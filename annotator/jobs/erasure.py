"""Erasing for good: a document, what a person wrote, or an entity's names; with all that hangs on it.

In one transaction the log says what is ordered and what each stream loses, the contents go, and with them the files
of exports that hold them. Nobody can see the one without the other. The keys that encrypted the contents in log files
go right after it; those on another machine with its next encrypted export.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid5

import msgspec
from django.db import connection, transaction

from annotator.accounts.erasing import erase_account, erased_name
from annotator.accounts.models import Account
from annotator.application.access import Access, NotKnown
from annotator.application.envelope import Envelope
from annotator.domain.erasure import Basis, ContentErased, ErasureOrdered, Recalled, Scope
from annotator.domain.project import Project
from annotator.domain.refusals import Refusal
from annotator.jobs import files
from annotator.jobs.forgetting import forget_document
from annotator.log import HANDLER
from annotator.queries.erasure import Contents, contents_of, exports_with, marks_of
from annotator.queries.log import streams_about
from annotator.queries.projects import projects_of
from events.configured import content_keys
from events.handler import Outcome, Planned, States
from events.store import alone
from events.streams import StreamRef


class NothingToErase(Refusal):
    """Nothing of it is left that could be erased."""


class OthersDecide(Refusal):
    """The person takes part in projects that you do not manage: only an operator can erase the account itself."""


class NotYourself(Refusal):
    """Nobody erases the account that they are signed in with."""


class ErasurePreview(msgspec.Struct, frozen=True):
    """What would go. `size` counts bytes, `kinds` contents by the kind of stream they stand in.

    `marks` are annotations that lose their quote; `exports` hold what would go: their files are deleted here, and
    whoever downloaded one must be told. `record`: the account's name and addresses can go, too; `record_reason` says
    why not.
    """

    scope: Scope
    subject: UUID
    name: str
    contents: int
    size: int
    kinds: dict[str, int]
    marks: int
    exports: Sequence[Recalled]
    record: bool
    record_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An erasure as it is ordered. ``record``: the account's name and addresses, too."""

    id: UUID
    scope: Scope
    subject: UUID
    basis: Basis
    note: str = ""
    record: bool = False


@dataclass(slots=True)
class _Found:
    contents: list[Contents]
    marks: int = 0
    exports: list[Recalled] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(each.ids) for each in self.contents)

    @property
    def size(self) -> int:
        return sum(each.size for each in self.contents)


def preview(access: Access, scope: Scope, subject: UUID) -> ErasurePreview:
    """What an erasure would take.

    Raises:
        NotKnown: there is no such document, person or entity in the project.
    """
    name = _name(access.project_id, access.project, scope, subject)
    found = _find(access.project_id, scope, subject)
    reason = _why_not_the_record(access.account, subject) if scope == "account" else None
    kinds: dict[str, int] = {}
    for each in found.contents:
        kinds[each.stream.kind] = kinds.get(each.stream.kind, 0) + len(each.ids)
    return ErasurePreview(
        scope=scope,
        subject=subject,
        name=name,
        contents=found.count,
        size=found.size,
        kinds=kinds,
        marks=found.marks,
        exports=found.exports,
        record=scope == "account" and reason is None and _has_record(subject),
        record_reason=reason.message() if reason else None,
    )


def erase(access: Access, wish: Wish) -> Outcome:
    """Carry an erasure out; ordered again under the same id it changes nothing.

    Raises:
        NotKnown, NothingToErase, OthersDecide, NotYourself
    """
    project = access.project_id
    _name(project, access.project, wish.scope, wish.subject)
    takes_record = wish.record and wish.scope == "account"
    if takes_record and (reason := _why_not_the_record(access.account, wish.subject)):
        raise reason()
    return carry_out(project, access.account, wish, takes_record=takes_record)


def carry_out(project: UUID, account: UUID, wish: Wish, *, takes_record: bool) -> Outcome:
    """The same for whoever need not ask: an operator.

    Raises:
        NothingToErase
    """
    with alone(project):  # what somebody wrote a moment later would be missed
        found = _find(project, wish.scope, wish.subject)
        outcomes = HANDLER.handle(project, account, _plans(project, account, wish, found, takes_record))
        if outcomes[0].status == "duplicate":
            return outcomes[0]
        if outcomes[0].error is not None:
            raise outcomes[0].error
        for outcome in outcomes[1:]:
            _erase_ordered(project, cast(int, outcome.first))
        gone = [content for each in found.contents for content in each.ids]
        transaction.on_commit(lambda: content_keys().destroy(project, gone))
        if takes_record:
            erase_account(wish.subject)
        _call_back(project, found.exports)
        if wish.scope == "document":
            forget_document(project, wish.subject)
    return outcomes[0]


def _find(project: UUID, scope: Scope, subject: UUID) -> _Found:
    contents = contents_of(project, scope, subject)
    if not contents:
        return _Found([])
    marks = marks_of(project, subject) if scope == "document" else 0
    return _Found(contents, marks, exports_with(project, scope, subject, [each.stream for each in contents]))


def _plans(project: UUID, account: UUID, wish: Wish, found: _Found, takes_record: bool) -> list[Planned]:
    """One command that orders, and one for each stream that loses something; all or none are written."""
    if not found.contents and not (takes_record and _has_record(wish.subject)):
        nothing: Callable[[States], Sequence[object]] = _nothing_to_erase
        return [_planned(project, account, wish, wish.id, StreamRef(project, "erasure"), nothing)]
    ordered = ErasureOrdered(
        erasure=str(wish.id),
        scope=wish.scope,
        subject=str(wish.subject),
        basis=wish.basis,
        contents=found.count,
        size=found.size,
        marks=found.marks,
        record=takes_record,
        exports=tuple(found.exports),
        note=wish.note,
    )
    plans = [_planned(project, account, wish, wish.id, StreamRef(project, "erasure"), lambda _: [ordered])]
    for each in found.contents:
        erased = ContentErased(str(wish.id), tuple(map(str, each.ids)))
        id_ = uuid5(wish.id, str(each.stream.id))
        plans.append(_planned(project, account, wish, id_, each.stream, lambda _, erased=erased: [erased]))  # type: ignore[misc]
    return plans


def _nothing_to_erase(_: States) -> Sequence[object]:
    raise NothingToErase()


def _planned(
    project: UUID,
    account: UUID,
    wish: Wish,
    id_: UUID,
    writes: StreamRef,
    decide: Callable[[States], Sequence[object]],
) -> Planned:
    body: Any = {"scope": wish.scope, "subject": str(wish.subject), "basis": wish.basis, "note": wish.note}
    request = Envelope(id_, "erase", NothingToErase(), {**body, "stream": str(writes.id)}).request(account)
    return Planned(id_, request, writes, (), decide)


def _erase_ordered(project: UUID, position: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT es.erase_ordered(%s, %s)", [project, position])


def _call_back(project: UUID, exports: Sequence[Recalled]) -> None:
    """Files that hold what is erased go; an export that is being made begins anew."""
    for export in exports:
        files.drop_bytes(UUID(export.job), "result")
    sql = """UPDATE annotator_job SET state = 'waiting', runner = NULL, done = 0
              WHERE project = %s AND kind = 'export' AND state = 'running'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])


def _name(project: UUID, state: Project, scope: Scope, subject: UUID) -> str:
    """What the subject is called now.

    Raises:
        NotKnown
    """
    match scope:
        case "document":
            if not any(ref.kind == "document" for ref in streams_about(project, subject)):
                raise NotKnown
            ref = StreamRef(project, "document", subject)
            return str(HANDLER.states([ref])[ref][1].title)
        case "entity":
            ref = StreamRef(project, "register")
            entity = HANDLER.states([ref])[ref][1].entities.get(str(subject))
            if entity is None:
                raise NotKnown
            return str(entity.name)
        case _:
            if (
                str(subject) not in state.members
                and str(subject) not in state.authors
                and not _wrote(project, subject)
            ):
                raise NotKnown
            account = Account.objects.filter(id=subject).first()
            return account.shown_name if account else str(subject)


def _wrote(project: UUID, account: UUID) -> bool:
    sql = "SELECT EXISTS (SELECT FROM es.stream WHERE project = %s AND owner = %s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, account])
        return bool(cursor.fetchone()[0])


def _has_record(account: UUID) -> bool:
    return Account.objects.filter(id=account).exclude(username=erased_name(account)).exists()


def _why_not_the_record(caller: UUID, account: UUID) -> type[Refusal] | None:
    """A manager answers for the people of the own projects only."""
    if caller == account:
        return NotYourself
    managed = {row.id for row in projects_of(caller) if row.role == "manager"}
    return None if {row.id for row in projects_of(account)} <= managed else OthersDecide
