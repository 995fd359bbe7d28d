"""Given a past, when commands come, then these events follow: the way rules are told in tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.domain import (
    annotation_set,
    curation,
    document,
    guideline,
    label_schema,
    project,
    register,
    release,
    sources,
    suggestions,
    thread,
    webhook,
)
from annotator.domain.refusals import Refusal
from events.decider import Decider
from tests.support import builders


@dataclass(frozen=True)
class Stream:
    """A kind of stream with its rules and the context in which tests judge when they do not say otherwise."""

    decider: Decider[Any]
    decide: Callable[[Any, Any, Any], Sequence[object]]
    context: Any


PROJECT = Stream(project.DECIDER, project.decide, project.Context(builders.ALICE))
LABEL_SCHEMA = Stream(label_schema.DECIDER, label_schema.decide, label_schema.Context(builders.a_project()))
DOCUMENT = Stream(document.DECIDER, document.decide, document.Context(builders.a_project()))
REGISTER = Stream(
    register.DECIDER, register.decide, register.Context(builders.a_project(), builders.a_schema())
)
ANNOTATION_SET = Stream(annotation_set.DECIDER, annotation_set.decide, builders.a_set_context())
SOURCES = Stream(sources.DECIDER, sources.decide, sources.Context(builders.a_project(), builders.a_schema()))
SUGGESTIONS = Stream(suggestions.DECIDER, suggestions.decide, builders.a_suggesting_context())
RELEASE = Stream(release.DECIDER, release.decide, release.Context(builders.a_project(), 100))
WEBHOOK = Stream(
    webhook.DECIDER,
    webhook.decide,
    webhook.Context(
        builders.a_project(), frozenset({"release"}), frozenset({"release_made", "set_finished"})
    ),
)
GUIDELINE = Stream(
    guideline.DECIDER, guideline.decide, guideline.Context(builders.a_project(), builders.a_schema())
)
THREAD = Stream(
    thread.DECIDER,
    thread.decide,
    thread.Context(
        project=builders.a_project(),
        document=builders.a_document(),
        issued_by=builders.ALICE,
        owner=builders.ALICE,
    ),
)
CURATION = Stream(curation.DECIDER, curation.decide, builders.a_curation_context())


@dataclass
class Scenario:
    """What has happened so far; ``events`` are those of the last ``when``."""

    stream: Stream
    context: Any
    state: Any
    events: list[object] = field(default_factory=list)
    refusal: Refusal | None = None

    def when(self, *commands: Any) -> "Scenario":
        """Give commands; the first that is refused ends it."""
        self.events = []
        for command in commands:
            try:
                decided = self.stream.decide(command, self.state, self.context)
            except Refusal as refusal:
                self.refusal = refusal
                return self
            self.state = self.stream.decider.fold(decided, self.state)
            self.events += decided
        return self

    def then(self, *events: object) -> "Scenario":
        """These events and no others followed."""
        assert self.refusal is None, self.refusal
        assert self.events == list(events)
        return self

    def then_types(self, *types: type) -> "Scenario":
        """Events of these types followed, in this order."""
        assert self.refusal is None, self.refusal
        assert [type(event) for event in self.events] == list(types)
        return self

    def then_nothing(self) -> "Scenario":
        """The command was accepted and nothing had to change."""
        return self.then()

    def then_raises(self, refusal: type[Refusal], **details: Any) -> "Scenario":
        """The command was refused for this reason; ``details`` are those that matter."""
        assert type(self.refusal) is refusal, self.refusal or self.events
        for key, value in details.items():
            assert self.refusal.details.get(key) == value, self.refusal.details
        return self


def given(stream: Stream, *past: Any, context: Any = None) -> Scenario:
    """A stream with a past, told in commands or in events."""
    scenario = Scenario(stream, context or stream.context, stream.decider.initial)
    for step in past:
        if isinstance(step, builders.Command):
            scenario.when(step)
            assert scenario.refusal is None, scenario.refusal
        else:
            scenario.state = stream.decider.fold([step], scenario.state)
    scenario.events = []
    return scenario
