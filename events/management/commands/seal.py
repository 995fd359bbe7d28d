"""`manage.py seal`: a stretch of a log as a Parquet file with a manifest, checked and, if need be, put back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from events.management.arguments import LogCommand, add_project, known_project, position
from events.segments import DoesNotFit, Manifest, NothingToSeal, Unsound, check, restore, seal


class Command(LogCommand):
    help = (
        "Writes events of a project to a Parquet file (zstd), with a manifest of first and last hash, count and "
        "sha256 beside it; the rows stay in the log. --check proves a segment without any database; --restore puts one "
        "back where the log ends, as the owner of the tables."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the segment")
        add_project(parser, help="whose events")
        parser.add_argument("--after", default="0", metavar="N", help="from behind this position (0)")
        parser.add_argument("--upto", metavar="N", help="up to this position (the end)")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--check", action="store_true", help="prove the file instead")
        how.add_argument("--restore", action="store_true", help="put the file's events back instead")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = self._done(options)
        except (Unsound, DoesNotFit, NothingToSeal) as error:
            raise CommandError(f"{options['file']}: {error}.") from error
        self.stdout.write(
            f"{found.project}: {found.count:,} events, positions {found.first} to {found.last}, "
            f"{found.bytes / found.count:.0f} bytes each, sha256 {found.sha256}"
        )

    def _done(self, options: dict[str, Any]) -> Manifest:
        if options["check"]:
            return check(options["file"])
        if options["restore"]:
            return restore(options["file"])
        if not options["project"]:
            raise CommandError("--project is needed: whose events?")
        upto = None if options["upto"] is None else position(options["upto"])
        project = known_project(options["project"])
        return seal(project, options["file"], after=position(options["after"]), upto=upto)
