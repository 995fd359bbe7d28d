"""A project with something to release: Alice and Bob have finished, and differ in one place."""

import pytest

from annotator.accounts.caller import CALLERS
from tests.support.people import World, a_world


@pytest.fixture
def world() -> World:
    CALLERS.clear()
    made = a_world()
    for person, quotes in ((made.alice, ["Al-Bukamal", "Iran"]), (made.bob, ["Al-Bukamal"])):
        marks = [made.annotation(quote) for quote in quotes]
        person.do(made.project, *marks, made.finish())
    return made
