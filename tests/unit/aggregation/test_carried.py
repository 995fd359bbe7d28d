"""Attributes, links and document labels: what goes along with labels."""

import numpy as np
import pytest

from annotator.domain.aggregation.aggregate import aggregate
from annotator.domain.aggregation.answers import Sheet, answers
from annotator.domain.aggregation.bridge import annotations_of, answers_of, known_of
from annotator.domain.aggregation.carried import LinkVote, links, mark_weights, speakers
from annotator.domain.aggregation.categorical import choose_values, weighted_median
from annotator.domain.aggregation.settings import Settings, SpanVote
from annotator.domain.curation import Decision, Verdict
from annotator.domain.values import Spans
from tests.support.builders import a_mark, a_voter, an_id, seen


def test_values_follow_those_who_are_usually_right() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 4, 300)
    skills = (0.95, 0.9, 0.35, 0.35, 0.35)
    rows = [
        (n, who, int(true if rng.random() < skill else rng.integers(0, 4)))
        for n, true in enumerate(truth)
        for who, skill in enumerate(skills)
    ]
    item, annotator, value = np.array(rows).T
    chosen = choose_values(item, annotator, value, items=300, annotators=5, values=4)
    votes = np.zeros((300, 4))
    np.add.at(votes, (item, value), 1)
    model, vote = (chosen.value == truth).mean(), (votes.argmax(axis=1) == truth).mean()
    assert model > vote + 0.03
    shuffled = rng.permutation(len(item))
    again = choose_values(
        item[shuffled], annotator[shuffled], value[shuffled], items=300, annotators=5, values=4
    )
    assert again.confidence.tobytes() == chosen.confidence.tobytes()


def test_what_all_say_stands_ties_go_to_the_first_and_silence_to_nothing() -> None:
    item, annotator, value = np.array([[0, 0, 2], [0, 1, 2], [1, 0, 1], [1, 1, 0]]).T
    chosen = choose_values(item, annotator, value, items=3, annotators=2, values=3)
    assert chosen.value.tolist()[0] == 2
    assert chosen.value.tolist()[2] == -1
    assert chosen.confidence[2] == 0.0
    told = choose_values(item, annotator, value, items=3, annotators=2, values=3, known=np.array([0, -1, 1]))
    assert told.value.tolist()[::2] == [0, 1]
    assert told.confidence.tolist()[::2] == [1.0, 1.0]
    equal = choose_values(
        np.array([0, 0]), np.array([0, 1]), np.array([1, 0]), items=1, annotators=2, values=2
    )
    assert equal.value.tolist() == [0]


def test_nothing_is_chosen_of_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert len(choose_values(none, none, none, items=0, annotators=0, values=2).value) == 0


def test_the_median_follows_the_weight() -> None:
    item, value = np.array([0, 0, 0, 1]), np.array([1.0, 5.0, 9.0, 4.0])
    assert weighted_median(item, value, np.array([1.0, 1.0, 1.0, 1.0]), items=3)[:2].tolist() == [5.0, 4.0]
    assert weighted_median(item, value, np.array([9.0, 1.0, 1.0, 1.0]), items=3)[0] == 1.0
    assert np.isnan(weighted_median(item, value, np.ones(4), items=3)[2])


def test_links_follow_their_ends_and_who_lacks_an_end_does_not_speak() -> None:
    claim, actor, wider = ("claim", ((0, 20),)), ("actor", ((30, 40),)), ("actor", ((30, 43),))
    sheets = [
        Sheet("d", "a", (claim, actor)), Sheet("d", "b", (claim, wider)),
        Sheet("d", "c", (claim, actor)), Sheet("d", "e", (claim,)),
    ]  # fmt: skip
    said = answers(sheets, ("actor", "claim"))
    result = aggregate(said, settings=Settings(SpanVote(0.4)))
    mark = {
        (said.annotators[int(said.mark_annotator[n])], said.types[int(said.mark_type[n])]): n
        for n in range(len(said.mark_unit))
    }
    votes = [LinkVote("target", mark[name, "claim"], mark[name, "actor"]) for name in "ab"]
    (found,) = links(result, votes)
    assert (found.votes, found.able, found.stands) == (2, 3, True)
    assert result.candidates.pieces(found.goal) == ((30, 40),)
    assert links(result, votes[::-1]) == [found]
    assert links(result, []) == []
    spoken = speakers(result)
    assert len(spoken.mark) == 7
    assert mark_weights(result, spoken) == pytest.approx(1.0)


def test_voters_sets_become_answers_and_lead_back_to_their_annotations() -> None:
    mark = a_mark()
    voters = {"d1": [a_voter("alice", mark), a_voter("bob")]}
    said = answers_of(voters, (mark.label,))
    assert said.annotators == tuple(sorted(voter.author for voter in voters["d1"]))
    result = aggregate(said, settings=Settings(SpanVote(0.4)))
    (label,) = result.labels()
    assert label[2:4] == (mark.label, mark.spans)
    assert set(annotations_of(result, voters).values()) == {mark.id}


def test_decisions_become_what_is_known_and_none_of_these_is_about_all_that_was_seen() -> None:
    assad, army = a_mark("Assad"), a_mark("army")
    bob = a_voter("bob", assad, army)

    def decided(name: str, verdict: Verdict, label: str | None, spans: Spans | None) -> Decision:
        return Decision(an_id(name), "item", verdict, label, spans, {}, None, seen(bob), None, "", 1)

    voters = {"d": [bob]}
    none = decided("one", "none_of_these", None, None)
    assert known_of({"d": [none]}, voters) == {
        ("d", 0, "actor", assad.spans): False,
        ("d", 0, "actor", army.spans): False,
    }
    added = decided("two", "edit", "claim", ((0, 9),))
    assert known_of({"d": [added]}, voters) == {("d", 0, "claim", ((0, 9),)): True}
