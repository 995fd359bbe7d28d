"""`manage.py log export | import`: a project's log as one file, from one server to another."""

import contextlib
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from annotator.application.moving import FILE, named_accounts, take_in_accounts
from annotator.log import STORE
from events.log_export import CameBack, export_log
from events.log_file import LogReader
from events.log_import import ImportRefused, import_log
from events.management.arguments import Bar, LogCommand, known_project
from events.signing import Unsound


class Command(LogCommand):
    help = (
        "export PROJECT FILE: the whole log of a project, signed, in one file that verifies on any machine "
        "(python verify_log.py FILE; the program is inside, too). "
        "import FILE: the same project with the same positions and hashes here, all of it or nothing; read models follow. "
        "People whom the log names arrive as accounts that cannot sign in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        leaving = actions.add_parser("export")
        leaving.add_argument("project")
        leaving.add_argument("file", type=Path)
        leaving.add_argument(
            "--without-private",
            action="store_true",
            help="leave out texts, names and remarks: what can be erased",
        )
        how = leaving.add_mutually_exclusive_group()
        how.add_argument(
            "--encrypted",
            action="store_true",
            default=settings.EVENTS_ENCRYPT_LOGS,
            help="encrypt what can be erased with keys that stay here, so that erasing reaches this file, too; names of "
            "accounts are left out (PALIMPSEST_ENCRYPT_LOGS=yes makes this the default)",
        )
        how.add_argument("--open", dest="encrypted", action="store_false", help="readable without any key")
        arriving = actions.add_parser("import")
        arriving.add_argument("file", type=Path)
        arriving.add_argument(
            "--without-keys",
            action="store_true",
            help="do without contents that are encrypted with keys that are not here",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["action"] == "export":
                private, encrypted = not options["without_private"], options["encrypted"]
                self._export(options["project"], options["file"], private=private, encrypted=encrypted)
            else:
                self._import(options["file"], without_keys=options["without_keys"])
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _export(self, text: str, path: Path, *, private: bool, encrypted: bool) -> None:
        project, bar = known_project(text), Bar("export")
        new = path.with_name(f"{path.name}.part")
        try:
            with new.open("wb") as target:
                more = {FILE: named_accounts(project, private=private and not encrypted)}
                manifest = export_log(
                    project, target, private=private, encrypted=encrypted, more=more, progress=bar.show
                )
                target.flush()
                os.fsync(target.fileno())
            new.replace(path)
        except Unsound as error:
            raise CommandError(f"{Unsound.__doc__} ({error})") from error
        except CameBack as error:
            raise CommandError(f"{' '.join(str(CameBack.__doc__).split())} ({error})") from error
        finally:
            bar.end()
            with contextlib.suppress(FileNotFoundError):
                new.unlink()
        self.stdout.write(
            f"{project}: {manifest.position:,} events in {path} ({path.stat().st_size:,} bytes), hash {manifest.hash}"
        )

    def _import(self, path: Path, *, without_keys: bool) -> None:
        bar, arrived = Bar("import"), list[str]()

        def take_in(reader: LogReader) -> None:
            arrived.extend(take_in_accounts(reader))

        try:
            with path.open("rb") as source:
                done = import_log(
                    source, STORE.catalog, without_keys=without_keys, also=take_in, progress=bar.show
                )
        except ImportRefused as error:
            raise CommandError(str(error)) from error
        finally:
            bar.end()
        manifest = done.manifest
        by = "known here" if done.is_known else "not known here before"
        self.stdout.write(f"{manifest.project}: {manifest.position:,} events, signed by {done.key_id}, {by}")
        if arrived:
            self.stdout.write(f"accounts that cannot sign in: {', '.join(sorted(arrived))}")
