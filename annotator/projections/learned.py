"""What the log up to a position teaches about annotators: computed from the log alone, and kept so as not to be computed
again.

The log says from which position consensus knows what was learned, and its digest. What is kept here is a cache of a
pure function of the log: lost, it is computed again from the events up to that position, to the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connection

from annotator.domain.label_schema import LabelSchema, in_order
from annotator.domain.learned import (
    Case,
    Learned,
    Said,
    digest,
    learn,
    packed,
    packed_said,
    unpacked,
    unpacked_said,
)
from annotator.domain.policy import ModelPolicy
from annotator.domain.project import Project, ReliabilityLearned
from annotator.domain.voting import Voter, voters
from annotator.projections.evidence import DOCUMENTS_AT_ONCE, Contents, Evidence, Row, evidence, query
from events.streams import StreamRef

_REMEMBERED = 16
_known: dict[tuple[UUID, int, str], Learned] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned, with what an event says of it."""

    learned: Learned
    digest: str


def known(
    cursor: Any, project: UUID, event: ReliabilityLearned, state: Project, schema: LabelSchema
) -> Learned:
    """What an event tells of; learned again where it was not kept. ``state`` and ``schema`` are the rules then."""
    key = (project, event.learned_from, event.digest)
    with _lock:
        found = _known.get(key)
    if found is None:
        found = kept(cursor, project, event.learned_from, event.digest)
        if found is None:
            found = learned_at(cursor, project, event.learned_from, event.lesson, state, schema).learned
        with _lock:
            while len(_known) >= _REMEMBERED:
                _known.pop(next(iter(_known)))
            _known[key] = found
    return found


def learned_at(
    cursor: Any, project: UUID, at: int, lesson: ModelPolicy, state: Project, schema: LabelSchema
) -> Lesson:
    """What all finished sets and decisions up to a position teach. Nothing else goes into it."""
    found = all_evidence(cursor, project, at, Contents(project) if lesson.text else Contents())
    types = [label.key for label in in_order(schema.labels.values())]
    learned = learn((_case(one, state, lesson) for one in found), types=types, policy=lesson)
    return Lesson(learned, digest_of(learned))


def _case(found: Evidence, state: Project, lesson: ModelPolicy) -> Case:
    version = found.document.text_version
    return Case(
        document=str(found.id),
        voters=who_votes(found, state, lesson),
        decisions=[one for one in found.curation.decisions.values() if one.text_version == version],
        reviewed=found.curation.finished,
        text=text_or_blanks(found) if lesson.text else "",
    )


def digest_of(learned: Learned) -> str:
    """The digest that an event would name."""
    said = {document: packed_said(told) for document, told in learned.said.items()}
    return digest(packed(learned), said)


def all_evidence(cursor: Any, project: UUID, at: int, contents: Contents) -> Iterator[Evidence]:
    """What the log says of every document, in order of import; memory holds some documents at a time."""
    cursor.execute(
        """SELECT s.subject FROM es.stream s
            CROSS JOIN LATERAL (SELECT i.position FROM es.event i
                                 WHERE i.project = %(project)s AND i.stream = s.stream AND i.version = 1 OFFSET 0) i
            WHERE s.project = %(project)s AND s.kind = 'document' AND i.position <= %(at)s ORDER BY i.position""",
        {"project": project, "at": at},
    )
    documents = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(documents), DOCUMENTS_AT_ONCE):
        cursor.execute(*query(project, at, documents[start : start + DOCUMENTS_AT_ONCE]))
        yield from evidence([Row(*row) for row in cursor.fetchall()], contents)


def who_votes(found: Evidence, state: Project, policy: Any) -> list[Voter]:
    """The voters of a document whom a policy hears."""
    voting = voters(
        found.sets,
        authors=state.authors,
        text_version=found.document.text_version,
        versions=found.versions,
    )
    return [voter for voter in voting if voter.author not in policy.without]


def text_or_blanks(found: Evidence) -> str:
    """The text; of an erased one nothing is left to learn from but its length."""
    return found.text if found.text is not None else " " * found.document.length


def keep(cursor: Any, project: UUID, at: int, lesson: Lesson) -> None:
    """Keep what was learned; what is there already is the same."""
    cursor.execute(
        """INSERT INTO annotator_learned (project, position, digest, body) VALUES (%s, %s, %s, %s)
           ON CONFLICT DO NOTHING""",
        [project, at, lesson.digest, packed(lesson.learned)],
    )
    said = [(UUID(document), packed_said(told)) for document, told in lesson.learned.said.items()]
    if cursor.rowcount and said:
        cursor.executemany(
            """INSERT INTO annotator_learned_said (project, position, digest, document, body)
               VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING""",
            [(project, at, lesson.digest, document, body) for document, body in said],
        )


def drop_unnamed(cursor: Any, project: UUID, before: int) -> int:
    """Drop what was learned from less than ``before`` and no event names: work that another policy or another worker
    overtook, or that ended between keeping and saying. How many states that were.

    Whatever an event names stays: gold and certificates of the past rest on it.
    """
    unnamed = """project = %(project)s AND position < %(before)s AND (position, digest) NOT IN (
                   SELECT (payload ->> 'learned_from')::bigint, payload ->> 'digest' FROM es.event_current
                    WHERE project = %(project)s AND stream = %(stream)s AND type = 'reliability_learned')"""
    given = {"project": project, "before": before, "stream": StreamRef(project, "project").id}
    cursor.execute(f"DELETE FROM annotator_learned_said WHERE {unnamed}", given)
    cursor.execute(f"DELETE FROM annotator_learned WHERE {unnamed}", given)
    return int(cursor.rowcount)


def kept(cursor: Any, project: UUID, at: int, digest_: str) -> Learned | None:
    """What was kept; what was said of documents is read as it is asked for."""
    cursor.execute(
        "SELECT body FROM annotator_learned WHERE project = %s AND position = %s AND digest = %s",
        [project, at, digest_],
    )
    row = cursor.fetchone()
    return None if row is None else unpacked(bytes(row[0]), _KeptSaid(project, at, digest_))


def digest_of_kept(learned: Learned) -> str:
    """The digest of what is used: the one it was kept under, or that of what was learned again."""
    return learned.said.digest if isinstance(learned.said, _KeptSaid) else digest_of(learned)


def for_documents(learned: Learned, documents: Sequence[str]) -> Learned:
    """The same with what was said of some documents at hand, read at once."""
    if not isinstance(learned.said, _KeptSaid):
        return learned
    return replace(learned, said=learned.said.of(documents))


class _KeptSaid(Mapping[str, Said]):
    """What was said of documents, read as it is asked for."""

    def __init__(self, project: UUID, at: int, digest_: str) -> None:
        self._key: list[Any] = [project, at, digest_]
        self.digest = digest_

    def __getitem__(self, document: str) -> Said:
        sql = """SELECT body FROM annotator_learned_said
                  WHERE project = %s AND position = %s AND digest = %s AND document = %s"""
        with connection.cursor() as cursor:
            cursor.execute(sql, [*self._key, document])
            row = cursor.fetchone()
        if row is None:
            raise KeyError(document)
        return unpacked_said(bytes(row[0]))

    def of(self, documents: Sequence[str]) -> dict[str, Said]:
        """What was said of some documents; those of which nothing was said are left out."""
        sql = """SELECT document::text, body FROM annotator_learned_said
                  WHERE project = %s AND position = %s AND digest = %s AND document = ANY (%s::uuid[])"""
        with connection.cursor() as cursor:
            cursor.execute(sql, [*self._key, list(documents)])
            return {document: unpacked_said(bytes(body)) for document, body in cursor.fetchall()}

    def __iter__(self) -> Iterator[str]:
        sql = """SELECT document::text FROM annotator_learned_said
                  WHERE project = %s AND position = %s AND digest = %s ORDER BY 1"""
        with connection.cursor() as cursor:
            cursor.execute(sql, self._key)
            return iter([row[0] for row in cursor.fetchall()])

    def __len__(self) -> int:
        return len(list(iter(self)))
