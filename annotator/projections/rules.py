"""What votes are judged by: a project's schema, register, authors, policy and what is known of its annotators, as of
a position.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, assert_never
from uuid import UUID

from annotator.domain import label_schema, project, register
from annotator.domain.catalog import CATALOG
from annotator.domain.consensus import consensus
from annotator.domain.curation import Decision
from annotator.domain.gold import Consensus, Score, Setting
from annotator.domain.label_schema import LabelSchema
from annotator.domain.learned import NOTHING, Learned, scores
from annotator.domain.policy import MajorityPolicy, ModelPolicy, WeightedPolicy, lesson_of
from annotator.domain.project import Project
from annotator.domain.register import Register
from annotator.domain.voting import Voter
from annotator.projections.evidence import Evidence
from annotator.projections.learned import Lesson, for_documents, known, learned_at, who_votes
from events.decider import Decider
from events.streams import StreamRef


@dataclass(frozen=True, slots=True)
class Rules:
    """Names and other erasable parts are left out: no rule looks at them.

    ``learned`` is what the policy knows of annotators, ``NOTHING`` where it has not learned yet or does not need to.
    """

    project: Project
    schema: LabelSchema
    register: Register
    learned: Learned = NOTHING


DECIDERS: Sequence[Decider[Any]] = (project.DECIDER, label_schema.DECIDER, register.DECIDER)
_REMEMBERED = 64
_known: dict[tuple[UUID, bytes], Rules] = {}
_lock = Lock()


def judged(found: Evidence, rules: Rules) -> Consensus:
    """What the votes and decisions on a document come to."""
    return judged_all([found], rules)[0]


def judged_all(documents: Sequence[Evidence], rules: Rules) -> list[Consensus]:
    """The same for many documents, each for itself: only a model is asked about all of them at once."""
    policy = rules.project.policy
    cast = {str(found.id): who_votes(found, rules.project, policy) for found in documents}
    current = {str(found.id): _current(found) for found in documents}
    scored = (
        scores(cast, current, policy=policy, learned=for_documents(rules.learned, list(cast)))
        if isinstance(policy, ModelPolicy)
        else {}
    )
    made = []
    for found in documents:
        voting = cast[str(found.id)]
        setting = _setting(found, rules, voting, scored.get(str(found.id), {}))
        made.append(consensus(voting, found.curation.decisions.values(), setting))
    return made


def _current(found: Evidence) -> list[Decision]:
    """Decisions about the text as it is."""
    version = found.document.text_version
    return [one for one in found.curation.decisions.values() if one.text_version == version]


def _setting(found: Evidence, rules: Rules, voting: Sequence[Voter], scored: Mapping[str, Score]) -> Setting:
    """What a document's votes are judged by."""
    plain = Setting(
        document=str(found.id),
        text_version=found.document.text_version,
        schema=rules.schema,
        register=rules.register,
        policy=rules.project.policy,
    )
    learned = rules.learned
    match rules.project.policy:
        case MajorityPolicy():
            return plain
        case WeightedPolicy(weights=weights):
            known = learned.weights(voter.author for voter in voting)
            return replace(plain, weights={**known, **weights})
        case ModelPolicy():
            weights = learned.weights(voter.author for voter in voting)
            return replace(plain, weights=weights, scores=scored, near=True)
        case _:
            assert_never(rules.project.policy)


def rules_at(cursor: Any, project_id: UUID, at: int) -> Rules:
    """The rules as of a position. Remembered by the hash of the event that last changed one of them."""
    refs = [StreamRef(project_id, decider.kind) for decider in DECIDERS]
    sql = """SELECT hash FROM es.event WHERE project = %s AND stream = ANY (%s) AND position <= %s
              ORDER BY position DESC LIMIT 1"""
    cursor.execute(sql, [project_id, [ref.id for ref in refs], at])
    row = cursor.fetchone()
    key = (project_id, bytes(row[0]) if row else b"")
    return _remembered(key, lambda: _read(cursor, project_id, at))


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


def _read(cursor: Any, project_id: UUID, at: int) -> Rules:
    return complete(cursor, project_id, _states(cursor, project_id, at))


def _states(cursor: Any, project_id: UUID, at: int) -> Rules:
    refs = [StreamRef(project_id, decider.kind) for decider in DECIDERS]
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


def complete(cursor: Any, project_id: UUID, rules: Rules) -> Rules:
    """The rules with what the log says that consensus knows of the annotators."""
    event = rules.project.taught
    if event is None:
        return rules
    then = _states(cursor, project_id, event.learned_from)
    return replace(rules, learned=known(cursor, project_id, event, then.project, then.schema))


def learn_now(cursor: Any, project_id: UUID, at: int) -> Lesson | None:
    """What the policy as of a position asks to be learned, from the log up to there; None when it asks for nothing."""
    rules = _states(cursor, project_id, at)
    lesson = lesson_of(rules.project.policy)
    if lesson is None:
        return None
    return learned_at(cursor, project_id, at, lesson, rules.project, rules.schema)
