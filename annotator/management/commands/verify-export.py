"""`manage.py verify-export FILE`: proves the file of an export, without any server."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotator.jobs.verification import verify
from events.keys import NotAKey, PublicKey, parsed


class Command(BaseCommand):
    """Needs neither database nor keys of its own."""

    help = (
        "Check an export against its manifest, and the manifest against its signature, which is in the file or in "
        "FILE.sig. One line for each problem; the exit code is 1 when there are any. tools/verify_log.py does the same "
        "with nothing of the service."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="a public key that you trust, as `manage.py keys list --json` prints it; without one, the export "
            "vouches for its own key",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        trusted = [_key(each) for each in options["key"]]
        found = verify(path, beside=path.with_name(path.name + ".sig"), trusted=trusted)
        for problem in found.problems:
            self.stdout.write(problem)
        if found.problems:
            sys.exit(1)
        vouched = "" if trusted else ", a key that only the file itself vouches for"
        self.stdout.write(f"whole: {found.files} files, signed by key {found.key_id}{vouched}")


def _key(path: Path) -> PublicKey:
    try:
        return parsed(path.read_text())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except (NotAKey, UnicodeDecodeError) as error:
        raise CommandError(f"{path} is no public key: {error}") from None
