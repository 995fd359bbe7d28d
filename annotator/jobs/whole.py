"""A document with all that is said about it, carried out whole or not at all."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from annotator.application.access import Forbidden, NotKnown, access_in
from annotator.application.judge import Judge
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command
from annotator.jobs.identity import canonical, command_id
from annotator.log import HANDLER
from events.handler import Planned, States
from events.streams import StreamRef

Named = tuple[Command, str]
"""A command, and what the source calls the thing it brings: "annotation s1"."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is written to one stream under one command id, which follows from the content."""

    id: UUID
    request: bytes
    writes: StreamRef
    commands: Sequence[Named]


def part(writes: StreamRef, commands: Sequence[Named]) -> Part:
    """The part that these commands make."""
    content = canonical([(type(command).__name__, command) for command, _ in commands])
    digest = hashlib.sha256(str(writes.id).encode() + content).digest()
    name = f"{writes.kind}/{writes.id}"
    return Part(command_id(writes.project, name, digest), digest, writes, commands)


@dataclass(slots=True)
class Whole:
    """Parts that belong together: when one is refused, none is carried out.

    ``place``, ``counts`` and ``known`` (title, language and the like) are for the report; ``size`` is in bytes of
    text. ``refusal`` and ``refused`` say why it was not carried out, and at which thing.
    """

    place: str
    parts: Sequence[Part]
    counts: Mapping[str, int] = field(default_factory=dict)
    size: int = 0
    known: Mapping[str, Any] = field(default_factory=dict)
    refusal: Refusal | None = None
    refused: str = ""
    _events: dict[UUID, Sequence[object]] = field(default_factory=dict)
    _judged_by: States | None = None

    @property
    def weight(self) -> int:
        """About as many events as it will become."""
        return sum(len(part.commands) for part in self.parts) + 1

    def plans(self, judge: Judge, account: UUID) -> list[Planned]:
        """How the handler may carry the parts out, all in one append."""
        guards = [*_guards(self.parts[0].writes.project)]
        guards += [part.writes for part in self.parts if part.writes.kind == "document"]
        return [
            Planned(
                command_id=part.id,
                request=part.request,
                writes=part.writes,
                reads=tuple(ref for ref in guards if ref != part.writes),
                decide=self._decider(part.id, judge, account),
            )
            for part in self.parts
        ]

    def _decider(self, part: UUID, judge: Judge, account: UUID) -> Callable[[States], Sequence[object]]:
        def decide(states: States) -> Sequence[object]:
            if self._judged_by is not states:
                self._judged_by = states
                self._judge(judge, account, states)
            if self.refusal is not None:
                raise self.refusal
            return self._events[part]

        return decide

    def _judge(self, judge: Judge, account: UUID, states: States) -> None:
        """On a copy of the states, so that what is refused leaves no trace in them."""
        scratch = dict(states)
        self._events, self.refusal, self.refused = {}, None, ""
        try:
            _require_manager(scratch, self.parts[0].writes.project, account)
            for part in self.parts:
                if part.writes in scratch:  # else it was written before, and is not asked for again
                    self._events[part.id] = self._judged(part, judge, scratch)
        except Refusal as refusal:
            self.refusal = refusal

    def _judged(self, part: Part, judge: Judge, scratch: dict[StreamRef, Any]) -> Sequence[object]:
        decider = HANDLER.deciders[part.writes.kind]
        found: list[object] = []
        for command, name in part.commands:
            self.refused = name
            events = judge.decide(command, part.writes, scratch)
            scratch[part.writes] = decider.fold(events, scratch[part.writes])
            found += events
        return found


@lru_cache(maxsize=16)
def _guards(project: UUID) -> tuple[StreamRef, ...]:
    """What every judgement looks at; made once, because a stream's name costs a hash."""
    return tuple(StreamRef(project, kind) for kind in ("project", "label_schema", "register"))


def _require_manager(states: States, project: UUID, account: UUID) -> None:
    try:
        access = access_in(states[_guards(project)[0]], project, account)
    except NotKnown:
        raise Forbidden() from None
    if not access.is_at_least("manager"):
        raise Forbidden(role=access.role, needed="manager")
