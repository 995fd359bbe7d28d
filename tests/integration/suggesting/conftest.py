"""A project with people in it, for tests of the API."""

import pytest
from django.test import Client

from annotator.accounts.caller import CALLERS
from annotator.api.breaker import BREAKER
from annotator.log import HANDLER
from annotator.queries.text import TEXTS
from tests.support.people import Person, World, a_world


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Nothing remembered by the process outlives a test."""
    CALLERS.clear()
    HANDLER.cache.clear()
    TEXTS.clear()
    BREAKER.worked()


@pytest.fixture
def world(db: None) -> World:
    """A blind project, as projects are by default."""
    return a_world()


@pytest.fixture
def nobody(db: None) -> Person:
    """Somebody who is not signed in."""
    return Person("Nobody", client=Client())
