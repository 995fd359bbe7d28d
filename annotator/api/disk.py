"""Space on the disk: what would need more is refused while there is still some, so that reading goes on.

A database that finds no space for its own log stops as a whole, and reads stop with it.
"""

import shutil

from django.conf import settings

from annotator.api.problems import Problem

LEAST = 32 * 2**20  # bytes; what the background still writes, and two segments of the database's log


def check_space(more: int = 0) -> None:
    """See that a change may take ``more`` bytes.

    Raises:
        Problem: 507, there is too little space.
    """
    try:
        free = shutil.disk_usage(settings.PALIMPSEST_HOME).free
    except OSError:
        return  # nothing of ours is there, so the data are on another machine
    if free < LEAST + more:
        title = (
            "The disk of the server is full; nothing was written. Free some space there and send this again."
        )
        facts = {"free": free, "needed": LEAST + more}
        raise Problem(507, "no-space", title, facts=facts, headers={"Retry-After": "5"})
