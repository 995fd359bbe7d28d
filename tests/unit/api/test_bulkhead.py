"""One project that is held up leaves threads for the others."""

import time
from contextlib import ExitStack
from uuid import uuid4

import pytest

from annotator.api.bulkhead import Bulkhead
from events.handler import Busy

HELD, FREE = uuid4(), uuid4()


def test_who_comes_after_enough_have_waited_for_long_is_told_at_once() -> None:
    bulkhead = Bulkhead(most=2, patience=0.02)
    with ExitStack() as stack:
        stack.enter_context(bulkhead.enter(HELD))
        time.sleep(0.03)
        stack.enter_context(bulkhead.enter(HELD))
        with pytest.raises(Busy), bulkhead.enter(HELD):
            pass
        with bulkhead.enter(FREE):
            pass
    with bulkhead.enter(HELD):
        pass


def test_many_that_are_quick_all_get_in() -> None:
    bulkhead = Bulkhead(most=2, patience=1.0)
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(bulkhead.enter(HELD))


def test_who_fails_inside_has_left() -> None:
    bulkhead = Bulkhead(most=1, patience=0.0)
    with pytest.raises(ValueError, match="inside"), bulkhead.enter(HELD):
        raise ValueError("inside")
    with bulkhead.enter(HELD):
        time.sleep(0.001)
        with pytest.raises(Busy), bulkhead.enter(HELD):
            pass
