"""Threads of comments on a document, and who takes part in them.

A stream holds the threads of one room of a document: those about one author's set, read by that author and by
curators; those for everybody; and those of the curation, which annotators of a blind project never see. What somebody
may read follows from the stream alone, so no comment tells an annotator of what others marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal, assert_never

from immutables import Map
from msgspec import Meta

from annotator.domain.document import Document, require_document
from annotator.domain.erasure import ContentErased
from annotator.domain.maps import EMPTY, without
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command, Id, Spans, Value
from events.decider import Decider

KIND = "thread"
CURATION_KIND = "curation_thread"

Room = Annotated[
    Literal["set", "everybody", "curation"],
    Meta(description="About an author's set, named by the envelope; for all; among those who curate"),
]
Body = Annotated[str, Meta(min_length=1, max_length=10_000)]
Mentions = Annotated[tuple[Id, ...], Meta(max_length=50, description="Accounts that the comment calls")]


class About(Value, frozen=True, kw_only=True):
    """What a thread is about: the document, a stretch of a text version, an annotation, a link, or an item's key."""

    kind: Literal["document", "span", "annotation", "link", "item"] = "document"
    id: Annotated[str, Meta(min_length=1, max_length=100_000)] | None = None
    spans: Spans | None = None
    text_version: int | None = None


class OpenThread(Command, frozen=True, kw_only=True):
    """Begin a thread with its first comment."""

    thread: Id
    comment: Id
    room: Room
    body: Body
    about: About = About()
    mentions: Mentions = ()


class AddComment(Command, frozen=True, kw_only=True):
    """Answer in a thread."""

    thread: Id
    comment: Id
    room: Room
    body: Body
    mentions: Mentions = ()


class EditComment(Command, frozen=True, kw_only=True):
    """Say one's own comment otherwise."""

    comment: Id
    room: Room
    body: Body
    mentions: Mentions = ()


class DeleteComment(Command, frozen=True, kw_only=True):
    """Take a comment away: one's own, or as a curator anybody's. Its words stay in the history until they are erased."""

    comment: Id
    room: Room


class ResolveThread(Command, frozen=True, kw_only=True):
    """Say that a thread is settled."""

    thread: Id
    room: Room


class ReopenThread(Command, frozen=True, kw_only=True):
    """Say that it is not."""

    thread: Id
    room: Room


ThreadCommand = OpenThread | AddComment | EditComment | DeleteComment | ResolveThread | ReopenThread


@dataclass(frozen=True, slots=True, kw_only=True)
class _ThreadState:
    """A thread's whole state, without its comments."""

    ENTITY: ClassVar[str | None] = "thread"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    thread: str
    author: str
    about: About


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadOpened(_ThreadState):
    """The thread began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadResolved(_ThreadState):
    """The thread is settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadReopened(_ThreadState):
    """The thread is open again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _CommentState:
    """A comment's whole state."""

    ENTITY: ClassVar[str | None] = "comment"
    PRIVATE: ClassVar[tuple[str, ...]] = ("body",)
    comment: str
    thread: str
    author: str
    mentions: tuple[str, ...]
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAdded(_CommentState):
    """Somebody said this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEdited(_CommentState):
    """Its author says it so now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentDeleted:
    """The comment is shown no more."""

    ENTITY: ClassVar[str | None] = "comment"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    comment: str
    thread: str
    author: str


ThreadEvent = (
    ThreadOpened
    | ThreadResolved
    | ThreadReopened
    | CommentAdded
    | CommentEdited
    | CommentDeleted
    | ContentErased
)


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread; ``author`` began it."""

    id: str
    author: str
    about: About
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that is shown."""

    id: str
    thread: str
    author: str
    mentions: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Threads:
    """The threads and comments of a room, by id; ``deleted`` are ids that stay taken."""

    threads: Map[str, Thread] = EMPTY
    comments: Map[str, Comment] = EMPTY
    deleted: Map[str, str] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the rules look at. ``owner``: whose set the room is about. ``marked``: ids of what stands in that set.

    ``leads``: whoever gives the command is at least a curator.
    """

    project: Project
    document: Document
    issued_by: str
    leads: bool = False
    owner: str | None = None
    marked: frozenset[str] = frozenset()


class ThreadUnknown(Refusal):
    """There is no such thread in this room."""


class ThreadExists(Refusal):
    """This thread or comment was made before, otherwise."""


class CommentUnknown(Refusal):
    """There is no such comment in this room, or it was deleted."""


class NotYourComment(Refusal):
    """Only who wrote a comment can change it; curators can delete it."""


class AboutNothing(Refusal):
    """There is nothing of this kind in the set or the text that the room is about."""


class MentionedCannotRead(Refusal):
    """Somebody who is called cannot read this room; call those who can."""


def readers(project: Project, room: str, owner: str | None) -> frozenset[str]:
    """Who may read a room, and so be called in it."""

    def reads(member: str, role: str) -> bool:
        if role in ("curator", "manager"):
            return True
        if role != "annotator":
            return False
        if room == "everybody" or (room == "set" and owner is None) or not project.blind:
            return True
        return room == "set" and member == owner

    return frozenset(member for member, role in project.members.items() if reads(member, role))


def evolve(state: Threads, event: ThreadEvent) -> Threads:
    """The room after one more event."""
    match event:
        case ThreadOpened() | ThreadReopened():
            return _with(state, Thread(event.thread, event.author, event.about))
        case ThreadResolved():
            return _with(state, Thread(event.thread, event.author, event.about, resolved=True))
        case CommentAdded() | CommentEdited():
            made = Comment(event.comment, event.thread, event.author, event.mentions, event.body)
            return replace(state, comments=state.comments.set(event.comment, made))
        case CommentDeleted():
            deleted = state.deleted.set(event.comment, event.author)
            return replace(state, comments=without(state.comments, event.comment), deleted=deleted)
        case ContentErased():
            return state  # the events that brought them do not have them any more
        case _:
            assert_never(event)


def _with(state: Threads, thread: Thread) -> Threads:
    return replace(state, threads=state.threads.set(thread.id, thread))


def decide(command: ThreadCommand, state: Threads, context: Context) -> Sequence[ThreadEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    require_document(context.document)
    match command:
        case OpenThread():
            return _open(command, state, context)
        case AddComment(thread=thread):
            _thread(state, thread)
            return _said(command, thread, state, context)
        case EditComment():
            return _edit(command, state, context)
        case DeleteComment(comment=comment):
            return _delete(comment, state, context)
        case ResolveThread(thread=thread):
            known = _thread(state, thread)
            return [] if known.resolved else [ThreadResolved(**_fields(known))]
        case ReopenThread(thread=thread):
            known = _thread(state, thread)
            return [ThreadReopened(**_fields(known))] if known.resolved else []
        case _:
            assert_never(command)


def _open(command: OpenThread, state: Threads, context: Context) -> Sequence[ThreadEvent]:
    known = state.threads.get(command.thread)
    wanted = Thread(command.thread, context.issued_by, command.about)
    if known is not None:
        if (known.author, known.about) != (wanted.author, wanted.about):
            raise ThreadExists(thread=command.thread, pointer="/thread")
        return _said(command, command.thread, state, context)
    _check_about(command, context)
    first = _said(command, command.thread, state, context)
    return [ThreadOpened(**_fields(wanted)), *first]


def _fields(thread: Thread) -> dict[str, Any]:
    return {"thread": thread.id, "author": thread.author, "about": thread.about}


def _check_about(command: OpenThread, context: Context) -> None:
    about = command.about
    match about.kind:
        case "document":
            fits = about == About()
        case "span":
            fits = about.spans is not None and about.id is None and _is_in_text(about, context.document)
        case "item":
            fits = command.room == "curation" and about.id is not None and about.spans is None
        case _:
            fits = command.room != "curation" and about.id in context.marked and about.spans is None
    if not fits:
        raise AboutNothing(kind=about.kind, pointer="/about")


def _is_in_text(about: About, document: Document) -> bool:
    if about.text_version != document.text_version or about.spans is None:
        return False
    return all(start < end <= document.length for start, end in about.spans)


def _said(
    command: OpenThread | AddComment, thread: str, state: Threads, context: Context
) -> Sequence[ThreadEvent]:
    known = state.comments.get(command.comment)
    wanted = Comment(command.comment, thread, context.issued_by, command.mentions, command.body)
    if known == wanted:
        return []
    if known is not None or command.comment in state.deleted:
        raise ThreadExists(comment=command.comment, pointer="/comment")
    _check_mentions(command.mentions, command.room, context)
    return [CommentAdded(**_comment(wanted))]


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "comment": comment.id,
        "thread": comment.thread,
        "author": comment.author,
        "mentions": comment.mentions,
        "body": comment.body,
    }


def _edit(command: EditComment, state: Threads, context: Context) -> Sequence[ThreadEvent]:
    known = _shown(command.comment, state)
    if known.author != context.issued_by:
        raise NotYourComment(comment=command.comment, pointer="/comment")
    if (known.body, known.mentions) == (command.body, command.mentions):
        return []
    _check_mentions(command.mentions, command.room, context)
    return [CommentEdited(**_comment(replace(known, body=command.body, mentions=command.mentions)))]


def _delete(comment: str, state: Threads, context: Context) -> Sequence[ThreadEvent]:
    if comment in state.deleted:
        return []
    known = _shown(comment, state)
    if known.author != context.issued_by and not context.leads:
        raise NotYourComment(comment=comment, pointer="/comment")
    return [CommentDeleted(comment=comment, thread=known.thread, author=known.author)]


def _shown(comment: str, state: Threads) -> Comment:
    known = state.comments.get(comment)
    if known is None:
        raise CommentUnknown(comment=comment, pointer="/comment")
    return known


def _thread(state: Threads, thread: str) -> Thread:
    known = state.threads.get(thread)
    if known is None:
        raise ThreadUnknown(thread=thread, pointer="/thread")
    return known


def _check_mentions(mentions: Sequence[str], room: str, context: Context) -> None:
    deaf = sorted(set(mentions) - readers(context.project, room, context.owner))
    if deaf:
        raise MentionedCannotRead(accounts=deaf, pointer="/mentions")


DECIDER: Decider[Threads] = Decider(KIND, Threads(), evolve)
CURATION: Decider[Threads] = Decider(CURATION_KIND, Threads(), evolve)
