"""`manage.py sweep`: does all the work there is, without any broker; with `--every` it goes on for ever."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection

from annotator.tasks.sweep import sweep_alone


class Command(BaseCommand):
    """Folds what the read models have not seen and carries jobs on, then says that a worker is there."""

    help = "Do all waiting work: bring read models up to date and carry jobs on. Needs no broker."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=float, metavar="SECONDS", help="look again after so many seconds, until stopped"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            more = self._turn(stop)
            if options["every"] is None and not more:
                return
            stop.wait(0 if more else options["every"])

    def _turn(self, stop: threading.Event) -> bool:
        """One turn; whether there is more to do. A database that is away is waited for."""
        try:
            return sweep_alone(keep_going=lambda: not stop.is_set())
        except (DatabaseError, InterfaceError, psycopg.Error) as error:
            self.stderr.write(f"The database failed: {str(error).strip()}")
            connection.close()
            stop.wait(1.0)
            return True
