"""Names found in texts: scripts, endings, edges of words, capitals."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.domain.folding import folded, folded_text
from annotator.domain.naming import Named, Names


def found(text: str, *names: str) -> list[str]:
    """What is found, as the text says it."""
    known = Names.of(Named(name, "actor", name) for name in names)
    return [text[each.start : each.end] for each in known.find(text)]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("🚀 L'Isis arretra", "Isis", ["Isis"]),
        ("al‑Bukamal and AL BUKAMAL", "Al-Bukamal", ["al‑Bukamal", "AL BUKAMAL"]),
        ("Assad’s men, Assadists", "Assad", ["Assad"]),
        ("The Houthis and the Houthi", "Houthi", ["Houthis", "Houthi"]),
        ("ŻÓŁĆ, zolc", "Żółć", ["ŻÓŁĆ"]),
        ("В Сирии и о Сирию", "Сирия", ["Сирии", "Сирию"]),
        ("у Путина, путинский", "Путин", ["Путина"]),
        ("وسوريا وبسوريا، سُوريا", "سوريا", ["سوريا", "سوريا", "سُوريا"]),
        ("أحمد وإيران", "احمد", ["أحمد"]),
        ("在叙利亚的人", "叙利亚", ["叙利亚"]),
        ("us, US, USA", "US", ["US"]),
        ("trump cards, Trump", "Trump", ["Trump"]),
        ("Syrian  \n army", "syrian army", ["Syrian  \n army"]),
        ("Irán", "Iran", ["Irán"]),
        ("a.b", "a", []),
    ],
)
def test_a_name_is_found_as_it_is_written(text: str, name: str, said: list[str]) -> None:
    assert found(text, name) == said


def test_the_longest_name_stands_and_one_of_two_is_left_open() -> None:
    assert found("the Syrian army of Assad", "Syrian army", "Syrian army of Assad", "Assad") == [
        "Syrian army of Assad"
    ]
    twice = Names.of([Named("Hariri", "actor", "saad"), Named("Hariri", "actor", "rafic")])
    assert [each.entity for each in twice.find("Hariri spoke")] == [None]


def test_names_of_different_labels_may_overlap() -> None:
    names = Names.of([Named("Iran", "actor", "1"), Named("Iran", "location", "2")])
    assert [each.label for each in names.find("Iran")] == ["actor", "location"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 20))
@example("::", 0, 2)
def test_whatever_the_text_every_match_lies_in_it_and_says_the_name(text: str, start: int, size: int) -> None:
    name = text[start : start + size]
    for each in Names.of([Named(name, "actor")]).find(text):
        assert 0 <= each.start < each.end <= len(text)
        assert folded_text(text[each.start : each.end])[:1] == folded_text(name)[:1]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_places_of_a_folded_text_go_up_and_end_with_it(text: str) -> None:
    at = folded(text)
    assert list(at.places) == sorted(at.places)
    assert (len(at.places), at.places[-1]) == (len(at.text) + 1, len(text))


def test_twenty_thousand_names_cost_little() -> None:
    names = Names.of(Named(f"Place {n} of Somewhere", "location", str(n)) for n in range(20_000))
    text = "In Place 777 of Somewhere nothing happened. " * 1_000
    begun = time.perf_counter()
    assert len(names.find(text)) == 1_000
    assert time.perf_counter() - begun < 2.0
