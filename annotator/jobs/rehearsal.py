"""A writer that writes nothing: what an import would do is judged by the same rules, and forgotten again."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from annotator.application.judge import Judge
from annotator.jobs.whole import Whole
from annotator.jobs.writer import Written
from annotator.log import HANDLER, STORE
from events.streams import StreamRef

# Streams that what comes later in a file is judged by; documents and sets stand for themselves.
_LASTING = ("project", "label_schema", "register")


class Rehearsal:
    """Stands in for the `Writer`: remembers what schema, register and authors would be, and no more."""

    makes_accounts = False

    def __init__(self, account: UUID, project: UUID) -> None:
        self._account = account
        self._project = project
        self._become: dict[StreamRef, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._become.clear()

    def state(self, ref: StreamRef) -> Any:
        """What the stream would be by now."""
        return self._become[ref] if ref in self._become else HANDLER.states([ref])[ref][1]

    def write(self, wholes: Sequence[Whole]) -> Written:
        """Whether each would come in, and whether it would be new."""
        told: Written = Future()
        told.set_result(self._judged(wholes))
        return told

    def _judged(self, wholes: Sequence[Whole]) -> list[tuple[Whole, bool]]:
        parts = {part.id: (part.request, part.writes) for whole in wholes for part in whole.parts}
        known = STORE.known(self._project, parts) if parts else {}
        fresh = [whole for whole in wholes if any(part.id not in known for part in whole.parts)]
        judge = Judge(self._account, self._project)
        plans = {plan.command_id: plan for whole in fresh for plan in whole.plans(judge, self._account)}
        states = self._states({ref for plan in plans.values() for ref in (plan.writes, *plan.reads)})
        commands, _ = HANDLER.judge(list(plans.values()), states)
        self._become |= {ref: state for ref, state in states.items() if ref.kind in _LASTING}
        accepted = {command.id for command in commands}
        return [(whole, any(part.id in accepted for part in whole.parts)) for whole in wholes]

    def _states(self, refs: set[StreamRef]) -> dict[StreamRef, Any]:
        found: Mapping[StreamRef, tuple[int, Any]] = HANDLER.states(list(refs)) if refs else {}
        return {ref: self._become.get(ref, state) for ref, (_, state) in found.items()}
