"""Rules of curation."""

from typing import Any

import pytest

from annotator.domain.curation import (
    AnnotationExpected,
    AnnotationNotExpected,
    CurationFinished,
    CurationIsFinished,
    CurationReopened,
    DecidedMeanwhile,
    DecideItem,
    DecisionExists,
    DecisionMade,
    DecisionWithdrawn,
    FinishCuration,
    LinkCannotBeEdited,
    NothingToSplit,
    ReopenCuration,
    SeenVote,
    WithdrawDecision,
)
from annotator.domain.marking import QuoteDiffers, SpanOutOfText
from annotator.domain.register import EntityUnknown
from tests.support.builders import ALICE, BOB, a_curation_context, a_decision, a_document, an_id
from tests.support.scenario import CURATION, given

ITEM = "actor:4-24"
NONE: dict[str, Any] = {"annotation": None, "quote": None}


def test_a_decision_records_what_was_decided_why_and_on_which_votes() -> None:
    votes = (SeenVote(ALICE, an_id("s1"), 3), SeenVote(BOB, None))
    command = a_decision(attributes={"mention": "named"}, votes=votes, reason="slip", note="see rule 2")
    made = DecisionMade(
        decision=an_id("d1"),
        item="actor:19-24",
        verdict="accept",
        label="actor",
        spans=((19, 24),),
        attributes={"mention": "named"},
        entity=None,
        votes=votes,
        reason="slip",
        text_version=1,
        note="see rule 2",
    )
    given(CURATION).when(command).then(made)


def test_deciding_the_same_again_changes_nothing() -> None:
    given(CURATION, a_decision()).when(a_decision()).then_nothing()


def test_a_decision_is_not_overwritten() -> None:
    given(CURATION, a_decision()).when(a_decision(note="other")).then_raises(DecisionExists)


@pytest.mark.parametrize("verdict", ["accept", "edit"])
def test_what_is_decided_is_checked_like_an_annotation(verdict: str) -> None:
    given(CURATION).when(a_decision(verdict=verdict, quote="Asad")).then_raises(QuoteDiffers)
    given(CURATION).when(a_decision(verdict=verdict, entity=an_id("nobody"))).then_raises(EntityUnknown)


def test_a_rejected_candidate_need_not_fit_the_schema_any_more() -> None:
    rejected = a_decision(label="person", verdict="reject", attributes={"x": "y"})
    given(CURATION).when(rejected).then_types(DecisionMade)


def test_a_rejected_candidate_stands_in_the_text() -> None:
    given(CURATION).when(a_decision(verdict="reject", quote="x")).then_raises(QuoteDiffers, expected="Assad")
    short = a_curation_context("The", document=a_document("The"))
    given(CURATION, context=short).when(a_decision(verdict="reject")).then_raises(SpanOutOfText)


@pytest.mark.parametrize("verdict", ["accept", "edit", "reject"])
@pytest.mark.parametrize("lacking", [{"annotation": None}, {"quote": None}])
def test_these_verdicts_name_an_annotation(verdict: str, lacking: dict[str, Any]) -> None:
    given(CURATION).when(a_decision(verdict=verdict, **lacking)).then_raises(AnnotationExpected)


def test_none_of_these_names_no_annotation() -> None:
    given(CURATION).when(a_decision(verdict="none_of_these")).then_raises(AnnotationNotExpected)
    given(CURATION).when(a_decision(verdict="none_of_these", **NONE)).then_types(DecisionMade)


def test_a_link_is_accepted_or_rejected_without_an_annotation() -> None:
    link: dict[str, Any] = {"item": "link:target:claim:25-40>actor:19-24", **NONE}
    given(CURATION).when(a_decision(verdict="accept", **link)).then_types(DecisionMade)
    given(CURATION).when(a_decision(verdict="reject", **link)).then_types(DecisionMade)
    given(CURATION).when(a_decision(verdict="edit", **link)).then_raises(LinkCannotBeEdited)
    given(CURATION).when(a_decision(item=link["item"])).then_raises(AnnotationNotExpected)


def test_a_new_decision_on_a_candidate_withdraws_the_old_one() -> None:
    scenario = given(CURATION, a_decision("d1", item=ITEM)).when(
        a_decision("d2", verdict="reject", item=ITEM)
    )
    scenario.then_types(DecisionWithdrawn, DecisionMade)
    assert list(scenario.state.decisions) == [an_id("d2")]


def test_accepting_another_boundary_withdraws_the_first() -> None:
    past = a_decision("d1", "Syrian army of Assad", item=ITEM)
    given(CURATION, past).when(a_decision("d2", "Assad", item=ITEM)).then_types(
        DecisionWithdrawn, DecisionMade
    )


def test_rejecting_one_candidate_leaves_the_decision_on_another() -> None:
    past = a_decision("d1", "Syrian army of Assad", item=ITEM)
    scenario = given(CURATION, past).when(a_decision("d2", "Assad", verdict="reject", item=ITEM))
    scenario.then_types(DecisionMade)
    assert scenario.state.by_item[ITEM] == {an_id("d1"), an_id("d2")}


def test_decisions_on_other_items_stay() -> None:
    given(CURATION, a_decision("d1", "Putin")).when(a_decision("d2")).then_types(DecisionMade)


def test_none_of_these_withdraws_everything_on_the_item_and_the_other_way_round() -> None:
    none: DecideItem = a_decision("d3", verdict="none_of_these", item=ITEM, **NONE)
    past = (a_decision("d1", item=ITEM), a_decision("d2", "Syrian", verdict="reject", item=ITEM))
    scenario = given(CURATION, *past).when(none)
    scenario.then_types(DecisionWithdrawn, DecisionWithdrawn, DecisionMade)
    scenario.when(a_decision("d4", item=ITEM)).then_types(DecisionWithdrawn, DecisionMade)


def test_a_decision_can_be_withdrawn_once() -> None:
    scenario = given(CURATION, a_decision()).when(WithdrawDecision(decision=an_id("d1")))
    scenario.then(DecisionWithdrawn(an_id("d1")))
    scenario.when(WithdrawDecision(decision=an_id("d1"))).then_nothing()
    assert not scenario.state.by_item


def test_a_finished_curation_refuses_decisions_until_it_is_reopened() -> None:
    scenario = given(CURATION, a_decision()).when(FinishCuration()).then(CurationFinished())
    scenario.when(FinishCuration()).then_nothing()
    scenario.when(a_decision()).then_nothing()
    scenario.when(a_decision("d2", "Putin")).then_raises(CurationIsFinished)
    scenario.refusal = None
    scenario.when(WithdrawDecision(decision=an_id("d1"))).then_raises(CurationIsFinished)
    scenario.refusal = None
    scenario.when(ReopenCuration()).then(CurationReopened())
    scenario.when(ReopenCuration()).then_nothing()
    scenario.when(a_decision("d2", "Putin")).then_types(DecisionMade)


VOTES = (SeenVote(ALICE, an_id("s1"), 3), SeenVote(BOB, an_id("s2"), 4))


def test_a_split_names_no_annotation_and_needs_the_votes_of_two_candidates() -> None:
    given(CURATION).when(a_decision(verdict="split", votes=VOTES)).then_raises(AnnotationNotExpected)
    given(CURATION).when(a_decision(verdict="split", votes=VOTES[:1], **NONE)).then_raises(NothingToSplit)
    given(CURATION).when(a_decision(verdict="split", votes=VOTES, **NONE)).then_types(DecisionMade)
    link: dict[str, Any] = {"item": "link:target:claim:25-40>actor:19-24", **NONE}
    given(CURATION).when(a_decision(verdict="split", votes=VOTES, **link)).then_raises(LinkCannotBeEdited)


def test_a_split_holds_beside_what_is_said_of_the_parts() -> None:
    split: DecideItem = a_decision("d2", verdict="split", votes=VOTES, item=ITEM, **NONE)
    scenario = given(CURATION, a_decision("d1", item=ITEM)).when(split).then_types(DecisionMade)
    scenario.when(a_decision("d3", verdict="none_of_these", item=ITEM, **NONE)).then_types(
        DecisionWithdrawn, DecisionMade
    )
    assert set(scenario.state.decisions) == {an_id("d2"), an_id("d3")}


def test_a_decision_that_was_not_on_the_screen_is_not_withdrawn() -> None:
    past = a_decision("d1", item=ITEM)
    mine = a_decision("d2", verdict="reject", item=ITEM, seen=())
    given(CURATION, past).when(mine).then_raises(DecidedMeanwhile, decisions=[an_id("d1")])
    known = a_decision("d2", verdict="reject", item=ITEM, seen=(an_id("d1"),))
    given(CURATION, past).when(known).then_types(DecisionWithdrawn, DecisionMade)
    other = a_decision("d3", "Putin", seen=())
    given(CURATION, past).when(other).then_types(DecisionMade)
