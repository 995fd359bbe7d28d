"""What the votes and decisions on one document come to, computed from the log at any position.

The read model of gold says the same for all documents at once; this one is never late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.gold import Consensus
from annotator.domain.policy import Policy
from annotator.domain.voting import Vote
from annotator.projections.evidence import Contents, Evidence, Row, evidence, query
from annotator.projections.rules import judged, rules_at
from events.streams import StreamRef


class VoteView(msgspec.Struct, frozen=True):
    """One author's vote; `annotation` is null where the author finished without marking anything there."""

    author: UUID | None
    annotation: str | None
    version: int


class ProvenanceView(msgspec.Struct, frozen=True):
    """What a gold label or link rests on; votes and positions are left out where sets are hidden."""

    votes: list[VoteView]
    policy: Policy
    decision: str | None
    schema_version: int
    positions: list[int]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A document as of a position, and what it comes to. ``versions`` are those of streams by kind."""

    found: Evidence
    result: Consensus
    versions: Mapping[str, int]


def judge_document(project: UUID, document: UUID, *, at: int) -> Judgement | None:
    """The judgement as of a position; None when there was no such document."""
    with connection.cursor() as cursor:
        cursor.execute(*query(project, at, [document]))
        rows = [Row(*row) for row in cursor.fetchall()]
        found = next(evidence(rows, Contents(cursor, project)), None)
        if found is None:
            return None
        rules = rules_at(cursor, project, at)
    return Judgement(found, judged(found, rules), _versions(project, document, at))


def vote_view(vote: Vote) -> VoteView:
    """A vote as it is told."""
    return VoteView(UUID(vote.author) if vote.author else None, vote.annotation, vote.version)


def issuers(project: UUID, positions: list[int]) -> Mapping[int, UUID]:
    """Who issued the events at some positions."""
    sql = "SELECT position, issued_by FROM es.event WHERE project = %s AND position = ANY (%s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, positions])
        return dict(cursor.fetchall())


def _versions(project: UUID, document: UUID, at: int) -> dict[str, int]:
    refs = [StreamRef(project, "curation", document), StreamRef(project, "label_schema")]
    sql = """SELECT w.stream, (SELECT e.version FROM es.event e
                                WHERE e.project = %s AND e.stream = w.stream AND e.position <= %s
                                ORDER BY e.version DESC LIMIT 1)
               FROM unnest(%s::uuid[]) AS w (stream)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, at, [ref.id for ref in refs]])
        found = dict(cursor.fetchall())
    return {ref.kind: found.get(ref.id) or 0 for ref in refs}
