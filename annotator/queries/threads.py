"""The threads about a document, room by room, with their comments in the order in which they were made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import msgspec

from annotator.domain.thread import (
    CURATION_KIND,
    KIND,
    About,
    CommentAdded,
    CommentDeleted,
    CommentEdited,
    ThreadOpened,
    ThreadReopened,
    ThreadResolved,
)
from annotator.log import STORE
from annotator.queries.accounts import names_of
from annotator.queries.events import moment
from annotator.queries.log import streams_about
from events.store import Recorded
from events.streams import StreamRef

Room = Literal["set", "everybody", "curation"]


class CommentView(msgspec.Struct, frozen=True):
    """A comment. `body` is null when it was deleted or erased; `edited_at` is null unless it was said otherwise."""

    comment: UUID
    author: UUID
    name: str
    body: str | None
    mentions: Sequence[UUID]
    at: str
    position: int
    edited_at: str | None
    deleted: bool


class ThreadView(msgspec.Struct, frozen=True):
    """A thread. `owner` is whose set its room is about, null for the other rooms; `resolved_by` null while it is open."""

    thread: UUID
    room: Room
    owner: UUID | None
    about: About
    author: UUID
    opened_at: str
    resolved: bool
    resolved_by: UUID | None
    comments: Sequence[CommentView]


@dataclass(slots=True)
class _Said:
    added: Recorded
    body: str
    mentions: Sequence[str]
    edited: Recorded | None = None
    deleted: bool = False


@dataclass(slots=True)
class _Thread:
    opened: Recorded
    about: About
    resolved: Recorded | None = None
    comments: dict[str, _Said] = field(default_factory=dict)


def read_threads(
    project: UUID, document: UUID, *, sees: Callable[[StreamRef], bool], at: int
) -> list[ThreadView] | None:
    """The threads of the rooms that somebody sees, as of a position, the newest first; None when there is no document."""
    about = streams_about(project, document)
    if not any(ref.kind == "document" for ref in about):
        return None
    rooms = [ref for ref in about if ref.kind in (KIND, CURATION_KIND) and sees(ref)]
    found = [(room, thread) for room in rooms for thread in _threads(room, at)]
    names = names_of({said.added.issued_by for _, thread in found for said in thread.comments.values()})
    found.sort(key=lambda pair: pair[1].opened.position, reverse=True)
    return [_view(room, thread, names) for room, thread in found]


def _threads(room: StreamRef, at: int) -> Iterable[_Thread]:
    threads: dict[str, _Thread] = {}
    for each in STORE.read([room]):
        if each.position > at:
            break
        match each.event:
            case ThreadOpened(thread=thread, about=about):
                threads[thread] = _Thread(each, about)
            case ThreadResolved(thread=thread):
                threads[thread].resolved = each
            case ThreadReopened(thread=thread):
                threads[thread].resolved = None
            case CommentAdded(comment=comment, thread=thread, body=body, mentions=mentions):
                threads[thread].comments[comment] = _Said(each, body, mentions)
            case CommentEdited(comment=comment, thread=thread, body=body, mentions=mentions):
                said = threads[thread].comments[comment]
                said.body, said.mentions, said.edited = body, mentions, each
            case CommentDeleted(comment=comment, thread=thread):
                threads[thread].comments[comment].deleted = True
    return threads.values()


def _view(room: StreamRef, thread: _Thread, names: Mapping[UUID, str]) -> ThreadView:
    opened = thread.opened
    return ThreadView(
        thread=UUID(opened.event.thread),
        room="curation" if room.kind == CURATION_KIND else "set" if room.owner else "everybody",
        owner=room.owner,
        about=thread.about,
        author=opened.issued_by,
        opened_at=moment(opened.recorded_at),
        resolved=thread.resolved is not None,
        resolved_by=thread.resolved.issued_by if thread.resolved else None,
        comments=[_comment(id_, said, names) for id_, said in thread.comments.items()],
    )


def _comment(id_: str, said: _Said, names: Mapping[UUID, str]) -> CommentView:
    by = said.added.issued_by
    return CommentView(
        comment=UUID(id_),
        author=by,
        name=names.get(by, ""),
        body=None if said.deleted else said.body or None,
        mentions=[] if said.deleted else [UUID(each) for each in said.mentions],
        at=moment(said.added.recorded_at),
        position=said.added.position,
        edited_at=moment(said.edited.recorded_at) if said.edited else None,
        deleted=said.deleted,
    )
