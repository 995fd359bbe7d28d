"""Laws of policies that know the annotators, from learning to gold; and what happens at the edges."""

import os
import random
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.annotation_set import Annotation
from annotator.domain.consensus import consensus
from annotator.domain.curation import Decision
from annotator.domain.gold import Consensus
from annotator.domain.learned import (
    NOTHING,
    Case,
    Learned,
    digest,
    learn,
    packed,
    packed_said,
    scores,
    unpacked,
    unpacked_said,
)
from annotator.domain.policy import ModelPolicy
from annotator.domain.stretches import candidate_key
from annotator.domain.voting import Voter
from tests.support import strategies
from tests.support.builders import a_setting, an_id

TYPES = ("actor", "location", "claim")
SPANS, TEXT = ModelPolicy(text=False), ModelPolicy(text=True)
CALM = settings(max_examples=40, deadline=None)
WORDS = ["Assad", "Iran", "Putin", "took", "promised", "Damascus", "the", "army", "of", "said", "helped"]


def taught(
    cast: Mapping[str, Sequence[Voter]], policy: ModelPolicy = SPANS, reviewed: Collection[str] = ()
) -> Learned:
    cases = [
        Case(document, voting, reviewed=document in reviewed, text=TEXT_OF[: 20 * 60])
        for document, voting in cast.items()
    ]
    return learn(cases, types=TYPES, policy=policy)


TEXT_OF = " ".join(random.Random(3).choice(WORDS) for _ in range(2000))


def judge(
    voting: Sequence[Voter],
    learned: Learned,
    policy: ModelPolicy = SPANS,
    decisions: Sequence[Decision] = (),
    document: str = "d",
) -> Consensus:
    setting = a_setting(
        policy,
        weights=learned.weights(voter.author for voter in voting),
        scores=scores({document: voting}, {document: decisions}, policy=policy, learned=learned)[document],
        near=True,
    )
    return consensus(voting, decisions, setting)


def content(voter: Voter) -> dict[str, object]:
    return {candidate_key(m.label, m.spans): (m.attributes, m.entity) for m in voter.annotations}


def found(result: Consensus) -> dict[str, object]:
    return {label.key: (label.attributes, label.entity) for label in result.labels}


def body(learned: Learned) -> str:
    return digest(packed(learned), {name: packed_said(said) for name, said in learned.said.items()})


def a_corpus(
    documents: int, annotators: int, marks: int = 8, seed: int = 1, *, miss: float = 0.2
) -> dict[str, list[Voter]]:
    """Everybody finds most of what there is, some with other bounds."""
    rng = random.Random(seed)
    cast = {}
    for n in range(documents):
        true = [(rng.choice(TYPES), 60 * k + rng.randrange(9), rng.randrange(5, 25)) for k in range(marks)]
        cast[f"d{n}"] = [
            Voter(f"a{who}", tuple(_seen(rng, f"{n} {who}", true, miss))) for who in range(annotators)
        ]
    return cast


def _seen(
    rng: random.Random, name: str, true: Sequence[tuple[str, int, int]], miss: float
) -> Iterator[Annotation]:
    for k, (kind, start, size) in enumerate(true):
        end = start + size + rng.choice([0, 0, 0, 3])
        if rng.random() > miss:
            yield Annotation(an_id(f"{name} {k}"), kind, ((start, end),), {}, None, "hand", 1)


KNOWN = taught(a_corpus(12, 4))


@CALM
@given(people=strategies.voters(), data=st.data())
def test_order_does_not_matter(people: list[Voter], data: st.DataObject) -> None:
    shuffled = [
        replace(voter, annotations=tuple(data.draw(st.permutations(voter.annotations))))
        for voter in data.draw(st.permutations(people))
    ]
    one, other = (
        {"d": voting, "e": voting[:1]} for voting in (people, sorted(shuffled, key=lambda v: v.author))
    )
    assert body(taught(one)) == body(taught(dict(reversed(list(other.items())))))
    assert judge(people, KNOWN) == judge(shuffled, KNOWN)


@settings(max_examples=15, deadline=None)
@given(
    cast=st.lists(st.lists(strategies.a_voter("author"), max_size=4), min_size=1, max_size=4),
    policy=st.sampled_from([SPANS, TEXT, ModelPolicy(text=False, constraint="flat")]),
    seed=st.integers(0, 9),
)
def test_a_document_is_scored_alike_alone_and_among_others(
    cast: list[list[Voter]], policy: ModelPolicy, seed: int
) -> None:
    together = a_corpus(9, 4, seed=seed)
    for n, voting in enumerate(cast):
        together[f"e{n}"] = [replace(voter, author=f"a{k}") for k, voter in enumerate(voting)]
    learned = taught(together, policy, reviewed=[f"d{n}" for n in range(9)] + ["e0"])
    many = scores(together, {}, policy=policy, learned=learned)
    for document, voting in together.items():
        assert scores({document: voting}, {}, policy=policy, learned=learned)[document] == many[document]


@CALM
@given(voter=strategies.a_voter(an_id("author0")), count=st.integers(2, 5))
def test_unanimous_sets_give_themselves_back_to_the_attribute(voter: Voter, count: int) -> None:
    people = [replace(voter, author=an_id(f"author{n}")) for n in range(count)]
    for learned in (NOTHING, KNOWN, taught({"d": people})):
        result = judge(people, learned)
        assert found(result) == content(voter)
        assert {label.status for label in result.labels} <= {"agreed"}


@CALM
@given(voter=strategies.a_voter(an_id("author0")))
def test_one_annotator_gives_that_annotators_marks(voter: Voter) -> None:
    for learned in (NOTHING, KNOWN):
        result = judge([voter], learned)
        assert found(result) == content(voter)
        assert {label.status for label in result.labels} <= {"single"}


@CALM
@given(people=strategies.voters(), data=st.data())
def test_an_identical_vote_never_lowers_confidence(people: list[Voter], data: st.DataObject) -> None:
    twin = data.draw(st.sampled_from(people))
    for learned in (NOTHING, KNOWN):
        before = {label.key: label for label in judge(people, learned).labels}
        after = {
            label.key: label
            for label in judge([*people, replace(twin, author=an_id("twin"))], learned).labels
        }
        for key in content(twin).keys() & before.keys():
            assert after[key].confidence >= before[key].confidence


def test_what_is_kept_is_what_was_learned() -> None:
    for policy in (SPANS, TEXT):
        learned = taught(a_corpus(6, 3), policy)
        said = {name: unpacked_said(packed_said(told)) for name, told in learned.said.items()}
        again = unpacked(packed(learned), said)
        assert body(again) == body(learned)
        assert bool(learned.said) == policy.text
        voting = a_corpus(6, 3)["d1"]
        kept = judge(voting, again, policy, document="d1")
        assert kept == judge(voting, learned, policy, document="d1")


def test_ten_reviewed_documents_teach_how_far_to_believe_and_are_told_as_probabilities() -> None:
    cast = a_corpus(14, 4)
    reviewed = [f"d{n}" for n in range(10)]
    before = taught(cast)
    learned = taught(cast, reviewed=reviewed)
    assert (before.stack, learned.reviewed) == (None, 10)
    assert learned.stack is not None
    assert learned.stack.documents == 10
    # Curators put none of it into gold: what looked sure before is not believed any more.
    sure = [judge(cast["d13"], one, document="d13") for one in (before, learned)]
    assert max(c.confidence for i in sure[1].items for c in i.candidates) < 0.3
    assert max(c.confidence for i in sure[0].items for c in i.candidates) > 0.8


def test_a_label_that_was_not_there_to_learn_from_is_judged_all_the_same() -> None:
    learned = taught(a_corpus(14, 4), reviewed=[f"d{n}" for n in range(10)])
    for policy, known in ((SPANS, learned), (TEXT, taught(a_corpus(3, 3), TEXT))):
        mark = Annotation(an_id("new"), "event", ((0, 5),), {}, None, "hand", 1)
        people = [Voter(f"a{n}", (mark,)) for n in range(3)]
        assert "event:0-5" in found(judge(people, known, policy))


def test_nobody_and_nothing_can_be_learned_from() -> None:
    nobody = taught({})
    assert (nobody.sets, nobody.reliability, judge([], nobody).labels) == (0, {}, ())
    empty = taught({"d": [Voter("a"), Voter("b")]})
    assert empty.sets == 2
    assert judge([Voter("a"), Voter("b")], empty).labels == ()
    silent = taught({"d": [Voter("a"), Voter("b")]}, TEXT)
    assert judge([Voter("a"), Voter("b")], silent, TEXT).labels == ()


@pytest.mark.parametrize("policy", [SPANS, TEXT], ids=["spans", "text"])
def test_fifty_annotators_are_no_trouble(policy: ModelPolicy) -> None:
    cast = a_corpus(2, 50)
    learned = taught(cast, policy)
    assert len(learned.reliability) == 50
    assert len(judge(cast["d0"], learned, policy, document="d0").labels) >= 8


def test_three_thousand_candidates_in_one_document_are_no_trouble() -> None:
    cast = a_corpus(1, 3, marks=2200, miss=0.1)
    result = judge(cast["d0"], KNOWN)
    assert sum(len(item.candidates) for item in result.items) >= 3000
    assert len(result.labels) >= 1500


_SCRIPT = """
import sys, msgspec
from tests.property.domain.test_learned import TEXT, a_corpus, body, judge, taught
learned = taught(a_corpus(5, 3), TEXT)
told = [judge(voting, learned, TEXT, document=name) for name, voting in a_corpus(5, 3).items()]
sys.stdout.buffer.write(body(learned).encode() + msgspec.json.encode(told))
"""


def test_what_is_learned_is_the_same_to_the_byte_in_every_process() -> None:
    def run(seed: str, threads: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads}
        root = Path(__file__).parents[3]
        done = subprocess.run([sys.executable, "-c", _SCRIPT], env=environment, cwd=root, capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    first = run("1", "1")
    assert first == run("2", "2")
    assert msgspec.json.decode(first[64:])[0]["labels"]
