"""Laws of every stream, over random histories of commands that people could send."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from annotator.domain import annotation_set, document, project
from annotator.domain.catalog import CATALOG
from annotator.domain.commands import decode_command, encode_command
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command
from tests.support import strategies
from tests.support.builders import a_project, an_id
from tests.support.scenario import (
    ANNOTATION_SET,
    CURATION,
    DOCUMENT,
    LABEL_SCHEMA,
    PROJECT,
    REGISTER,
    Stream,
)

CASES: list[tuple[Stream, SearchStrategy[Command]]] = [
    (PROJECT, strategies.project_commands()),
    (LABEL_SCHEMA, strategies.schema_commands()),
    (DOCUMENT, strategies.document_commands()),
    (ANNOTATION_SET, strategies.set_commands()),
    (CURATION, strategies.curation_commands()),
    (REGISTER, strategies.register_commands()),
]
FIRST: dict[str, Command] = {
    "project": project.CreateProject(name="News"),
    "document": document.ImportDocument(document=an_id("document"), title="", text="Ciao 🚀"),
}

every_stream = pytest.mark.parametrize(
    ("stream", "commands"), CASES, ids=[stream.decider.kind for stream, _ in CASES]
)
histories = st.data()


class Told:
    """A stream in the making: tells what each command came to."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.state = stream.decider.initial
        self.context = stream.context
        self.events: list[Any] = []

    def tell(self, command: Command) -> Sequence[Any] | None:
        """The events, None when it was refused."""
        try:
            events = self.stream.decide(command, self.state, self.context)
        except Refusal:
            return None
        self.state = self.stream.decider.fold(events, self.state)
        self.events += events
        for event in events:
            if isinstance(event, document.TextAdded):
                self.context = replace(self.context, text=event.text)
        return events


def told(
    stream: Stream, commands: SearchStrategy[Command], data: st.DataObject
) -> tuple[Told, list[Command]]:
    """A stream after a random history, and the commands it accepted."""
    first = [FIRST[stream.decider.kind]] if stream.decider.kind in FIRST else []
    history = [*first, *data.draw(st.lists(commands, max_size=25))]
    story = Told(stream)
    return story, [command for command in history if story.tell(command) is not None]


@given(data=histories)
def test_a_set_is_the_same_folded_at_once_or_event_by_event(data: st.DataObject) -> None:
    story, _ = told(ANNOTATION_SET, strategies.set_commands(), data)
    assert annotation_set.fold(story.events) == ANNOTATION_SET.decider.fold(story.events)
    last = {
        getattr(event, "annotation", getattr(event, "link", n)): event for n, event in enumerate(story.events)
    }
    assert annotation_set.fold(last.values()) == ANNOTATION_SET.decider.fold(last.values())


@every_stream
@given(data=histories)
def test_a_command_sent_twice_changes_nothing_the_second_time(
    stream: Stream, commands: SearchStrategy[Command], data: st.DataObject
) -> None:
    story, _ = told(stream, commands, data)
    command = data.draw(commands)
    if story.tell(command) is not None:
        assert story.tell(command) == []


@every_stream
@given(data=histories)
def test_the_last_event_of_each_entity_makes_the_same_state_as_all(
    stream: Stream, commands: SearchStrategy[Command], data: st.DataObject
) -> None:
    story, _ = told(stream, commands, data)
    last: dict[object, int] = {}
    for version, event in enumerate(story.events):
        entity = getattr(event, event.ENTITY) if event.ENTITY else type(event)
        last[entity] = version
    latest = [story.events[version] for version in sorted(last.values())]
    assert stream.decider.fold(latest) == story.state


@every_stream
@given(data=histories)
def test_states_are_values_that_later_events_do_not_touch(
    stream: Stream, commands: SearchStrategy[Command], data: st.DataObject
) -> None:
    story, _ = told(stream, commands, data)
    before, count = story.state, len(story.events)
    story.tell(data.draw(commands))
    assert stream.decider.fold(story.events[:count]) == before


@every_stream
@given(data=histories)
def test_events_survive_storage(
    stream: Stream, commands: SearchStrategy[Command], data: st.DataObject
) -> None:
    story, _ = told(stream, commands, data)
    for event in story.events:
        encoded = CATALOG.encode(event)
        payload, private = (json.loads(json.dumps(part)) for part in (encoded.payload, encoded.private))
        assert CATALOG.decode(encoded.type, encoded.schema_version, payload, private) == event
        assert (encoded.entity is None) == (event.ENTITY is None)


@every_stream
@given(data=histories)
def test_erased_events_still_fold(
    stream: Stream, commands: SearchStrategy[Command], data: st.DataObject
) -> None:
    story, _ = told(stream, commands, data)
    encoded = [CATALOG.encode(event) for event in story.events]
    erased = [CATALOG.decode(row.type, row.schema_version, dict(row.payload)) for row in encoded]
    state = stream.decider.fold(erased)
    assert type(state) is type(story.state)


@every_stream
@given(data=histories)
def test_commands_survive_json(
    stream: Stream, commands: SearchStrategy[Command], data: st.DataObject
) -> None:
    command = data.draw(commands)
    name, given_ = encode_command(command)
    assert decode_command(name, json.loads(json.dumps(given_))) == command


@every_stream
@given(data=histories)
def test_nothing_happens_in_an_archived_project(
    stream: Stream, commands: SearchStrategy[Command], data: st.DataObject
) -> None:
    if stream is PROJECT:
        return
    story, _ = told(stream, commands, data)
    story.context = replace(story.context, project=a_project(archived=True))
    assert story.tell(data.draw(commands)) is None


@settings(max_examples=300)
@given(data=histories)
def test_curation_never_holds_two_decisions_that_contradict(data: st.DataObject) -> None:
    story, _ = told(CURATION, strategies.curation_commands(), data)
    for ids in story.state.by_item.values():
        decisions = [story.state.decisions[id_] for id_ in ids]
        marks = [(decision.label, decision.spans) for decision in decisions]
        assert len(set(marks)) == len(marks)
        assert len(decisions) == 1 or all(decision.verdict != "none_of_these" for decision in decisions)


@given(data=histories)
def test_every_chain_of_merges_ends(data: st.DataObject) -> None:
    story, _ = told(REGISTER, strategies.register_commands(), data)
    for entity in story.state.entities.values():
        seen = {entity.id}
        while entity is not None and entity.merged_into is not None:
            assert entity.merged_into not in seen
            seen.add(entity.merged_into)
            entity = story.state.entities.get(entity.merged_into)
