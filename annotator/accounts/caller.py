"""Who sends a request. Looked up in the database at most every two seconds per credential and process.

A write must cost few queries; signing out, disabling an account and revoking a token still take effect
within that time everywhere, open streams included when they ask again.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from annotator.accounts.models import Account
from annotator.accounts.secret import digest
from annotator.accounts.tokens import find_token

REMEMBERED_FOR = 2.0  # seconds
_MOST = 10_000  # credentials remembered


@dataclass(frozen=True, slots=True)
class Caller:
    """An account that proved itself, and how it did."""

    id: UUID
    username: str
    name: str
    author_class: str
    via: Literal["session", "token"]
    read_only: bool = False
    staff: bool = False
    """Runs the service: may rebuild what belongs to no single project."""

    is_authenticated = True  # what the web framework asks of a user


class BadToken(Exception):
    """The token is unknown, expired or revoked, or its account is disabled."""


class CallerCache:
    """Callers by credential, each for a short time."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: bytes, look_up: Callable[[], Caller | None]) -> Caller | None:
        """The remembered caller, or a new look at the database; a failed look is not remembered."""
        now = time.monotonic()
        with self._lock:
            found = self._known.get(key)
        if found and now < found[0]:
            return found[1]
        caller = look_up()
        with self._lock:
            self._known.pop(key, None)
            if caller:
                self._known[key] = (now + REMEMBERED_FOR, caller)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return caller

    def forget(self, key: bytes) -> None:
        """At once, in this process: after signing out."""
        with self._lock:
            self._known.pop(key, None)

    def clear(self) -> None:
        """Forget everybody, as after a change of accounts and between tests."""
        with self._lock:
            self._known.clear()


CALLERS = CallerCache()


def caller_of(request: HttpRequest) -> Caller | None:
    """Who sends this request, None for nobody. A token, when given, is the only thing that counts.

    Raises:
        BadToken: an ``Authorization`` header that proves nobody.
    """
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is not None:
        return _by_token(header)
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not session:
        return None
    return CALLERS.find(session_key(session), lambda: _by_session(request))


def session_key(session: str) -> bytes:
    """What a session's caller is remembered under."""
    return digest(f"session {session}")


def _by_token(header: str) -> Caller:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise BadToken
    text = text.strip()

    def look_up() -> Caller | None:
        token = find_token(text)
        return _caller(token.account, "token", read_only=token.read_only) if token else None

    caller = CALLERS.find(digest(f"token {text}"), look_up)
    if caller is None:
        raise BadToken
    return caller


def _by_session(request: HttpRequest) -> Caller | None:
    account = get_user(request)  # checks the session's hash of the password, and that the account is active
    return _caller(account, "session") if isinstance(account, Account) else None


def _caller(account: Account, via: Literal["session", "token"], *, read_only: bool = False) -> Caller:
    return Caller(
        id=account.id,
        username=account.username,
        name=account.shown_name,
        author_class=account.author_class,
        via=via,
        read_only=read_only,
        staff=account.is_staff,
    )
