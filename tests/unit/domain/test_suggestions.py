"""Sources of suggestions, what they suggest, and what people say to it."""

import msgspec
import pytest

from annotator.domain.annotation_set import (
    AnnotationAdded,
    AnsweredSuggestion,
    FinishSet,
    RejectSuggestion,
    RemoveAnnotation,
    ReofferSuggestion,
    SetIsFinished,
    SuggestionAnswered,
    SuggestionReoffered,
)
from annotator.domain.label_schema import LabelUnknown
from annotator.domain.patterns import PatternRefused
from annotator.domain.sources import (
    DefineSource,
    DictionarySettings,
    GazetteerSettings,
    Pattern,
    PatternSettings,
    RetireSource,
    SourceDefined,
    SourceIsRetired,
    SourceKindDiffers,
    SourceRetired,
    SourceUnknown,
)
from annotator.domain.suggestions import SuggestionRefused, SuggestionsMade, SuggestionsOld
from tests.support.builders import (
    DICTIONARY,
    a_source,
    a_suggesting_context,
    a_suggestion,
    an_annotation,
    an_id,
    suggested,
)
from tests.support.scenario import ANNOTATION_SET, SOURCES, SUGGESTIONS, given


def defined(name: str = "Names", settings: object = None) -> DefineSource:
    return DefineSource(source=DICTIONARY, name=name, settings=settings or DictionarySettings())  # type: ignore[arg-type]


def patterns(*expressions: str) -> PatternSettings:
    return PatternSettings(tuple(Pattern("actor", expression) for expression in expressions))


# --- sources ---------------------------------------------------------------------------------------------------


def test_each_definition_of_a_source_is_a_version_of_its_own() -> None:
    scenario = given(SOURCES, defined()).when(
        defined(), defined("Other"), RetireSource(source=DICTIONARY), defined()
    )
    scenario.then_types(SourceDefined, SourceRetired, SourceDefined)
    assert [event.version for event in scenario.events if isinstance(event, SourceDefined)] == [2, 3]
    assert scenario.state.sources[DICTIONARY].active


def test_a_source_stays_of_its_kind_and_marks_with_labels_that_there_are() -> None:
    given(SOURCES, defined()).when(defined(settings=patterns("a+"))).then_raises(SourceKindDiffers)
    given(SOURCES).when(defined(settings=GazetteerSettings("nowhere"))).then_raises(
        LabelUnknown, pointer="/settings/label"
    )
    given(SOURCES).when(RetireSource(source=DICTIONARY)).then_raises(SourceUnknown)


@pytest.mark.parametrize("expression", ["(", "a*", r"(a)\1", "(?=a)b", "(((((((a{1000}){1000}"])
def test_an_expression_that_cannot_be_matched_safely_is_refused(expression: str) -> None:
    given(SOURCES).when(defined(settings=patterns("ok", expression))).then_raises(
        PatternRefused, pointer="/settings/patterns/1/expression"
    )


# --- suggesting ------------------------------------------------------------------------------------------------


def test_a_source_that_says_the_same_again_makes_no_event() -> None:
    one, other = a_suggestion(), a_suggestion("Putin", score=0.5)
    scenario = given(SUGGESTIONS).when(suggested(one, other), suggested(one, other, basis="a newer register"))
    scenario.then_types(SuggestionsMade)
    scenario.when(suggested(one)).then_types(SuggestionsMade)
    assert scenario.state.suggestions == (one,)


def test_suggestions_fit_the_text_and_hold_nothing_that_could_not_be_erased() -> None:
    beyond = a_suggestion(spans=((0, 10_000),))
    given(SUGGESTIONS).when(suggested(beyond)).then_raises(SuggestionRefused, pointer="/suggestions/0/spans")
    claimed = a_suggestion(label="claim", attributes={"note": "private"})
    given(SUGGESTIONS).when(suggested(claimed)).then_raises(
        SuggestionRefused, pointer="/suggestions/0/attributes"
    )
    renamed = msgspec.structs.replace(a_suggestion(), id=an_id("other"))
    given(SUGGESTIONS).when(suggested(renamed)).then_raises(SuggestionRefused, pointer="/suggestions/0/id")


def test_what_was_made_for_another_version_comes_too_late() -> None:
    given(SUGGESTIONS).when(suggested(text_version=2)).then_raises(SuggestionsOld)
    given(SUGGESTIONS).when(suggested(source_version=2)).then_raises(SuggestionsOld)
    retired = a_suggesting_context(a_source(retired=True))
    given(SUGGESTIONS, context=retired).when(suggested()).then_raises(SourceIsRetired)


# --- answering -------------------------------------------------------------------------------------------------


def answers(latency: int = 900) -> AnsweredSuggestion:
    return AnsweredSuggestion(
        suggestion=a_suggestion().id, source=DICTIONARY, source_version=1, label="actor", latency_ms=latency
    )


def rejected() -> RejectSuggestion:
    return RejectSuggestion(
        suggestion=a_suggestion().id, source=DICTIONARY, source_version=1, label="actor", latency_ms=700
    )


def test_a_taken_suggestion_is_the_persons_mark_with_its_origin() -> None:
    scenario = given(ANNOTATION_SET).when(an_annotation(origin="suggestion", answers=answers()))
    scenario.then_types(AnnotationAdded, SuggestionAnswered)
    said = scenario.events[1]
    assert isinstance(said, SuggestionAnswered)
    assert (said.answer, said.annotation, said.latency_ms) == ("accepted", an_id("s1"), 900)
    assert (said.source, said.source_version) == (DICTIONARY, 1)
    assert scenario.state.answers[a_suggestion().id] == said


def test_a_suggestion_with_another_label_or_edge_was_changed() -> None:
    for command in (
        an_annotation(label="location", origin="suggestion", answers=answers()),
        an_annotation(said="of Assad", origin="suggestion", answers=answers()),
    ):
        scenario = given(ANNOTATION_SET).when(command)
        assert isinstance(said := scenario.events[1], SuggestionAnswered)
        assert said.answer == "changed"


def test_a_taking_sent_twice_is_one() -> None:
    command = an_annotation(origin="suggestion", answers=answers())
    given(ANNOTATION_SET, command).when(command).then_nothing()


def test_a_rejected_suggestion_stays_away_until_that_is_taken_back() -> None:
    scenario = given(ANNOTATION_SET).when(rejected(), rejected())
    scenario.then_types(SuggestionAnswered)
    assert scenario.state.answers[a_suggestion().id].answer == "rejected"
    scenario.when(
        ReofferSuggestion(suggestion=a_suggestion().id), ReofferSuggestion(suggestion=a_suggestion().id)
    )
    scenario.then_types(SuggestionReoffered)
    assert not scenario.state.answers


def test_nothing_is_answered_in_a_finished_set() -> None:
    given(ANNOTATION_SET, FinishSet()).when(rejected()).then_raises(SetIsFinished)


def test_an_answer_outlives_the_mark_so_that_the_mark_may_come_back() -> None:
    taken = an_annotation(origin="suggestion", answers=answers())
    scenario = given(ANNOTATION_SET, taken).when(RemoveAnnotation(annotation=an_id("s1")))
    assert scenario.state.answers[a_suggestion().id].annotation == an_id("s1")
