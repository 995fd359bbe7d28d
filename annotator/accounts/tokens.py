"""API tokens: made, found, revoked."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from annotator.accounts.models import Account, ApiToken
from annotator.accounts.secret import digest, new_secret

PREFIX = "pal_"
# The time of last use is for people; a write per request would cost more than it tells.
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


def create_token(
    account: Account, *, name: str, read_only: bool = False, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its text, which cannot be shown again."""
    text = new_secret(PREFIX)
    token = ApiToken.objects.create(
        account=account, name=name, digest=digest(text), read_only=read_only, expires_at=expires_at
    )
    return token, text


def find_token(text: str) -> ApiToken | None:
    """The valid token with this text, its account loaded and active."""
    now = timezone.now()
    valid = Q(expires_at=None) | Q(expires_at__gt=now)
    token = (
        ApiToken.objects.select_related("account")
        .filter(valid, digest=digest(text), account__is_active=True)
        .first()
    )
    if token and (token.last_used_at is None or now - token.last_used_at > _USE_IS_NOTED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
