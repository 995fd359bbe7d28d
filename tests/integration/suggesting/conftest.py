"""The people and the forgetfulness of the tests of the API."""

from tests.integration.api.conftest import forgetful, world

__all__ = ["forgetful", "world"]
