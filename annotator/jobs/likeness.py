"""What a rehearsal says of likeness: documents that are copies of others in the file or in the project, and sentences
that an article says twice.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from annotator.domain.copies import ALIKE, Copies, Signature, alike, bands, signature
from annotator.formats.records import DocumentRecord
from annotator.formats.repeats import repeated_sentences

REMEMBERED = 50_000
"""Documents of a file that later ones are compared with: about 50 MB."""


@dataclass(slots=True)
class Likeness:
    """Looks at the documents of a file one after the other."""

    project: UUID
    _copies: Copies = field(default_factory=Copies)
    _names: list[tuple[str, str]] = field(default_factory=list)

    def copied(self, record: DocumentRecord, document: UUID) -> dict[str, Any] | None:
        """Of what the document is a copy, in the file or else in the project; None when of nothing."""
        found = signature(record.text)
        return self._in_file(record, found) or (self._in_project(record, document, found) if found else None)

    def _in_file(self, record: DocumentRecord, found: Signature | None) -> dict[str, Any] | None:
        if len(self._copies) >= REMEMBERED:
            return None
        self._names.append((record.id, record.title))
        met = self._copies.add(found)
        if not met:
            return None
        number, share = max(met, key=lambda pair: pair[1])
        id_, title = self._names[number]
        return _told(record, of=id_, title=title, share=share, here=False)

    def _in_project(self, record: DocumentRecord, document: UUID, found: Signature) -> dict[str, Any] | None:
        with connection.cursor() as cursor:
            cursor.execute(_SQL, {"project": self.project, "document": document, "bands": bands(found)})
            met = [(alike(found, bytes(other)), str(id_), title) for id_, title, other in cursor.fetchall()]
        share, id_, title = max(met, default=(0.0, "", ""))
        return _told(record, of=id_, title=title, share=share, here=True) if share >= ALIKE else None


def repeats(record: DocumentRecord) -> dict[str, Any] | None:
    """The first sentence that the article says more than once, and how many there are; None when none is."""
    found = repeated_sentences(record.text, record.languages)
    if not found:
        return None
    start, end = found[0][0]
    spans = [list(span) for span in found[0]]
    return {
        "id": record.id,
        "title": record.title,
        "sentences": len(found),
        "quote": record.text[start:end][:200],
        "spans": spans,
    }


def _told(record: DocumentRecord, *, of: str, title: str, share: float, here: bool) -> dict[str, Any]:
    """``here``: the other one is in the project already."""
    told = {"id": record.id, "title": record.title, "of": of, "of_title": title}
    return {**told, "alike": round(share, 3), "here": here}


_SQL = """
SELECT DISTINCT t.document, b.title, t.signature
  FROM unnest(%(bands)s::bigint[]) k (band)
 CROSS JOIN LATERAL (SELECT x.imported FROM read.copies_band x
                       JOIN read.copies_text o ON o.project = x.project AND o.imported = x.imported
                      WHERE x.project = %(project)s AND x.band = k.band AND o.document <> %(document)s
                      ORDER BY x.imported LIMIT 1) l
  JOIN read.copies_text t ON t.project = %(project)s AND t.imported = l.imported
  JOIN read.board b ON b.project = t.project AND b.document = t.document
"""
