"""The formats that files can come in and go out in."""

from collections.abc import Sequence

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.view import View, answer
from annotator.formats.registry import Format, formats


class FormatView(msgspec.Struct, frozen=True):
    """A format; `keeps` names what of annotations it can carry, `about` says in a sentence or two what it is."""

    key: str
    title: str
    about: str
    suffixes: Sequence[str]
    reads: bool
    writes: bool
    keeps: Sequence[str]


class FormatsOut(msgspec.Struct, frozen=True):
    """All formats, by title."""

    results: Sequence[FormatView]


class Formats(View):
    """The formats there are."""

    @operation("list_formats", answer=FormatsOut)
    def get(self, request: Request) -> HttpResponse:
        """What can be imported and exported."""
        return answer(FormatsOut([_shown(form) for form in formats().values()]))


def _shown(form: Format) -> FormatView:
    first, _, _ = form.about.strip().partition("\n\n")
    return FormatView(
        key=form.key,
        title=form.title,
        about=" ".join(first.replace("`", "").split()),
        suffixes=form.suffixes,
        reads=form.reader is not None,
        writes=form.writer is not None,
        keeps=sorted(form.keeps),
    )
