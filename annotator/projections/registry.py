"""Which read models the service keeps."""

from typing import Final

from annotator.projections.board import Board
from annotator.projections.gold import Gold
from annotator.projections.membership import Membership
from events.projection import Registry

REGISTRY: Final = Registry([Membership(), Board(), Gold()])
