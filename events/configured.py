"""The service's own catalog and projections, by the names that the settings give them."""

from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from events.catalog import Catalog
from events.projection import Registry


def catalog() -> Catalog:
    """``EVENTS_CATALOG``, a dotted path."""
    return cast(Catalog, import_string(settings.EVENTS_CATALOG))


def registry() -> Registry:
    """``EVENTS_REGISTRY``, a dotted path."""
    return cast(Registry, import_string(settings.EVENTS_REGISTRY))
