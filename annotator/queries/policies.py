"""The policies that a project has had, in order."""

from datetime import datetime
from uuid import UUID

import msgspec

from annotator.domain.policy import MAJORITY, Policy
from annotator.domain.project import PolicySet, ReliabilityLearned
from annotator.log import STORE
from annotator.queries.accounts import names_of
from events.streams import StreamRef


class PolicyVersion(msgspec.Struct, frozen=True):
    """A policy that held from a position on; version 0 is the one that every project begins with."""

    version: int
    policy: Policy
    position: int | None
    set_by: UUID | None
    name: str
    set_at: datetime | None


class LearnedVersion(msgspec.Struct, frozen=True):
    """What was learned of the annotators, used from `position` on."""

    position: int
    learned_from: int
    digest: str
    engine: int
    sets: int
    reviewed: int
    learned_at: datetime


class Policies(msgspec.Struct, frozen=True):
    """The policies of a project, the last one first, and what they were told of annotators."""

    position: int
    current: int
    versions: list[PolicyVersion]
    learned: list[LearnedVersion]


PAGE = 5_000


def read_policies(project: UUID, *, at: int) -> Policies:
    """The history of the project's policies up to a position."""
    stream = StreamRef(project, "project").id
    found = []
    position = 0
    while page := STORE.after(project, position, limit=PAGE, streams=[stream]):
        found += [one for one in page if one.position <= at]
        position = page[-1].position
        if len(page) < PAGE or position >= at:
            break
    names = names_of(one.issued_by for one in found if isinstance(one.event, PolicySet))
    versions = [PolicyVersion(0, MAJORITY, None, None, "", None)]
    for one in found:
        if isinstance(one.event, PolicySet):
            name = names.get(one.issued_by, "")
            set_ = PolicyVersion(
                one.event.version, one.event.policy, one.position, one.issued_by, name, one.recorded_at
            )
            versions.append(set_)
    learned = [_learned(one.position, one.event, one.recorded_at) for one in found
               if isinstance(one.event, ReliabilityLearned)]  # fmt: skip
    return Policies(at, versions[-1].version, versions[::-1], learned[::-1])


def _learned(position: int, event: ReliabilityLearned, at: datetime) -> LearnedVersion:
    return LearnedVersion(
        position, event.learned_from, event.digest, event.engine, event.sets, event.reviewed, at
    )
