"""When sources are asked: by a person for some documents, or by itself when a text, a name or the source is new."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from annotator import hints
from annotator.domain.sources import Source
from annotator.jobs import queue
from annotator.jobs.suggesting.following import (
    NOT_YET,
    Followed,
    followed,
    has_sources,
    is_news,
    write_followed,
)
from annotator.log import STORE
from annotator.queries.suggestions import sources_of

QUIET_SECONDS = 20.0
"""A register that is worked on grows all the time; its dictionary is asked again this often at most."""
FAR = 1_000
"""Events without news after which it is noted that they were looked at."""


def ask(project: UUID, account: UUID, source: UUID, documents: Sequence[UUID] | None = None) -> UUID:
    """A job that asks a source about some documents, or about everything."""
    options = {
        "source": str(source),
        "documents": None if documents is None else [str(each) for each in documents],
        "everything": documents is None,
    }
    with transaction.atomic():
        job = queue.add(project, account, "suggest", name="suggestions", options=options)
        hints.job_waits(job)
    return job


def ask_if_due(project: UUID) -> list[UUID]:
    """Jobs for the sources that have something to look at; none that waits or runs already, none that is parked."""
    if not has_sources(project):
        return []
    known, upto = followed(project), STORE.head(project)
    busy = _under_way(project)
    jobs = []
    for source in sources_of(project).sources.values():
        id_ = UUID(source.id)
        asked = source.active and source.kind != "file" and id_ not in busy
        if asked and _is_due(project, source, known.get(id_, NOT_YET), upto):
            jobs.append(_follow(project, id_))
    return jobs


def _is_due(project: UUID, source: Source, known: Followed, upto: int) -> bool:
    if known.error is not None and known.version == source.version:
        return False
    if (
        known.version == source.version
        and known.rested_seconds < QUIET_SECONDS
        and source.kind == "dictionary"
    ):
        return False
    if is_news(project, source, known, upto=upto):
        return True
    if upto - known.position > FAR:
        write_followed(project, UUID(source.id), position=upto, version=source.version)
    return False


def _follow(project: UUID, source: UUID) -> UUID:
    with transaction.atomic():
        options = {"source": str(source), "documents": None, "everything": False}
        job = queue.add(project, source, "suggest", name="suggestions", options=options)
        hints.job_waits(job)
    return job


def _under_way(project: UUID) -> set[UUID]:
    sql = """SELECT (options ->> 'source')::uuid FROM annotator_job
              WHERE project = %s AND kind = 'suggest' AND state IN ('waiting', 'running')"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])
        return {row[0] for row in cursor.fetchall()}
