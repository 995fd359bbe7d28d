"""Sources of suggestions that no hint told of: what was waited for has come, or a worker was away."""

import time

from annotator.jobs.suggesting.asking import ask_if_due
from annotator.queries.suggestions import projects_with_sources

LOOK_SECONDS = 15.0

_next_look = 0.0  # on the monotonic clock


def look_for_sources() -> None:
    """Ask the sources that have something to look at, in all projects."""
    global _next_look
    if time.monotonic() < _next_look:
        return
    _next_look = time.monotonic() + LOOK_SECONDS
    for project in projects_with_sources():
        ask_if_due(project)
