"""Trying another policy, where it takes longer than a person waits for an answer."""

from collections.abc import Callable
from typing import Any

import msgspec

from annotator.domain.policy import Policy
from annotator.jobs.queue import Task
from annotator.queries.what_if import what_if


def run_what_if(task: Task, progress: Callable[[int, int | None], None]) -> dict[str, Any]:
    """What another policy would change, in plain JSON."""
    policy: Policy = msgspec.convert(task.options["policy"], Policy)
    found: dict[str, Any] = msgspec.to_builtins(
        what_if(task.project, policy, at=int(task.options["at"]), progress=progress)
    )
    return found
