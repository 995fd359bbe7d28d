import pytest

from annotator.accounts.caller import CALLERS
from tests.support.people import World, a_world


@pytest.fixture
def world() -> World:
    CALLERS.clear()
    return a_world()
