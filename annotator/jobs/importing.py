"""Imports: a file is read document by document and written in batches, each of which commits with its progress.

A kill loses nothing and doubles nothing: the file is read again, what was written is skipped, and what was written
but not noted yet has command ids that follow from its content.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, assert_never
from uuid import UUID

from annotator.domain.label_schema import LabelSchema
from annotator.domain.refusals import Refusal
from annotator.formats.bundles import Bundle, Item, bundles
from annotator.formats.options import parse_options
from annotator.formats.records import Diagnostic, EntityRecord, Record, SchemaRecord
from annotator.formats.registry import Format, find, guess
from annotator.jobs.identity import document_id
from annotator.jobs.intake import Intake, schema_wholes
from annotator.jobs.likeness import Likeness, repeats
from annotator.jobs.rehearsal import Rehearsal
from annotator.jobs.report import Report
from annotator.jobs.whole import Whole
from annotator.jobs.writer import Writer, Written, few_collections
from events.streams import StreamRef

# Editors of the same project wait while a batch is appended: some tens of milliseconds.
BATCH_EVENTS = 1_000
BATCH_TEXT = 2 << 20  # code points
HEAD = 1 << 16  # bytes that tell the format

Progress = Callable[["Importer"], None]


class FormatUnknown(Exception):
    """No format could be made out from the file's beginning and name; say which it is."""


@dataclass(slots=True)
class _Batch:
    """What is written at once, with its part of the report; ``items`` counts the file's items that it deals with."""

    report: Report
    wholes: list[Whole] = field(default_factory=list)
    items: int = 0
    weight: int = 0
    size: int = 0

    def add(self, whole: Whole) -> None:
        self.wholes.append(whole)
        self.weight += whole.weight
        self.size += whole.size

    @property
    def is_full(self) -> bool:
        return self.weight >= BATCH_EVENTS or self.size >= BATCH_TEXT


class Importer:
    """One pass over one file. ``items`` counts what is written, in the order of the file.

    While a batch is on its way to the database, the next one is made.
    """

    def __init__(self, project: UUID, report: Report, progress: Progress, writer: Writer | Rehearsal) -> None:
        self.report = report
        self.items = 0
        self._intake = Intake(project, makes_accounts=writer.makes_accounts)
        self._progress = progress
        self._writer = writer
        self._batch = _Batch(report.part())
        self._flight: tuple[_Batch, Written] | None = None
        self._waiting: list[EntityRecord] = []
        self._likeness = Likeness(project) if report.rehearsed else None

    def run(self, records: Iterable[Record | Diagnostic], *, skip: int = 0) -> None:
        """Import everything; the first ``skip`` items were dealt with before."""
        with few_collections(), self._writer:
            for item in bundles(self._records(records, skip)):
                if self.items < skip:
                    self._pass_over(item)
                else:
                    self._take(item)
            self._flush_entities()
            self._flush()
            self._settle()

    def _records(self, records: Iterable[Record | Diagnostic], skip: int) -> Iterator[Record]:
        for record in records:
            if not isinstance(record, Diagnostic):
                yield record
            elif self.items >= skip:
                self._batch.report.told(record)

    def _pass_over(self, item: Item) -> None:
        if isinstance(item, EntityRecord):
            self._intake.take_entity(item)
        self.items += 1

    def _take(self, item: Item) -> None:
        match item:
            case SchemaRecord():
                self._take_schema(item)
            case EntityRecord():
                self._intake.take_entity(item)
                self._waiting.append(item)
            case Bundle():
                self._flush_entities()
                self._take_bundle(item)
            case _:
                assert_never(item)

    def _take_schema(self, record: SchemaRecord) -> None:
        self._flush_entities()
        for whole in schema_wholes(self._intake.project, record, self._schema()):
            self._add(whole)
        self._batch.items += 1
        self._flush()

    def _take_bundle(self, bundle: Bundle) -> None:
        try:
            whole = self._intake.whole(bundle)
        except Refusal as refusal:
            self._batch.items += 1
            self._batch.report.refused(bundle.document.id, "document", refusal, document=True)
            return
        for work in bundle.works.values():
            if author := self._intake.new_author(work):
                self._add(author)
        if self._likeness is not None:
            copied = self._likeness.copied(
                bundle.document, document_id(self._intake.project, bundle.document)
            )
            self._batch.report.likened(copied, repeats(bundle.document))
        self._batch.report.counts["gold_as_set"] += None in bundle.works
        self._batch.items += 1
        self._add(whole)

    def _add(self, whole: Whole) -> None:
        self._batch.add(whole)
        if self._batch.is_full:
            self._flush()

    def _flush_entities(self) -> None:
        """Entities whose references are there already go first; those that refer in a circle come last."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        references = _references(self._schema())
        for record in _in_order(waiting, references):
            try:
                self._add(self._intake.entity_whole(record, references.get(record.entity_type, ())))
            except Refusal as refusal:
                self._batch.report.refused("", f"entity {record.id}", refusal, document=False)
        self._batch.items += len(waiting)
        self._flush()

    def _flush(self) -> None:
        self._settle()
        batch, self._batch = self._batch, _Batch(self._batch.report.part())
        self._flight = batch, self._writer.write(batch.wholes)

    def _settle(self) -> None:
        """Wait for the batch that is on its way, and write down that it is in."""
        if self._flight is None:
            return
        (batch, written), self._flight = self._flight, None
        for whole, new in written.result():
            if whole.refusal is not None:
                about = "documents" in whole.counts
                batch.report.refused(whole.place, whole.refused, whole.refusal, document=about)
            else:
                batch.report.accepted(whole.counts, new=new, known=whole.known)
        self.report.take(batch.report)
        self.report.authors |= self._intake.authors
        self.items += batch.items
        self._progress(self)

    def _schema(self) -> LabelSchema:
        """As it is with everything that was sent so far."""
        self._settle()
        ref = StreamRef(self._intake.project, "label_schema")
        state: LabelSchema = self._writer.state(ref)
        return state


def read_records(source: BinaryIO, format: Format, options: dict[str, Any]) -> Iterator[Record | Diagnostic]:
    """The file's records as its format reads them."""
    assert format.reader is not None
    return format.reader.read(source, parse_options(format.reader.options, options))


def format_of(source: BinaryIO, name: str, key: str | None) -> Format:
    """The format that was said, or that the file looks like.

    Raises:
        FormatUnknown, UnknownFormat
    """
    found = find(key) if key else _guessed(source, name)
    if found is None or found.reader is None:
        raise FormatUnknown
    return found


def _guessed(source: BinaryIO, name: str) -> Format | None:
    head = source.read(HEAD)
    source.seek(0)
    return guess(head, name)


def _references(schema: LabelSchema) -> dict[str, tuple[str, ...]]:
    """By entity type, the attributes that name other entities."""
    return {
        key: tuple(attribute.key for attribute in found.attributes if attribute.kind == "entities")
        for key, found in schema.entity_types.items()
    }


def _in_order(records: list[EntityRecord], references: dict[str, tuple[str, ...]]) -> Iterator[EntityRecord]:
    waiting, told = {record.id: record for record in records}, True
    while waiting and told:
        told = False
        for record in list(waiting.values()):
            named = {
                other
                for key in references.get(record.entity_type, ())
                for other in record.attributes.get(key) or ()
            }
            if not named & waiting.keys() - {record.id}:
                told = True
                yield waiting.pop(record.id)
    yield from waiting.values()
