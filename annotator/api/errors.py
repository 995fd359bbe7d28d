"""From what went wrong to the problem document that says so."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from psycopg_pool import PoolTimeout
from rest_framework import exceptions as drf

from annotator.accounts.caller import BadToken
from annotator.accounts.passwords import WrongCredentials
from annotator.accounts.throttle import TooManyFailures
from annotator.api.breaker import DatabaseAway
from annotator.api.problems import Problem, internal, not_found, not_signed_in, unavailable
from annotator.api.strict_json import BadJson
from annotator.application.access import Forbidden, NotKnown
from annotator.domain.commands import CommandMalformed, CommandUnknown
from annotator.domain.curation import DecidedMeanwhile
from annotator.domain.refusals import Refusal
from events.handler import Busy
from events.store import Conflict, Reused

logger = logging.getLogger(__name__)

# Statement and lock timeouts, a full disk, deadlocks: the server is there but could not do it now.
_OUR_OWN_LIMITS = ("57014", "55P03", "53100", "40001", "40P01")


def problem_for(error: BaseException) -> Problem:
    """The problem that an exception is to the caller; what is unforeseen is logged and says nothing."""
    if isinstance(error, Problem):
        return error
    for type_, make in _KNOWN.items():
        if isinstance(error, type_):
            return make(error)
    logger.error("Unforeseen: %s", type(error).__name__, exc_info=error)
    return internal()


def database_is_away(error: BaseException) -> bool:
    """Whether the connection failed just now, rather than one statement."""
    cause = error.__cause__ or error
    if isinstance(error, InterfaceError) or isinstance(cause, PoolTimeout):
        return True
    state = getattr(cause, "sqlstate", None)
    return isinstance(error, OperationalError) and (state is None or state not in _OUR_OWN_LIMITS)


def refusal_problem(refusal: Exception, *, prefix: str = "", data: str = "") -> Problem:
    """The problem of a refused or conflicting command.

    ``prefix`` is the pointer to its envelope in the body, ``data`` the one from there to its data.
    """
    match refusal:
        case Conflict():
            title = "Somebody else changed this meanwhile."
            return Problem(409, "conflict", title, pointer=prefix or None, facts={"version": refusal.actual})
        case Reused():
            title = "This command id was used before, for something else."
            return Problem(422, "command-id-reused", title, pointer=f"{prefix}/id")
        case Refusal():
            return _refusal(refusal, prefix, data)
    return internal()


def _refusal(refusal: Refusal, prefix: str, data: str) -> Problem:
    facts = dict(refusal.details)
    pointer = facts.pop("pointer", None)
    place = prefix if facts.pop("envelope", False) else prefix + data
    match refusal:
        case Forbidden():
            status = 403
        case DecidedMeanwhile():
            status = 409
        case CommandUnknown():
            status, pointer, place = 400, "/type", prefix
        case CommandMalformed():
            status = 400
        case _:
            status = 422
    detail = str(refusal) if facts else ""
    return Problem(
        status,
        _slug(type(refusal).__name__),
        refusal.message(),
        detail=detail,
        pointer=None if pointer is None and not place else f"{place}{pointer or ''}",
        facts=facts,
    )


def _slug(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _bad_json(error: Any) -> Problem:
    title = "The body cannot be read as JSON."
    return Problem(400, "bad-json", title, detail=str(error), pointer=error.pointer, offset=error.offset)


def _wrong_credentials(_: Any) -> Problem:
    title = "The user name or the password is wrong."
    return Problem(401, "wrong-credentials", title, headers={"WWW-Authenticate": "Session"})


def _too_many(error: Any) -> Problem:
    title = "Too many wrong passwords; try again later."
    return Problem(429, "too-many-failures", title, headers={"Retry-After": str(error.retry_after)})


def _bad_token(_: Any) -> Problem:
    headers = {"WWW-Authenticate": 'Bearer realm="palimpsest", error="invalid_token"'}
    return Problem(401, "bad-token", "The token is unknown, expired or revoked.", headers=headers)


def _busy(_: Any) -> Problem:
    title = "Too many others are writing here; nothing was written, send the same commands again."
    return Problem(503, "busy", title, headers={"Retry-After": "1"})


def _not_allowed(error: Any) -> Problem:
    return Problem(405, "method-not-allowed", f"{error.detail}")


def _too_big(_: Any) -> Problem:
    return Problem(400, "too-big", "The body is bigger than this operation takes.", pointer="")


def _suspicious(_: Any) -> Problem:
    return Problem(400, "bad-request", "The request cannot be read.")


def _database(error: Any) -> Problem:
    logger.warning("The database failed: %s", error)
    return unavailable()


def _framework(error: Any) -> Problem:
    return Problem(error.status_code, _slug(type(error).__name__), str(error.detail))


_KNOWN: Mapping[type[BaseException], Callable[[Any], Problem]] = {
    NotKnown: lambda _: not_found(),
    Http404: lambda _: not_found(),
    BadToken: _bad_token,
    WrongCredentials: _wrong_credentials,
    TooManyFailures: _too_many,
    BadJson: _bad_json,
    Refusal: lambda error: refusal_problem(error),
    Busy: _busy,
    drf.NotAuthenticated: lambda _: not_signed_in(),
    drf.MethodNotAllowed: _not_allowed,
    drf.APIException: _framework,
    RequestDataTooBig: _too_big,
    SuspiciousOperation: _suspicious,
    DatabaseAway: lambda _: unavailable(),
    OperationalError: _database,
    InterfaceError: _database,
    psycopg.OperationalError: _database,
}
