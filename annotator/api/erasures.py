"""Erasing for good what must go: a document, a person's own words, an entity's names."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.body import read_json
from annotator.api.operation import operation
from annotator.api.view import View, answer
from annotator.domain.erasure import Basis, Scope
from annotator.jobs.erasure import ErasurePreview, Wish, erase, preview
from annotator.queries.erasure import ErasureView, read_erasures


class ErasuresOut(msgspec.Struct, frozen=True):
    """All that was erased, newest first."""

    results: Sequence[ErasureView]


class PreviewIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What would be erased: `scope` says what the `subject` is the id of."""

    scope: Scope
    subject: UUID


class ErasureIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An erasure. `id` is new and makes a repetition harmless; `note` goes into the log, so it should name nobody.

    `record`, for an account: its name and addresses go, too, and nobody can sign in with it any more.
    """

    id: UUID
    scope: Scope
    subject: UUID
    basis: Basis
    note: Annotated[str, Meta(max_length=2000)] = ""
    record: bool = False


class ErasedOut(msgspec.Struct, frozen=True):
    """Reads `at_least` `position` show what is left."""

    position: int


class Erasures(View):
    """What was erased, and erasing."""

    @operation("list_erasures", answer=ErasuresOut)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """What was erased, why, and which exports have to be called back."""
        return answer(ErasuresOut(read_erasures(project)))

    @operation("erase", body=ErasureIn, answer=ErasedOut)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """Erase for good. Nobody can bring it back; the log keeps that it was there, and why it went."""
        asked = read_json(request._request, ErasureIn)
        done = erase(self.access, Wish(**msgspec.structs.asdict(asked)))
        return answer(ErasedOut(done.last or 0))


class ErasurePreviews(View):
    """What an erasure would take."""

    @operation("preview_erasure", body=PreviewIn, answer=ErasurePreview)
    def post(self, request: Request, project: UUID) -> HttpResponse:
        """What would go with a document, a person's own words or an entity. Nothing is changed."""
        asked = read_json(request._request, PreviewIn)
        return answer(preview(self.access, asked.scope, asked.subject))
