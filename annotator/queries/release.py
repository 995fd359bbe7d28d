"""The releases of a project, with what each of them holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.citation import Cited, bibtex, plain
from annotator.domain.project import DECIDER as PROJECT
from annotator.domain.release import KIND, ReleaseMade, ReleaseWithdrawn, same_name
from annotator.log import STORE
from annotator.projections.provenance import schema_version
from annotator.projections.rules import rules_at
from annotator.queries.events import moment
from annotator.queries.guideline import GuidelineTold, versions
from events.store import Recorded
from events.streams import StreamRef


class CitationView(msgspec.Struct, frozen=True):
    """How to cite it."""

    text: str
    bibtex: str


class WithdrawnView(msgspec.Struct, frozen=True):
    """Why it should not be used any more."""

    at: str
    author: UUID
    reason: str


class HoldsView(msgspec.Struct, frozen=True):
    """What the log held there: finished sets, annotations of all authors, decisions that stood."""

    documents: int
    finished_sets: int
    annotations: int
    links: int
    decisions: int


class ReleaseView(msgspec.Struct, frozen=True):
    """A release. `position` is the last that counts, `chain` the hash of the log there in hexadecimal.

    `counts` is null for those who may not know what others did.
    """

    id: UUID
    name: str
    position: int
    chain: str
    licence: str
    note: str
    made_at: str
    author: UUID
    schema: str | None
    guideline: GuidelineTold | None
    policy: dict[str, Any]
    policy_version: int
    counts: HoldsView | None
    citation: CitationView
    withdrawn: WithdrawnView | None


def releases(project: UUID, *, at: int | None = None) -> list[ReleaseView]:
    """All releases that were made up to a position, the newest first."""
    recorded = STORE.latest(project, [StreamRef(project, KIND).id], at=at)
    withdrawn = {
        each.event.release: _withdrawn(each, each.event)
        for each in recorded
        if isinstance(each.event, ReleaseWithdrawn)
    }
    made = [each for each in recorded if isinstance(each.event, ReleaseMade)]
    return [_view(project, each, each.event, withdrawn) for each in reversed(made)]


def find_release(project: UUID, wanted: str) -> ReleaseView | None:
    """A release by its id or its name."""
    found = releases(project)
    by_id = [each for each in found if str(each.id) == wanted]
    return next(iter([*by_id, *(each for each in found if same_name(each.name, wanted))]), None)


def position_named(project: UUID, wanted: str) -> int | None:
    """The position that a number, or the id or name of a release, means; None if there is no such thing.

    A release that is called like a number goes before the position of that number.
    """
    found = find_release(project, wanted)
    if found is not None:
        return found.position
    return int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None


def _withdrawn(recorded: Recorded, event: ReleaseWithdrawn) -> WithdrawnView:
    return WithdrawnView(moment(recorded.recorded_at), recorded.issued_by, event.reason)


def _view(
    project: UUID, recorded: Recorded, event: ReleaseMade, withdrawn: Mapping[str, WithdrawnView]
) -> ReleaseView:
    position = event.position or recorded.position
    known = _known(project, position)
    cited = Cited(
        project=str(project),
        name=_project_name(project, position) or str(project),
        release=event.name,
        made_at=recorded.recorded_at,
        position=position,
        chain=known.chain,
        licence=event.licence,
    )
    return ReleaseView(
        id=UUID(event.release),
        name=event.name,
        position=position,
        chain=known.chain,
        licence=event.licence,
        note=event.note,
        made_at=moment(recorded.recorded_at),
        author=recorded.issued_by,
        schema=known.schema,
        guideline=known.guideline,
        policy=known.policy,
        policy_version=known.policy_version,
        counts=known.counts,
        citation=CitationView(plain(cited), bibtex(cited)),
        withdrawn=withdrawn.get(event.release),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    chain: str
    schema: str | None
    guideline: GuidelineTold | None
    policy: dict[str, Any]
    policy_version: int
    counts: HoldsView


def _project_name(project: UUID, at: int) -> str:
    """Not remembered: a name can be erased."""
    recorded = STORE.latest(project, [StreamRef(project, PROJECT.kind).id], at=at)
    return str(PROJECT.fold(each.event for each in recorded).name)


def _known(project: UUID, position: int) -> _Known:
    """What stands in the log up to a position never changes, so it is remembered, by its hash."""
    with connection.cursor() as cursor:
        sql = "SELECT encode(hash, 'hex') FROM es.event WHERE project = %s AND position = %s"
        cursor.execute(sql, [project, position])
        (chain,) = cursor.fetchone()
    return _held(project, position, chain)


@lru_cache(maxsize=1_000)
def _held(project: UUID, position: int, chain: str) -> _Known:
    with connection.cursor() as cursor:
        rules = rules_at(cursor, project, position)
        cursor.execute(_COUNTS, [project, position, list(_EVENTS)])
        found = dict(cursor.fetchall())
    return _Known(
        chain=chain,
        schema=schema_version(rules),
        guideline=versions(project, at=position).at(position),
        policy=msgspec.to_builtins(rules.project.policy),
        policy_version=rules.project.policy_version,
        counts=_counts(found),
    )


def _counts(found: Mapping[str, int]) -> HoldsView:
    def left(added: Sequence[str], removed: Sequence[str]) -> int:
        return sum(found.get(each, 0) for each in added) - sum(found.get(each, 0) for each in removed)

    return HoldsView(
        documents=left(["document_imported", "document_restored"], ["document_archived"]),
        finished_sets=left(["set_finished"], ["set_reopened"]),
        annotations=left(["annotation_added"], ["annotation_removed"]),
        links=left(["link_added"], ["link_removed"]),
        decisions=left(["decision_made"], ["decision_withdrawn"]),
    )


_COUNTS = """SELECT type, count(*) FROM es.event_current WHERE project = %s AND position <= %s AND type = ANY (%s)
              GROUP BY type"""
_EVENTS = (
    "document_imported",
    "document_restored",
    "document_archived",
    "set_finished",
    "set_reopened",
    "annotation_added",
    "annotation_removed",
    "link_added",
    "link_removed",
    "decision_made",
    "decision_withdrawn",
)
