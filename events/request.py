"""What an append hands to the database: commands and events as arrays and one JSON document."""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import uuid_utils.compat as uuid_utils

from events.catalog import Catalog
from events.database import array
from events.streams import StreamRef
from events.values import NewCommand, NewEvent

dumps = msgspec.json.encode


@dataclass(slots=True)
class Contents:
    """The erasable parts of some events, column by column."""

    ids: list[UUID] = field(default_factory=list)
    subjects: list[UUID | None] = field(default_factory=list)
    salts: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    digests: list[bytes | None] = field(default_factory=list)

    def seal(self, private: Mapping[str, Any], subject: UUID | None) -> tuple[UUID, str]:
        """Keep a part; its id, and the commitment in hex that the event carries for it."""
        content, salt, body = uuid_utils.uuid7(), os.urandom(16), dumps(private)
        text = private.get("text")
        self.ids.append(content)
        self.subjects.append(subject)
        self.salts.append(salt)
        self.bodies.append(body)
        self.digests.append(hashlib.sha256(text.encode()).digest() if isinstance(text, str) else None)
        return content, hashlib.sha256(salt + body).hexdigest()


@dataclass(slots=True)
class Request:
    """One call of ``es.append``, built from what the handler knows. Streams and commands are numbered from 1."""

    catalog: Catalog
    commands: Sequence[NewCommand]
    seen: Mapping[StreamRef, int | None]
    numbers: Mapping[StreamRef, int]
    contents: Contents = field(default_factory=Contents)

    @classmethod
    def of(
        cls, catalog: Catalog, commands: Sequence[NewCommand], seen: Mapping[StreamRef, int | None]
    ) -> "Request":
        """A request that names every stream that was read, is written or is what a command is about."""
        streams = dict.fromkeys(seen)
        for command in commands:
            streams[command.on] = None
            streams.update((new.stream, None) for new in command.events)
        return cls(catalog, commands, seen, {ref: n for n, ref in enumerate(streams, 1)})

    def statement(
        self, project: UUID, issued_by: UUID, correlation: UUID | None, aware: Iterable[UUID]
    ) -> tuple[str, list[Any]]:
        """The SQL and its values."""
        commands = self.commands
        values: list[Any] = [
            *(project, issued_by, correlation),
            array(ref.id for ref in self.numbers),
            array(self.seen.get(ref) for ref in self.numbers),
            self._names(),
            array(command.id for command in commands),
            array(_bytea(command.request) for command in commands),
            array(self.numbers[command.on] for command in commands),
            array(command.expected for command in commands),
            array(aware),
            dumps(
                [self._event(n, new) for n, each in enumerate(commands, 1) for new in each.events]
            ).decode(),
        ]
        if not self.contents.ids:
            return f"SELECT es.append({_ALWAYS})::text", values
        kept = self.contents
        values += [array(kept.ids), array(kept.subjects), kept.salts, kept.bodies, kept.digests]
        return f"SELECT es.append({_ALWAYS}, {_CONTENTS})::text", values

    def _event(self, command: int, new: NewEvent) -> dict[str, Any]:
        encoded = self.catalog.encode(new.event)
        row = {
            "c": command,
            "s": self.numbers[new.stream],
            "t": encoded.type,
            "v": encoded.schema_version,
            "e": encoded.entity,
            "p": encoded.payload,
        }
        if new.touches:
            row["r"] = new.touches
        if encoded.private:
            row["x"], row["k"] = self.contents.seal(encoded.private, new.stream.subject)
        return row

    def _names(self) -> str | None:
        """Of the written streams that may be new."""
        written = {new.stream for command in self.commands for new in command.events}
        new = [
            {"id": ref.id, "kind": ref.kind, "subject": ref.subject, "owner": ref.owner}
            for ref in written
            if not self.seen.get(ref)
        ]
        return dumps(new).decode() if new else None


_ALWAYS = """%s, %s, %s, %s::uuid[], %s::int[], %s::jsonb,
             %s::uuid[], %s::bytea[], %s::int[], %s::int[], %s::uuid[], %s::jsonb"""
_CONTENTS = "%s::uuid[], %s::uuid[], %b::bytea[], %b::bytea[], %b::bytea[]"


def _bytea(value: bytes) -> str:
    return rf'"\\x{value.hex()}"'
