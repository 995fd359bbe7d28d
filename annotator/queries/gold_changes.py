"""What became of gold between two positions of a project's log, document by document, from the log alone.

A page looks at a bounded number of documents: only those that the log names in between, unless the rules that all
gold is judged by have changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from annotator.domain.gold_changes import Change, Kind, Step, Thing, Why, changes, things_of
from annotator.domain.register import resolve
from annotator.domain.text import quote
from annotator.projections.evidence import Contents, Evidence, Row, evidence, query
from annotator.projections.rules import Rules, judged, rules_at


class GoldThing(msgspec.Struct, frozen=True):
    """A gold label, a link or a label of the whole document; `content` is what there is to know of it.

    `quote` is what the text says there, null where there is no such place or the text was erased.
    """

    kind: Kind
    id: str
    content: Mapping[str, Any]
    quote: str | None


class GoldChange(msgspec.Struct, frozen=True):
    """`before` is null for what was added, `after` for what was removed. `fields` are those that differ."""

    change: str
    before: GoldThing | None
    after: GoldThing | None
    fields: Sequence[str]
    why: Sequence[Why]


class DocumentChanges(msgspec.Struct, frozen=True):
    """A document whose gold is another one; `position` is that of the last event about it up to the later moment."""

    document: UUID
    title: str
    position: int
    changes: Sequence[GoldChange]


@dataclass(frozen=True, slots=True)
class Found:
    """``next`` is the place to go on from, None at the end."""

    documents: Sequence[DocumentChanges]
    next: int | None


def gold_changes(project: UUID, *, before: int, after: int, place: int = 0, limit: int = 50) -> Found:
    """The documents whose gold differs between two positions, in order of import from a place on.

    Of many documents without a difference, a page may hold few or none and still have a next one.
    """
    first, last = sorted((before, after))
    with connection.cursor() as cursor:
        rules = {at: rules_at(cursor, project, at) for at in (first, last)}
        everywhere = _ruled_otherwise(rules[first], rules[last])
        found = _candidates(cursor, project, first, last, place, limit, everywhere=everywhere)
        ids = [document for document, _ in found]
        states = {at: _evidence(cursor, project, at, ids) for at in (first, last)}
    told = []
    for document in ids:
        one = _document(
            states[before].get(document), states[after].get(document), rules[before], rules[after]
        )
        if one is not None:
            told.append(one)
    return Found(told, found[-1][1] if len(found) == limit else None)


def _ruled_otherwise(old: Rules, new: Rules) -> bool:
    """Whether gold may differ even of documents that no event is about."""
    if replace(old.schema, published=None) != replace(new.schema, published=None):
        return True
    projects = [(each.project.policy, each.project.authors, each.learned) for each in (old, new)]
    return projects[0] != projects[1] or any(
        resolve(old.register, entity) != resolve(new.register, entity) for entity in old.register.entities
    )


def _candidates(
    cursor: Any, project: UUID, first: int, last: int, place: int, limit: int, *, everywhere: bool
) -> list[tuple[UUID, int]]:
    """Documents that may differ, with the position of their import."""
    if everywhere:
        sql = """SELECT s.subject, i.position FROM es.stream s
                  CROSS JOIN LATERAL (SELECT i.position FROM es.event i
                                       WHERE i.project = %(project)s AND i.stream = s.stream AND i.version = 1) i
                  WHERE s.project = %(project)s AND s.kind = 'document' AND i.position > %(place)s
                    AND i.position <= %(last)s
                  ORDER BY i.position LIMIT %(limit)s"""
    else:
        sql = """SELECT d.subject, i.position
                   FROM (SELECT DISTINCT s.subject FROM es.event e
                           JOIN es.stream s ON s.project = e.project AND s.stream = e.stream
                          WHERE e.project = %(project)s AND e.position > %(first)s AND e.position <= %(last)s
                            AND s.subject IS NOT NULL) d
                   JOIN es.stream s ON s.project = %(project)s AND s.kind = 'document' AND s.subject = d.subject
                  CROSS JOIN LATERAL (SELECT i.position FROM es.event i
                                       WHERE i.project = %(project)s AND i.stream = s.stream AND i.version = 1) i
                  WHERE i.position > %(place)s
                  ORDER BY i.position LIMIT %(limit)s"""
    values = {"project": project, "first": first, "last": last, "place": place, "limit": limit}
    cursor.execute(sql, values)
    return list(cursor.fetchall())


def _evidence(cursor: Any, project: UUID, at: int, documents: Sequence[UUID]) -> dict[UUID, Evidence]:
    if not documents:
        return {}
    cursor.execute(*query(project, at, documents))
    rows = [Row(*row) for row in cursor.fetchall()]
    found = evidence(rows, Contents(project))
    return {each.id: each for each in found if not each.document.archived}


def _document(
    old: Evidence | None, new: Evidence | None, old_rules: Rules, new_rules: Rules
) -> DocumentChanges | None:
    before = _things(old, old_rules)
    found = changes(before, list(_steps(old, new, old_rules, new_rules)))
    shown = new or old
    if not found or shown is None:
        return None
    return DocumentChanges(
        shown.id, shown.document.title, shown.position, [_shown(each, old, new) for each in found]
    )


def _things(found: Evidence | None, rules: Rules) -> dict[str, Thing]:
    if found is None or not (found.curation.decisions or any(s.finished for s in found.sets.values())):
        return {}
    return things_of(judged(found, rules))


def _steps(old: Evidence | None, new: Evidence | None, old_rules: Rules, new_rules: Rules) -> Iterator[Step]:
    if old is None or new is None:
        yield Step("document", _things(new, old_rules))
    elif old.document.text_version != new.document.text_version:
        yield Step("text", _things(new, old_rules))
    else:
        if old.sets != new.sets:
            yield Step("vote", _things(replace(new, curation=old.curation), old_rules))
        if old.curation != new.curation:
            yield Step("decision", _things(new, old_rules))
    held = old_rules
    for why, rules in _ruled(old_rules, new_rules):
        if rules != held:
            held = rules
            yield Step(why, _things(new, rules))


def _ruled(old: Rules, new: Rules) -> Iterator[tuple[Why, Rules]]:
    """From the one set of rules to the other, one thing at a time."""
    held = replace(old, project=new.project) if old.project.policy != new.project.policy else old
    yield "policy", held
    held = replace(held, project=new.project, learned=new.learned)
    yield "reliability", held
    held = replace(held, schema=new.schema)
    yield "schema", held
    yield "register", replace(held, register=new.register)


def _shown(change: Change, old: Evidence | None, new: Evidence | None) -> GoldChange:
    before = None if change.before is None else _thing(change.before, old)
    after = None if change.after is None else _thing(change.after, new)
    name = "added" if before is None else "removed" if after is None else "changed"
    return GoldChange(name, before, after, change.fields, change.why)


def _thing(thing: Thing, found: Evidence | None) -> GoldThing:
    said = None
    if thing.spans and found is not None and found.text is not None:
        said = quote(found.text, thing.spans)
    return GoldThing(thing.kind, thing.id, thing.content, said)
