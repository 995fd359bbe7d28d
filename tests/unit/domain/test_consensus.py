"""What votes and decisions come to."""

from typing import Any

import pytest

from annotator.domain.annotation_set import Annotation
from annotator.domain.consensus import consensus
from annotator.domain.curation import Decision, SeenVote
from annotator.domain.gold import Consensus, Item
from annotator.domain.policy import MajorityPolicy
from annotator.domain.voting import Voter
from tests.support.builders import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    a_decision,
    a_mark,
    a_register,
    a_setting,
    a_voter,
    an_actor,
    an_id,
    decided,
    linked,
    seen,
)

WIDE, NARROW = "Syrian army of Assad", "Assad"
NONE: dict[str, Any] = {"annotation": None, "quote": None}


def voting(*sets: tuple[Annotation, ...] | None, **changes: Any) -> list[Voter]:
    """Alice's, Bob's, Carol's and Dave's sets; None where one has not finished."""
    people = zip((ALICE, BOB, CAROL, DAVE), sets, strict=False)
    return [a_voter(author, *marks, **changes) for author, marks in people if marks is not None]


def judge(voters: list[Voter], decisions: list[Decision] | None = None, **changes: Any) -> Consensus:
    return consensus(voters, decisions or [], a_setting(**changes))


def only(found: Consensus) -> Item:
    (item,) = found.items
    return item


def gold(found: Consensus) -> list[tuple[str, str, float]]:
    return [(label.key, label.status, label.confidence) for label in found.labels]


# Votes


def test_what_all_mark_is_agreed() -> None:
    found = judge(voting((a_mark(),), (a_mark(),)))
    assert (only(found).status, only(found).conflict) == ("agreed", None)
    assert gold(found) == [("actor:19-24", "agreed", 1.0)]


def test_one_voter_alone_never_agrees() -> None:
    found = judge(voting((a_mark(),)))
    assert only(found).status == "single"
    assert gold(found) == [("actor:19-24", "single", 1.0)]


def test_a_finished_set_without_the_mark_is_a_vote_against() -> None:
    found = judge(voting((a_mark(),), (), ()))
    assert (only(found).status, only(found).conflict) == ("consensus", "existence")
    assert [vote.author for vote in only(found).against] == sorted([BOB, CAROL])
    assert gold(found) == []


def test_a_majority_settles_it() -> None:
    found = judge(voting((a_mark(),), (a_mark(),), ()))
    assert only(found).status == "consensus"
    assert gold(found) == [("actor:19-24", "consensus", 0.6667)]


def test_a_half_is_no_majority() -> None:
    found = judge(voting((a_mark(),), ()))
    assert (only(found).status, only(found).conflict) == ("disputed", "existence")
    assert gold(found) == []


def test_two_boundaries_are_disputed_and_a_third_vote_settles_them() -> None:
    assert only(judge(voting((a_mark(WIDE),), (a_mark(NARROW),)))).conflict == "boundary"
    assert only(judge(voting((a_mark(WIDE),), (a_mark(NARROW),)))).status == "disputed"
    found = judge(voting((a_mark(WIDE),), (a_mark(NARROW),), (a_mark(WIDE),)))
    assert only(found).status == "consensus"
    assert gold(found) == [("actor:4-24", "consensus", 0.6667)]


def test_when_all_see_something_but_nothing_wins_it_is_disputed() -> None:
    found = judge(voting((a_mark(WIDE),), (a_mark(NARROW),), (a_mark("of Assad"),)))
    assert (only(found).status, len(only(found).candidates)) == ("disputed", 3)


def test_different_labels_on_one_stretch_are_a_conflict_of_labels() -> None:
    found = judge(voting((a_mark("Iran"),), (a_mark("Iran", "location"),)))
    assert (only(found).status, only(found).conflict) == ("disputed", "label")


def test_a_low_threshold_takes_the_better_then_the_earlier_then_the_longer_of_two_rivals() -> None:
    policy = MajorityPolicy(threshold=0.3)
    found = judge(voting((a_mark(WIDE),), (a_mark(NARROW),), (a_mark(NARROW),)), policy=policy)
    assert gold(found) == [("actor:19-24", "consensus", 0.6667)]
    found = judge(voting((a_mark(WIDE),), (a_mark(NARROW),)), policy=policy)
    assert gold(found) == [("actor:4-24", "consensus", 0.5)]
    found = judge(voting((a_mark("Syrian army"),), (a_mark(WIDE),)), policy=policy)
    assert gold(found) == [("actor:4-24", "consensus", 0.5)]


def test_a_tie_between_labels_goes_by_the_schemas_order() -> None:
    sets = voting((a_mark("Iran", "location"),), (a_mark("Iran"),))
    assert gold(judge(sets, policy=MajorityPolicy(threshold=0.3)))[0][0] == "actor:44-48"


def test_a_threshold_of_one_asks_for_everybody() -> None:
    strict = MajorityPolicy(threshold=1.0)
    assert gold(judge(voting((a_mark(),), (a_mark(),), ()), policy=strict)) == []
    assert len(gold(judge(voting((a_mark(),), (a_mark(),)), policy=strict))) == 1


def test_nobody_finished_means_nothing_is_known() -> None:
    found = judge([])
    assert (found.items, found.labels, found.voters) == ((), (), ())


# Attributes and entities


def test_attributes_go_by_the_majority_of_the_labels_voters() -> None:
    marks = [a_mark(attributes={"mention": value}) for value in ("named", "nominal", "nominal")]
    found = judge(voting(*[(mark,) for mark in marks]))
    assert (only(found).status, only(found).conflict) == ("consensus", "attribute")
    assert found.labels[0].attributes == {"mention": "nominal"}
    assert found.labels[0].status == "consensus"


def test_a_tie_of_attributes_is_disputed_and_shown_in_the_schemas_order() -> None:
    marks = [a_mark(attributes={"mention": value}) for value in ("nominal", "named")]
    found = judge(voting(*[(mark,) for mark in marks]))
    assert (only(found).status, only(found).conflict) == ("disputed", "attribute")
    assert found.labels[0].attributes == {"mention": "named"}


def test_leaving_an_attribute_out_is_an_opinion() -> None:
    found = judge(voting((a_mark(attributes={"reading": "metonymic"}),), (a_mark(),), (a_mark(),)))
    assert found.labels[0].attributes == {}


def test_nobody_is_asked_to_agree_on_notes() -> None:
    sets = voting(
        (a_mark(label="claim", attributes={"note": "sure"}),),
        (a_mark(label="claim", attributes={"note": "hm"}),),
    )
    assert only(judge(sets)).status == "agreed"


def test_the_entity_goes_by_majority_after_merges() -> None:
    assad, bashar = an_id("assad"), an_id("bashar")
    register = a_register(an_actor("assad"), an_actor("bashar"))
    entities = register.entities
    merged = entities.set(bashar, type(entities[bashar])(bashar, "actor", "B", (), {}, "", merged_into=assad))
    sets = voting((a_mark(entity=assad),), (a_mark(entity=bashar),))
    assert only(judge(sets, register=register)).conflict == "attribute"
    found = judge(sets, register=type(register)(merged))
    assert only(found).status == "agreed"
    assert found.labels[0].entity == assad


def test_an_entity_wins_a_tie_against_none() -> None:
    found = judge(voting((a_mark(entity=an_id("assad")),), (a_mark(),)))
    assert found.labels[0].entity == an_id("assad")


# Links and document labels


def with_link(author: str, *, link: bool = True, stance: str = "positive", actor: str = NARROW) -> Voter:
    claim, target = a_mark("took Al-Bukamal", "claim"), a_mark(actor)
    links = [linked(claim, target, attributes={"stance": stance})] if link else []
    return a_voter(author, claim, target, links=links)


def test_a_link_needs_a_majority_of_those_who_have_both_ends() -> None:
    without_end = a_voter(CAROL, a_mark("took Al-Bukamal", "claim"))
    found = judge([with_link(ALICE), with_link(BOB), without_end])
    (item,) = found.link_items
    assert (item.status, item.share, item.against) == ("consensus", 1.0, ())
    assert [(link.type, link.attributes) for link in found.links] == [("target", {"stance": "positive"})]


def test_who_has_both_ends_and_no_link_votes_against() -> None:
    found = judge([with_link(ALICE), with_link(BOB, link=False)])
    (item,) = found.link_items
    assert (item.status, item.conflict) == ("disputed", "link")
    assert found.links == ()
    assert {item.conflict for item in found.items} == {"link"}


def test_a_link_agreed_by_all_is_agreed() -> None:
    found = judge([with_link(ALICE), with_link(BOB)])
    assert [link.status for link in found.links] == ["agreed"]
    ends = {found.links[0].from_gold, found.links[0].to_gold}
    assert ends == {label.id for label in found.labels}


def test_a_link_needs_both_ends_in_gold() -> None:
    bare = [a_voter(author, a_mark("took Al-Bukamal", "claim")) for author in (BOB, CAROL)]
    found = judge([with_link(ALICE), *bare])
    assert (found.link_items, found.links) == ((), ())


def test_a_link_to_a_variant_counts_for_the_variant_that_stands() -> None:
    found = judge([with_link(ALICE), with_link(BOB), with_link(CAROL, actor=WIDE)])
    (item,) = found.link_items
    assert (item.to_key, item.share) == ("actor:19-24", 1.0)


def test_a_tie_of_stances_is_disputed() -> None:
    found = judge([with_link(ALICE), with_link(BOB, stance="negative")])
    assert (found.link_items[0].status, found.link_items[0].conflict) == ("disputed", "attribute")
    assert found.links[0].attributes == {"stance": "positive"}


@pytest.mark.parametrize(("verdict", "stands"), [("accept", 1), ("reject", 0), ("none_of_these", 0)])
def test_a_decision_settles_a_link(verdict: str, stands: int) -> None:
    sets = [with_link(ALICE), with_link(BOB, link=False)]
    (item,) = judge(sets).link_items
    votes = tuple(
        SeenVote(vote.author, vote.annotation, vote.version) for vote in (*item.votes, *item.against)
    )
    found = judge(sets, decided(a_decision(verdict=verdict, item=item.key, votes=votes, **NONE)))
    assert (found.link_items[0].status, found.link_items[0].stale) == ("decided", False)
    assert len(found.links) == stands


def test_a_decision_on_a_link_that_nobody_makes_is_reported() -> None:
    sets = [with_link(ALICE), with_link(BOB)]
    about = decided(a_decision("d1", verdict="accept", item="link:target:claim:0-3>actor:4-10", **NONE))
    known = decided(a_decision("d2", verdict="accept", item=judge(sets).link_items[0].key, **NONE))
    assert judge(sets, [*about, *known]).unmatched == (an_id("d1"),)


def test_a_document_label_goes_by_majority_and_silence_counts() -> None:
    def saying(*values: str | None) -> tuple[str | None, str]:
        people = zip((ALICE, BOB, CAROL), values, strict=False)
        sets = [a_voter(who, document_labels={"topic": value} if value else {}) for who, value in people]
        (item,) = judge(sets).document_labels
        return item.value, item.status

    assert saying("war") == ("war", "single")
    assert saying("war", "war") == ("war", "agreed")
    assert saying("war", "peace") == (None, "disputed")
    assert saying("war", "peace", "peace") == ("peace", "consensus")
    assert saying("war", None, None) == (None, "consensus")


# Decisions


def decide(*commands: Any) -> list[Decision]:
    return decided(*commands)


def test_accepting_takes_the_candidate_and_drops_its_rivals() -> None:
    sets = voting((a_mark(WIDE),), (a_mark(NARROW),), (a_mark(NARROW),))
    found = judge(sets, decide(a_decision(said=WIDE, item="actor:4-24", votes=seen(*sets))))
    assert (only(found).status, only(found).stale) == ("decided", False)
    assert gold(found) == [("actor:4-24", "decided", 1.0)]
    assert found.labels[0].provenance.decision == an_id("d1")
    assert [vote.author for vote in found.labels[0].provenance.votes] == [ALICE]


def test_editing_puts_something_new_in_the_place() -> None:
    sets = voting((a_mark(WIDE),), (a_mark(NARROW),))
    command = a_decision(said="of Assad", verdict="edit", item="actor:4-24", attributes={"mention": "named"})
    found = judge(sets, decide(command))
    assert gold(found) == [("actor:16-24", "decided", 1.0)]
    assert found.labels[0].attributes == {"mention": "named"}


def test_rejecting_removes_the_candidate_and_leaves_the_rest_to_the_votes() -> None:
    sets = voting((a_mark(),), (a_mark(),))
    found = judge(sets, decide(a_decision(verdict="reject")))
    assert (only(found).status, found.labels) == ("decided", ())
    rivals = voting((a_mark(WIDE),), (a_mark(NARROW),))
    found = judge(rivals, decide(a_decision(verdict="reject", item="actor:4-24")))
    assert (only(found).status, found.labels) == ("disputed", ())


def test_none_of_these_empties_the_item_and_nothing_else() -> None:
    sets = voting((a_mark(WIDE), a_mark("Putin")), (a_mark(NARROW), a_mark("Putin")))
    found = judge(sets, decide(a_decision(verdict="none_of_these", item="actor:4-24", **NONE)))
    assert [item.status for item in found.items] == ["decided", "agreed"]
    assert [label.key for label in found.labels] == ["actor:69-74"]


def test_a_decision_whose_votes_changed_holds_and_is_stale() -> None:
    before = voting((a_mark(WIDE, name="a"),), (a_mark(NARROW, name="b"),))
    decision = decide(a_decision(said=WIDE, item="actor:4-24", votes=seen(*before)))
    after = voting((a_mark(NARROW, name="a"),), (a_mark(NARROW, name="b"),), versions={an_id("a"): 9})
    found = judge(after, decision)
    assert only(found).stale
    assert gold(found) == [("actor:4-24", "decided", 1.0)]


def test_a_changed_version_of_a_vote_is_a_changed_vote() -> None:
    mark = a_mark(name="a")
    sets = voting((mark,), versions={mark.id: 7})
    decision = decide(a_decision(votes=seen(*sets)))
    assert not only(judge(sets, decision)).stale
    assert only(judge(voting((mark,), versions={mark.id: 8}), decision)).stale


def test_a_new_vote_against_makes_stale_when_votes_against_were_recorded() -> None:
    mark = a_mark(name="a")
    votes = (*seen(*voting((mark,))), SeenVote(BOB, None))
    decision = decide(a_decision(votes=votes))
    assert not only(judge(voting((mark,), ()), decision)).stale
    assert only(judge(voting((mark,), (), ()), decision)).stale


def test_an_item_shows_all_its_votes_for_a_decision_to_record() -> None:
    sets = voting((a_mark(WIDE),), (a_mark(NARROW),), ())
    item = only(judge(sets))
    votes = tuple(SeenVote(vote.author, vote.annotation, vote.version) for vote in item.votes)
    assert len(votes) == 3
    assert not only(judge(sets, decide(a_decision(said=WIDE, item=item.key, votes=votes)))).stale


def test_a_decision_finds_its_item_again_by_candidate_by_key_by_votes_and_by_place() -> None:
    moved = voting((a_mark("army of Assad", name="a"),), (a_mark(NARROW, name="b"),))
    by_candidate = decide(a_decision(item="actor:0-1"))
    by_key = decide(a_decision(verdict="none_of_these", item="actor:11-24", **NONE))
    seen_a = (SeenVote(ALICE, an_id("a")),)
    by_votes = decide(a_decision(verdict="none_of_these", item="actor:0-1", votes=seen_a, **NONE))
    by_place = decide(a_decision(said="of Assad", item="actor:0-1", verdict="edit"))
    for decision in (by_candidate, by_key, by_votes, by_place):
        assert len(only(judge(moved, decision)).decisions) == 1


def test_what_was_accepted_stands_even_when_nobody_marks_it_any_more() -> None:
    found = judge(voting((), ()), decide(a_decision()))
    assert (only(found).status, only(found).candidates) == ("decided", ())
    assert gold(found) == [("actor:19-24", "decided", 1.0)]


def test_a_decision_about_nothing_is_reported() -> None:
    decision = decide(a_decision(verdict="none_of_these", item="actor:0-1", **NONE))
    assert judge(voting((a_mark(),)), decision).unmatched == (an_id("d1"),)


def test_a_decision_on_an_older_text_does_not_count() -> None:
    found = judge(voting((a_mark(),)), decide(a_decision(verdict="reject")), text_version=2)
    assert (found.unmatched, len(found.labels)) == ((an_id("d1"),), 1)


def test_a_decision_stands_without_any_vote() -> None:
    assert gold(judge([], decide(a_decision()))) == [("actor:19-24", "decided", 1.0)]


# Ids


def test_gold_has_the_same_id_wherever_it_is_computed() -> None:
    first = judge(voting((a_mark(),), (a_mark(),))).labels[0]
    again = judge(voting((), (), (a_mark(),), (a_mark(),)), policy=MajorityPolicy(threshold=0.4)).labels[0]
    assert first.id == again.id
    assert first.id == a_setting().gold_id("actor:19-24")


# Splits


def test_a_split_makes_an_item_of_each_candidate() -> None:
    voters = voting((a_mark(WIDE),), (a_mark(NARROW),))
    together = only(judge(voters))
    assert together.conflict == "boundary"
    split = a_decision("d1", item=together.key, verdict="split", votes=seen(*voters), **NONE)
    apart = judge(voters, decided(split))
    assert [(item.conflict, item.status) for item in apart.items] == [("existence", "disputed")] * 2
    assert all(item.splits == tuple(decided(split)) and not item.stale for item in apart.items)
    wide, narrow = (a_decision("d2", WIDE, votes=seen(voters[0])), a_decision("d3", votes=seen(voters[1])))
    both = judge(voters, decided(split, wide, narrow))
    assert [item.status for item in both.items] == ["decided", "decided"]
    assert len(both.labels) == 2


def test_a_split_whose_marks_are_gone_is_about_nothing() -> None:
    voters = voting((a_mark(WIDE),), (a_mark(NARROW),))
    split = decided(a_decision("d1", item="actor:4-24", verdict="split", votes=seen(*voters), **NONE))
    assert judge(voting((a_mark("Putin"),), ()), split).unmatched == (split[0].id,)
