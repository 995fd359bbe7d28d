"""Which read models the service keeps."""

from typing import Final

from django.db import connection

from annotator.projections.board import Board
from annotator.projections.copies import Copies
from annotator.projections.gold import Gold
from annotator.projections.membership import Membership
from annotator.projections.notices import Notices
from annotator.projections.seats import Seats
from events.projection import Registry
from events.rebuild import rebuild

REGISTRY: Final = Registry([Membership(), Board(), Copies(), Gold(), Notices(), Seats()])


def bring_up_to_date() -> None:
    """Create read models that are missing, and rebuild those that an older release made; readers go on meanwhile."""
    REGISTRY.install()
    for name in REGISTRY.outdated():
        _rebuild_as_application(name)


def _rebuild_as_application(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE palimpsest_app")
        try:
            for _ in rebuild(REGISTRY, name, compare=False):
                pass
        finally:
            cursor.execute("RESET ROLE")
