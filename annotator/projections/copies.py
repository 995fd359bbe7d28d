"""Which documents are copies of each other: near-duplicates and syndicated articles, by their current texts."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

import msgspec

from annotator.domain.copies import ALIKE, Joined, Signature, alike, bands, signature
from events.projection import Projection

TEXTS_AT_ONCE = 200


class Copies(Projection):
    """``copies`` has a row for each document that has any, with its group: the place of the first one in the log.

    ``copies_text`` and ``copies_band`` are what a new document is compared with: it meets the first document of each of
    its bands, so its cost does not grow with the project. Documents are known by the position of their import.
    """

    name = "copies"
    code_version = "1"
    tables: ClassVar[dict[str, str]] = {
        "copies": """project uuid, document uuid, imported bigint NOT NULL, grp bigint NOT NULL,
                     PRIMARY KEY (project, document)""",
        "copies_text": """project uuid, imported bigint, document uuid NOT NULL, signature bytea NOT NULL,
                          position bigint NOT NULL, PRIMARY KEY (project, imported)""",
        "copies_band": "project uuid, band bigint, imported bigint, PRIMARY KEY (project, band, imported)",
    }
    indexes: ClassVar[dict[str, tuple[str, ...]]] = {
        "copies": ("(project, grp, imported)", "(project, imported)"),
        "copies_text": ("(project, document)",),
        "copies_band": ("(project, imported)",),
    }

    def apply(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> None:
        """Fold positions (after, upto]."""
        cursor.execute(_TOUCHED, {"project": project, "after": after, "upto": upto})
        touched = [_Touched(*row) for row in cursor.fetchall()]
        if touched:
            _Fold(self, cursor, generation, project).take(touched)


class _Touched(NamedTuple):
    """A document whose text came, was corrected or was erased; ``content`` is where its text is now."""

    document: UUID
    imported: int
    position: int
    content: UUID | None


class _Body(msgspec.Struct):
    text: str = ""


class _Fold:
    """One stretch of one project."""

    def __init__(self, projection: Copies, cursor: Any, generation: int, project: UUID) -> None:
        self._cursor = cursor
        self._project = project
        self._names = {base: projection.table(base, generation) for base in projection.tables}

    def take(self, touched: Sequence[_Touched]) -> None:
        """Documents that come after all others only join groups; of others, all that they met is grouped anew."""
        newest = self._rows(
            "SELECT coalesce(max(imported), 0) FROM {copies_text} WHERE project = %(project)s"
        )[0][0]
        known = [each.imported for each in touched if each.imported <= newest]
        lost = self._remove(known) if known else []
        brought = dict(self._texts(touched))
        nodes = set(brought)
        if known:
            nodes |= self._met({*lost, *(key for number in known for key in brought.get(number, ()))}, known)
            self._do(
                "DELETE FROM {copies} WHERE project = %(project)s AND imported = ANY (%(nodes)s)",
                nodes=[*nodes],
            )
        self._join(nodes)

    def _remove(self, known: Sequence[int]) -> list[int]:
        """Forget the texts that documents had; the bands that they were in."""
        self._do(
            "DELETE FROM {copies_text} WHERE project = %(project)s AND imported = ANY (%(known)s)",
            known=known,
        )
        gone = """DELETE FROM {copies_band} WHERE project = %(project)s AND imported = ANY (%(known)s) RETURNING band"""
        return [band for (band,) in self._rows(gone, known=known)]

    def _texts(self, touched: Sequence[_Touched]) -> Iterator[tuple[int, list[int]]]:
        """Write down the signatures of the texts that there are; each document with its bands."""
        for start in range(0, len(touched), TEXTS_AT_ONCE):
            some = touched[start : start + TEXTS_AT_ONCE]
            bodies = dict(self._rows(_BODIES, contents=[each.content for each in some if each.content]))
            told = [(each, signature(_text(bodies.get(each.content)))) for each in some]
            found = [(each, known, bands(known)) for each, known in told if known is not None]
            self._keep(found)
            yield from ((each.imported, keys) for each, _, keys in found)

    def _keep(self, found: Sequence[tuple[_Touched, Signature, list[int]]]) -> None:
        self._do(
            _KEEP_TEXTS,
            numbers=[each.imported for each, _, _ in found],
            documents=[each.document for each, _, _ in found],
            signatures=[known for _, known, _ in found],
            positions=[each.position for each, _, _ in found],
        )
        pairs = [(key, each.imported) for each, _, keys in found for key in keys]
        self._do(_KEEP_BANDS, bands=[key for key, _ in pairs], numbers=[number for _, number in pairs])

    def _met(self, keys: set[int], known: Sequence[int]) -> set[int]:
        """All whose group may have changed: who met the documents, and their groups."""
        return {number for (number,) in self._rows(_MET, bands=[*keys], known=known)}

    def _join(self, nodes: set[int]) -> None:
        pairs = self._rows(_LEADERS, nodes=[*nodes])
        numbers = {number for pair in pairs for number in pair}
        known = dict(self._rows(_SIGNATURES, numbers=[*numbers])) if numbers else {}
        groups = dict(self._rows(_GROUPS, numbers=[*numbers])) if numbers else {}
        joined, named = Joined(), set[int]()
        for one, other in pairs:
            if alike(bytes(known[one]), bytes(known[other])) >= ALIKE:
                both = groups.get(one, one), groups.get(other, other)
                joined.join(*both)
                named.update(both)
        if named:
            told = {"numbers": [*named], "groups": [joined.of(number) for number in named]}
            self._do(_MOVE_GROUPS, **told)
            self._do(_PUT_IN_GROUPS, **told)

    def _do(self, sql: str, **values: Any) -> None:
        self._cursor.execute(sql.format(**self._names), {"project": self._project, **values})

    def _rows(self, sql: str, **values: Any) -> list[Any]:
        self._do(sql, **values)
        found: list[Any] = self._cursor.fetchall()
        return found


def _text(body: bytes | None) -> str:
    return "" if body is None else _decode(body).text


_decode = msgspec.json.Decoder(_Body).decode

_TOUCHED = """
SELECT d.document, i.position, l.position, l.content_id
  FROM (SELECT DISTINCT s.subject AS document, e.stream
          FROM es.event_current e JOIN es.stream s ON s.project = e.project AND s.stream = e.stream
         WHERE e.project = %(project)s AND e.position > %(after)s AND e.position <= %(upto)s
           AND (e.type = 'text_added' OR (e.type = 'content_erased' AND s.kind = 'document'))) d
 CROSS JOIN LATERAL (SELECT l.position, l.content_id FROM es.event_current l
                      WHERE l.project = %(project)s AND l.stream = d.stream AND l.position <= %(upto)s
                        AND l.type = 'text_added' ORDER BY l.version DESC LIMIT 1) l
 CROSS JOIN LATERAL (SELECT i.position FROM es.event_current i
                      WHERE i.project = %(project)s AND i.stream = d.stream AND i.version = 1) i
 ORDER BY i.position
"""

_BODIES = """SELECT content_id, body FROM es.content
              WHERE project = %(project)s AND content_id = ANY (%(contents)s::uuid[])"""

_KEEP_TEXTS = """
INSERT INTO {copies_text} (project, imported, document, signature, position)
SELECT %(project)s, *
  FROM unnest(%(numbers)s::bigint[], %(documents)s::uuid[], %(signatures)s::bytea[], %(positions)s::bigint[])
"""

_KEEP_BANDS = """
INSERT INTO {copies_band} (project, band, imported)
SELECT %(project)s, * FROM unnest(%(bands)s::bigint[], %(numbers)s::bigint[]) ON CONFLICT DO NOTHING
"""

_MET = """
WITH met AS (
  SELECT unnest(%(known)s::bigint[]) AS imported
   UNION SELECT b.imported FROM {copies_band} b WHERE b.project = %(project)s AND b.band = ANY (%(bands)s::bigint[])),
grouped AS (
  SELECT DISTINCT c.grp FROM {copies} c JOIN met USING (imported) WHERE c.project = %(project)s)
SELECT imported FROM met
 UNION SELECT c.imported FROM {copies} c JOIN grouped USING (grp) WHERE c.project = %(project)s
"""

_LEADERS = """
SELECT DISTINCT b.imported, l.imported
  FROM {copies_band} b
 CROSS JOIN LATERAL (SELECT x.imported FROM {copies_band} x
                      WHERE x.project = b.project AND x.band = b.band ORDER BY x.imported LIMIT 1) l
 WHERE b.project = %(project)s AND b.imported = ANY (%(nodes)s::bigint[]) AND l.imported < b.imported
 ORDER BY 1, 2
"""

_SIGNATURES = """SELECT imported, signature FROM {copies_text}
                  WHERE project = %(project)s AND imported = ANY (%(numbers)s::bigint[])"""

_GROUPS = "SELECT imported, grp FROM {copies} WHERE project = %(project)s AND imported = ANY (%(numbers)s::bigint[])"

_MOVE_GROUPS = """
UPDATE {copies} c SET grp = n.grp FROM unnest(%(numbers)s::bigint[], %(groups)s::bigint[]) n (was, grp)
 WHERE c.project = %(project)s AND c.grp = n.was AND c.grp <> n.grp
"""

_PUT_IN_GROUPS = """
INSERT INTO {copies} AS c (project, document, imported, grp)
SELECT t.project, t.document, t.imported, n.grp
  FROM unnest(%(numbers)s::bigint[], %(groups)s::bigint[]) n (imported, grp)
  JOIN {copies_text} t ON t.project = %(project)s AND t.imported = n.imported
ON CONFLICT (project, document) DO UPDATE SET grp = excluded.grp WHERE c.grp <> excluded.grp
"""
