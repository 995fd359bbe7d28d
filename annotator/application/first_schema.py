"""A project that begins without a label schema gets the default one."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from annotator.application.envelope import Envelope
from annotator.domain.commands import KINDS, encode_command
from annotator.domain.default_schema import default_schema_commands


def with_first_schema(envelopes: Iterable[Envelope]) -> list[Envelope]:
    """The commands, and after a ``create_project`` those that define the default schema.

    Nothing is added when the batch brings a schema. Ids follow from the command's, so that a retry is one.
    """
    given = list(envelopes)
    if not any(each.name == "create_project" for each in given):
        return given
    if any(KINDS.get(each.name) == "label_schema" for each in given):
        return given
    first = next(n for n, each in enumerate(given) if each.name == "create_project")
    return [*given[: first + 1], *_schema(given[first].id), *given[first + 1 :]]


def _schema(cause: UUID) -> list[Envelope]:
    envelopes = []
    for command in default_schema_commands():
        name, data = encode_command(command)
        id_ = uuid5(cause, f"{name}/{data.get('key', '')}")
        envelopes.append(Envelope(id_, name, command, data, only_if_new=True))
    return envelopes
