"""`manage.py verify`: is the log what it was?"""

import os
import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.db import connection

from events.chain import head_of
from events.configured import keys
from events.management.arguments import Bar, LogCommand, add_project, known_project
from events.proofs import last_sound
from events.verification import BEGINNING, Checked, Start, logs, verify_all

MOST = 20
"""Breaks told of one log."""


class Command(LogCommand):
    help = (
        "Checks the hash chain, positions, versions, streams, contents and signed checkpoints of every log, or of one "
        "project's. The exit code is 1 when something is not as it was written: the first bad position is told first, "
        "with what is wrong there. A run that was stopped goes on behind the last signed checkpoint that it had verified."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser, help="only this one's log")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--full", action="store_true", help="begin anew, wherever an earlier run stopped")
        how.add_argument(
            "--new", action="store_true", help="only what came after the signed checkpoint verified last"
        )
        how.add_argument(
            "--restored",
            action="store_true",
            help="the database was restored from a backup on purpose: forget what was signed after it",
        )
        parser.add_argument(
            "--workers",
            type=int,
            default=os.cpu_count() or 1,
            metavar="N",
            help="connections at once (one a core)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [known_project(options["project"])] if options["project"] else logs()
        if options["restored"]:
            self._forget(chosen)
        starts = [(project, self._start(project, options)) for project in chosen]
        bar, breaks = Bar("verify"), 0
        report = _Report(self)
        done, total = 0, sum(map(_head, chosen))
        for checked in verify_all(starts, workers=max(options["workers"], 1)):
            report.take(checked)
            done = done + report.step if not checked.is_last else done
            bar.show(min(done, total), total)
            if checked.is_last:
                bar.clear()
                breaks += report.close(checked)
        bar.end()
        if breaks:
            sys.exit(1)

    def _start(self, project: UUID, options: dict[str, Any]) -> Start:
        note = keys().kept("verified", project)
        if note is None or options["full"] or (note["is_whole"] and not options["new"]):
            return BEGINNING
        self.stdout.write(f"{project}: begins behind position {note['position']:,}, verified before")
        return Start(note["position"], bytes.fromhex(note["hash"]))

    def _forget(self, chosen: list[UUID]) -> None:
        for project in chosen:
            signed = keys().kept("signed", project)
            if signed and signed["position"] > _head(project):
                keys().forget("signed", project)
                keys().forget("verified", project)
                self.stdout.write(
                    f"{project}: forgot that position {signed['position']} was signed before the restore"
                )


class _Report:
    """Of one log after the other, in the order of the checks."""

    def __init__(self, command: LogCommand) -> None:
        self._out = command.stdout
        self._found: list[Any] = []
        self._position = self.step = 0

    def take(self, checked: Checked) -> None:
        self._found += checked.breaks
        self.step, self._position = checked.position - self._position, checked.position
        if not self._found:
            _mark(checked)

    def close(self, checked: Checked) -> int:
        found = sorted(self._found, key=lambda each: each.position)
        for each in found[:MOST]:
            self._out.write(f"{each.project} position {each.position}: {each.fault}: {each.what}")
        if len(found) > MOST:
            self._out.write(f"{checked.project}: and {len(found) - MOST} more")
        breaks = f"{len(found)} break{'s' if len(found) > 1 else ''}" if found else "whole"
        self._out.write(f"{checked.project}: {checked.head:,} events, {breaks}")
        if found:
            keys().forget("verified", checked.project)
        self._found, self._position = [], 0
        return len(found)


def _mark(checked: Checked) -> None:
    """How far it is: a run that is stopped goes on from here, behind a checkpoint that cannot be made up."""
    with connection.cursor() as cursor:
        proof = last_sound(cursor, checked.project, checked.position)
    if proof:
        note = {"position": proof.position, "hash": proof.hash.hex(), "is_whole": checked.is_last}
        keys().keep("verified", checked.project, note)


def _head(project: UUID) -> int:
    with connection.cursor() as cursor:
        return head_of(cursor, project)
