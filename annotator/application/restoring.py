"""Restoring a set of a document as it stood at a position: a preview, and the commands that do it.

The commands pass the one door like any others, so rules, roles and conflicts hold; all of them commit, or none.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction

from annotator.application.access import Access, NotKnown
from annotator.application.envelope import enclose
from annotator.application.handle import Result, handle
from annotator.domain.annotation_set import DECIDER, AnnotationSet
from annotator.domain.commands import encode_command
from annotator.domain.document import DECIDER as DOCUMENT
from annotator.domain.document import Document
from annotator.domain.restoring import Restoration, commands, restoration
from annotator.log import STORE
from annotator.queries.text import TextId, present_text_of
from events.streams import StreamRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Which set, or which annotation of it, and when. ``author`` None: the caller's own set, or the shared one."""

    document: UUID
    at: int
    author: UUID | None = None
    annotation: UUID | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restoration would do to the set as it is: at ``version`` of its stream and ``position`` of the log.

    ``text`` is the current one, None when it was erased: then nothing can be marked anew.
    """

    found: Restoration
    text: str | None
    text_version: int
    version: int
    position: int
    finished: bool


def plan(access: Access, moment: Moment) -> Plan:
    """What would be added, changed and removed.

    Raises:
        NotKnown: there is no such document, or the account may not see the set.
    """
    owner = _owner(access, moment)
    if not access.sees_set(owner) or (access.hides_authors and owner not in (None, access.account)):
        raise NotKnown
    project, head = access.project_id, STORE.head(access.project_id)
    about = StreamRef(project, "document", moment.document)
    document: Document = DOCUMENT.fold(each.event for each in STORE.latest(project, [about.id], at=head))
    if not document.exists:
        raise NotKnown
    ref = StreamRef(project, "annotation_set", moment.document, owner)
    now, version = _set(project, ref, head)
    then, _ = _set(project, ref, min(moment.at, head))
    only = str(moment.annotation) if moment.annotation else None
    text = present_text_of(TextId(project, moment.document, document.text_version))
    found = restoration(now, then, text_version=document.text_version, only=only)
    return Plan(found, text, document.text_version, version, head, now.finished)


def restore(access: Access, moment: Moment, *, id: UUID, expected: int | None = None) -> Result:
    """Carry it out, if nothing stands against it; ``expected`` is the version of the set that the person saw.

    Raises:
        NotKnown, Busy
    """
    planned = plan(access, moment)
    envelopes = []
    for command in commands(planned.found, planned.text or ""):
        name, data = encode_command(command)
        thing = data.get("annotation") or data.get("link") or data.get("label")
        envelopes.append(
            enclose(
                command,
                id=uuid5(id, f"{name} {thing}"),
                document=moment.document,
                author=moment.author,
                expected=planned.version if expected is None else expected,
            )
        )
    if not envelopes:
        return Result(planned.position, ())
    with transaction.atomic():
        result = handle(access.account, access.project_id, envelopes, correlation=id)
        if any(outcome.error for outcome in result.outcomes):
            transaction.set_rollback(True)
    return result


def _owner(access: Access, moment: Moment) -> UUID | None:
    if moment.author is not None:
        return moment.author
    return None if access.project.shared else access.account


def _set(project: UUID, ref: StreamRef, at: int) -> tuple[AnnotationSet, int]:
    recorded = STORE.latest(project, [ref.id], at=at)
    return DECIDER.fold(each.event for each in recorded), max((each.version for each in recorded), default=0)
