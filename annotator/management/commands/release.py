"""`manage.py release make|list|diff --project P`: positions that people cite."""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

import msgspec
import uuid_utils.compat as uuid_utils
from django.core.management.base import BaseCommand, CommandError

from annotator.application.envelope import received
from annotator.application.handle import handle
from annotator.management.options import add_project, manager_of, state_of
from annotator.queries.gold_changes import GoldChange, GoldThing, gold_changes
from annotator.queries.log import head
from annotator.queries.release import find_release, position_named, releases

PAGE = 200


class Command(BaseCommand):
    """Listing and comparing read the log only; making is a command like every other."""

    help = "Give a position of a project a name for good, list what has one, and compare two of them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        make = actions.add_parser("make", help="make a release; it is printed as JSON")
        add_project(make)
        make.add_argument("name", metavar="NAME")
        make.add_argument(
            "--at", type=int, metavar="N", help="which position; without it, the end of the log"
        )
        make.add_argument("--licence", default="", help="an SPDX identifier, or in words")
        make.add_argument("--note", default="")
        make.add_argument("--as", dest="manager", metavar="USERNAME", help="which manager makes it")
        add_project(actions.add_parser("list", help="one line of JSON for each, the newest first"))
        diff = actions.add_parser(
            "diff", help="what became of gold between two releases or positions, and why"
        )
        add_project(diff)
        diff.add_argument("before", metavar="BEFORE")
        diff.add_argument("after", metavar="AFTER", nargs="?", help="without it, now")
        diff.add_argument("--json", action="store_true", help="one line of JSON for each document")

    def handle(self, *args: Any, **options: Any) -> None:
        state_of(options["project"])
        getattr(self, f"_{options['action']}")(options["project"], options)

    def _make(self, project: UUID, options: dict[str, Any]) -> None:
        release = str(uuid_utils.uuid7())
        data = {"release": release, "name": options["name"], "position": options["at"]}
        data |= {"licence": options["licence"], "note": options["note"]}
        command = received("make_release", data, id=uuid_utils.uuid7())
        (outcome,) = handle(manager_of(project, options["manager"]), project, [command]).outcomes
        if outcome.error is not None:
            raise CommandError(str(outcome.error))
        self._print(find_release(project, release))

    def _list(self, project: UUID, _: dict[str, Any]) -> None:
        for release in releases(project):
            self._print(release)

    def _diff(self, project: UUID, options: dict[str, Any]) -> None:
        before = _position(project, options["before"])
        after = head(project) if options["after"] is None else _position(project, options["after"])
        place: int | None = 0
        while place is not None:
            found = gold_changes(project, before=before, after=after, place=place, limit=PAGE)
            for document in found.documents:
                if options["json"]:
                    self._print(document)
                    continue
                self.stdout.write(f"{document.document} {document.title}")
                for change in document.changes:
                    self.stdout.write(f"  {_line(change)}")
            place = found.next

    def _print(self, value: object) -> None:
        self.stdout.write(msgspec.json.encode(value).decode())


def _position(project: UUID, wanted: str) -> int:
    found = position_named(project, wanted)
    if found is None or found > head(project):
        raise CommandError(f"The project has no release {wanted}, and its log no such position.")
    return found


def _line(change: GoldChange) -> str:
    shown = change.after or change.before
    assert shown is not None
    fields = f" ({', '.join(change.fields)})" if change.fields else ""
    return f"{change.change} {_thing(shown)}{fields}: {', '.join(change.why)}"


def _thing(thing: GoldThing) -> str:
    name = thing.content.get("label") or thing.content.get("type")
    said = f" {json.dumps(thing.quote, ensure_ascii=False)}" if thing.quote is not None else ""
    return f"{thing.kind.replace('_', ' ')} {name}{said}"
