"""Many at once: each thread has a connection of its own, outside the pool, and tells what went wrong in it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(work: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of it at the same time; the results in order.

    Raises:
        Exception: the first one that a thread raised.
    """
    with ThreadPoolExecutor(len(work)) as threads:
        return [each.result() for each in [threads.submit(_alone, part) for part in work]]


def _alone(part: Callable[[], T]) -> T:
    options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key != "pool"}
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    try:
        return part()
    finally:
        connection.close()
