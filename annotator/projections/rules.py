"""What votes are judged by: a project's schema, register, authors and policy, as of a position."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from annotator.domain import label_schema, project, register
from annotator.domain.catalog import CATALOG
from annotator.domain.consensus import consensus
from annotator.domain.gold import Consensus, Setting
from annotator.domain.label_schema import LabelSchema
from annotator.domain.project import Project
from annotator.domain.register import Register
from annotator.domain.voting import voters
from annotator.projections.evidence import Evidence
from events.decider import Decider
from events.streams import StreamRef


@dataclass(frozen=True, slots=True)
class Rules:
    """Names and other erasable parts are left out: no rule looks at them."""

    project: Project
    schema: LabelSchema
    register: Register


DECIDERS: Sequence[Decider[Any]] = (project.DECIDER, label_schema.DECIDER, register.DECIDER)
_REMEMBERED = 64
_known: dict[tuple[UUID, bytes], Rules] = {}
_lock = Lock()


def judged(found: Evidence, rules: Rules) -> Consensus:
    """What the votes and decisions on a document come to."""
    setting = Setting(
        document=str(found.id),
        text_version=found.document.text_version,
        schema=rules.schema,
        register=rules.register,
        policy=rules.project.policy,
    )
    voting = voters(
        found.sets,
        authors=rules.project.authors,
        text_version=found.document.text_version,
        versions=found.versions,
    )
    return consensus(voting, found.curation.decisions.values(), setting)


def rules_at(cursor: Any, project_id: UUID, at: int) -> Rules:
    """The rules as of a position. Remembered by the hash of the event that last changed one of them."""
    refs = [StreamRef(project_id, decider.kind) for decider in DECIDERS]
    sql = """SELECT hash FROM es.event WHERE project = %s AND stream = ANY (%s) AND position <= %s
              ORDER BY position DESC LIMIT 1"""
    cursor.execute(sql, [project_id, [ref.id for ref in refs], at])
    row = cursor.fetchone()
    key = (project_id, bytes(row[0]) if row else b"")
    return _remembered(key, lambda: _read(cursor, project_id, refs, at))


def _remembered(key: tuple[UUID, bytes], make: Callable[[], Rules]) -> Rules:
    with _lock:
        found = _known.get(key)
    if found is None:
        found = make()
        with _lock:
            while len(_known) >= _REMEMBERED:
                _known.pop(next(iter(_known)))
            _known[key] = found
    return found


def _read(cursor: Any, project_id: UUID, refs: Sequence[StreamRef], at: int) -> Rules:
    sql = """SELECT stream, type, schema_version, payload::text FROM (
               SELECT DISTINCT ON (stream, entity_id, (CASE WHEN entity_id IS NULL THEN type END)) *
                 FROM es.event WHERE project = %s AND stream = ANY (%s) AND position <= %s
                ORDER BY stream, entity_id, (CASE WHEN entity_id IS NULL THEN type END), version DESC) e
              ORDER BY position"""
    cursor.execute(sql, [project_id, [ref.id for ref in refs], at])
    events: dict[UUID, list[Any]] = {ref.id: [] for ref in refs}
    for stream, type_, schema_version, payload in cursor.fetchall():
        events[stream].append(CATALOG.decode_json(type_, schema_version, payload, None))
    folded = [decider.fold(events[ref.id]) for decider, ref in zip(DECIDERS, refs, strict=True)]
    return Rules(*folded)
