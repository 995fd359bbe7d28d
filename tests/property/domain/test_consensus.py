"""Laws of consensus: order does not matter, agreement gives itself back, more agreement is never less."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import annotation_set
from annotator.domain.annotation_set import Annotation, AnnotationSet, LinkAdded
from annotator.domain.consensus import consensus
from annotator.domain.curation import Decision
from annotator.domain.gold import Consensus
from annotator.domain.measures.spans import mean_f1, span_f1
from annotator.domain.policy import MAJORITY, MajorityPolicy, Policy, WeightedPolicy
from annotator.domain.stretches import candidate_key
from annotator.domain.values import Command, Spans
from annotator.domain.voting import Candidate, Voter, compete, voters
from tests.support import strategies
from tests.support.builders import a_curation_context, a_setting, an_id
from tests.support.scenario import CURATION, Scenario


def judge(
    people: list[Voter], decisions: list[Decision] | None = None, policy: Policy = MAJORITY
) -> Consensus:
    weights = policy.weights if isinstance(policy, WeightedPolicy) else {}
    return consensus(people, decisions or [], a_setting(policy, weights=weights))


def content(voter: Voter) -> dict[str, tuple[object, object]]:
    return {
        candidate_key(mark.label, mark.spans): (mark.attributes, mark.entity) for mark in voter.annotations
    }


def statuses(found: Consensus) -> set[str]:
    return {
        *(item.status for item in found.items),
        *(item.status for item in found.link_items),
        *(item.status for item in found.document_labels),
    }


def decisions(commands: list[Command]) -> list[Decision]:
    scenario = Scenario(CURATION, a_curation_context(), CURATION.decider.initial)
    for command in commands:
        scenario.when(command)
    return list(scenario.state.decisions.values())


deciding = st.lists(strategies.decide_commands(), max_size=6).map(decisions)


@settings(max_examples=300)
@given(people=strategies.voters(), made=deciding, policy=strategies.policies(), data=st.data())
def test_order_does_not_matter(
    people: list[Voter], made: list[Decision], policy: Policy, data: st.DataObject
) -> None:
    shuffled = [
        replace(
            voter,
            annotations=tuple(data.draw(st.permutations(voter.annotations))),
            links=tuple(data.draw(st.permutations(voter.links))),
        )
        for voter in data.draw(st.permutations(people))
    ]
    again = judge(shuffled, data.draw(st.permutations(made)), policy)
    assert again == judge(people, made, policy)


@given(voter=strategies.a_voter(an_id("author0")), data=st.data())
def test_the_order_of_events_does_not_matter(voter: Voter, data: st.DataObject) -> None:
    def folded(
        annotations: list[annotation_set.Annotation], links: list[annotation_set.Link]
    ) -> AnnotationSet:
        state = AnnotationSet()
        for link in links:
            event = LinkAdded(
                link=link.id,
                type=link.type,
                from_annotation=link.from_annotation,
                to_annotation=link.to_annotation,
                attributes=link.attributes,
            )
            state = annotation_set.evolve(state, event)
        for mark in annotations:
            state = replace(state, annotations=state.annotations.set(mark.id, mark))
        return replace(state, finished=True)

    sets = [
        folded(data.draw(st.permutations(voter.annotations)), data.draw(st.permutations(voter.links)))
        for _ in range(2)
    ]
    first, second = (judge(voters({"a": state}, authors={}, text_version=1)) for state in sets)
    assert first == second


@settings(max_examples=200)
@given(voter=strategies.a_voter(an_id("author0")), count=st.integers(2, 5), policy=strategies.policies())
def test_unanimous_sets_give_themselves_back_to_the_attribute(
    voter: Voter, count: int, policy: Policy
) -> None:
    found = judge([replace(voter, author=an_id(f"author{n}")) for n in range(count)], [], policy)
    assert {label.key: (label.attributes, label.entity) for label in found.labels} == content(voter)
    assert {label.status for label in found.labels} <= {"agreed"}
    assert statuses(found) <= {"agreed"}
    keys = {label.id: label.key for label in found.labels}
    marks = {mark.id: candidate_key(mark.label, mark.spans) for mark in voter.annotations}
    assert sorted((link.type, keys[link.from_gold], keys[link.to_gold]) for link in found.links) == sorted(
        (link.type, marks[link.from_annotation], marks[link.to_annotation]) for link in voter.links
    )
    assert {item.label: item.value for item in found.document_labels} == dict(voter.document_labels)


@given(voter=strategies.a_voter(an_id("author0")), policy=strategies.policies())
def test_one_annotator_gives_that_annotators_marks_and_is_called_single(voter: Voter, policy: Policy) -> None:
    found = judge([voter], [], policy)
    assert {label.key: (label.attributes, label.entity) for label in found.labels} == content(voter)
    assert {label.status for label in found.labels} <= {"single"}
    assert statuses(found) <= {"single"}
    assert len(found.links) == len(voter.links)


EVERY_VOTE = [MajorityPolicy(), MajorityPolicy(boundary="overlap"), WeightedPolicy(weights={"a0": 2.0})]
every_vote = pytest.mark.parametrize("policy", EVERY_VOTE, ids=["exact", "overlap", "weighted"])


@every_vote
def test_empty_sets_agree_on_nothing_and_without_voters_there_is_no_question(policy: Policy) -> None:
    for people in ([], [Voter(an_id(f"author{n}")) for n in range(3)]):
        found = judge(people, [], policy)
        assert found.voters == tuple(sorted(voter.author for voter in people))
        assert (found.items, found.labels, found.links, found.unmatched) == ((), (), (), ())


@every_vote
def test_fifty_annotators_and_three_thousand_candidates_are_no_trouble(policy: Policy) -> None:
    places = [("actor", ((10 * n, 10 * n + 3 + n % 4),)) for n in range(3000)]

    def voter(who: int, marks: Sequence[tuple[str, Spans]]) -> Voter:
        found = [Annotation(f"{who} {k}", *mark, {}, None, "hand", 1) for k, mark in enumerate(marks)]
        return Voter(f"a{who}", tuple(found))

    long = judge([voter(0, places), voter(1, places[::2]), voter(2, places[::3])], [], policy)
    assert len(long.items) == 3000
    assert {label.key for label in long.labels} >= {candidate_key(*mark) for mark in places[::6]}
    many = judge([voter(who, places[who % 5 : 40]) for who in range(50)], [], policy)
    assert len(many.voters) == 50
    assert {label.key for label in many.labels} >= {candidate_key(*mark) for mark in places[4:40]}


@settings(max_examples=300)
@given(people=strategies.voters(), policy=strategies.policies(), data=st.data())
def test_an_identical_vote_never_lowers_confidence(
    people: list[Voter], policy: Policy, data: st.DataObject
) -> None:
    twin = data.draw(st.sampled_from(people))
    before = {label.key: label for label in judge(people, [], policy).labels}
    more = judge([*people, replace(twin, author=an_id("twin"))], [], policy)
    after = {label.key: label for label in more.labels}
    for key in content(twin).keys() & before.keys():
        assert after[key].confidence >= before[key].confidence


@settings(max_examples=200)
@given(people=strategies.voters(), policy=strategies.policies())
def test_labels_that_stand_have_the_votes_and_no_rival(
    people: list[Voter], policy: MajorityPolicy | WeightedPolicy
) -> None:
    found = judge(people, [], policy)
    for label in found.labels:
        share = len(label.provenance.votes) / len(people)
        assert policy.accepts(label.confidence) or round(label.confidence - policy.threshold, 4) == 0
        if isinstance(policy, MajorityPolicy) and policy.boundary == "exact":
            assert label.confidence == round(share, 4)
    marks = {
        label.key: {
            voter.author: mark
            for voter in people
            for mark in voter.annotations
            if candidate_key(mark.label, mark.spans) == label.key
        }
        for label in found.labels
    }
    standing = [Candidate(label.key, label.label, label.spans, 0, marks[label.key]) for label in found.labels]
    assert not any(compete(one, other) for one, other in combinations(standing, 2))


@settings(max_examples=200)
@given(people=strategies.voters(), made=deciding)
def test_every_vote_is_counted_once_in_one_item(people: list[Voter], made: list[Decision]) -> None:
    found = judge(people, made)
    shown = [candidate.key for item in found.items for candidate in item.candidates]
    assert sorted(shown) == sorted({key for voter in people for key in content(voter)})
    for item in found.items:
        voted = {vote.author for candidate in item.candidates for vote in candidate.votes}
        assert voted | {vote.author for vote in item.against} == {voter.author for voter in people}
        assert not voted & {vote.author for vote in item.against}


@settings(max_examples=200)
@given(people=strategies.voters(), made=deciding)
def test_what_a_curator_took_stands_and_what_was_rejected_does_not(
    people: list[Voter], made: list[Decision]
) -> None:
    found = judge(people, made)
    keys = {label.key for label in found.labels}
    decided = {label.provenance.decision: label for label in found.labels if label.provenance.decision}
    for item in found.items:
        last = item.decision
        if last is None or last.label is None or last.spans is None:
            continue
        key = candidate_key(last.label, last.spans)
        if last.verdict in ("accept", "edit"):
            assert decided[last.id].key == key
        elif last.verdict == "reject":
            assert key not in keys


@given(people=strategies.voters(), one=strategies.policies(), other=strategies.policies())
def test_trying_another_policy_leaves_no_trace(people: list[Voter], one: Policy, other: Policy) -> None:
    before = judge(people, [], one)
    judge(people, [], other)
    assert judge(people, [], one) == before


@given(people=strategies.voters(least=2))
def test_agreement_is_symmetric_and_between_none_and_one(people: list[Voter]) -> None:
    for one, other in combinations(people, 2):
        f1 = span_f1(one, other)
        assert f1 == span_f1(other, one)
        assert f1 is None or 0 <= f1 <= 1
    mean = mean_f1(people)
    assert mean is None or 0 <= mean <= 1


_SCRIPT = """
import random, sys, msgspec
from annotator.domain.annotation_set import Annotation
from annotator.domain.consensus import consensus
from annotator.domain.voting import Voter
from tests.support.builders import a_setting, an_id
rng = random.Random(7)
people = []
for author in range(6):
    marks = []
    for n in range(60):
        start = rng.randrange(0, 400)
        label = rng.choice(["actor", "location", "claim"])
        given = {"mention": rng.choice(["named", "nominal"])} if label == "actor" else {}
        id_ = an_id(f"{author} {n}")
        marks.append(Annotation(id_, label, ((start, start + rng.randrange(1, 30)),), given, None, "hand", 1))
    people.append(Voter(str(author), tuple(marks)))
sys.stdout.buffer.write(msgspec.json.encode(consensus(people, [], a_setting())))
"""


def test_the_result_is_the_same_to_the_byte_in_every_process() -> None:
    def run(seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        root = Path(__file__).parents[3]
        done = subprocess.run([sys.executable, "-c", _SCRIPT], env=environment, cwd=root, capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    first = run("1")
    assert first == run("2")
    assert msgspec.json.decode(first)["items"]
