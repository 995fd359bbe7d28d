"""Label schemas that a project can begin with."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.view import View, answer
from annotator.domain.commands import encode_command
from annotator.domain.default_schema import NAME, VERSION, default_schema_commands


class TemplateCommand(msgspec.Struct, frozen=True):
    """A command without its id."""

    type: str
    data: dict[str, Any]


class Template(msgspec.Struct, frozen=True):
    """A schema as the commands that define it, in order."""

    name: str
    version: str
    commands: Sequence[TemplateCommand]


class TemplatesOut(msgspec.Struct, frozen=True):
    """All templates."""

    results: Sequence[Template]


class Templates(View):
    """Label schemas that a project can begin with."""

    @operation("list_templates", answer=TemplatesOut)
    def get(self, request: Request) -> HttpResponse:
        """The schemas that a project can begin with; it gets the first when it brings none of its own."""
        commands = [TemplateCommand(*encode_command(each)) for each in default_schema_commands()]
        return answer(TemplatesOut([Template(NAME, VERSION, commands)]))
