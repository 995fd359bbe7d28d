from collections.abc import Iterator

import pytest

from annotator.accounts.caller import CALLERS
from tests.integration.webhooks.receiver import Receiver, a_receiver
from tests.support.people import World, a_world


@pytest.fixture
def world() -> World:
    CALLERS.clear()
    return a_world()


@pytest.fixture
def receiver(settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver on loopback, which the operator opened: here, and for processes that are started."""
    settings.NET_ALLOW = ("127.0.0.0/8",)  # type: ignore[attr-defined]
    monkeypatch.setenv("PALIMPSEST_NET_ALLOW", "127.0.0.0/8")
    with a_receiver() as found:
        yield found
