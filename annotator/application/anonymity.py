"""Whose work it is, withheld: in an anonymous project curators judge what was marked and not who marked it.

Annotators get pseudonyms, the same ones for a document at any time and others for each document. They follow from a
secret of the server, so nobody can find a name by trying. Managers, who chose this, and annotators, who know only their
own work, see what they would see otherwise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.utils.crypto import salted_hmac

from annotator.application.access import Access
from events.streams import StreamRef

_OF_AUTHORS = ("annotation_set", "thread")
"""Kinds of streams whose ids tell of their owner."""

_NAMED_BY = ("author", "owner", "id", "account", "set_by")
"""Fields beside a `name` that say whose name it is."""


@lru_cache(maxsize=50_000)
def pseudonym(project: UUID, document: UUID | None, author: UUID) -> UUID:
    """What an author is called in a document, or in figures over all documents."""
    said = f"{project}/{document or ''}/{author}"
    digest = salted_hmac("palimpsest.pseudonym", said, algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=4)


@dataclass(frozen=True, slots=True)
class Mask:
    """Puts pseudonyms in the place of ids and names. ``names`` by id, of those who have a part in the document."""

    ids: Mapping[str, str]
    names: Mapping[str, str]

    def hide(self, value: Any) -> Any:
        """The value in plain JSON without a word on whose it is."""
        return self._hidden(msgspec.json.decode(msgspec.json.encode(value)))

    def _hidden(self, value: Any) -> Any:
        match value:
            case str():
                return self.ids.get(value, value)
            case list() | tuple():
                return [self._hidden(each) for each in value]
            case dict():
                hidden = {self.ids.get(key, key): self._hidden(each) for key, each in value.items()}
                return self._without_name(value, hidden)
            case _:
                return value

    def _without_name(self, value: Mapping[str, Any], hidden: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(value.get("name"), str):
            return hidden
        for field in _NAMED_BY:
            if value.get(field) in self.ids:
                hidden["name"] = self.names.get(value[field], "")
        return hidden


def mask_of(access: Access, document: UUID | None) -> Mask | None:
    """The mask for what is said of a document, or of all; None for whoever may know."""
    if not access.hides_authors:
        return None
    owners = _owners(access.project_id, document) if document else []
    mask = mask_for(access, document, owners)
    letters = {str(author): letter(n) for n, author in enumerate(owners)}
    return Mask(mask.ids, letters)


def mask_for(access: Access, document: UUID | None, also: Iterable[UUID] = ()) -> Mask:
    """The same without names and without looking at the log: for events, which hold ids alone."""
    project = access.project
    hidden = {UUID(member) for member, role in project.members.items() if role == "annotator"}
    hidden |= {UUID(author) for author, kind in project.authors.items() if kind == "human"}
    hidden |= set(also)
    hidden.discard(access.account)
    ids: dict[str, str] = {}
    for author in hidden:
        other = pseudonym(access.project_id, document, author)
        ids[str(author)] = str(other)
        for kind in _OF_AUTHORS if document else ():
            real = StreamRef(access.project_id, kind, document, author)
            ids[str(real.id)] = str(StreamRef(access.project_id, kind, document, other).id)
    return Mask(ids, {})


def unmasked(access: Access, document: UUID | None, given: UUID) -> UUID:
    """Whom a pseudonym of the document stands for; an id that is none stays as it is."""
    if not access.hides_authors:
        return given
    owners = _owners(access.project_id, document) if document else []
    mask = mask_for(access, document, owners)
    real = {other: one for one, other in mask.ids.items()}
    return UUID(real.get(str(given), str(given)))


def letter(n: int) -> str:
    """0 → "A", 25 → "Z", 26 → "AA"."""
    return (letter(n // 26 - 1) if n >= 26 else "") + chr(ord("A") + n % 26)


def _owners(project: UUID, document: UUID) -> list[UUID]:
    """Whoever has a set of the document, in the order in which they began: who comes later changes no letter."""
    sql = """SELECT s.owner FROM es.stream s JOIN es.event e ON e.project = s.project AND e.stream = s.stream
              WHERE s.project = %s AND s.subject = %s AND s.kind = 'annotation_set' AND s.owner IS NOT NULL
                AND e.version = 1
              ORDER BY e.position"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, document])
        return [row[0] for row in cursor.fetchall()]
