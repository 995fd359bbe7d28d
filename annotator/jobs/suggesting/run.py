"""One job that asks one source: document after document, each batch committed before the next, so a kill costs little."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid_utils

from annotator.application.envelope import Envelope, enclose
from annotator.application.judge import Judge, stream_of
from annotator.domain.document import Document
from annotator.domain.label_schema import LabelSchema
from annotator.domain.marking import SpanBlank, SpanOutOfText, SpansNotInOrder, check_spans
from annotator.domain.sources import (
    DictionarySettings,
    FileSettings,
    GazetteerSettings,
    PatternSettings,
    ServerSettings,
    Source,
)
from annotator.domain.suggestions import MOST, Suggest, Suggestion, suggestion_id
from annotator.jobs import files, queue
from annotator.jobs.importing import format_of, read_records
from annotator.jobs.queue import Task
from annotator.jobs.suggesting.following import NOT_YET, documents_of, followed, wants_all, write_followed
from annotator.jobs.suggesting.making import Asked, Draft, Maker, PatternMaker, SourceFailed, dictionary
from annotator.jobs.suggesting.outside import FileMaker, file_maker, gazetteer, server
from annotator.log import HANDLER, STORE
from annotator.queries.suggestions import sources_of
from annotator.queries.text import TextId, text_of
from events.handler import Planned, States
from events.streams import StreamRef

TimeIsUp = Callable[[], None]


class SourceGone(Exception):
    """The source is retired by now, or was never there."""


@dataclass(slots=True)
class _Run:
    """A job under way; ``counts`` become its report."""

    task: Task
    source: Source
    schema: LabelSchema
    maker: Maker
    counts: Counter[str] = field(default_factory=Counter)


def run_suggestions(task: Task, time_is_up: TimeIsUp) -> dict[str, Any]:
    """Ask the source; ``time_is_up`` raises when others are to have their turn. The report.

    Raises:
        SourceGone, SourceFailed: the source is parked then, with the reason.
    """
    project, id_ = task.project, UUID(task.options["source"])
    source = sources_of(project).sources.get(str(id_))
    if source is None or not source.active:
        raise SourceGone
    some = task.options.get("documents")
    upto = int(task.cursor.get("upto") or STORE.head(project))
    known = followed(project).get(id_, NOT_YET)
    try:
        run = _Run(task, source, _schema(project), maker_of(task, source, at=upto))
        run.counts.update(task.cursor.get("counts", {}))
        if some is not None:
            documents: Sequence[UUID] = sorted(UUID(each) for each in some)
        else:
            everything = bool(task.options.get("everything")) or wants_all(project, source, known, upto=upto)
            documents = documents_of(project, after=known.position, upto=upto, everything=everything)
        _all(run, documents, upto, time_is_up)
    except SourceFailed as failed:
        write_followed(project, id_, position=0, version=source.version, error=str(failed)[:500])
        raise
    if some is None:
        write_followed(project, id_, position=upto, version=source.version)
    report = {"source": str(id_), "version": source.version, "basis": run.maker.basis, **run.counts}
    return {**report, "faults": run.maker.faults} if isinstance(run.maker, FileMaker) else report


def maker_of(task: Task, source: Source, *, at: int) -> Maker:
    """The source, ready to be asked as of a position."""
    settings, schema = source.settings, _schema(task.project)
    match settings:
        case DictionarySettings():
            return dictionary(task.project, settings, schema, at=at)
        case PatternSettings():
            return PatternMaker(settings)
        case GazetteerSettings():
            return gazetteer(settings)
        case ServerSettings():
            return server(settings, schema)
        case FileSettings():
            return _file(task, settings, schema)
        case _:
            raise SourceGone


def _file(task: Task, settings: FileSettings, schema: LabelSchema) -> Maker:
    upload = files.find(task.id, "upload")
    if upload is None:
        raise FileNotFoundError
    source = files.reader(upload)
    form = format_of(source, upload.name, task.options.get("format"))
    return file_maker(read_records(source, form, {}), settings, schema)


def _all(run: _Run, documents: Sequence[UUID], upto: int, time_is_up: TimeIsUp) -> None:
    after = run.task.cursor.get("after")
    left = [document for document in documents if after is None or str(document) > after]
    for n in range(0, len(left), run.maker.batch):
        batch = left[n : n + run.maker.batch]
        _batch(run, batch)
        done = len(documents) - len(left) + n + len(batch)
        place = {"after": str(batch[-1]), "upto": upto, "counts": dict(run.counts)}
        queue.advance(run.task, done=done, total=len(documents), cursor=place)
        time_is_up()


def _batch(run: _Run, documents: Sequence[UUID]) -> None:
    asked = list(_asked(run.task.project, documents))
    if not asked:
        return
    drafts = run.maker.make(asked)
    plans = [
        _planned(run, document, _suggestions(run, document, of))
        for document, of in zip(asked, drafts, strict=True)
    ]
    outcomes = HANDLER.handle(run.task.project, UUID(run.source.id), plans, correlation=run.task.id)
    for outcome in outcomes:
        written = outcome.status == "accepted" and (outcome.last or 0) >= (outcome.first or 0) > 0
        run.counts["changed"] += written
        run.counts["refused"] += outcome.status == "refused"
    run.counts["documents"] += len(asked)


def _asked(project: UUID, documents: Sequence[UUID]) -> Iterator[Asked]:
    """Those that are there, not put away, and have a text."""
    refs = {StreamRef(project, "document", document): document for document in documents}
    for ref, (_, state) in HANDLER.states(list(refs)).items():
        document: Document = state
        if not document.exists or document.archived or document.text_erased:
            continue
        text = text_of(TextId(project, refs[ref], document.text_version))
        if text:
            yield Asked(refs[ref], document.title, text, document.text_version, document.languages)


def _suggestions(run: _Run, document: Asked, drafts: Sequence[Draft]) -> tuple[Suggestion, ...]:
    """What of the drafts can be marked at all, once each, in order of the text."""
    found: dict[str, Suggestion] = {}
    for draft in drafts:
        label = run.schema.labels.get(draft.label)
        if label is None or label.retired:
            run.counts["left_out"] += 1
            continue
        try:
            check_spans(draft.spans, document.text)
        except (SpanOutOfText, SpansNotInOrder, SpanBlank):
            run.counts["left_out"] += 1
            continue
        free = {attribute.key for attribute in label.attributes if attribute.kind == "text"}
        known = {attribute.key for attribute in label.attributes} - free
        id_ = suggestion_id(
            source=run.source.id,
            document=str(document.id),
            text_version=document.text_version,
            label=draft.label,
            spans=draft.spans,
            entity=draft.entity,
        )
        found[id_] = Suggestion(
            id=id_,
            label=draft.label,
            spans=tuple(draft.spans),
            attributes={key: value for key, value in draft.attributes.items() if key in known},
            entity=draft.entity,
            score=draft.score,
        )
    listed = sorted(found.values(), key=lambda each: (each.spans, each.label, each.id))
    run.counts["left_out"] += max(len(listed) - MOST, 0)
    run.counts["suggestions"] += min(len(listed), MOST)
    return tuple(listed[:MOST])


def _planned(run: _Run, document: Asked, suggestions: tuple[Suggestion, ...]) -> Planned:
    project, source = run.task.project, UUID(run.source.id)
    command = Suggest(
        source=run.source.id,
        source_version=run.source.version,
        text_version=document.text_version,
        suggestions=suggestions,
        basis=run.maker.basis,
    )
    # Asked again after a kill, a source may say something else, so every asking is a command of its own.
    envelope: Envelope = enclose(command, id=uuid_utils.uuid7(), document=document.id)
    writes = stream_of(project, "suggestions", document.id, source)
    judge = Judge(source, project)

    def decide(states: States) -> Sequence[object]:
        return judge.decide(command, writes, states)

    reads = judge.reads(envelope, writes)
    return Planned(envelope.id, envelope.request(source), writes, reads, decide)


def _schema(project: UUID) -> LabelSchema:
    ref = StreamRef(project, "label_schema")
    schema: LabelSchema = HANDLER.states([ref])[ref][1]
    return schema
