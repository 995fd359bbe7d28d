"""Remembered states: bounded, and forgotten on demand."""

from functools import partial
from threading import Thread
from uuid import UUID

from events.cache import Folded, StateCache

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)


def test_what_was_put_last_is_remembered() -> None:
    cache = StateCache()
    assert cache.get(A) is None
    cache.put(A, Folded(2, "two", b"2"))
    cache.put(A, Folded(1, "restored", b"1"))
    assert cache.get(A) == Folded(1, "restored", b"1")


def test_the_streams_looked_at_longest_ago_make_room() -> None:
    cache = StateCache(events=60)
    cache.put(A, Folded(10, "a"))
    cache.put(B, Folded(10, "b"))
    cache.get(A)
    cache.put(C, Folded(20, "c"))
    assert [cache.get(each) is not None for each in (A, B, C)] == [True, False, True]


def test_one_state_is_remembered_whatever_its_size() -> None:
    cache = StateCache(events=60)
    cache.put(A, Folded(10, "a"))
    cache.put(B, Folded(1_000, "b"))
    assert cache.get(A) is None
    assert cache.get(B) is not None
    cache.put(B, Folded(1_001, "b"))
    assert cache.get(B) == Folded(1_001, "b")


def test_forgotten_states_give_their_room_back() -> None:
    cache = StateCache(events=60)
    cache.put(A, Folded(40, "a"))
    cache.forget([A, C])
    cache.put(B, Folded(20, "b"))
    cache.put(C, Folded(20, "c"))
    assert [cache.get(each) is not None for each in (A, B, C)] == [False, True, True]
    cache.clear()
    assert cache.get(B) is None


def test_threads_may_share_it() -> None:
    cache = StateCache(events=500)

    def work(seed: int) -> None:
        for n in range(3_000):
            stream = UUID(int=(seed * n) % 97)
            cache.put(stream, Folded(n % 50, n))
            cache.get(stream)
            if n % 100 == 0:
                cache.forget([stream])

    threads = [Thread(target=partial(work, seed)) for seed in range(1, 5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    kept = [folded for n in range(97) if (folded := cache.get(UUID(int=n)))]
    assert sum(folded.version + 10 for folded in kept) <= 500
    assert cache._used == sum(folded.version + 10 for folded in kept)
