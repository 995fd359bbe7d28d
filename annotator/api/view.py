"""The base of all views of the API: who calls, whether that is allowed, and how answers and refusals look."""

from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.db import connection
from django.http import HttpRequest, HttpResponse
from psycopg_pool import PoolTimeout
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from annotator.accounts.caller import Caller, caller_of
from annotator.api.breaker import BREAKER
from annotator.api.description import DeclaredSchema
from annotator.api.errors import database_is_away, problem_for
from annotator.api.operation import Operation
from annotator.api.parameters import Parameters, read_parameters
from annotator.api.problems import Problem, not_signed_in
from annotator.application.access import Access, NotKnown, access_to
from annotator.application.anonymity import mask_of

P = TypeVar("P", bound=Parameters)


class CallerAuthentication(BaseAuthentication):
    """Session cookie or bearer token, as `accounts.caller` knows them."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        caller = caller_of(request._request)
        return (caller, None) if caller else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="palimpsest"'


class AlwaysJson(BaseContentNegotiation):
    """There is one form of each answer, so what a client would rather have does not matter."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0] if parsers else None

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class View(APIView):
    """One path of the API. Each method is declared by `operation`; ``self.access`` is that to the project."""

    authentication_classes = (CallerAuthentication,)
    renderer_classes = (JSONRenderer,)
    parser_classes = ()
    permission_classes = ()
    throttle_classes = ()
    content_negotiation_class = AlwaysJson
    schema = DeclaredSchema()
    http_method_names = ["get", "head", "post", "delete"]

    access: Access
    operation: Operation
    _parameters: Parameters
    _was_away = False

    @property
    def caller_or_nobody(self) -> Caller | None:
        """Who calls, None for nobody."""
        return _caller(self.request)

    @property
    def caller(self) -> Caller:
        """Who calls.

        Raises:
            Problem: nobody who is known.
        """
        caller = _caller(self.request)
        if caller is None:
            raise not_signed_in()
        return caller

    def parameters(self, type_: type[P]) -> P:
        """The query parameters of this request, of the type that the operation declares."""
        assert isinstance(self._parameters, type_)
        return self._parameters

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Everything that is decided before the method runs."""
        if BREAKER.check():
            _try_database()
        self.operation = self._declared(request)
        row = self.operation.row
        caller = _caller(request)
        if caller is None and row.who != "anyone":
            raise not_signed_in()
        if request.method not in ("GET", "HEAD") and (caller is None or caller.via == "session"):
            _check_csrf(request._request)
        if caller is not None and caller.read_only and row.changes:
            raise Problem(403, "read-only-token", "This token may only read.")
        if caller is not None and row.who == "staff" and not caller.staff:
            raise NotKnown
        if caller is not None and row.who not in ("anyone", "account", "staff"):
            self._admit(caller, kwargs["project"])
        self._parameters = read_parameters(request._request.GET, self.operation.parameters)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Answers depend on who asks, so no cache may keep them for others."""
        if response.status_code < 500:
            BREAKER.worked()
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Vary", "Cookie, Authorization")
        return super().finalize_response(request, response, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Any:
        """Every refusal is a problem document; a connection that broke is tried once more.

        That is safe: reading changes nothing, and commands carry ids that make a repetition harmless.
        """
        if database_is_away(exc):
            connection.close()
            # A server that lets nobody in was waited for long enough; a connection that broke is another thing.
            broke = not isinstance(exc.__cause__ or exc, PoolTimeout)
            if broke and not self._was_away and self._is_repeatable():
                self._was_away = True
                return self.dispatch(self.request._request, *self.args, **self.kwargs)
            BREAKER.failed()
        problem = problem_for(exc)
        if isinstance(exc, MethodNotAllowed):
            problem.headers = {**problem.headers, "Allow": ", ".join(self.allowed_methods)}
        return problem.response()

    def _is_repeatable(self) -> bool:
        found: Operation | None = getattr(self, "operation", None)
        return found is not None and (found.row.method == "GET" or found.name == "send_commands")

    def _declared(self, request: Request) -> Operation:
        method = "get" if request.method == "HEAD" else (request.method or "").lower()
        handler = getattr(self, method, None) if method in self.http_method_names else None
        found: Operation | None = getattr(handler, "operation", None)
        if found is None:
            raise MethodNotAllowed(request.method or "")
        return found

    def _admit(self, caller: Caller, project: UUID) -> None:
        row = self.operation.row
        self.access = access_to(project, caller.id)
        assert row.who in ("viewer", "annotator", "curator", "manager")
        self.access.require(row.who)


def _caller(request: Request) -> Caller | None:
    user: Any = request.user
    return user if isinstance(user, Caller) else None


def answer(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """A value as JSON."""
    return json_answer(msgspec.json.encode(value), status=status, headers=headers)


def answer_about(access: Access, document: UUID | None, value: Any) -> HttpResponse:
    """A value as JSON, with pseudonyms for those whom the caller may not know."""
    mask = mask_of(access, document)
    return answer(value if mask is None else mask.hide(value))


def json_answer(body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """JSON that is already written."""
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)


def _try_database() -> None:
    """Raises the database's own error if it is still away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    BREAKER.worked()


def _check_csrf(request: HttpRequest) -> None:
    check = CSRFCheck(lambda _: HttpResponse())
    check.process_request(request)
    reason = check.process_view(request, None, (), {})  # type: ignore[arg-type]
    if reason:
        title = "The request does not come from our own page; send the token of GET /session as X-CSRFToken."
        raise Problem(403, "csrf", title)
