"""Signing in with a user name and a password."""

from django.contrib.auth import authenticate
from django.http import HttpRequest

from annotator.accounts.models import Account
from annotator.accounts.throttle import attempt_key, begin_attempt, forget_failures


class WrongCredentials(Exception):
    """User name or password is wrong, or the account is disabled."""


def account_for(
    request: HttpRequest, *, username: str, password: str, address: str, mark: str | None
) -> Account:
    """The account with this name and password. An unknown name takes as long as a wrong password.

    Raises:
        TooManyFailures: nothing was checked.
        WrongCredentials: the failure was counted.
    """
    key = attempt_key(username, address, mark)
    begin_attempt(key)
    account = authenticate(request, username=username, password=password)
    if not isinstance(account, Account):
        raise WrongCredentials
    forget_failures(key)
    return account
