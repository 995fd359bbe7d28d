"""What follows on a release: the log is signed up to its position, so that nobody can rewrite what people cite."""

import logging
from collections.abc import Iterable
from uuid import UUID

from annotator.queries.checkpoint import checkpoint_at
from annotator.queries.release import releases
from events.keys import Exposed
from events.signing import Unsound, sign

log = logging.getLogger(__name__)


def seal(project: UUID, made: Iterable[str]) -> None:
    """Sign the log where these releases stand, and where it ends.

    What hinders it is no reason to call a release unmade that is in the log: the log is signed on a schedule, too.
    """
    wanted = set(made)
    try:
        for release in releases(project):
            if str(release.id) in wanted:
                checkpoint_at(project, release.position)
        sign(project)
    except (Unsound, Exposed, OSError) as error:
        log.error("The log of %s was not signed at its release: %s", project, error)
