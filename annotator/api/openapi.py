"""The OpenAPI document, as an answer of the API itself."""

from functools import cache
from typing import Any

import msgspec
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request

from annotator.api.operation import operation
from annotator.api.view import View, json_answer


class OpenApi(View):
    """The description of this API."""

    @operation("read_openapi", answer=dict[str, Any])
    def get(self, request: Request) -> HttpResponse:
        """This document."""
        return json_answer(_document())


@cache
def _document() -> bytes:
    return msgspec.json.encode(SchemaGenerator().get_schema(public=True))  # type: ignore[no-untyped-call]
