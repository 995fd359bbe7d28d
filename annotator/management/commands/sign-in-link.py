"""`manage.py sign-in-link NAME`: a way in for somebody who has no password, or lost it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotator.accounts.links import make_sign_in_link
from annotator.accounts.models import Account


class Command(BaseCommand):
    """Prints a link that signs an account in once."""

    help = "Print a link that signs an account in once, within a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--activate",
            action="store_true",
            help="let in who came with a log or an import, and could not sign in",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = Account.objects.filter(username=options["username"])
        if options["activate"]:
            found.update(is_active=True)
        account = found.filter(is_active=True).first()
        if account is None:
            raise CommandError(f"There is no active account {options['username']!r}.")
        self.stdout.write(f"sign in once, within a day: {settings.PUBLIC_URL}{make_sign_in_link(account)}")
