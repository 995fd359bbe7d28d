"""The breaker, cursors, and the cache of texts."""

from unittest.mock import patch
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from annotator.api.breaker import PAUSE, PROBE, Breaker, DatabaseAway
from annotator.api.cursor import decode_cursor, encode_cursor
from annotator.api.problems import Problem
from annotator.queries.text import REMEMBERED_FOR, Text, TextCache, TextId
from tests.support.builders import an_id

NOW = 1000.0


def at(seconds: float) -> object:
    return patch("time.monotonic", return_value=NOW + seconds)


def passes(breaker: Breaker) -> bool:
    try:
        breaker.check()
    except DatabaseAway:
        return False
    return True


def test_a_closed_breaker_lets_all_pass() -> None:
    breaker = Breaker()
    assert all(passes(breaker) for _ in range(5))


def test_an_open_breaker_lets_one_try_after_each_pause() -> None:
    breaker = Breaker()
    with at(0):  # type: ignore[attr-defined]
        breaker.failed()
        assert not passes(breaker)
    with at(PAUSE):  # type: ignore[attr-defined]
        assert [passes(breaker) for _ in range(3)] == [True, False, False]
    with at(PAUSE + PROBE):  # type: ignore[attr-defined]
        assert [passes(breaker) for _ in range(3)] == [True, False, False]
        breaker.worked()
        assert [passes(breaker) for _ in range(3)] == [True, True, True]


@given(st.integers(0, 10**18 - 1))
def test_a_cursor_leads_back_to_its_place(place: int) -> None:
    cursor = encode_cursor(place)
    assert cursor is not None
    assert decode_cursor(cursor) == place


@given(st.text(max_size=40))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    try:
        assert decode_cursor(text) >= 0
    except Problem as problem:
        assert problem.parameter == "cursor"  # noqa: PT017


def a_text_id(number: int) -> TextId:
    return TextId(UUID(an_id("p")), UUID(an_id("d")), number)


def a_text(value: str) -> Text:
    return Text(value, None)


def test_texts_are_remembered_up_to_the_room_there_is() -> None:
    cache = TextCache(room=100)
    for number in range(10):
        cache.put(a_text_id(number), a_text("x" * 25))
    assert [number for number in range(10) if cache.get(a_text_id(number))] == [6, 7, 8, 9]
    cache.put(a_text_id(99), a_text("y" * 26))
    assert cache.get(a_text_id(99)) is None


def test_texts_are_forgotten_after_a_while() -> None:
    cache = TextCache()
    with at(0):  # type: ignore[attr-defined]
        cache.put(a_text_id(1), a_text("x"))
        assert cache.get(a_text_id(1)) == a_text("x")
    with at(REMEMBERED_FOR + 1):  # type: ignore[attr-defined]
        assert cache.get(a_text_id(1)) is None


def test_using_a_text_keeps_it() -> None:
    cache = TextCache(room=100)
    for number in range(4):
        cache.put(a_text_id(number), a_text("x" * 25))
    cache.get(a_text_id(0))
    cache.put(a_text_id(4), a_text("x" * 25))
    assert [number for number in range(5) if cache.get(a_text_id(number))] == [0, 2, 3, 4]
