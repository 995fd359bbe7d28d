"""`manage.py load-sample`: the project that a newcomer finds; the last line is the way to sign in once."""

from typing import Any

from django.core.management.base import BaseCommand

from annotator.sample.loader import load_sample


class Command(BaseCommand):
    help = "Loads the sample project, or what is missing of it, and prints a link that signs its manager in once."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(load_sample())
