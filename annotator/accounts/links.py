"""One-time links that sign somebody in."""

from datetime import timedelta

from django.utils import timezone

from annotator.accounts.models import Account, SignInLink
from annotator.accounts.secret import digest, new_secret

LIFE = timedelta(hours=24)


def make_sign_in_link(account: Account, *, life: timedelta = LIFE) -> str:
    """The path of a new link, such as ``/signin/…``; it works once, until its life is over."""
    SignInLink.objects.filter(expires_at__lt=timezone.now()).delete()
    secret = new_secret("")
    SignInLink.objects.create(digest=digest(secret), account=account, expires_at=timezone.now() + life)
    return f"/signin/{secret}"


def redeem(secret: str) -> Account | None:
    """The account of a link that is used now for the first time and in time; None for every other text."""
    used = SignInLink.objects.filter(digest=digest(secret), expires_at__gt=timezone.now())
    account = Account.objects.filter(sign_in_links__in=used, is_active=True).first()
    # Whoever deletes the row has used the link: of two at once, one gets in.
    deleted, _ = used.delete()
    return account if deleted else None
