"""What is left of an account when its person wants to be forgotten: an id, which the log holds."""

from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction

from annotator.accounts.caller import CALLERS
from annotator.accounts.models import Account, AccountPreferences, ApiToken, SignInLink


def erased_name(account: UUID) -> str:
    """What stands in place of the user name."""
    return f"erased-{account}"


@transaction.atomic
def erase_account(account: UUID) -> bool:
    """Take name and addresses away, and every way in; whether there was anything to take.

    Its work stays, under its id. Sessions end: what they hold names the account.
    """
    found = (
        Account.objects.select_for_update().filter(id=account).exclude(username=erased_name(account)).first()
    )
    if found is None:
        return False
    found.username, found.name, found.email = erased_name(account), "", ""
    found.is_active, found.last_login = False, None
    found.set_unusable_password()
    found.save()
    for model in (ApiToken, SignInLink, AccountPreferences):
        model.objects.filter(account_id=account).delete()
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(account):
            session.delete()
    CALLERS.clear()
    return True
