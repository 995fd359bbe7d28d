"""A command on its way in: what is wanted, by which id, about which document and whose set."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from annotator.domain.commands import decode_command, encode_command
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command, Role
from annotator.queries.accounts import account_named


class AccountUnknown(Refusal):
    """There is no active account of this id or user name."""


class SetMemberByName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``set_member`` with a user name in place of the account's id, which the log gets."""

    username: str
    role: Role


_CANONICAL = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One command. ``command`` is a refusal when the data could not be read: it gets its outcome like others.

    ``author`` names whose annotation set is meant, None for the caller's own or the shared one; ``expected``
    is the version of the written stream that the person saw; ``body`` tells one request from another.
    ``only_if_new``: it follows from the beginning of the project and does nothing without that.
    """

    id: UUID
    name: str
    command: Command | Refusal
    body: Any
    document: UUID | None = None
    author: UUID | None = None
    expected: int | None = None
    only_if_new: bool = False

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
        command = decode_command(name, _with_id_of_member(data) if name == "set_member" else data)
    except Refusal as refusal:
        command = refusal
    return Envelope(id, name, command, data, document, author, expected)


def _with_id_of_member(data: Any) -> Any:
    """People know each other's user names, the log knows ids: a member may be given by ``username``.

    Raises:
        AccountUnknown: nobody has this name.
    """
    try:
        given = msgspec.convert(data, SetMemberByName)
    except msgspec.ValidationError:
        return data  # whatever is wrong with it is told when it is read as the command itself
    found = account_named(given.username)
    if found is None:
        raise AccountUnknown(username=given.username, pointer="/username")
    return {"member": str(found.id), "role": given.role}


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
