"""Undo is a new event: what compensates a command leads back to the state before it."""

from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import annotation_set as a
from annotator.domain.refusals import Refusal
from annotator.domain.text import quote
from annotator.domain.values import Command
from tests.support.builders import TEXT, a_set_context, an_id
from tests.support.strategies import set_commands

CONTEXT = a_set_context()
UNDOES = an_id("command")


def compensation(events: Sequence[Any], before: a.AnnotationSet) -> Iterator[Command]:
    """The commands that take the events back, last one first."""
    for event in reversed(events):
        match event:
            case a.AnnotationAdded():
                yield a.RemoveAnnotation(annotation=event.annotation, undoes=UNDOES)
            case a.AnnotationChanged():
                yield _annotation(a.ChangeAnnotation, before.annotations[event.annotation])
            case a.AnnotationRemoved():
                yield _annotation(a.AddAnnotation, before.annotations[event.annotation])
            case a.LinkAdded():
                yield a.RemoveLink(link=event.link, undoes=UNDOES)
            case a.LinkChanged():
                yield _link(a.ChangeLink, before.links[event.link])
            case a.LinkRemoved():
                yield _link(a.AddLink, before.links[event.link])
            case a.DocumentLabelSet() | a.DocumentLabelCleared():
                yield _document_label(event.label, before.document_labels.get(event.label))
            case a.SetFinished():
                yield a.ReopenSet(undoes=UNDOES)
            case a.SetReopened():
                yield a.FinishSet(undoes=UNDOES)


def _annotation(cls: Any, known: a.Annotation) -> Command:
    fields = {field: getattr(known, field) for field in known.__struct_fields__ if field != "id"}
    command: Command = cls(annotation=known.id, quote=quote(TEXT, known.spans), undoes=UNDOES, **fields)
    return command


def _link(cls: Any, known: a.Link) -> Command:
    command: Command = cls(
        link=known.id,
        type=known.type,
        from_=known.from_annotation,
        to=known.to_annotation,
        attributes=known.attributes,
        undoes=UNDOES,
    )
    return command


def _document_label(label: str, value: str | None) -> Command:
    if value is None:
        return a.ClearDocumentLabel(label=label, undoes=UNDOES)
    return a.SetDocumentLabel(label=label, value=value, undoes=UNDOES)


def _tell(command: Any, state: a.AnnotationSet) -> tuple[a.AnnotationSet, Sequence[Any]]:
    try:
        events = a.decide(command, state, CONTEXT)
    except Refusal:
        return state, []
    return a.DECIDER.fold(events, state), events


@settings(max_examples=500)
@given(history=st.lists(set_commands(), max_size=25), command=set_commands())
def test_whatever_is_done_can_be_undone(history: list[Command], command: Command) -> None:
    before = a.AnnotationSet()
    for earlier in history:
        before, _ = _tell(earlier, before)
    after, events = _tell(command, before)
    for undo in compensation(events, before):
        undone = a.decide(undo, after, CONTEXT)  # type: ignore[arg-type]
        assert undone, undo
        assert {getattr(event, "undoes", None) for event in undone} == {UNDOES}
        after = a.DECIDER.fold(undone, after)
    assert after == before


@given(history=st.lists(set_commands(), max_size=40))
def test_links_never_outlive_their_ends_and_are_found_at_both(history: list[Command]) -> None:
    state = a.AnnotationSet()
    for command in history:
        state, _ = _tell(command, state)
    held = {end: set(links) for end, links in state.links_of.items()}
    expected: dict[str, set[str]] = {}
    for link in state.links.values():
        for end in (link.from_annotation, link.to_annotation):
            assert end in state.annotations
            expected.setdefault(end, set()).add(link.id)
    assert held == expected
