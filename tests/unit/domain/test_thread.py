"""Rules of threads: who says what about what, and whom they may call."""

from dataclasses import replace

from immutables import Map

from annotator.domain.thread import (
    About,
    AboutNothing,
    AddComment,
    CommentAdded,
    CommentDeleted,
    CommentEdited,
    DeleteComment,
    EditComment,
    MentionedCannotRead,
    NotYourComment,
    OpenThread,
    ReopenThread,
    ResolveThread,
    ThreadExists,
    ThreadOpened,
    ThreadReopened,
    ThreadResolved,
    ThreadUnknown,
    readers,
)
from tests.support.builders import ALICE, BOB, CAROL, a_project, an_id
from tests.support.scenario import THREAD, given

ONE, SAID = an_id("thread"), an_id("comment")
CONTEXT = replace(
    THREAD.context,
    project=a_project(members=Map({CAROL: "manager", ALICE: "annotator", BOB: "annotator"})),
    marked=frozenset({an_id("s1")}),
)


def opened(**changes: object) -> OpenThread:
    return OpenThread(**{"thread": ONE, "comment": SAID, "room": "set", "body": "Why?", **changes})  # type: ignore[arg-type]


def said(author: str = ALICE, body: str = "Why?", mentions: tuple[str, ...] = ()) -> CommentAdded:
    return CommentAdded(comment=SAID, thread=ONE, author=author, mentions=mentions, body=body)


def test_a_thread_begins_with_a_comment_and_a_retry_changes_nothing() -> None:
    begun = ThreadOpened(thread=ONE, author=ALICE, about=About())
    given(THREAD).when(opened()).then(begun, said())
    given(THREAD, opened()).when(opened()).then_nothing()
    given(THREAD, opened()).when(opened(body="Other")).then_raises(ThreadExists)


def test_it_is_about_what_there_is_in_the_set_or_the_text() -> None:
    for about in (
        About(kind="annotation", id=an_id("s1")),
        About(kind="span", spans=((0, 3),), text_version=1),
    ):
        given(THREAD, context=CONTEXT).when(opened(about=about)).then_types(ThreadOpened, CommentAdded)
    for about in (
        About(kind="annotation", id=an_id("s2")),
        About(kind="span", spans=((3, 3),), text_version=1),
        About(kind="span", spans=((0, 9_999_999),), text_version=1),
        About(kind="span", spans=((0, 3),), text_version=2),
        About(kind="item", id="actor:0-3"),
        About(kind="document", id="x"),
    ):
        given(THREAD, context=CONTEXT).when(opened(about=about)).then_raises(AboutNothing)
    item = opened(room="curation", about=About(kind="item", id="actor:0-3"))
    given(THREAD, context=CONTEXT).when(item).then_types(ThreadOpened, CommentAdded)


def test_an_answer_needs_its_thread() -> None:
    answer = AddComment(thread=ONE, comment=an_id("two"), room="set", body="Because.")
    given(THREAD).when(answer).then_raises(ThreadUnknown)
    given(THREAD, opened()).when(answer).then_types(CommentAdded)


def test_nobody_is_called_who_cannot_read_the_room() -> None:
    given(THREAD, context=CONTEXT).when(opened(mentions=(BOB,))).then_raises(MentionedCannotRead)
    given(THREAD, context=CONTEXT).when(opened(mentions=(CAROL,))).then_types(ThreadOpened, CommentAdded)
    seeing = replace(CONTEXT, project=replace(CONTEXT.project, blind=False))
    given(THREAD, context=seeing).when(opened(mentions=(BOB,))).then_types(ThreadOpened, CommentAdded)


def test_rooms_are_read_by_those_whom_they_are_for() -> None:
    project = CONTEXT.project
    assert readers(project, "set", ALICE) == {ALICE, CAROL}
    assert readers(project, "everybody", None) == {ALICE, BOB, CAROL}
    assert readers(project, "curation", None) == {CAROL}
    assert readers(replace(project, blind=False), "curation", None) == {ALICE, BOB, CAROL}


def test_only_the_author_says_it_otherwise_and_curators_may_take_it_away() -> None:
    edit = EditComment(comment=SAID, room="set", body="Why not?")
    changed = CommentEdited(comment=SAID, thread=ONE, author=ALICE, mentions=(), body="Why not?")
    given(THREAD, opened()).when(edit).then(changed)
    other = replace(THREAD.context, issued_by=BOB)
    deleted = CommentDeleted(comment=SAID, thread=ONE, author=ALICE)
    begun = ThreadOpened(thread=ONE, author=ALICE, about=About())
    given(THREAD, begun, said(), context=other).when(edit).then_raises(NotYourComment)
    remove = DeleteComment(comment=SAID, room="set")
    given(THREAD, begun, said(), context=other).when(remove).then_raises(NotYourComment)
    given(THREAD, begun, said(), context=replace(other, leads=True)).when(remove).then(deleted)
    given(THREAD, begun, said(), deleted).when(remove).then_nothing()
    given(THREAD, begun, said(), deleted).when(opened()).then_raises(ThreadExists)


def test_a_thread_is_settled_and_opened_again() -> None:
    about = {"thread": ONE, "author": ALICE, "about": About()}
    settle = ResolveThread(thread=ONE, room="set")
    scenario = given(THREAD, opened()).when(settle)
    scenario.then(ThreadResolved(**about))  # type: ignore[arg-type]
    scenario.when(settle).then_nothing()
    scenario.when(ReopenThread(thread=ONE, room="set")).then(ThreadReopened(**about))  # type: ignore[arg-type]
