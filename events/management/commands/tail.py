"""`manage.py tail`: a project's log, event by event."""

import time
from argparse import ArgumentParser
from typing import Any

import msgspec

from events.configured import catalog
from events.management.arguments import LogCommand, add_project, known_project, position
from events.store import Store
from events.values import Recorded

PAGE = 500
PAUSE = 0.5  # seconds between looks


class Command(LogCommand):
    help = (
        "Prints the events of a project's log, one JSON object a line; --follow waits for more until Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser, required=True, help="whose log")
        parser.add_argument("--after", default="0", metavar="N", help="begin after this position (0)")
        parser.add_argument("--follow", action="store_true", help="wait for new events")

    def handle(self, *args: Any, **options: Any) -> None:
        project = known_project(options["project"])
        store, after = Store(catalog()), position(options["after"])
        try:
            while True:
                page = store.after(project, after, limit=PAGE)
                for recorded in page:
                    self.stdout.write(_line(recorded))
                after = page[-1].position if page else after
                if len(page) < PAGE:
                    self.stdout.flush()
                    if not options["follow"]:
                        return
                    time.sleep(PAUSE)
        except KeyboardInterrupt:
            return


def _line(recorded: Recorded) -> str:
    return msgspec.json.encode(recorded).decode()
