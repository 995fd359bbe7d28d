"""The service's own catalog, projections and keys, by the names that the settings give them."""

from pathlib import Path
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from events.catalog import Catalog
from events.content_keys import FILE, ContentKeys
from events.keys import Keys
from events.projection import Registry


def catalog() -> Catalog:
    """``EVENTS_CATALOG``, a dotted path."""
    return cast(Catalog, import_string(settings.EVENTS_CATALOG))


def registry() -> Registry:
    """``EVENTS_REGISTRY``, a dotted path."""
    return cast(Registry, import_string(settings.EVENTS_REGISTRY))


def content_keys() -> ContentKeys:
    """Those in the folder ``EVENTS_KEYS``."""
    return ContentKeys(Path(settings.EVENTS_KEYS) / FILE)


def keys() -> Keys:
    """``EVENTS_KEYS``, a folder."""
    return Keys(Path(settings.EVENTS_KEYS))
