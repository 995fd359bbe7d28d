"""Every command by its name, and the way from JSON to a command and back."""

import re
from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from annotator.domain import (
    annotation_set,
    assignment,
    curation,
    document,
    guideline,
    label_schema,
    project,
    register,
    release,
    sources,
    suggestions,
    thread,
    webhook,
)
from annotator.domain.attributes import escape
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command


class CommandUnknown(Refusal):
    """There is no command of this name."""


class CommandMalformed(Refusal):
    """The command's data do not have the form that its name asks for."""


def name_of(cls: type) -> str:
    """A command's name: its class name in snake case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


_UNIONS: Mapping[str, Any] = {
    project.KIND: project.ProjectCommand,
    label_schema.KIND: label_schema.LabelSchemaCommand,
    document.KIND: document.DocumentCommand,
    annotation_set.KIND: annotation_set.AnnotationSetCommand,
    curation.KIND: curation.CurationCommand,
    register.KIND: register.RegisterCommand,
    release.KIND: release.ReleaseCommand,
    webhook.KIND: webhook.WebhookCommand,
    guideline.KIND: guideline.GuidelineCommand,
    sources.KIND: sources.SourceCommand,
    suggestions.KIND: suggestions.SuggestionsCommand,
    thread.KIND: thread.ThreadCommand,
    assignment.KIND: assignment.AssignmentCommand,
}

COMMANDS: Mapping[str, type[Command]] = {
    name_of(cls): cls for union in _UNIONS.values() for cls in get_args(union) or (union,)
}
KINDS: Mapping[str, str] = {
    name_of(cls): kind for kind, union in _UNIONS.items() for cls in get_args(union) or (union,)
}


def decode_command(name: str, data: object) -> Command:
    """The command of a name from its plain JSON data.

    Raises:
        CommandUnknown: with the names there are.
        CommandMalformed: ``pointer`` names the field, ``reason`` says what is wrong with it.
    """
    try:
        cls = COMMANDS[name]
    except KeyError:
        raise CommandUnknown(name=name, known=sorted(COMMANDS)) from None
    try:
        return msgspec.convert(data, cls)
    except msgspec.ValidationError as error:
        reason, pointer = _located(str(error))
        raise CommandMalformed(reason=reason, pointer=pointer) from None


def encode_command(command: Command) -> tuple[str, dict[str, Any]]:
    """A command's name and its data as plain JSON."""
    return name_of(type(command)), msgspec.to_builtins(command)


_PLACE = re.compile(r"^(?P<reason>.*?)(?: - at `(?P<path>(?:key in )?\$?[^`]*)`)?$", re.DOTALL)
_FIELD = re.compile(r"^Object (?:contains unknown|missing required) field `(?P<field>.*)`$", re.DOTALL)


def _located(message: str) -> tuple[str, str]:
    """What is wrong, and a JSON pointer to it, or to the mapping when the fault is under a free key."""
    match = _PLACE.match(message)
    reason, path = (match["reason"], match["path"] or "$") if match else (message, "$")
    parts = re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", path.partition("[...]")[0])
    pointer = "".join(f"/{escape(name or index)}" for name, index in parts)
    if field := _FIELD.match(reason):
        pointer += f"/{escape(field['field'])}"
    return reason, pointer


def command_schemas(
    ref_template: str = "#/components/schemas/{name}",
) -> tuple[dict[str, Any], dict[str, Any]]:
    """JSON schemas of all commands by name, and of the parts that they share by title."""
    schemas, components = msgspec.json.schema_components(COMMANDS.values(), ref_template=ref_template)
    return dict(zip(COMMANDS, schemas, strict=True)), components
