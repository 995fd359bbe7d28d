"""Reports of agreement: sums over documents give what the measures give, intervals are the same every time."""

import random
from dataclasses import replace
from itertools import combinations
from typing import Any

import msgspec
import numpy as np
import pytest
from immutables import Map

from annotator.domain.annotation_set import Annotation, Link
from annotator.domain.label_schema import LabelSchema
from annotator.domain.measures.nominal import MISSING, confusion, counts_of
from annotator.domain.measures.nominal import alpha as direct_alpha
from annotator.domain.measures.nominal import cohen as direct_cohen
from annotator.domain.measures.nominal import fleiss as direct_fleiss
from annotator.domain.measures.parts import LABELS, Finished, _named, gamma_of, parts_of
from annotator.domain.measures.report import Told, compared, report
from annotator.domain.measures.result import Undefined, Value
from annotator.domain.measures.sums import Drawn, Part, alpha, f1, fleiss, kappa, measured
from annotator.domain.register import Entity, Register
from annotator.domain.voting import Voter
from tests.support.builders import a_schema, an_id

TEXT = "Assad took Al-Bukamal. Iran helped. Putin had promised it, said Assad. Nobody else came."
WHO = ("alice", "bob", "carol")


def a_voter(author: str, *marks: tuple[str, int, int], **more: Any) -> Voter:
    annotations = tuple(
        Annotation(
            id=f"{author}-{n}",
            label=label,
            spans=((start, end),),
            attributes=more.pop("attributes", {}) if n == 0 else {},
            entity=None,
            text_version=1,
            origin="hand",
        )
        for n, (label, start, end) in enumerate(marks)
    )
    return Voter(author, annotations, **more)


def told(finished: Finished, schema: LabelSchema, *, language: str = "en", period: str = "2026-11") -> Told:
    authors = tuple(voter.author for voter in finished.voters)
    return Told(finished.document, authors, language, period, parts_of(finished, schema))


def a_crowd(documents: int, seed: int) -> list[Finished]:
    """Three people who each find most of what is there, with slips."""
    rng = random.Random(seed)
    there = [("actor", 0, 5), ("location", 11, 21), ("actor", 23, 27), ("actor", 36, 41), ("claim", 36, 57)]

    def slip(mark: tuple[str, int, int]) -> tuple[str, int, int]:
        label, start, end = mark
        drawn = rng.random()
        return ("claim", start, end) if drawn < 0.1 else (label, start, end + 1) if drawn < 0.25 else mark

    return [
        Finished(
            f"d{n:03}",
            TEXT,
            tuple(a_voter(name, *(slip(mark) for mark in there if rng.random() < 0.8)) for name in WHO),
        )
        for n in range(documents)
    ]


def test_sums_over_documents_give_the_measures_of_all_items_together() -> None:
    rng = np.random.default_rng(4)
    tables = [rng.integers(-1, 3, size=(3, 12)) for _ in range(7)]
    names = ["a", "b", "c"]
    parts = [Part(named=_named(WHO, table, names)) for table in tables]
    one = Drawn(1, samples=0)
    whole = np.concatenate(tables, axis=1)
    assert _number(measured(alpha(parts), 7, one, lacking="no_variation")) == pytest.approx(
        _number(direct_alpha(whole, values=3)), abs=1e-12
    )
    kappas = [
        _number(direct_cohen(confusion(whole[i], whole[j], values=3))) for i, j in combinations(range(3), 2)
    ]
    assert _number(measured(kappa(parts), 7, one, lacking="no_variation")) == pytest.approx(
        sum(kappas) / 3, abs=1e-12
    )
    counts = counts_of(whole, values=3)
    for raters in (2, 3):
        items = counts[counts.sum(axis=1) == raters]
        even = [_only_even(part, raters) for part in parts]
        assert _number(measured(fleiss(even), 7, one, lacking="no_variation")) == pytest.approx(
            _number(direct_fleiss(items)), abs=1e-12
        )


def _only_even(part: Part, raters: int) -> Part:
    assert part.named is not None
    kept = {raters: part.named.even[raters]} if raters in part.named.even else {}
    return Part(named=type(part.named)(part.named.pairs, part.named.totals, part.named.disagreed, kept))


def test_missing_answers_have_no_part() -> None:
    table = np.array([[0, 1, MISSING], [0, MISSING, 1]])
    found = _named(("a", "b"), table, ["x", "y"])
    assert found.totals == {"x": 2.0}
    assert found.pairs == {("a", "b"): {("x", "x"): 1}}


def test_every_figure_says_on_how_many_documents_it_rests_and_has_an_interval_around_it() -> None:
    made = report([told(each, a_schema()) for each in a_crowd(12, 1)], seed=7)
    assert made.documents == 12
    assert made.annotators == dict.fromkeys(WHO, 12)
    whole = next(row for row in made.rows if row.key == "label")
    for name in ("f1_exact", "f1_half", "alpha", "kappa", "fleiss", "alpha_unitizing"):
        found = getattr(whole, name)
        assert isinstance(found, Value), name
        assert found.count == 12
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high
    assert _number(whole.f1_half) >= _number(whole.f1_exact)


def test_f1_is_that_of_counting_by_hand() -> None:
    finished = Finished(
        "d", TEXT, (a_voter("alice", ("actor", 0, 5), ("claim", 36, 57)), a_voter("bob", ("actor", 0, 5)))
    )
    parts = [parts_of(finished, a_schema())[LABELS]]
    assert _number(
        measured(f1(parts, "exact"), 1, Drawn(1, fewest=1), lacking="nothing_marked")
    ) == pytest.approx(2 / 3)


def test_the_same_key_gives_the_same_report_whatever_the_order() -> None:
    some = [told(each, a_schema()) for each in a_crowd(8, 2)]
    assert report(some, seed=3) == report(some[::-1], seed=3)
    assert report(some, seed=3) != report(some, seed=4)


def test_what_cannot_be_told_says_why() -> None:
    few = report([told(each, a_schema()) for each in a_crowd(4, 1)], seed=1)
    assert few.rows[0].f1_exact == Undefined("too_few_documents")
    empty = [Finished(f"d{n}", TEXT, (a_voter("alice"), a_voter("bob"))) for n in range(6)]
    nothing = report([told(each, a_schema()) for each in empty], seed=1).rows[0]
    assert nothing.f1_exact == Undefined("nothing_marked")
    assert nothing.alpha == Undefined("no_variation")
    erased = [Finished(each.document, None, each.voters) for each in a_crowd(6, 1)]
    without_text = report([told(each, a_schema()) for each in erased], seed=1).rows[0]
    assert isinstance(without_text.f1_exact, Value)
    assert without_text.alpha == Undefined("nothing_in_common")


def test_one_document_alone_has_values_without_intervals() -> None:
    made = report([told(a_crowd(1, 3)[0], a_schema())], seed=1, one_document=True)
    found = made.rows[0].f1_exact
    assert isinstance(found, Value)
    assert found.low is None


def test_languages_and_periods_are_rows_of_their_own_and_the_lowest_documents_come_first() -> None:
    crowd = a_crowd(12, 5)
    some = [
        told(each, a_schema(), language="en" if n % 2 else "ar", period="2026-10" if n < 6 else "2026-11")
        for n, each in enumerate(crowd)
    ]
    made = report(some, seed=1)
    by = {(row.dimension, row.key): row.documents for row in made.rows}
    assert by["language", "ar"] == by["language", "en"] == by["period", "2026-10"] == 6
    values = [_number(row.f1_exact) for row in made.lowest]
    assert values == sorted(values)


def test_links_match_by_type_and_both_ends() -> None:
    def with_link(author: str, type_: str) -> Voter:
        link = Link("l", type_, f"{author}-0", f"{author}-1", {})
        return a_voter(author, ("claim", 36, 57), ("actor", 36, 41), links=(link,))

    same = Finished("d", TEXT, (with_link("alice", "claimant"), with_link("bob", "claimant")))
    other = Finished("d", TEXT, (with_link("alice", "claimant"), with_link("bob", "target")))
    assert parts_of(same, a_schema())["link", ""].marks["alice", "bob"].exact == 1
    assert parts_of(other, a_schema())["link", ""].marks["alice", "bob"].exact == 0


def test_entities_agree_where_the_same_mention_means_the_same_entity_merged_or_not() -> None:
    first, second, other = (
        Entity(an_id(name), "person", name, (), {}, "") for name in ("Assad", "Bashar", "Putin")
    )
    merged = replace(second, merged_into=first.id)
    register = Register(entities=Map({one.id: one for one in (first, merged, other)}))

    def naming(author: str, *entities: str | None) -> Voter:
        places = [(0, 5), (23, 27), (36, 41)]
        voter = a_voter(author, *(("actor", *place) for place in places))
        marks = zip(voter.annotations, entities, strict=True)
        return replace(voter, annotations=tuple(msgspec.structs.replace(m, entity=e) for m, e in marks))

    voters = naming("alice", first.id, first.id, None), naming("bob", second.id, other.id, None)
    parts = parts_of(Finished("d", TEXT, voters), a_schema(), register)
    cells = parts["entity", "actor"].named
    assert cells is not None
    # The third mention is nobody's entity, so it is not asked about; an entity is what it was merged into.
    assert cells.pairs["alice", "bob"] == {(first.id, first.id): 1, (first.id, other.id): 1}
    nothing = naming("alice", None, None, None), naming("bob", None, None, None)
    assert ("entity", "actor") not in parts_of(Finished("d", TEXT, nothing), a_schema(), register)


def test_a_cell_of_the_confusion_holds_the_marks_behind_it() -> None:
    finished = Finished(
        "d",
        TEXT,
        (
            a_voter("alice", ("actor", 0, 5), ("location", 11, 21), ("claim", 36, 57)),
            a_voter("bob", ("actor", 0, 5), ("actor", 11, 21)),
        ),
    )
    cells = {(each.row, each.column): each for each in compared(finished)}
    assert set(cells) == {("actor", "actor"), ("location", "actor"), ("claim", "")}
    assert cells["location", "actor"].authors == ("alice", "bob")
    assert cells["claim", ""].other is None


def test_gamma_of_a_document_has_bounds_around_its_disorder() -> None:
    found = gamma_of(a_crowd(1, 1)[0], seed=1, samples=5)
    assert found is not None
    assert found.bound <= found.observed + 1e-9
    assert gamma_of(Finished("d", TEXT, (a_voter("alice"), a_voter("bob"))), seed=1) is None


def _number(found: Any) -> float:
    assert isinstance(found, Value), found
    return found.value
