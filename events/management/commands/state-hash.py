"""`manage.py state-hash`: one hash of all that a projection holds of a project."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from events.configured import catalog, registry
from events.management.arguments import LogCommand, add_project, known_project, known_projection, position
from events.rebuild import live_hash, replayed_hash
from events.store import Store


class Command(LogCommand):
    help = (
        "Prints hash, position and name for each projection of a project: of its live rows, or of the rows that a "
        "replay of the log gives. Equal hashes at equal positions mean equal rows, here and on any other server."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser, required=True, help="whose rows")
        parser.add_argument("--at", metavar="N", help="the state at this position (only from a replay)")
        parser.add_argument(
            "--from", dest="source", choices=("live", "replay"), default="live", help="(live)"
        )
        parser.add_argument("--projection", metavar="NAME", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        kept, project = registry(), known_project(options["project"])
        at = None if options["at"] is None else position(options["at"])
        head = Store(catalog()).head(project)
        if at is not None and at > head:
            raise CommandError(f"The log of {project} ends at {head}.")
        only = options["projection"]
        names = [known_projection(kept, only).name] if only else sorted(kept.projections)
        for name in names:
            if options["source"] == "replay":
                upto = head if at is None else at
                found = replayed_hash(kept.projections[name], project, at=upto)
            else:
                upto, found = live_hash(kept, name, project)
                if at not in (None, upto):
                    raise CommandError(f"The live rows of {name} stand at {upto}; ask for --from replay.")
            self.stdout.write(f"{found} {upto} {name}")
