"""`manage.py create-user NAME`: an account, and a link that signs it in once."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from annotator.accounts.links import make_sign_in_link
from annotator.accounts.models import Account, AuthorClass


class Command(BaseCommand):
    """Makes an account. Without a password the link that is printed is the way in."""

    help = "Make an account and print a link that signs it in once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="the name that others see")
        parser.add_argument("--email", default="")
        parser.add_argument("--password", action="store_true", help="ask for a password")
        parser.add_argument("--staff", action="store_true", help="runs the service: may rebuild read models")
        parser.add_argument("--machine", action="store_true", help="a program: what it marks is no vote")

    def handle(self, *args: Any, **options: Any) -> None:
        account = Account(
            username=options["username"],
            name=options["name"],
            email=options["email"],
            is_staff=options["staff"],
            author_class=AuthorClass.MACHINE if options["machine"] else AuthorClass.HUMAN,
        )
        _set_password(account, _asked_password() if options["password"] else None)
        account.save(force_insert=True)
        self.stdout.write(f"account {account.id} {account.username}")
        if not options["machine"]:
            self.stdout.write(f"sign in once, within a day: {_address()}{make_sign_in_link(account)}")


def _address() -> str:
    """Where the service is, as far as this process was told."""
    told = settings.ENVIRONMENT
    return settings.PUBLIC_URL or f"http://{told.host}:{told.port}"


def _asked_password() -> str:
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("The same again: "):
        raise CommandError("The two passwords differ.")
    return first


def _set_password(account: Account, password: str | None) -> None:
    """Checks everything there is to check before the account is saved."""
    try:
        if password is not None:
            validate_password(password, account)
        account.set_password(password)
        account.full_clean()
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
