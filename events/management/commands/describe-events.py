"""`manage.py describe-events`: the page docs/events.md."""

from typing import Any

from django.core.management.base import BaseCommand

from events.configured import catalog
from events.description import described


class Command(BaseCommand):
    help = "Prints every event that a log may hold, with its fields, as Markdown."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(described(catalog()), ending="")
