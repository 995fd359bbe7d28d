"""A command on its way in: what is wanted, by which id, about which document and whose set."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from annotator.domain.commands import decode_command, encode_command
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command

_CANONICAL = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One command. ``command`` is a refusal when the data could not be read: it gets its outcome like others.

    ``author`` names whose annotation set is meant, None for the caller's own or the shared one; ``expected``
    is the version of the written stream that the person saw; ``body`` tells one request from another.
    """

    id: UUID
    name: str
    command: Command | Refusal
    body: Any
    document: UUID | None = None
    author: UUID | None = None
    expected: int | None = None

    def request(self, account: UUID) -> bytes:
        """SHA-256 of the canonical request: sent again by the same account, it is the same request."""
        said = [account, self.name, self.document, self.author, self.expected, self.body]
        return hashlib.sha256(_CANONICAL.encode(said)).digest()


def received(
    name: str,
    data: Any,
    *,
    id: UUID,
    document: UUID | None = None,
    author: UUID | None = None,
    expected: int | None = None,
) -> Envelope:
    """An envelope from plain JSON."""
    command: Command | Refusal
    try:
        command = decode_command(name, data)
    except Refusal as refusal:
        command = refusal
    return Envelope(id, name, command, data, document, author, expected)


def enclose(
    command: Command,
    *,
    id: UUID,
    document: UUID | None = None,
    author: UUID | None = None,
    expected: int | None = None,
) -> Envelope:
    """An envelope around a command that was made in this process, as imports do."""
    name, data = encode_command(command)
    return Envelope(id, name, command, data, document, author, expected)
