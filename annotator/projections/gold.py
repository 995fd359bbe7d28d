"""Gold: consensus with the decisions on top, a row for each label and link that stands, and one for each document; with
it what there is to review, a row for each item, and how each voter did.

A row is a function of what the log says of its document and of the project's rules, so it does not matter in how
many steps it was reached. Erasable parts are never read: what is erased cannot linger here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from annotator.domain.gold import Consensus, GoldLabel, GoldLink, Item, LinkItem
from annotator.domain.register import resolve
from annotator.projections.evidence import NO_CONTENTS, Evidence, Row, evidence, query
from annotator.projections.provenance import own_part, rules_part, schema_version
from annotator.projections.review import AUTHOR_COLUMNS, ITEM_COLUMNS, author_rows, item_rows
from annotator.projections.rules import Rules, judged_all, rules_at
from events.projection import Projection
from events.streams import StreamRef

CHUNK = 256  # documents judged and written at once


class Gold(Projection):
    """Documents without votes and decisions have no rows; ``items`` and the like count items of labels and links.

    ``number`` orders the labels and links of a document by the text. What they all rest on is told once, in the document's
    ``rules``: so other reliabilities rewrite only the labels and links that they change.
    """

    name = "gold"
    code_version = "4"
    tables: ClassVar[dict[str, str]] = {
        "gold_document": """project uuid, document uuid, imported bigint NOT NULL, text_version int NOT NULL,
                            voters jsonb NOT NULL, items int NOT NULL, agreed int NOT NULL, disputed int NOT NULL,
                            decided int NOT NULL, stale int NOT NULL, labels int NOT NULL, links int NOT NULL,
                            finished boolean NOT NULL, training boolean NOT NULL, policy_version int NOT NULL,
                            learned_from bigint, rules jsonb NOT NULL, position bigint NOT NULL,
                            PRIMARY KEY (project, document)""",
        "gold": """project uuid, document uuid, id uuid, number int NOT NULL, label text NOT NULL, spans jsonb NOT NULL,
                   attributes jsonb NOT NULL, entity uuid, status text NOT NULL, confidence float8 NOT NULL,
                   provenance jsonb NOT NULL, PRIMARY KEY (project, document, id)""",
        "gold_link": """project uuid, document uuid, id uuid, number int NOT NULL, type text NOT NULL,
                        from_gold uuid NOT NULL, to_gold uuid NOT NULL, attributes jsonb NOT NULL,
                        status text NOT NULL, confidence float8 NOT NULL, provenance jsonb NOT NULL,
                        PRIMARY KEY (project, document, id)""",
        "gold_item": ITEM_COLUMNS,
        "gold_author": AUTHOR_COLUMNS,
    }
    indexes: ClassVar[dict[str, tuple[str, ...]]] = {
        "gold_document": (
            "(project, imported) WHERE disputed > 0",
            "(project, imported) WHERE decided > 0",
            "(project, imported) WHERE stale > 0",
            "(project, imported) WHERE training",
        ),
        "gold_item": (
            "(project, gain DESC, document, number) WHERE gain > 0",
            "(project, draw) WHERE status IN ('agreed', 'consensus')",
            "(project, document) WHERE stale OR appeals > 0",
        ),
        "gold_author": ("(project, author)",),
        "gold": ("(project, label)", "(project, entity) WHERE entity IS NOT NULL"),
    }

    def apply(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> None:
        """Fold positions (after, upto]: judge anew every document that something in them concerns."""
        concerned = self._concerned(cursor, generation, project, after, upto)
        if not concerned:
            return
        rules = rules_at(cursor, project, upto)
        for start in range(0, len(concerned), CHUNK):
            some = concerned[start : start + CHUNK]
            cursor.execute(*query(project, upto, some))
            rows = [Row(*row) for row in cursor.fetchall()]
            self._write(cursor, generation, project, some, rules, list(_judged(rows, rules)))

    def _concerned(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> list[UUID]:
        sql = """SELECT DISTINCT s.subject FROM es.event e
                   JOIN es.stream s ON s.project = e.project AND s.stream = e.stream
                  WHERE e.project = %s AND e.position > %s AND e.position <= %s AND s.subject IS NOT NULL"""
        cursor.execute(sql, [project, after, upto])
        found = {row[0] for row in cursor.fetchall()}
        if after > 0:
            found |= self._by_rules(cursor, generation, project, after, upto)
        return sorted(found)

    def _by_rules(self, cursor: Any, generation: int, project: UUID, after: int, upto: int) -> set[UUID]:
        """Documents whose votes are judged by other rules now."""
        kinds = {StreamRef(project, kind).id: kind for kind in ("project", "label_schema", "register")}
        sql = """SELECT DISTINCT stream FROM es.event_current WHERE project = %s AND position > %s AND position <= %s
                    AND stream = ANY (%s) AND type <> ALL (%s)"""
        cursor.execute(sql, [project, after, upto, list(kinds), list(_NO_RULES)])
        changed = {kinds[row[0]] for row in cursor.fetchall()}
        if "project" in changed or "label_schema" in changed:
            cursor.execute(
                f"SELECT document FROM {self.table('gold_document', generation)} WHERE project = %s",
                [project],
            )
            return {row[0] for row in cursor.fetchall()}
        return _naming(cursor, project, after, upto) if "register" in changed else set()

    def _write(
        self,
        cursor: Any,
        generation: int,
        project: UUID,
        documents: Sequence[UUID],
        rules: Rules,
        judged: Sequence["_Judged"],
    ) -> None:
        rows = {
            "gold_document": [_document_row(found, result, rules) for found, result in judged],
            "gold": [row for found, result in judged for row in _label_rows(found, result)],
            "gold_link": [row for found, result in judged for row in _link_rows(found, result)],
            "gold_item": [row for found, result in judged for row in item_rows(found, result)],
            "gold_author": [row for found, result in judged for row in author_rows(found, result)],
        }
        for base, new in rows.items():
            _replace(cursor, self.table(base, generation), _KEYS[base], documents, new, project)


_Judged = tuple[Evidence, Consensus]

# Events of the project, its schema and its register on which no judgement rests.
_NO_RULES = (
    "project_created",
    "project_changed",
    "project_archived",
    "member_set",
    "member_removed",
    "entity_changed",
)


def _judged(rows: Iterable[Row], rules: Rules) -> Iterator[_Judged]:
    documents = list(evidence(rows, NO_CONTENTS))
    for found, result in zip(documents, judged_all(documents, rules), strict=True):
        if result.voters or found.curation.decisions:
            yield found, result


def _naming(cursor: Any, project: UUID, after: int, upto: int) -> set[UUID]:
    """Documents in which something names an entity that stands for another one now."""
    old, new = (rules_at(cursor, project, at).register for at in (after, upto))
    names = {*old.entities, *new.entities}
    moved = [name for name in names if resolve(old, name) != resolve(new, name)]
    if not moved:
        return set()
    sql = """SELECT DISTINCT s.subject FROM es.event_current e
               JOIN es.stream s ON s.project = e.project AND s.stream = e.stream AND s.subject IS NOT NULL
              WHERE e.project = %s AND e.position <= %s AND e.payload ->> 'entity' = ANY (%s)"""
    cursor.execute(sql, [project, upto, moved])
    return {row[0] for row in cursor.fetchall()}


def _document_row(found: Evidence, result: Consensus, rules: Rules) -> dict[str, Any]:
    items: list[Item | LinkItem] = [*result.items, *result.link_items]
    statuses = [item.status for item in items]
    return {
        "document": found.id,
        "imported": found.imported,
        "text_version": found.document.text_version,
        "voters": list(result.voters),
        "items": len(statuses),
        "agreed": statuses.count("agreed"),
        "disputed": statuses.count("disputed"),
        "decided": statuses.count("decided"),
        "stale": sum(item.stale for item in items),
        "labels": len(result.labels),
        "links": len(result.links),
        "finished": found.curation.finished,
        "training": found.document.training,
        "policy_version": rules.project.policy_version,
        "learned_from": rules.project.taught.learned_from if rules.project.taught else None,
        "rules": {**rules_part(rules), "schema_version": schema_version(rules)},
        "position": found.position,
    }


def _label_rows(found: Evidence, result: Consensus) -> Iterator[dict[str, Any]]:
    for number, label in enumerate(result.labels):
        own = {"label": label.label, "spans": label.spans, "entity": label.entity}
        yield {**_common(found, number, label), **own}


def _link_rows(found: Evidence, result: Consensus) -> Iterator[dict[str, Any]]:
    for number, link in enumerate(result.links):
        own = {"type": link.type, "from_gold": link.from_gold, "to_gold": link.to_gold}
        yield {**_common(found, number, link), **own}


def _common(found: Evidence, number: int, gold: GoldLabel | GoldLink) -> dict[str, Any]:
    return {
        "document": found.id,
        "id": gold.id,
        "number": number,
        "attributes": gold.attributes,
        "status": gold.status,
        "confidence": gold.confidence,
        "provenance": own_part(gold.provenance, found),
    }


_KEYS: Mapping[str, tuple[str, ...]] = {
    "gold_document": ("document",),
    "gold": ("document", "id"),
    "gold_link": ("document", "id"),
    "gold_item": ("document", "number"),
    "gold_author": ("document", "author"),
}


def _replace(
    cursor: Any,
    table: str,
    keys: Sequence[str],
    documents: Sequence[UUID],
    rows: Sequence[Mapping[str, Any]],
    project: UUID,
) -> None:
    """Rows that are equal are left alone: a change of one label must not rewrite the document's others."""
    if not rows:
        cursor.execute(
            f"DELETE FROM {table} WHERE project = %s AND document = ANY (%s)", [project, list(documents)]
        )
        return
    same = " AND ".join(f"t.{name} = n.{name}" for name in keys)
    values = [name for name in rows[0] if name not in keys]
    old, new = (", ".join(f"{source}.{name}" for name in values) for source in ("t", "n"))
    # The rows that are there are compared before anything is written: a conflict would lock and log even equal ones.
    cursor.execute(
        f"""WITH new AS MATERIALIZED (SELECT n.* FROM jsonb_populate_recordset(NULL::{table}, %(body)s::jsonb) n),
            gone AS (DELETE FROM {table} t WHERE t.project = %(project)s AND t.document = ANY (%(documents)s)
                        AND NOT EXISTS (SELECT FROM new n WHERE {same}))
            INSERT INTO {table} (project, {", ".join(rows[0])})
            SELECT %(project)s, {", ".join("n." + name for name in rows[0])}
              FROM new n LEFT JOIN {table} t ON t.project = %(project)s AND {same}
             WHERE t.project IS NULL OR ({old}) IS DISTINCT FROM ({new})
            ON CONFLICT (project, {", ".join(keys)}) DO UPDATE
               SET {", ".join(f"{name} = excluded.{name}" for name in values)}""",
        {
            "body": msgspec.json.encode(rows).decode(),
            "project": project,
            "documents": list(documents),
        },
    )
