"""`manage.py import --project P FILE…`: takes files or addresses in, as the page does, and waits for them."""

import io
import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from annotator.formats.articles import urls
from annotator.jobs import files, queue
from annotator.jobs.work import work_on
from annotator.management.options import add_format_options, add_project, manager_of
from annotator.queries.jobs import JobView, job

PAUSE = 0.1  # seconds between two looks at a job that is in other hands


class Command(BaseCommand):
    """The import is a job like any other: a command that is killed leaves it to the workers."""

    help = "Import files into a project; the report of each is printed as a line of JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser)
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument(
            "--urls", action="store_true", help="FILE is an address to fetch, or a list of them, one a line"
        )
        parser.add_argument("--format", help="without it, each file's beginning and name tell")
        parser.add_argument("--by", metavar="USERNAME", help="the manager in whose name it is done")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
        add_format_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        account = manager_of(options["project"], options["by"])
        wanted = {
            "format": options["format"],
            "options": dict(options["option"]),
            "dry_run": options["dry_run"],
        }
        names, addresses = options["files"], []
        if options["urls"]:
            wanted["format"] = urls.KEY
            addresses = [name for name in names if name.startswith(("http://", "https://"))]
            names = [name for name in names if name not in addresses]
        failed = [
            name for name in names if not self._import_file(options["project"], account, Path(name), wanted)
        ]
        if addresses:
            listed = io.BytesIO("\n".join(addresses).encode())
            if not self._import(options["project"], account, listed, f"addresses.{urls.KEY}", wanted):
                failed.append("the addresses")
        if failed:
            raise CommandError(f"Not everything came in: {', '.join(failed)}.")

    def _import_file(self, project: UUID, account: UUID, path: Path, wanted: dict[str, Any]) -> bool:
        """Whether all of the file came in."""
        try:
            with path.open("rb") as source:
                return self._import(project, account, source, path.name, wanted)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None

    def _import(
        self, project: UUID, account: UUID, source: BinaryIO, name: str, wanted: dict[str, Any]
    ) -> bool:
        # In one transaction: a worker that sees the job sees the file.
        with transaction.atomic():
            made = queue.add(project, account, "import", name=name, options=wanted)
            kind = "application/octet-stream"
            files.store(made, "upload", files.pieces_of(source), name=name, media_type=kind)
        return self._told(_done(project, made))

    def _told(self, found: JobView | None) -> bool:
        assert found is not None
        if found["state"] != "done" or found["report"] is None:
            self.stderr.write(f"{found['name']}: {found['error'] or found['state']}")
            return False
        self.stdout.write(json.dumps(found["report"], ensure_ascii=False))
        return bool(found["report"]["rejected"] == 0)


def _done(project: UUID, made: UUID) -> JobView | None:
    """The job once it has ended, done here or by a worker that was quicker."""
    while True:
        work_on(made)
        found = job(project, made)
        if found is None or found["state"] in ("done", "failed"):
            return found
        time.sleep(PAUSE)
