"""The span model on planted truth and on a crowd's labels."""

import pytest

from annotator.domain.aggregation.aggregate import aggregate
from annotator.domain.aggregation.answers import Answers, Sheet, TypeUnknown, UnitNotSeen, answers, columns
from annotator.domain.aggregation.settings import Policy, Settings, SpanModel, SpanVote, WeightedVote
from tests.support.crowd import CONLL, Crowd, conll, labels, planted, score

needs_crowd = pytest.mark.skipif(not CONLL.exists(), reason=f"the crowd's labels are not at {CONLL}")

PERFECT = tuple(
    ("actor", ((place, place + 5),))
    if place % 20
    else ("claim", ((place, place + 4), (place + 6, place + 9)))
    for place in range(0, 200, 10)
)


def f1(crowd: Crowd, policy: Policy, constraint: str = "free") -> float:
    result = aggregate(crowd.answers, settings=Settings(policy, constraint))  # type: ignore[arg-type]
    return score(labels(result), crowd.truth).f1


def test_it_finds_planted_labels_that_overlap_nest_and_have_gaps_better_than_the_vote() -> None:
    crowd = planted(documents=100, skills=(0.8, 0.6, 0.4))
    model = f1(crowd, SpanModel())
    assert model > 85
    assert all(model > f1(crowd, SpanVote(share)) + 2 for share in (0.34, 0.5))


def test_reliability_ranks_annotators_by_their_skill() -> None:
    crowd = planted(documents=60)
    tables = aggregate(crowd.answers, settings=Settings()).tables
    assert tables is not None
    assert sorted(tables.reliability, reverse=True) == list(tables.reliability)


def test_a_finished_empty_sheet_counts_and_an_unopened_one_does_not() -> None:
    marked = [Sheet("d", name, (("actor", ((0, 5),)),)) for name in ("a", "b")]
    silent = [Sheet("d", name) for name in ("c", "d", "e", "f")]
    few = aggregate(answers(marked, ("actor",)), settings=Settings(SpanVote(0.5)))
    many = aggregate(answers(marked + silent, ("actor",)), settings=Settings(SpanVote(0.5)))
    assert labels(few)
    assert not labels(many)
    model = [aggregate(a, settings=Settings()) for a in (few.answers, many.answers)]
    assert model[0].confidence[0] > model[1].confidence[0]
    assert many.silent[0] == 4


@pytest.mark.parametrize("policy", [SpanVote(), WeightedVote(), SpanModel()])
def test_one_annotator_gives_that_annotators_marks(policy: Policy) -> None:
    marks = (*PERFECT, ("actor", ((0, 30),)), ("location", ((2, 7),)))
    only = answers([Sheet("d", "alice", marks)], ("actor", "location", "claim"))
    assert labels(aggregate(only, settings=Settings(policy))) == {("d", 0, *mark) for mark in marks}


@pytest.mark.parametrize("policy", [SpanVote(), WeightedVote(), SpanModel()])
def test_nothing_comes_of_nothing(policy: Policy) -> None:
    for sheets in ([], [Sheet("d", "alice")], [Sheet("d", "alice"), Sheet("e", "bob")]):
        result = aggregate(answers(sheets, ("actor",)), settings=Settings(policy))
        assert result.labels() == []
        assert len(result.confidence) == 0


def test_a_decision_overrides_votes_and_stands_where_nobody_marked() -> None:
    sheets = [Sheet("d", name, (("actor", ((0, 5),)),)) for name in "abc"]
    known = {
        ("d", 0, "actor", ((0, 5),)): False,
        ("d", 0, "actor", ((0, 3), (8, 9))): True,
        ("elsewhere", 0, "actor", ((0, 5),)): True,
    }
    result = aggregate(answers(sheets, ("actor",)), settings=Settings(), known=known)
    assert result.labels() == [("d", 0, "actor", ((0, 3), (8, 9)), 1.0)]


def test_decisions_teach_who_is_reliable() -> None:
    crowd = planted(documents=40, skills=(0.8, 0.8, 0.8))
    known = {
        (sheet.document, 0, *mark): sheet.annotator == "a0"
        for sheet in crowd.sheets[:60]
        for mark in sheet.marks
    }
    tables = aggregate(crowd.answers, settings=Settings(), known=known).tables
    assert tables is not None
    assert tables.reliability[0] > max(tables.reliability[1:])


def test_right_and_wrong_that_changed_places_are_refused_for_the_vote() -> None:
    # Two of three mark at random, each something of their own, over and over.
    sheets = [
        Sheet(
            f"d{n}", name, tuple(("actor", ((place + off, place + off + 4),)) for place in range(0, 400, 20))
        )
        for n in range(120)
        for name, off in (("a", 0), ("b", 5), ("c", 10))
    ]
    result = aggregate(answers(sheets, ("actor",)), settings=Settings())
    assert result.tables is not None
    ratio = result.tables.ratio[..., 0]
    assert (ratio >= 0).all()


def test_the_likelihood_has_settled_when_the_fit_ends() -> None:
    tables = aggregate(planted().answers, settings=Settings()).tables
    assert tables is not None
    assert tables.trace[:, -1] == pytest.approx(tables.trace[:, -2], rel=1e-3)


def test_fixed_tables_give_one_document_what_they_gave_it_among_all() -> None:
    crowd = planted()
    whole = aggregate(crowd.answers, settings=Settings())
    one = answers([sheet for sheet in crowd.sheets if sheet.document == "d003"], crowd.answers.types)
    alone = aggregate(one, settings=Settings(), tables=whole.tables)
    among = aggregate(crowd.answers, settings=Settings(), tables=whole.tables)
    assert alone.labels() == [label for label in among.labels() if label[0] == "d003"]


def test_a_mark_of_an_unknown_type_or_in_an_unseen_unit_is_refused() -> None:
    with pytest.raises(TypeUnknown):
        answers([Sheet("d", "a", (("nothing", ((0, 5),)),))], ("actor",))
    good = answers([Sheet("d", "a", (("actor", ((0, 5),)),))], ("actor",))
    fields = {name: getattr(good, name) for name in Answers.__dataclass_fields__}
    with pytest.raises(UnitNotSeen):
        columns(**{**fields, "mark_annotator": good.mark_annotator + 1, "annotators": ("a", "b")})


@needs_crowd
def test_a_crowds_labels_come_out_far_better_than_by_vote() -> None:
    crowd = conll()
    model = f1(crowd, SpanModel(), "flat")
    assert model > 71.5
    assert model > f1(crowd, SpanVote(0.34), "flat") + 4


@needs_crowd
@pytest.mark.parametrize(("documents", "annotators"), [(20, None), (20, 3), (50, 3), (100, 3), (None, 3)])
def test_thin_projects_are_not_worse_than_the_vote(documents: int | None, annotators: int | None) -> None:
    parts = [conll(documents=documents, annotators=annotators, seed=seed) for seed in range(3)]
    model = sum(f1(part, SpanModel(), "flat") for part in parts)
    vote = max(sum(f1(part, SpanVote(share), "flat") for part in parts) for share in (0.34, 0.5))
    assert model >= vote
