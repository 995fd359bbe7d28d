"""`manage.py export --project P --format F -o FILE`: writes what is known as of a position, always to the same bytes."""

import hashlib
import json
import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError

from annotator.formats.options import BadOptions
from annotator.formats.registry import UnknownFormat, formats
from annotator.jobs.exporting import ExportRefused, Wanted, report, signature, write_export
from annotator.management.options import add_format_options, add_project, state_of


class Command(BaseCommand):
    """Reads the log only; needs no worker."""

    help = "Export gold or sets of a project as of a position. The report is printed as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser)
        parser.add_argument(
            "--format", required=True, choices=[key for key, form in formats().items() if form.writer]
        )
        parser.add_argument("--source", choices=["gold", "sets"], default="gold")
        moment = parser.add_mutually_exclusive_group()
        moment.add_argument("--at", type=int, metavar="N", help="position of the log; without it, its end")
        moment.add_argument("--release", metavar="NAME", help="name or id of a release")
        parser.add_argument(
            "-o", "--output", required=True, metavar="FILE", help="a zip; - for standard output"
        )
        parser.add_argument(
            "--signature",
            choices=["beside", "inside", "none"],
            default="beside",
            help="where the signature goes: into FILE.sig, so that FILE has the same bytes on every server; into the "
            "zip; or nowhere",
        )
        add_format_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        state_of(options["project"])
        wanted = Wanted(
            project=options["project"],
            format=options["format"],
            source=options["source"],
            at=options["at"],
            release=options["release"],
            signed=options["signature"] == "inside",
            options=dict(options["option"]),
        )
        with _target(options["output"]) as target:
            try:
                manifest = write_export(wanted, target)
            except (ExportRefused, UnknownFormat, BadOptions) as error:
                raise CommandError(str(error)) from None
            told = {**report(manifest), "sha256": _sha256(target)}
            target.flush()
            if options["signature"] == "beside" and options["output"] != "-":
                _write_beside(options["output"], signature(manifest.to_bytes()))
        out = self.stderr if options["output"] == "-" else self.stdout
        out.write(json.dumps(told, ensure_ascii=False))


def _write_beside(name: str, proof: bytes) -> None:
    try:
        Path(f"{name}.sig").write_bytes(proof)
    except OSError as error:
        raise CommandError(f"{name}.sig cannot be written: {error.strerror}.") from None


@contextmanager
def _target(name: str) -> Iterator[BinaryIO]:
    """A file that is there only once it is whole."""
    if name == "-":
        with tempfile.TemporaryFile() as held:
            yield cast(BinaryIO, held)
            held.seek(0)
            while piece := held.read(1 << 20):
                sys.stdout.buffer.write(piece)
        return
    path = Path(name)
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as held:
            made = Path(held.name)
            try:
                yield cast(BinaryIO, held)
                held.flush()
                os.fchmod(held.fileno(), 0o644)
                os.replace(made, path)
            except BaseException:
                made.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise CommandError(f"{name} cannot be written: {error.strerror}.") from None


def _sha256(target: BinaryIO) -> str:
    digest = hashlib.sha256()
    target.seek(0)
    while piece := target.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()
