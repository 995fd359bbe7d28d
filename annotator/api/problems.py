"""Problem documents (RFC 9457): what every refusal looks like on the wire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"
_PREFIX = "urn:palimpsest:"


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of several faults of a request."""

    detail: str
    pointer: str | None = None


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong, for programs (`type`, `status`, `pointer`) and for people (`title`, `detail`).

    `pointer` is a JSON pointer into the body, `parameter` the name of a query parameter, `offset` counts
    bytes of the body, `facts` are further particulars of this type of problem.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    pointer: str | None = None
    parameter: str | None = None
    offset: int | None = None
    errors: Sequence[Fault] = ()
    facts: Mapping[str, Any] = {}


@dataclass
class Problem(Exception):
    """Ends a request with this document."""

    status: int
    type: str
    title: str
    detail: str = ""
    pointer: str | None = None
    parameter: str | None = None
    offset: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> ProblemDocument:
        """The body."""
        return ProblemDocument(
            type=_PREFIX + self.type,
            title=self.title,
            status=self.status,
            detail=self.detail,
            pointer=self.pointer,
            parameter=self.parameter,
            offset=self.offset,
            facts=self.facts,
        )

    def response(self) -> HttpResponse:
        """The answer; it is never stored by a cache."""
        headers = {"Cache-Control": "no-store", **self.headers}
        body = msgspec.json.encode(self.document())
        response = HttpResponse(body, status=self.status, content_type=MEDIA_TYPE, headers=headers)
        # A refusal is an ordinary answer; what deserves the server's log was written there before.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response


def not_found() -> Problem:
    """The one answer for what does not exist and for what the caller may not know of."""
    return Problem(404, "not-found", "There is nothing here, or nothing that you may see.")


def not_signed_in() -> Problem:
    """For everybody who has not proven who they are."""
    headers = {"WWW-Authenticate": 'Bearer realm="palimpsest"'}
    return Problem(401, "not-signed-in", "Sign in first.", headers=headers)


def internal() -> Problem:
    """Our own fault. What happened is in the log of the server, never in the answer."""
    return Problem(500, "internal-error", "Something went wrong on the server.")


def unavailable(seconds: int = 1) -> Problem:
    """The database does not answer."""
    headers = {"Retry-After": str(seconds)}
    title = "The service cannot reach its database; nothing was changed unless an answer said so."
    return Problem(503, "unavailable", title, headers=headers)
