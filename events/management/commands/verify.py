"""`manage.py verify`: is the log what it was?"""

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from events.management.arguments import Bar, LogCommand, add_project, known_project
from events.verification import logs, verify


class Command(LogCommand):
    help = (
        "Checks the hash chain, positions, versions, streams and contents of every log, or of one project's. "
        "The exit code is 1 when something is not as it was written; each such position is named."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser, help="only this one's log")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [known_project(options["project"])] if options["project"] else logs()
        if sum(map(self._verify, chosen)):
            sys.exit(1)

    def _verify(self, project: UUID) -> int:
        bar, breaks, position = Bar(str(project)), 0, 0
        for checked in verify(project):
            position = checked.position
            bar.show(checked.position, checked.head)
            for each in checked.breaks:
                breaks += 1
                self.stdout.write(f"{project} position {each.position}: {each.what}")
        bar.end()
        self.stdout.write(f"{project}: {position:,} events, {f'{breaks} breaks' if breaks else 'whole'}")
        return breaks
