"""Learning how reliable annotators are, once in a while: computed beside everything else, then said in the log.

What is learned follows from the log up to a position alone. Only from which moment on consensus uses it must be
decided, and that is an event: so what stood at any position can be told again, whenever and wherever it is asked.
"""

import logging
import time
from dataclasses import dataclass
from typing import Final, cast
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec
from django.db import InterfaceError, OperationalError, connection, transaction

from annotator.domain.aggregation.tables import ENGINE
from annotator.domain.policy import lesson_of
from annotator.domain.project import Project, ReliabilityLearned
from annotator.log import HANDLER, STORE
from annotator.projections.learned import Lesson, drop_unnamed, keep
from annotator.projections.rules import learn_now
from events.handler import Busy, Planned, States
from events.streams import StreamRef

CONSENSUS: Final = uuid5(NAMESPACE_OID, "palimpsest/consensus")
"""Who says what was learned: the service itself."""

ANSWERS: Final = 200
MINUTES: Final = 10
GROWTH: Final = 4
"""Learned again after so many answers, or when so many minutes old ones wait; in small projects after each growth by
the fourth part, because every answer tells much there."""

REST: Final = 20.0
"""Learning may take one in so many seconds, and is not tried again before ``LEAST_REST`` seconds."""

LEAST_REST: Final = 0.5

logger = logging.getLogger(__name__)

_rests_until: dict[UUID, float] = {}

_ANSWERS = ("set_finished", "set_reopened", "curation_finished", "curation_reopened")


@dataclass(frozen=True, slots=True)
class _New:
    """Answers since it was learned last, and how long the oldest of them waits, in seconds."""

    since: int
    waits: float


def learn_if_due(project: UUID) -> int | None:
    """Learn from the log as it stands if enough has come; the position of the event that says so, else None."""
    now = time.monotonic()
    if _rests_until.get(project, 0.0) > now or not is_due(project):
        return None
    try:
        return learn(project)
    except (OperationalError, InterfaceError, Busy):
        raise
    except Exception:
        # Gold goes on with what was learned before; others' work must not wait for this.
        logger.exception("Learning from the annotators of project %s failed", project)
        return None
    finally:
        done = time.monotonic()
        _rests_until[project] = done + max(REST * (done - now), LEAST_REST)


def is_due(project: UUID) -> bool:
    """Whether the policy has something to learn that it does not know."""
    state = _state(project)
    if not state.exists or state.archived or lesson_of(state.policy) is None:
        return False
    known = state.taught
    new = _new(project, known.learned_from if known else 0)
    if known is None:
        return new.since > 0
    enough = min(max(known.sets // GROWTH, 1), ANSWERS)
    return new.since >= enough or (new.since > 0 and new.waits >= 60 * MINUTES)


def learn(project: UUID) -> int | None:
    """Learn from the log as it stands, keep it, and say so; None when there is nothing to learn, or nothing new."""
    at = STORE.head(project)
    with connection.cursor() as cursor:
        lesson = learn_now(cursor, project, at)
        if lesson is None:
            return None
        with transaction.atomic():
            keep(cursor, project, at, lesson)
    said = _say(project, at, lesson)
    with connection.cursor() as cursor:
        drop_unnamed(cursor, project, at)  # of what is being learned elsewhere the position is later
    return said


def _say(project: UUID, at: int, lesson: Lesson) -> int | None:
    ref = StreamRef(project, "project")
    before = _state(project)
    asked = lesson_of(before.policy)

    def decide(states: States) -> list[ReliabilityLearned]:
        state = cast(Project, states[ref])
        known = state.taught
        overtaken = asked is None or lesson_of(state.policy) != asked or state.archived
        if overtaken or (known is not None and known.learned_from >= at):
            return []
        assert asked is not None
        learned = lesson.learned
        return [
            ReliabilityLearned(
                learned_from=at,
                lesson=asked,
                digest=lesson.digest,
                engine=ENGINE,
                sets=learned.sets,
                reviewed=learned.reviewed,
            )
        ]

    command = uuid5(project, f"learned/{at}/{lesson.digest}/{msgspec.json.encode(asked).decode()}")
    request = bytes.fromhex(lesson.digest)
    (outcome,) = HANDLER.handle(project, CONSENSUS, [Planned(command, request, ref, (ref,), decide)])
    written = outcome.first is not None and outcome.last is not None and outcome.last >= outcome.first
    return outcome.last if written else None


def _state(project: UUID) -> Project:
    ref = StreamRef(project, "project")
    return cast(Project, HANDLER.states([ref])[ref][1])


def _new(project: UUID, position: int) -> _New:
    sql = """SELECT count(*), coalesce(extract(epoch FROM now() - min(recorded_at)), 0)::float8
               FROM es.event_current WHERE project = %s AND position > %s AND type = ANY (%s)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, position, list(_ANSWERS)])
        return _New(*cursor.fetchone())


def projects_that_learn() -> list[UUID]:
    """Projects that ever chose a policy, so that a look at each is cheap."""
    sql = """SELECT DISTINCT s.project FROM es.stream s
               JOIN es.event_current e ON e.project = s.project AND e.stream = s.stream
              WHERE s.kind = 'project' AND e.type = 'policy_set'"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]
