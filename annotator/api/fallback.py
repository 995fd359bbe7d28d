"""Answers for what Django refuses before a view runs: problems under the API, a plain page elsewhere."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from annotator.api.errors import database_is_away, problem_for
from annotator.api.problems import Problem, internal, not_found, unavailable

_API = ("/api/", "/healthz", "/readyz")


@csrf_exempt
def no_such_path(request: HttpRequest, **_: Any) -> HttpResponse:
    """For every path under the API that means nothing."""
    return not_found().response()


def bad_request(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """For a wrong host, a suspicious form and the like."""
    return _said(
        request, problem_for(exception) if exception else Problem(400, "bad-request", "Bad request.")
    )


def forbidden(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """For what Django itself forbids."""
    return _said(request, Problem(403, "forbidden", "This is not allowed."))


def missing(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """For a path that means nothing."""
    return _said(request, not_found())


def failed(request: HttpRequest) -> HttpResponse:
    """For what nobody foresaw; a database that is away is said to be."""
    error = sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]
    return _said(request, unavailable() if error and database_is_away(error) else internal())


def _said(request: HttpRequest, problem: Problem) -> HttpResponse:
    if request.path_info.startswith(_API):
        return problem.response()
    return HttpResponse(
        f"{problem.title}\n",
        status=problem.status,
        content_type="text/plain; charset=utf-8",
        headers=problem.headers,
    )
