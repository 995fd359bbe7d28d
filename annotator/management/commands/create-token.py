"""`manage.py create-token NAME`: a key with which a program acts as an account."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotator.accounts.models import Account
from annotator.accounts.tokens import create_token


class Command(BaseCommand):
    """Makes an API token and prints it; it cannot be shown again."""

    help = "Make an API token for an account and print it, this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument("--read-only", action="store_true")
        parser.add_argument(
            "--days", type=int, help="valid for so many days; without it, until it is revoked"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        account = Account.objects.filter(username=options["username"], is_active=True).first()
        if account is None:
            raise CommandError(f"There is no active account {options['username']!r}.")
        days = options["days"]
        expires_at = timezone.now() + timedelta(days=days) if days is not None else None
        _, text = create_token(
            account, name=options["name"], read_only=options["read_only"], expires_at=expires_at
        )
        self.stdout.write(text)
