"""What the log's commands have in common: their arguments, and a line that shows how far they are."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, TextIO
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from events.projection import Projection, Registry
from events.store import projects


class LogCommand(BaseCommand):
    """A command about the log: what is wrong with its arguments or with the database takes one line."""

    requires_system_checks: list[str] = []

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except OperationalError as error:
            raise CommandError(
                f"The database does not answer ({str(error).strip().splitlines()[0]})."
            ) from error


def add_project(parser: ArgumentParser, *, required: bool = False, help: str) -> None:
    """The option ``--project``."""
    parser.add_argument("--project", required=required, metavar="ID", help=help)


def known_project(text: str) -> UUID:
    """The project with this id, if it has a log.

    Raises:
        CommandError
    """
    try:
        project = UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a project's id (a UUID).") from None
    if project not in set(projects()):
        raise CommandError(f"There is no project {project}.")
    return project


def position(text: str) -> int:
    """A position as typed.

    Raises:
        CommandError
    """
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise CommandError(f"{text!r} is not a position (0, 1, 2, …).")
    return int(text)


def known_projection(registry: Registry, name: str) -> Projection:
    """The projection of this name.

    Raises:
        CommandError
    """
    if name not in registry.projections:
        raise CommandError(f"There is no projection {name!r}; there are {_listed(registry.projections)}.")
    return registry.projections[name]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


LINE_SECONDS = 5.0
"""Between two lines of progress in a file; what ends sooner leaves none."""


class Bar:
    """A line on a terminal that shows how much is done; in a file a new line now and then."""

    def __init__(self, label: str, stream: TextIO = sys.stderr) -> None:
        self._label, self._stream = label, stream
        self._begun = self._told = time.monotonic()
        self._drawn = 0.0

    def show(self, done: int, total: int) -> None:
        """Draw the line anew, at most some times a second."""
        now = time.monotonic()
        share = done / total if total else 1.0
        rate = done / max(now - self._begun, 1e-9)
        said = f"{share:4.0%} {done:,} of {total:,} events, {rate:,.0f}/s"
        if self._stream.isatty():
            if done >= total or now - self._drawn >= 0.1:
                self._drawn = now
                filled = "█" * round(30 * share) + "░" * (30 - round(30 * share))
                self._stream.write(f"\r{self._label} {filled} {said} ")
        elif now - self._told >= LINE_SECONDS:
            self._told = now
            self._stream.write(f"{self._label} {said.strip()}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Make room for a line that stays; the next look draws it again."""
        if self._drawn and self._stream.isatty():
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._drawn:
            self._stream.write("\n")
