"""Ids that follow from what is imported, never from the job: importing the same again changes nothing."""

from uuid import UUID

import msgspec
from uuid_utils.compat import uuid5

from annotator.formats.records import DocumentRecord, EntityRecord
from events.streams import StreamRef

_CANONICAL = msgspec.json.Encoder(order="sorted")


def document_id(project: UUID, record: DocumentRecord) -> UUID:
    """The document's own id where it has one, else one that follows from the source's key."""
    return own_id(record.id) or uuid5(project, f"document/{record.client_key or record.id}")


def entity_id(project: UUID, record: EntityRecord) -> UUID:
    """Two files may call different entities by the same short id, so name and type count as well."""
    return own_id(record.id) or uuid5(project, f"entity/{record.entity_type}/{record.id}/{record.name}")


def author_id(project: UUID, author: str) -> UUID:
    """Always another one than any account's: a file cannot speak for a person who can sign in."""
    return uuid5(project, f"author/{author}")


def part_id(stream: StreamRef, kind: str, id_: str) -> UUID:
    """An annotation or a link of a set."""
    return own_id(id_) or uuid5(stream.id, f"{kind}/{id_}")


def command_id(project: UUID, name: str, content: bytes) -> UUID:
    """The id of the command that brings this content."""
    return uuid5(project, f"import/{name}/{content.hex()}")


def own_id(text: str) -> UUID | None:
    """The UUID that a text is, in its canonical form."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


def canonical(value: object) -> bytes:
    """The same bytes for the same content."""
    return _CANONICAL.encode(value)
