"""Names of accounts."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from annotator.accounts.models import Account


class AccountView(msgspec.Struct, frozen=True):
    """An account as others see it."""

    id: UUID
    name: str


def names_of(accounts: Iterable[UUID]) -> Mapping[UUID, str]:
    """The names of some accounts; those that do not exist are missing."""
    wanted = set(accounts)
    if not wanted:
        return {}
    found = Account.objects.filter(id__in=wanted).values_list("id", "name", "username")
    return {id_: name or username for id_, name, username in found}


def account_named(username: str) -> AccountView | None:
    """The active account with exactly this user name."""
    found = Account.objects.filter(username=username, is_active=True).first()
    return AccountView(found.id, found.shown_name) if found else None
