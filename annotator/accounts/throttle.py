"""Slows down guessing of passwords without letting anybody lock an owner out.

Failures count by account and address. A browser in which the account once signed in carries a signed
mark and is counted by that mark instead: an attacker elsewhere cannot use up its attempts.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.utils import timezone

from annotator.accounts.models import SignInFailure

WINDOW = timedelta(minutes=15)
FAILURES = 10
_MARK_LIFE = timedelta(days=365)
_SALT = "annotator.accounts.known-browser"


class TooManyFailures(Exception):
    """Too many wrong passwords; try again in a quarter of an hour."""

    retry_after = int(WINDOW.total_seconds())


def attempt_key(username: str, address: str, mark: str | None) -> bytes:
    """What the failures of this attempt are counted under."""
    known = _known(username, mark)
    place = f"browser {known}" if known else f"address {address}"
    return hashlib.sha256(f"{username.casefold()}\n{place}".encode("utf-8", "surrogatepass")).digest()


def begin_attempt(key: bytes) -> None:
    """Count this attempt as a failure until it succeeds, so that many at once cannot slip through together.

    Raises:
        TooManyFailures: this key has used up its attempts for now.
    """
    since = timezone.now() - WINDOW
    SignInFailure.objects.filter(at__lt=since).delete()
    attempt = SignInFailure.objects.create(key=key)
    if SignInFailure.objects.filter(key=key, at__gt=since).count() > FAILURES:
        attempt.delete()
        raise TooManyFailures


def forget_failures(key: bytes) -> None:
    """A right password clears its own key."""
    SignInFailure.objects.filter(key=key).delete()


def new_mark(username: str, session: UUID) -> str:
    """The mark of a browser that has just signed this account in."""
    return signing.dumps([username.casefold(), str(session)], salt=_SALT)


def mark_life() -> int:
    """Seconds a mark is kept."""
    return int(_MARK_LIFE.total_seconds())


def _known(username: str, mark: str | None) -> str | None:
    if not mark:
        return None
    try:
        owner, browser = signing.loads(mark, salt=_SALT, max_age=mark_life())
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(browser) if owner == username.casefold() else None
