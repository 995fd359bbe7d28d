"""The event log with this service's events and rules in it."""

from typing import Final

from annotator.domain.catalog import CATALOG, DECIDERS
from events.handler import Handler
from events.store import Store

STORE: Final = Store(CATALOG)
HANDLER: Final = Handler(STORE, DECIDERS)
