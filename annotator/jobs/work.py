"""Carrying a job on: for a while, then it is laid down so that others get their turn."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Literal
from uuid import UUID

import msgspec
import psycopg
from django.db import InterfaceError, OperationalError, connection

from annotator.formats.articles import urls
from annotator.formats.articles.article import Unreadable
from annotator.formats.options import BadOptions, parse_options
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import UnknownFormat
from annotator.jobs import files, queue
from annotator.jobs.comparing import run_what_if
from annotator.jobs.exporting import ExportRefused, run_export
from annotator.jobs.fetching import Fetched, fetch, pages
from annotator.jobs.gazetteer import load_gazetteer
from annotator.jobs.importing import FormatUnknown, Importer, format_of, read_records
from annotator.jobs.measuring import run_report
from annotator.jobs.queue import Superseded, Task
from annotator.jobs.reading_pages import read_pages
from annotator.jobs.rebuilding import CANCELLED, run_rebuild
from annotator.jobs.rehearsal import Rehearsal
from annotator.jobs.report import Report, resumed
from annotator.jobs.suggesting.making import SourceFailed
from annotator.jobs.suggesting.run import SourceGone, run_suggestions
from annotator.jobs.writer import Writer
from events.handler import Busy
from events.rebuild import AlreadyRebuilding, Cancelled, Differs, Faulty

logger = logging.getLogger(__name__)

SLICE_SECONDS = 20.0
WORDS_OF_DEATH = "The work on this job killed its worker {attempts} times; it was given up."

Ending = Literal["done", "failed", "rests", "elsewhere"]


class _TimeIsUp(Exception):
    """The job has had its turn."""


def work_on(job: UUID, *, seconds: float = SLICE_SECONDS) -> Ending:
    """Carry the job on for about so long; "rests" says that there is more to do."""
    with queue.taken(job) as task:
        if task is None:
            return "elsewhere"
        try:
            return _carried_on(task, time.monotonic() + seconds)
        except Superseded:
            return "elsewhere"


def _carried_on(task: Task, end: float) -> Ending:
    if task.attempts > queue.ATTEMPTS:
        return _failed(task, WORDS_OF_DEATH.format(attempts=queue.ATTEMPTS))
    try:
        _CARRY[task.kind](task, end)
        return "done"
    except _TimeIsUp:
        queue.rest(task)
        return "rests"
    except Superseded:
        raise
    except (OperationalError, InterfaceError, psycopg.OperationalError, Busy) as error:
        return _put_off(task, error)
    except tuple(_TOLD) as error:
        return _failed(task, _TOLD[type(error)].format(error=error))
    except Exception as error:
        logger.exception("Job %s failed", task.id)
        return _failed(task, f"{type(error).__name__}: {error}")


_TOLD: dict[type[Exception], str] = {
    FormatUnknown: "The file's format could not be made out from its beginning and name; say which it is.",
    UnknownFormat: "There is no format {error}.",
    BadOptions: "The options do not fit the format: {error}",
    ExportRefused: "{error}",
    FileNotFoundError: "The uploaded file is gone; upload it again.",
    AlreadyRebuilding: "Another process rebuilds {error} at this moment.",
    Cancelled: CANCELLED,
    SourceGone: "There is no such source of suggestions any more.",
    SourceFailed: "{error}",
    Differs: "The rebuilt rows are not the live ones, which were kept. {error}",
    Faulty: "An event cannot be folded; the live rows were kept. {error}",
}


def _failed(task: Task, words: str) -> Ending:
    queue.fail(task, words)
    files.drop_given(task.id)
    return "failed"


def _put_off(task: Task, error: Exception) -> Ending:
    """The database or others were in the way; the sweep tries again."""
    if connection.is_usable():
        queue.note(task, f"{type(error).__name__}: {error}")
    return "elsewhere"


def _import(task: Task, end: float) -> None:
    upload = files.find(task.id, "upload")
    if upload is None:
        raise FileNotFoundError
    source = files.reader(upload)
    form = format_of(source, upload.name, task.options.get("format"))
    options = dict(task.options.get("options") or {})
    if form.key == urls.KEY:
        records, fetched = _fetched(task, source, parse_options(urls.UrlOptions, options), end)
    else:
        records, fetched = read_records(source, form, options), {}
    kept = task.cursor.get("report")
    dry = bool(task.options.get("dry_run"))
    report = resumed(kept) if kept else Report(form.key, rehearsed=dry)

    def progress(importer: Importer) -> None:
        # A rehearsal remembers what nobody wrote down, so it cannot be laid down and goes through at once.
        cursor = None if dry else {"items": importer.items, "report": importer.report.kept(), **fetched}
        queue.advance(task, done=min(source.tell(), upload.size), total=upload.size, cursor=cursor)
        if time.monotonic() >= end and not dry:
            raise _TimeIsUp

    writer = Rehearsal(task.account, task.project) if dry else Writer(task.account, task.project)
    importer = Importer(task.project, report, progress, writer)
    importer.run(records, skip=task.cursor.get("items", 0))
    queue.advance(task, done=upload.size, total=upload.size)
    shown = {**importer.report.shown(), "sha256": upload.sha256, "file": upload.name, "dry_run": dry}
    queue.finish(task, shown)
    if not dry:  # else the file is kept for the import that may follow
        files.drop_given(task.id)


def _fetched(
    task: Task, source: BinaryIO, options: urls.UrlOptions, end: float
) -> tuple[Iterator[Record | Diagnostic], dict[str, Any]]:
    """The records of the pages that a list names, once all are fetched, and what the job's cursor keeps of them."""
    try:
        listed = list(urls.listed(source, options))
    except Unreadable as error:
        return iter([Diagnostic(code="unreadable", message=str(error))]), {}
    plan = [each for each in listed if isinstance(each, urls.Listed)]
    told = [each for each in listed if isinstance(each, Diagnostic)]
    state = msgspec.convert(task.cursor.get("fetched") or {}, Fetched)

    def note(state: Fetched) -> None:
        kept = {"fetched": msgspec.to_builtins(state)}
        queue.advance(task, done=state.next, total=len(plan), cursor=kept)

    for _ in fetch(task.id, plan, state, options, note):
        if time.monotonic() >= end and not state.is_done(plan):
            raise _TimeIsUp
    return read_pages(told, pages(task.id, state.pages), options), {"fetched": msgspec.to_builtins(state)}


def _export(task: Task, _: float) -> None:
    def progress(done: int, total: int | None) -> None:
        queue.advance(task, done=done, total=total)

    report: dict[str, Any] = run_export(task, progress)
    queue.finish(task, report)


def _agreement(task: Task, end: float) -> None:
    def time_is_up() -> None:
        if time.monotonic() >= end:
            raise _TimeIsUp

    queue.finish(task, run_report(task, time_is_up))


def _what_if(task: Task, _: float) -> None:
    queue.finish(task, run_what_if(task, lambda done, total: queue.advance(task, done=done, total=total)))


def _suggest(task: Task, end: float) -> None:
    def time_is_up() -> None:
        if time.monotonic() >= end:
            raise _TimeIsUp

    queue.finish(task, run_suggestions(task, time_is_up))
    files.drop_bytes(task.id, "upload")


def _rebuild(task: Task, end: float) -> None:
    if not run_rebuild(task, end):
        raise _TimeIsUp
    queue.finish(task, {})


_CARRY: dict[str, Callable[[Task, float], None]] = {
    "import": _import,
    "export": _export,
    "agreement": _agreement,
    "rebuild": _rebuild,
    "what_if": _what_if,
    "suggest": _suggest,
    "gazetteer": lambda task, _: queue.finish(task, {"places": load_gazetteer()}),
}
