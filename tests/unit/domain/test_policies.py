"""Policies other than the plain majority: whose votes count, how bounds are found, what is left to a curator."""

from annotator.domain.annotation_set import Annotation
from annotator.domain.consensus import consensus
from annotator.domain.gold import Consensus, Score
from annotator.domain.policy import MajorityPolicy, ModelPolicy, WeightedPolicy
from annotator.domain.voting import Voter
from tests.support.builders import ALICE, BOB, CAROL, a_mark, a_setting, a_voter, linked

WIDE, NARROW = "Syrian army of Assad", "Assad"


def voting(*sets: tuple[Annotation, ...]) -> list[Voter]:
    people = zip((ALICE, BOB, CAROL), sets, strict=False)
    return [a_voter(author, *marks) for author, marks in people]


def gold(found: Consensus) -> list[tuple[str, float]]:
    return [(label.key, label.confidence) for label in found.labels]


def statuses(found: Consensus) -> list[str]:
    return [item.status for item in found.items]


def test_who_is_reliable_outweighs_two_who_are_not() -> None:
    people = voting((a_mark(),), (), ())
    weighed = a_setting(WeightedPolicy(), weights={ALICE: 0.81, BOB: 0.16, CAROL: 0.16})
    assert gold(consensus(people, [], weighed)) == [("actor:19-24", 0.7168)]
    assert gold(consensus(people, [], a_setting(MajorityPolicy()))) == []


def test_voters_without_any_weight_count_by_heads() -> None:
    people = voting((a_mark(),), (a_mark(),), ())
    nobody = a_setting(WeightedPolicy(), weights=dict.fromkeys((ALICE, BOB, CAROL), 0.0))
    assert gold(consensus(people, [], nobody)) == [("actor:19-24", 0.6667)]


def test_overlapping_bounds_may_count_together_and_the_commonest_stands() -> None:
    people = voting((a_mark(WIDE),), (a_mark(NARROW),), (a_mark(NARROW),))
    exact = consensus(people, [], a_setting(MajorityPolicy(threshold=0.7)))
    assert (gold(exact), statuses(exact)) == ([], ["disputed"])
    together = consensus(people, [], a_setting(MajorityPolicy(threshold=0.7, boundary="overlap")))
    assert (gold(together), statuses(together)) == ([("actor:19-24", 1.0)], ["consensus"])


def test_what_is_not_sure_enough_is_left_to_a_curator_though_it_stands() -> None:
    people = voting((a_mark(),), (a_mark(),), ())
    found = consensus(people, [], a_setting(MajorityPolicy(auto_accept=0.7)))
    assert (gold(found), statuses(found)) == ([("actor:19-24", 0.6667)], ["disputed"])
    lenient = consensus(people, [], a_setting(MajorityPolicy(auto_accept=0.6)))
    assert statuses(lenient) == ["consensus"]


def test_a_model_says_what_stands_and_its_doubt_asks_a_curator() -> None:
    people = voting((a_mark(),), (a_mark("Iran"),), ())

    def judged(*, first: Score, second: Score) -> Consensus:
        scores = {"actor:19-24": first, "actor:44-48": second}
        return consensus(people, [], a_setting(ModelPolicy(auto_accept=0.8), scores=scores))

    sure = judged(first=Score(0.9, True), second=Score(0.1, False))
    assert (gold(sure), statuses(sure)) == ([("actor:19-24", 0.9)], ["consensus", "consensus"])
    doubtful = judged(first=Score(0.6, True), second=Score(0.3, False))
    assert (gold(doubtful), statuses(doubtful)) == ([("actor:19-24", 0.6)], ["disputed", "disputed"])


def test_a_candidate_that_the_model_does_not_know_does_not_stand() -> None:
    found = consensus(voting((a_mark(),), ()), [], a_setting(ModelPolicy(), scores={}))
    assert (gold(found), statuses(found)) == ([], ["consensus"])


def test_near_marks_speak_of_attributes_where_they_count() -> None:
    marks = [a_mark(quote, attributes={"mention": said}) for quote, said in
             ((WIDE, "named"), ("Syrian army of", "nominal"), ("Syrian army of", "nominal"))]  # fmt: skip
    people = voting(*[(mark,) for mark in marks])
    key = "actor:4-24"
    scores = {key: Score(0.9, True)}
    found = consensus(people, [], a_setting(ModelPolicy(), scores=scores, near=True))
    assert [label.attributes for label in found.labels] == [{"mention": "nominal"}]
    alone = consensus(people, [], a_setting(ModelPolicy(), scores=scores))
    assert [label.attributes for label in alone.labels] == [{"mention": "named"}]


def test_links_are_weighed_too() -> None:
    marks = (a_mark("Assad"), a_mark("Iran"))
    people = [
        Voter(ALICE, marks, (linked(*marks),)),
        Voter(BOB, marks),
        Voter(CAROL, marks),
    ]
    heads = consensus(people, [], a_setting(MajorityPolicy()))
    assert heads.links == ()
    weighed = consensus(people, [], a_setting(WeightedPolicy(), weights={ALICE: 4.0}))
    assert [link.confidence for link in weighed.links] == [0.6667]
