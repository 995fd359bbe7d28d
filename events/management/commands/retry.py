"""`manage.py retry`: let parked projections try again."""

from argparse import ArgumentParser
from typing import Any

from events.checkpoints import retry
from events.configured import registry
from events.management.arguments import LogCommand, add_project, known_project, known_projection


class Command(LogCommand):
    help = "Lets projections that are parked, or wait after an error, try again now; workers then carry on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser, help="only this one")
        parser.add_argument("--projection", metavar="NAME", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        kept, only = registry(), options["projection"]
        project = known_project(options["project"]) if options["project"] else None
        names = {known_projection(kept, only).name} if only else set(kept.projections)
        waiting = [lag for lag in kept.lags(project) if lag.error is not None and lag.name in names]
        for lag in waiting:
            retry(lag.project, lag.name)
            self.stdout.write(
                f"{lag.name} of {lag.project} tries position {lag.position + 1} again: {lag.error}"
            )
        if not waiting:
            self.stdout.write("Nothing waits.")
