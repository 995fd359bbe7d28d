"""`manage.py partitions`: how full the log's partitions are; splits one that has grown too big."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from events.management.arguments import LogCommand
from events.partitions import TABLES, NotAPartition, Partition, partitions, split


class Command(LogCommand):
    help = (
        "Prints size, rows and guard of each partition of the log and its contents. --split NAME replaces one by several; "
        "it needs PALIMPSEST_PROCESS=owner, and appends to the log wait while its rows are copied."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--split", metavar="NAME", help="the partition to split, as in event_3")
        parser.add_argument("--into", type=int, default=4, metavar="N", help="into so many (4)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["split"]:
            self._split(options["split"], options["into"])
            return
        for table in TABLES:
            for each in partitions(table):
                self._tell(each)

    def _split(self, name: str, into: int) -> None:
        if into < 2:
            raise CommandError("--into is at least 2.")
        try:
            made = split(name, into=into)
        except NotAPartition:
            raise CommandError(f"There is no partition {name!r}; without --split they are listed.") from None
        for each in made:
            self._tell(each)

    def _tell(self, each: Partition) -> None:
        guard = ", guarded" if each.guarded else ""
        self.stdout.write(
            f"{each.name}: {each.bytes / 2**20:,.1f} MB, about {each.rows:,} rows, "
            f"modulus {each.modulus}, remainder {each.remainder}{guard}"
        )
