"""Imports: a file is read document by document and written in batches, each of which commits with its progress.

A kill loses nothing and doubles nothing: the file is read again, what was written is skipped, and what was written
but not noted yet has command ids that follow from its content.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, assert_never
from uuid import UUID

from annotator.application.judge import Judge
from annotator.domain.label_schema import LabelSchema
from annotator.domain.refusals import Refusal
from annotator.formats.bundles import Bundle, Item, bundles
from annotator.formats.options import parse_options
from annotator.formats.records import Diagnostic, EntityRecord, Record, SchemaRecord
from annotator.formats.registry import Format, find, guess
from annotator.jobs.intake import Intake, schema_wholes
from annotator.jobs.report import Report
from annotator.jobs.whole import Whole
from annotator.log import HANDLER, STORE
from events.streams import StreamRef

# Editors of the same project wait while a batch is appended: some tens of milliseconds.
BATCH_EVENTS = 1_000
BATCH_TEXT = 2 << 20  # code points
HEAD = 1 << 16  # bytes that tell the format

Progress = Callable[["Importer"], None]


class FormatUnknown(Exception):
    """No format could be made out from the file's beginning and name; say which it is."""


@dataclass(slots=True)
class Importer:
    """One pass over one file. ``items`` counts what is written, in the order of the file, ``held`` what is about to be."""

    account: UUID
    intake: Intake
    report: Report
    progress: Progress
    items: int = 0
    held: int = 0
    batch: list[Whole] = field(default_factory=list)
    weight: int = 0
    size: int = 0
    waiting: list[EntityRecord] = field(default_factory=list)

    def run(self, records: Iterable[Record | Diagnostic], *, skip: int = 0) -> None:
        """Import everything; the first ``skip`` items were dealt with before."""
        for item in bundles(self._records(records, skip)):
            if self.items < skip:
                self._pass_over(item)
            else:
                self._take(item)
        self._flush_entities()
        self._flush()

    def _records(self, records: Iterable[Record | Diagnostic], skip: int) -> Iterator[Record]:
        for record in records:
            if not isinstance(record, Diagnostic):
                yield record
            elif self.items + self.held >= skip:
                self.report.told(record)

    def _pass_over(self, item: Item) -> None:
        if isinstance(item, EntityRecord):
            self.intake.take_entity(item)
        self.items += 1

    def _take(self, item: Item) -> None:
        match item:
            case SchemaRecord():
                self._flush_entities()
                for whole in schema_wholes(self.intake.project, item, _schema(self.intake.project)):
                    self._add(whole)
                self.held += 1
                self._flush()
            case EntityRecord():
                self.intake.take_entity(item)
                self.waiting.append(item)
            case Bundle():
                self._flush_entities()
                self._take_bundle(item)
            case _:
                assert_never(item)

    def _take_bundle(self, bundle: Bundle) -> None:
        try:
            whole = self.intake.whole(bundle)
        except Refusal as refusal:
            self.held += 1
            self.report.refused(bundle.document.id, "document", refusal, document=True)
            return
        for work in bundle.works.values():
            if author := self.intake.new_author(work):
                self._add(author)
        self.report.counts["gold_as_set"] += None in bundle.works
        self.held += 1
        self._add(whole)

    def _add(self, whole: Whole) -> None:
        self.batch.append(whole)
        self.weight += whole.weight
        self.size += whole.size
        if self.weight >= BATCH_EVENTS or self.size >= BATCH_TEXT:
            self._flush()

    def _flush_entities(self) -> None:
        """Entities whose references are there already go first; those that refer in a circle come last."""
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return
        references = _references(_schema(self.intake.project))
        for record in _in_order(waiting, references):
            try:
                self._add(self.intake.entity_whole(record, references.get(record.entity_type, ())))
            except Refusal as refusal:
                self.report.refused("", f"entity {record.id}", refusal, document=False)
        self.held += len(waiting)
        self._flush()

    def _flush(self) -> None:
        wholes, self.batch, self.weight, self.size = self.batch, [], 0, 0
        self.report.authors |= self.intake.authors
        for whole, new in self._carried_out(wholes):
            if whole.refusal is not None:
                self.report.refused(
                    whole.place, whole.refused, whole.refusal, document="documents" in whole.counts
                )
            else:
                self.report.accepted(whole.counts, new=new)
        self.items, self.held = self.items + self.held, 0
        self.progress(self)

    def _carried_out(self, wholes: list[Whole]) -> Iterator[tuple[Whole, bool]]:
        """Each with whether it is new; what the log knows by its command ids is not judged again."""
        parts = [part for whole in wholes for part in whole.parts]
        if not parts:
            return
        project = self.intake.project
        known = STORE.known(project, {part.id: (part.request, part.writes) for part in parts})
        fresh = [whole for whole in wholes if any(part.id not in known for part in whole.parts)]
        judge = Judge(self.account, project)
        plans = {plan.command_id: plan for whole in fresh for plan in whole.plans(judge, self.account)}
        handled = HANDLER.handle(project, self.account, list(plans.values())) if plans else []
        accepted = {outcome.command_id for outcome in handled if outcome.status == "accepted"}
        for whole in wholes:
            yield whole, any(part.id in accepted for part in whole.parts)


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


def _schema(project: UUID) -> LabelSchema:
    ref = StreamRef(project, "label_schema")
    state: LabelSchema = HANDLER.states([ref])[ref][1]
    return state


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
