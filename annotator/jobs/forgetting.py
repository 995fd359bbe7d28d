"""What jobs keep of a document that is erased: reports that tell of it, and files that may hold it."""

from uuid import UUID

from django.db import connection

from annotator.jobs import files
from events.streams import StreamRef


def forget_document(project: UUID, document: UUID) -> None:
    """Take the document out of the reports of imports; drop what cannot be looked through, and can be made again.

    That is: the files of rehearsals, which wait some days for their import and may hold any text, and reports of
    agreement, which name documents by their titles.
    """
    _clean_reports(project, document)
    for job in _rehearsals(project):
        files.drop_given(job)
    with connection.cursor() as cursor:
        cursor.execute(_DROP_AGREEMENT, [project])


def _clean_reports(project: UUID, document: UUID) -> None:
    """What an import says of a document in words may quote it, and a rehearsal shows its title."""
    stream = StreamRef(project, "document", document).id
    values: dict[str, UUID | str] = {"project": project, "document": str(document), "stream": stream}
    with connection.cursor() as cursor:
        for list_, key in (("diagnostics", "document"), ("first", "id")):
            cursor.execute(_CLEAN.format(list=list_, key=key), values)


_CLEAN = """
    UPDATE annotator_job j
       SET report = jsonb_set(j.report, '{{{list}}}', coalesce(
             (SELECT jsonb_agg(d ORDER BY n) FROM jsonb_array_elements(j.report -> '{list}') WITH ORDINALITY e (d, n)
               WHERE d ->> '{key}' IS DISTINCT FROM %(document)s
                 AND d ->> '{key}' IS DISTINCT FROM k.key), '[]'))
      FROM (SELECT e.payload ->> 'client_key' AS key FROM es.event_current e
             WHERE e.project = %(project)s AND e.stream = %(stream)s AND e.version = 1) k
     WHERE j.project = %(project)s AND j.kind = 'import' AND j.report ? '{list}'"""

_DROP_AGREEMENT = (
    "DELETE FROM annotator_job WHERE project = %s AND kind = 'agreement' AND state IN ('done', 'failed')"
)


def _rehearsals(project: UUID) -> list[UUID]:
    sql = """SELECT id FROM annotator_job
              WHERE project = %s AND kind = 'import' AND state = 'done' AND (options -> 'dry_run') = 'true'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])
        return [row[0] for row in cursor.fetchall()]
