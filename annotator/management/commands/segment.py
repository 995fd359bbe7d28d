"""`manage.py segment [--project P]`: writes down where sentences and words begin, of all texts that lack it."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from annotator.application.segmenting import segment_new
from events.store import projects


class Command(BaseCommand):
    """Workers do it with every text that comes; this is for logs that are older, or have no workers."""

    help = "Write down where sentences and words begin, of texts that lack it, so that exports in words stay the same."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", type=UUID, help="the id of a project; without it, all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [options["project"]] if options["project"] else projects()
        done = sum(segment_new(project) for project in chosen)
        self.stdout.write(f"Looked at {done:,} texts.")
