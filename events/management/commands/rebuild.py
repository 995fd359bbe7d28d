"""`manage.py rebuild`: a projection from the log, beside the live one."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from events.configured import registry
from events.management.arguments import Bar, LogCommand, add_project, known_project, known_projection
from events.projection import Registry
from events.rebuild import (
    AlreadyRebuilding,
    Cancelled,
    Differs,
    Faulty,
    MadeByOtherCode,
    cancel,
    rebuild,
    repair,
)


class Command(LogCommand):
    help = (
        "Folds a projection anew beside the live one, compares the two, and puts the new one in its place at once. "
        "Ctrl-C, or --cancel elsewhere, stops it and leaves everything as it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="*", help="which")
        parser.add_argument(
            "--outdated", action="store_true", help="those whose rows were made by other code"
        )
        add_project(parser, help="only this one's rows, in one transaction")
        parser.add_argument("--no-compare", action="store_true", help="take the new rows even if they differ")
        parser.add_argument("--cancel", action="store_true", help="stop the rebuild that is running")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = registry()
        names = [known_projection(kept, name).name for name in options["name"]]
        if options["outdated"]:
            names += [name for name in kept.outdated() if name not in names]
        elif not names:
            raise CommandError(f"Say which projection: {', '.join(sorted(kept.projections))}.")
        for name in names:
            if options["project"]:
                self._repair(kept, name, known_project(options["project"]))
            elif options["cancel"]:
                self.stdout.write(f"{name}: {'cancelled' if cancel(name) else 'no rebuild is running'}")
            else:
                self._rebuild(kept, name, compare=not options["no_compare"])

    def _repair(self, kept: Registry, name: str, project: UUID) -> None:
        try:
            wrong = repair(kept, name, project)
        except MadeByOtherCode as error:
            raise CommandError(f"{name}: {type(error).__doc__}") from error
        self.stdout.write(
            f"{name} of {project}: {'its rows were wrong and are right now' if wrong else 'its rows were right'}"
        )

    def _rebuild(self, kept: Registry, name: str, *, compare: bool) -> None:
        bar, total = Bar(name), 0
        try:
            for progress in rebuild(kept, name, compare=compare):
                total = progress.total
                bar.show(progress.done, progress.total)
        except (AlreadyRebuilding, Cancelled, Differs, Faulty) as error:
            raise CommandError(f"{type(error).__doc__} {error}") from error
        except KeyboardInterrupt:
            raise CommandError(f"{name}: cancelled; the live rows were kept.") from None
        finally:
            bar.end()
        self.stdout.write(f"{name}: rebuilt from {total:,} events")
