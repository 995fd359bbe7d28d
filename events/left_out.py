"""Which erasable parts a log arrived without: these alone may be gone though no event ordered it.

The note lies beside the keys, where whoever owns the tables cannot reach it: else a content that was taken away in
silence could be passed off as one that never came.
"""

from dataclasses import dataclass
from uuid import UUID

from events.configured import keys


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Those of events up to ``position``, and ``contents``, whose keys had been destroyed when the log arrived."""

    position: int = 0
    contents: frozenset[UUID] = frozenset()


def left_out_of(project: UUID) -> LeftOut:
    """What was left out of the file; of most logs nothing."""
    note = keys().kept("left_out", project)
    return LeftOut(note["position"], frozenset(map(UUID, note["contents"]))) if note else LeftOut()


def keep_left_out(project: UUID, left_out: LeftOut) -> None:
    """Remember it for every verification from now on, in place of what was known of an earlier log."""
    if left_out == LeftOut():
        keys().forget("left_out", project)
    else:
        contents = sorted(map(str, left_out.contents))
        keys().keep("left_out", project, {"position": left_out.position, "contents": contents})
