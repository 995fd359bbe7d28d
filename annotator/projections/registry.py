"""Which read models the service keeps."""

from typing import Final

from django.db import connection

from annotator.projections.board import Board
from annotator.projections.gold import Gold
from annotator.projections.membership import Membership
from events.projection import Registry, rebuild

REGISTRY: Final = Registry([Membership(), Board(), Gold()])


def bring_up_to_date() -> None:
    """Create read models that are missing, and rebuild those that an older release made; readers go on meanwhile."""
    REGISTRY.install()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, code_version FROM es.projection WHERE state = 'live'")
        made_by = dict(cursor.fetchall())
    outdated = [name for name, found in REGISTRY.projections.items() if made_by[name] != found.code_version]
    for name in outdated:
        _rebuild_as_application(name)


def _rebuild_as_application(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE palimpsest_app")
        try:
            for _ in rebuild(REGISTRY, name, compare=False):
                pass
        finally:
            cursor.execute("RESET ROLE")
