"""Signing in and out, and who one is."""

from uuid import UUID

import msgspec
import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from rest_framework.request import Request

from annotator.accounts.caller import CALLERS, session_key
from annotator.accounts.passwords import account_for
from annotator.accounts.throttle import mark_life, new_mark
from annotator.api.body import read_json
from annotator.api.operation import operation
from annotator.api.view import View, answer

MARK_COOKIE = "palimpsest-known"
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user name and a password."""

    username: str
    password: str


class MyAccount(msgspec.Struct, frozen=True):
    """The caller's own account; `staff` runs the service."""

    id: UUID
    username: str
    name: str
    staff: bool


class Me(msgspec.Struct, frozen=True):
    """Who one is; `account` is null for nobody. `csrf` goes into the header `X-CSRFToken` of every change."""

    account: MyAccount | None
    csrf: str


class Session(View):
    """The caller's session."""

    @operation("read_session", answer=Me)
    def get(self, request: Request) -> HttpResponse:
        """Who am I? Also gives the token that changes need."""
        return _me(self)

    @operation("sign_in", body=Credentials, answer=Me)
    def post(self, request: Request) -> HttpResponse:
        """Sign in with a user name and a password; the session is in a cookie."""
        plain = request._request
        given = read_json(plain, Credentials)
        account = account_for(
            plain,
            username=given.username,
            password=given.password,
            address=_address(plain),
            mark=plain.COOKIES.get(MARK_COOKIE),
        )
        login(plain, account, backend=BACKEND)
        response = answer(
            Me(
                MyAccount(account.id, account.username, account.shown_name, account.is_staff),
                get_token(plain),
            )
        )
        remember_browser(response, account.username)
        return response

    @operation("sign_out")
    def delete(self, request: Request) -> HttpResponse:
        """Sign out; the session is over everywhere."""
        plain = request._request
        session = plain.COOKIES.get(settings.SESSION_COOKIE_NAME)
        logout(plain)
        if session:
            CALLERS.forget(session_key(session))
        return HttpResponse(status=204)


def remember_browser(response: HttpResponse, username: str) -> None:
    """Mark the browser as one in which this account signed in, see `accounts.throttle`."""
    response.set_cookie(
        MARK_COOKIE,
        new_mark(username, uuid_utils.uuid7()),
        max_age=mark_life(),
        path="/api/v1/session",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _me(view: Session) -> HttpResponse:
    caller = view.caller_or_nobody
    account = MyAccount(caller.id, caller.username, caller.name, caller.staff) if caller else None
    return answer(Me(account, get_token(view.request._request)), headers={"Cache-Control": "no-store"})


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR") or "")
