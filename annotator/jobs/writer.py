"""Writes what an import brings, in a thread with a connection of its own: the file is read on meanwhile."""

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.db import connection

from annotator.application.judge import Judge
from annotator.jobs.whole import Whole
from annotator.log import HANDLER, STORE
from events.streams import StreamRef

Written = Future[list[tuple[Whole, bool]]]
"""Each whole with whether it is new; one that was refused says so itself."""


class Writer:
    """Carries wholes out for an account, in the order in which they are given."""

    makes_accounts = True

    def __init__(self, account: UUID, project: UUID) -> None:
        self._account = account
        self._project = project
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(_give_connection_back)
        self._thread.shutdown()

    def state(self, ref: StreamRef) -> Any:
        """What the stream is now."""
        return HANDLER.states([ref])[ref][1]

    def write(self, wholes: Sequence[Whole]) -> Written:
        """Carry them out, in one transaction."""
        return self._thread.submit(self._carried_out, wholes)

    def _carried_out(self, wholes: Sequence[Whole]) -> list[tuple[Whole, bool]]:
        """What the log knows by its command ids is not judged again."""
        parts = {part.id: (part.request, part.writes) for whole in wholes for part in whole.parts}
        if not parts:
            return []
        known = STORE.known(self._project, parts)
        fresh = [whole for whole in wholes if any(part.id not in known for part in whole.parts)]
        judge = Judge(self._account, self._project)
        plans = {plan.command_id: plan for whole in fresh for plan in whole.plans(judge, self._account)}
        handled = HANDLER.handle(self._project, self._account, list(plans.values())) if plans else []
        accepted = {outcome.command_id for outcome in handled if outcome.status == "accepted"}
        gc.collect(0)
        return [(whole, any(part.id in accepted for part in whole.parts)) for whole in wholes]


def _give_connection_back() -> None:
    # By name: `connection.close` taken in another thread would be that thread's.
    connection.close()


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for garbage in circles between batches only: amid them there are many objects and no circles."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
