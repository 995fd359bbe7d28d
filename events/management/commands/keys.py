"""`manage.py keys`: what signs the logs' checkpoints, and how others can check it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from events.configured import keys
from events.keys import Exposed, Keys, NotAKey
from events.management.arguments import LogCommand
from events.signing import Unsound, sign
from events.store import projects


class Command(LogCommand):
    help = (
        "list: the public keys that are known here, the current one marked; they may be given to everybody. "
        "rotate: a new key, endorsed by the old one, which is destroyed; every log is signed with it at once. "
        "add FILE: know another server's public key, as `list --json` there prints it. "
        "sign: sign every log as it is now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        shown = actions.add_parser("list")
        shown.add_argument("--json", action="store_true", help="for others to keep")
        actions.add_parser("rotate")
        actions.add_parser("add").add_argument("file", type=Path)
        actions.add_parser("sign")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = keys()
        try:
            match options["action"]:
                case "list":
                    self._list(kept, as_json=options["json"])
                case "rotate":
                    self.stdout.write(f"{kept.rotate().key_id} signs from now on")
                    self._sign()
                case "add":
                    self.stdout.write(f"{kept.add(options['file'].read_text()).key_id} is known")
                case "sign":
                    self._sign()
        except Exposed as error:
            raise CommandError(f"{Exposed.__doc__} ({error})") from error
        except NotAKey as error:
            raise CommandError(f"{NotAKey.__doc__} ({error})") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _list(self, kept: Keys, *, as_json: bool) -> None:
        current = kept.current()
        if as_json:
            self.stdout.write(current.to_json(), ending="")
            return
        for key in sorted(kept.public().values(), key=lambda each: each.made_at):
            mark = "*" if key.key_id == current.key_id else " "
            by = f"endorsed by {key.endorsed_by}" if key.endorsed_by else ""
            self.stdout.write(f"{mark} {key.key_id} {key.public_key} {key.made_at} {by}".rstrip())

    def _sign(self) -> None:
        unsound = 0
        for project in projects():
            try:
                done = sign(project)
                self.stdout.write(f"{project}: position {done.position} signed by {done.key_id}")
            except Unsound as error:
                unsound += 1
                self.stdout.write(f"{project}: not signed, {error}")
        if unsound:
            raise CommandError(f"{unsound} could not be signed; `manage.py verify` says more.")
