"""Writing down where sentences and words begin, soon after a text or its languages came: by a worker, for all exports."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final, cast
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection

from annotator.domain import segmentation
from annotator.domain.document import Document
from annotator.domain.segmentation import Segmentation, TextSegmented, segmentation_id
from annotator.formats.boundaries import found_in, packed
from annotator.log import HANDLER, STORE
from annotator.queries.text import TextId, text_of
from events.handler import Planned, States
from events.streams import StreamRef

SEGMENTER: Final = uuid5(NAMESPACE_OID, "palimpsest/segmentation")
"""Who says where sentences and words begin: the service itself."""

AT_ONCE = 100  # documents in one append
WORTH_NOTING = 1_000  # events without a text that are not looked at again

_TYPES = ("text_added", "languages_set")


def segment_new(project: UUID, *, keep_going: Callable[[], bool] = lambda: True) -> int:
    """Write down what texts lack; how many documents were looked at. What is left when time is up is found next time.

    Raises:
        Busy: others kept writing to the project.
    """
    head, seen, done = STORE.head(project), _seen(project), 0
    found = _documents(project, seen, head)
    while done < len(found) and keep_going():
        _segment(project, [document for document, _ in found[done : done + AT_ONCE]])
        done = min(done + AT_ONCE, len(found))
    upto = found[done][1] - 1 if done < len(found) else head
    if done or upto - seen >= WORTH_NOTING:
        _note(project, upto)
    return done


def _segment(project: UUID, documents: Sequence[UUID]) -> None:
    refs = [StreamRef(project, "document", document) for document in documents]
    states = HANDLER.states([*refs, *map(_beside, refs)])
    plans = [
        plan
        for ref in refs
        for plan in _plans(ref, cast(Document, states[ref][1]), cast(Segmentation, states[_beside(ref)][1]))
    ]
    if plans:
        HANDLER.handle(project, SEGMENTER, plans)


def _beside(ref: StreamRef) -> StreamRef:
    return StreamRef(ref.project, segmentation.KIND, ref.subject)


def _plans(ref: StreamRef, document: Document, known: Segmentation) -> Iterator[Planned]:
    assert ref.subject is not None
    id_ = segmentation_id(ref.subject, document.text_version, document.languages)
    if document.text_erased or not document.length or id_ in known.tools:
        return
    text = text_of(TextId(ref.project, ref.subject, document.text_version))
    if text is None:
        return
    found = found_in(text, document.languages)
    event = TextSegmented(id_, document.text_version, document.languages, found.tool, packed(found))
    request = sha256(f"{id_} {found.tool}".encode()).digest()
    writes = _beside(ref)

    def decide(states: States) -> Sequence[TextSegmented]:
        return segmentation.segment(cast(Segmentation, states[writes]), event, cast(Document, states[ref]))

    yield Planned(uuid5(writes.id, request.hex()), request, writes, (ref,), decide)


def _documents(project: UUID, after: int, upto: int) -> list[tuple[UUID, int]]:
    """Documents that got a text or languages, with the first position of one."""
    sql = """SELECT s.subject, min(e.position)
               FROM es.event_current e JOIN es.stream s ON s.project = e.project AND s.stream = e.stream
              WHERE e.project = %s AND e.position > %s AND e.position <= %s AND e.type = ANY (%s)
              GROUP BY s.subject ORDER BY min(e.position)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, after, upto, list(_TYPES)])
        return list(cursor.fetchall())


def _seen(project: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM annotator_segmented WHERE project = %s", [project])
        row = cursor.fetchone()
    return row[0] if row else 0


def _note(project: UUID, position: int) -> None:
    sql = """INSERT INTO annotator_segmented AS t (project, position) VALUES (%s, %s)
             ON CONFLICT (project) DO UPDATE SET position = greatest(t.position, excluded.position)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, position])
