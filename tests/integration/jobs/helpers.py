"""Jobs as tests give them and see them."""

from typing import Any
from uuid import UUID

from django.db import connection

from annotator.jobs import files, queue
from annotator.jobs.work import work_on
from annotator.queries.jobs import JobView, job
from tests.support.people import World


def an_import(world: World, data: bytes, *, name: str = "articles.jsonl", **options: Any) -> UUID:
    """An import that waits."""
    wanted = {"format": "jsonl", **options}
    made = queue.add(UUID(world.project), UUID(world.mona.id), "import", name=name, options=wanted)
    files.store(made, "upload", [data], name=name, media_type="application/octet-stream")
    return made


def an_export(world: World, **options: Any) -> UUID:
    """An export that waits."""
    wanted = {"format": "jsonl", "source": "sets", **options}
    return queue.add(UUID(world.project), UUID(world.mona.id), "export", name="gold", options=wanted)


def done(world: World, made: UUID) -> JobView:
    """The job, carried on until it ends."""
    while work_on(made) == "rests":
        pass
    return seen(world, made)


def seen(world: World, made: UUID) -> JobView:
    """The job as the API shows it."""
    found = job(UUID(world.project), made)
    assert found is not None
    return found


def report(world: World, made: UUID) -> dict[str, Any]:
    """The report of a job that went well."""
    found = done(world, made)
    assert found["state"] == "done", found
    assert found["report"] is not None
    return found["report"]


def result(made: UUID) -> bytes:
    """What the job made."""
    stored = files.find(made, "result")
    assert stored is not None
    return b"".join(files.pieces(stored))


def counts(world: World) -> dict[str, int]:
    """Events of the project by type."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, count(*) FROM es.event WHERE project = %s GROUP BY 1", [world.project])
        return dict(cursor.fetchall())
