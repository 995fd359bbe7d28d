"""What stands where: a row for each document, and one for each author's set of it."""

from typing import Any, ClassVar
from uuid import UUID

from annotator.projections.words import words_of
from events.projection import Projection

NOBODY = UUID(int=0)
"""Stands for the author of a set that a shared project has; a key cannot hold null."""


class Board(Projection):
    """Documents in the order of their import, ready to be filtered and sorted at any size.

    ``imported`` is the position of the import and never changes, so it can order other tables too. ``words`` are those
    of the title, for a search that needs no extension of the database.
    """

    name = "board"
    code_version = "1"
    tables: ClassVar[dict[str, str]] = {
        "board": """project uuid, document uuid, imported bigint NOT NULL, title text NOT NULL, words tsvector NOT NULL,
                    published text, language text NOT NULL, langs text[] NOT NULL, languages jsonb NOT NULL,
                    length int NOT NULL, text_version int NOT NULL, archived boolean NOT NULL, sets int NOT NULL,
                    finished int NOT NULL, annotations int NOT NULL, position bigint NOT NULL,
                    PRIMARY KEY (project, document)""",
        "board_set": """project uuid, document uuid, author uuid, imported bigint NOT NULL, finished boolean NOT NULL,
                        annotations int NOT NULL, position bigint NOT NULL, PRIMARY KEY (project, document, author)""",
    }
    indexes: ClassVar[dict[str, tuple[str, ...]]] = {
        "board": (
            "(project, imported) INCLUDE (archived)",
            "(project, imported) WHERE archived",
            "(project, title, imported)",
            "(project, position)",
            "USING gin (words)",
            "USING gin (langs)",
        ),
        "board_set": ("(project, author, finished, imported)", "(project, author, imported)"),
    }

    def apply(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> None:
        """Fold positions (after, upto]."""
        stretch = {"project": project, "after": after, "upto": upto}
        names = {"board": self.table("board", generation), "board_set": self.table("board_set", generation)}
        cursor.execute(_TITLES, stretch)
        titles = dict(cursor.fetchall())
        words = [" ".join(words_of(title)) for title in titles.values()]
        titled = {**stretch, "titled": list(titles), "titles": list(titles.values()), "words": words}
        cursor.execute(_DOCUMENTS.format(**names), titled)
        cursor.execute(_TEXTS.format(**names), stretch)
        cursor.execute(_SETS.format(**names), stretch)
        touched = [row[0] for row in cursor.fetchall()]
        cursor.execute(_TOTALS.format(**names), {**stretch, "touched": touched})


_STRETCH = "e.project = %(project)s AND e.position > %(after)s AND e.position <= %(upto)s"
_STREAM = "JOIN es.stream s ON s.project = e.project AND s.stream = e.stream"

# What describes a document, and what takes its title away.
_TITLED = "(e.type IN ('document_imported', 'document_changed') OR (e.type = 'content_erased' AND s.kind = 'document'))"

# The titles of documents that were described or erased, as they were last; what was erased is missing.
_TITLES = f"""
SELECT d.document, coalesce(convert_from(c.body, 'UTF8')::jsonb ->> 'title', '')
  FROM (SELECT DISTINCT s.subject AS document, e.stream FROM es.event_current e {_STREAM} WHERE {_STRETCH} AND {_TITLED}) d
 CROSS JOIN LATERAL (SELECT l.content_id FROM es.event_current l
                      WHERE l.project = %(project)s AND l.stream = d.stream AND l.position <= %(upto)s
                        AND l.type IN ('document_imported', 'document_changed')
                      ORDER BY l.version DESC LIMIT 1) l
  LEFT JOIN es.content c ON c.project = %(project)s AND c.content_id = l.content_id
"""

# What is known of the article, and whether it is put away.
_DOCUMENTS = f"""
WITH stretch AS MATERIALIZED (
  SELECT s.subject AS document, e.position, e.type, e.payload ->> 'published' AS published
    FROM es.event_current e {_STREAM}
   WHERE {_STRETCH} AND ({_TITLED} OR e.type IN ('document_archived', 'document_restored'))),
titled AS (
  SELECT * FROM unnest(%(titled)s::uuid[], %(titles)s::text[], %(words)s::text[]) AS t (document, title, words)),
described AS (
  SELECT DISTINCT ON (document) document, published
    FROM stretch WHERE type IN ('document_imported', 'document_changed') ORDER BY document, position DESC),
kept AS (
  SELECT DISTINCT ON (document) document, type = 'document_archived' AS archived
    FROM stretch WHERE type IN ('document_archived', 'document_restored') ORDER BY document, position DESC),
touched AS (
  SELECT document, min(position) AS first, max(position) AS last FROM stretch GROUP BY document)
INSERT INTO {{board}} AS t (project, document, imported, title, words, published, language, langs, languages, length,
                            text_version, archived, sets, finished, annotations, position)
SELECT %(project)s, touched.document, touched.first, coalesce(titled.title, ''),
       array_to_tsvector(array_remove(string_to_array(coalesce(titled.words, ''), ' '), '')), described.published,
       'und', '{{{{}}}}', '[]', 0, 0, coalesce(kept.archived, false), 0, 0, 0, touched.last
  FROM touched LEFT JOIN titled USING (document) LEFT JOIN described USING (document) LEFT JOIN kept USING (document)
ON CONFLICT (project, document) DO UPDATE SET
   title = CASE WHEN EXISTS (SELECT FROM titled d WHERE d.document = t.document) THEN excluded.title ELSE t.title END,
   words = CASE WHEN EXISTS (SELECT FROM titled d WHERE d.document = t.document) THEN excluded.words ELSE t.words END,
   published = CASE WHEN EXISTS (SELECT FROM described d WHERE d.document = t.document) THEN excluded.published
                    ELSE t.published END,
   archived = coalesce((SELECT k.archived FROM kept k WHERE k.document = t.document), t.archived),
   position = excluded.position
"""

# The language of the longest stretch in all is the document's; of equals, the first by name.
_TEXTS = f"""
WITH stretch AS MATERIALIZED (
  SELECT s.subject AS document, e.position, e.type, e.payload
    FROM es.event_current e {_STREAM}
   WHERE {_STRETCH} AND e.type IN ('text_added', 'languages_set')),
text AS (
  SELECT DISTINCT ON (document) document, (payload ->> 'length')::int AS length,
         (payload ->> 'text_version')::int AS text_version
    FROM stretch WHERE type = 'text_added' ORDER BY document, position DESC),
spoken AS (
  SELECT DISTINCT ON (document) document, payload -> 'languages' AS languages, position
    FROM stretch ORDER BY document, position DESC),
measured AS (
  SELECT document, array_agg(lang ORDER BY size DESC, lang COLLATE "C") AS langs
    FROM (SELECT document, x ->> 'lang' AS lang, sum((x ->> 'end')::int - (x ->> 'start')::int) AS size
            FROM spoken, jsonb_array_elements(languages) x GROUP BY 1, 2) each
   GROUP BY document)
UPDATE {{board}} t
   SET length = coalesce(text.length, t.length), text_version = coalesce(text.text_version, t.text_version),
       languages = spoken.languages, langs = coalesce(measured.langs, '{{{{}}}}'),
       language = coalesce(measured.langs[1], 'und'), position = greatest(t.position, spoken.position)
  FROM spoken LEFT JOIN text USING (document) LEFT JOIN measured USING (document)
 WHERE t.project = %(project)s AND t.document = spoken.document
"""

# Named by type, not by kind of stream: so the planner begins with the few events whatever it believes of the streams.
_OF_SETS = """('annotation_added', 'annotation_changed', 'annotation_removed', 'link_added', 'link_changed', 'link_removed',
               'document_label_set', 'document_label_cleared', 'set_finished', 'set_reopened')"""

# An annotation is added when it is not in the set and removed when it is, so steps can be added up.
_SETS = f"""
WITH stretch AS MATERIALIZED (
  SELECT s.subject AS document, coalesce(s.owner, '{NOBODY}') AS author, max(e.position) AS position,
         (array_agg(e.type = 'set_finished' ORDER BY e.position DESC)
            FILTER (WHERE e.type IN ('set_finished', 'set_reopened')))[1] AS finished,
         count(*) FILTER (WHERE e.type = 'annotation_added')
           - count(*) FILTER (WHERE e.type = 'annotation_removed') AS annotations
    FROM es.event_current e {_STREAM}
   WHERE {_STRETCH} AND e.type IN {_OF_SETS}
   GROUP BY 1, 2)
INSERT INTO {{board_set}} AS t (project, document, author, imported, finished, annotations, position)
SELECT %(project)s, n.document, n.author,
       (SELECT b.imported FROM {{board}} b WHERE b.project = %(project)s AND b.document = n.document),
       coalesce(n.finished, false), n.annotations, n.position
  FROM stretch n
ON CONFLICT (project, document, author) DO UPDATE SET
   annotations = t.annotations + excluded.annotations, position = excluded.position,
   finished = coalesce((SELECT n.finished FROM stretch n WHERE n.document = t.document AND n.author = t.author),
                       t.finished)
RETURNING document
"""

_TOTALS = """
UPDATE {board} t
   SET sets = total.sets, finished = total.finished, annotations = total.annotations,
       position = greatest(t.position, total.position)
  FROM (SELECT document, count(*) AS sets, count(*) FILTER (WHERE finished) AS finished, sum(annotations) AS annotations,
               max(position) AS position
          FROM {board_set} WHERE project = %(project)s AND document = ANY (%(touched)s)
         GROUP BY document) total
 WHERE t.project = %(project)s AND t.document = total.document
"""
