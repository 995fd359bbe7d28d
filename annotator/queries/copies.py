"""Copies of a document, and sentences that it says twice."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.copies import alike
from annotator.domain.document import DECIDER, Document
from annotator.formats.repeats import repeated_sentences
from annotator.log import STORE
from annotator.queries.board import read_model_position
from annotator.queries.text import TextId, present_text_of
from events.streams import StreamRef

MOST = 200
"""Copies that are listed; the list of documents, filtered, shows the others."""


class CopyView(msgspec.Struct, frozen=True):
    """A document of the same group. `alike`: about the share of runs of three words that both texts have, 0 to 1."""

    document: UUID
    title: str
    published: str | None
    archived: bool
    alike: float


class RepeatView(msgspec.Struct, frozen=True):
    """A sentence that the text says more than once, and where; offsets count code points."""

    quote: str
    spans: Sequence[tuple[int, int]]


class CopiesView(msgspec.Struct, frozen=True):
    """What a document shares with others and with itself. `position` is what the read model includes of the log;
    `count` are all copies, of which the first ones in order of import are listed.
    """

    position: int
    count: int
    copies: Sequence[CopyView]
    repeated: Sequence[RepeatView]


def read_copies(project: UUID, document: UUID) -> CopiesView | None:
    """Copies of a document in the project, and its repeated sentences; None where there is no such document."""
    ref = StreamRef(project, "document", document)
    state = DECIDER.fold(row.event for row in STORE.latest(project, [ref.id], at=STORE.head(project)))
    if not state.exists:
        return None
    return CopiesView(
        position=read_model_position(project, "copies"),
        count=_count(project, document),
        copies=_copies(project, document),
        repeated=_repeated(project, document, state),
    )


def _repeated(project: UUID, document: UUID, state: Document) -> list[RepeatView]:
    text = present_text_of(TextId(project, document, state.text_version)) or ""
    return [RepeatView(text[slice(*spans[0])], spans) for spans in repeated_sentences(text, state.languages)]


def _copies(project: UUID, document: UUID) -> list[CopyView]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"project": project, "document": document, "most": MOST})
        return [
            CopyView(found, title, published, archived, round(alike(bytes(own), bytes(other)), 3))
            for found, title, published, archived, own, other in cursor.fetchall()
        ]


def _count(project: UUID, document: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"project": project, "document": document})
        found: int = cursor.fetchone()[0]
    return found


_COUNT = """
SELECT count(*) FROM read.copies c JOIN read.copies o ON o.project = c.project AND o.grp = c.grp
 WHERE c.project = %(project)s AND c.document = %(document)s AND o.document <> c.document
"""

_SQL = """
SELECT b.document, b.title, b.published, b.archived, own.signature, other.signature
  FROM read.copies c
  JOIN read.copies o ON o.project = c.project AND o.grp = c.grp AND o.document <> c.document
  JOIN read.board b ON b.project = o.project AND b.document = o.document
  JOIN read.copies_text own ON own.project = c.project AND own.imported = c.imported
  JOIN read.copies_text other ON other.project = o.project AND other.imported = o.imported
 WHERE c.project = %(project)s AND c.document = %(document)s
 ORDER BY o.imported LIMIT %(most)s
"""
