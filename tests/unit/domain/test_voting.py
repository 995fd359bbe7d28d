"""Who votes, and which candidates answer the same question."""

from annotator.domain.stretches import candidate_key, shared
from annotator.domain.voting import candidates, compete, groups, voters
from tests.support.builders import ALICE, BOB, CAROL, a_finished_set, a_mark, a_voter

ORDER = {"actor": 1, "location": 2, "claim": 3}


def test_only_finished_sets_of_people_on_this_text_vote() -> None:
    done, old = a_finished_set(a_mark()), a_finished_set(a_mark(text_version=1))
    current = a_finished_set(a_mark(text_version=2))
    sets = {ALICE: current, BOB: type(done)(annotations=current.annotations), CAROL: old, "m": current}
    found = voters(sets, authors={"m": "machine"}, text_version=2)
    assert [voter.author for voter in found] == [ALICE]


def test_an_empty_finished_set_votes() -> None:
    (voter,) = voters({ALICE: a_finished_set()}, authors={}, text_version=3)
    assert voter.annotations == ()


def test_the_key_of_a_candidate_names_label_and_spans() -> None:
    assert candidate_key("claim", ((0, 9), (12, 20))) == "claim:0-9,12-20"


def test_marking_twice_votes_once() -> None:
    one, two = a_mark(name="a"), a_mark(name="b")
    (found,) = candidates([a_voter(ALICE, one, two)], ORDER)
    assert found.marks == {ALICE: min(one, two, key=lambda mark: mark.id)}


def test_boundary_variants_of_one_label_compete() -> None:
    wide, narrow = candidates(
        [a_voter(ALICE, a_mark("Syrian army of Assad")), a_voter(BOB, a_mark("Assad"))], ORDER
    )
    assert compete(wide, narrow)


def test_nested_marks_of_one_author_stand_side_by_side() -> None:
    both = a_voter(ALICE, a_mark("Syrian army of Assad"), a_mark("Assad"))
    wide, narrow = candidates([both, a_voter(BOB, a_mark("Assad"))], ORDER)
    assert not compete(wide, narrow)


def test_labels_compete_on_much_the_same_stretch_only() -> None:
    actor, place = candidates(
        [a_voter(ALICE, a_mark("Iran’s forces")), a_voter(BOB, a_mark("Iran’s", "location"))], ORDER
    )
    assert shared(actor.spans, place.spans) < 0.5
    assert not compete(actor, place)
    same, other = candidates(
        [a_voter(ALICE, a_mark("Iran")), a_voter(BOB, a_mark("Iran", "location"))], ORDER
    )
    assert compete(same, other)


def test_variants_are_grouped_by_way_of_each_other() -> None:
    found = candidates(
        [
            a_voter(ALICE, a_mark("Syrian army")),
            a_voter(BOB, a_mark("army of")),
            a_voter(CAROL, a_mark("of Assad"), a_mark("Putin")),
        ],
        ORDER,
    )
    assert [[candidate.key for candidate in group] for group in groups(found)] == [
        ["actor:4-15", "actor:11-18", "actor:16-24"],
        ["actor:69-74"],
    ]
