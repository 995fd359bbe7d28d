"""Up to which position a log arrived without its erasable parts: these alone may be gone though no event ordered it.

The note lies beside the keys, where whoever owns the tables cannot reach it: else a content that was taken away in
silence could be passed off as one that never came.
"""

from uuid import UUID

from events.configured import keys


def left_out_of(project: UUID) -> int:
    """The position; 0 when nothing was left out."""
    note = keys().kept("left_out", project)
    return int(note["position"]) if note else 0


def keep_left_out(project: UUID, position: int) -> None:
    """Remember it for every verification from now on; 0 forgets what was known of an earlier log."""
    if position:
        keys().keep("left_out", project, {"position": position})
    else:
        keys().forget("left_out", project)
