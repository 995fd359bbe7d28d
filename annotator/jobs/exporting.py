"""Exports: a pure function of the project's log up to a position, the format and its options."""

import gc
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings

from annotator.formats.export import export
from annotator.formats.manifest import Guideline, Manifest, Origin, Released, canonical_json
from annotator.formats.options import parse_options
from annotator.formats.records import DocumentRecord, Record
from annotator.formats.registry import Format, find
from annotator.formats.survey import Loss
from annotator.jobs import files
from annotator.jobs.queue import Task
from annotator.jobs.writer import few_collections
from annotator.queries.checkpoint import checkpoint_at
from annotator.queries.export_source import NothingThere, Snapshot, Source, policy_of, records, snapshot
from annotator.queries.release import ReleaseView, find_release
from events.signing import sign_manifest

Progress = Callable[[int, int | None], None]
IN_MEMORY = 8 << 20  # bytes of a result that are not worth a file on disk
TOLD_EVERY = 500  # documents


class ExportRefused(Exception):
    """What was asked for cannot be exported; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be exported; ``at`` is the last position that counts, by default the last there is.

    ``release``, an id or a name, says both the position and how the export calls itself. ``signed``: a signature of the
    manifest lies in the zip; without it, the same wish gives the same bytes on whichever server.
    """

    project: UUID
    format: str
    source: Source = "gold"
    at: int | None = None
    release: str | None = None
    signed: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


def write_export(wanted: Wanted, target: BinaryIO, progress: Progress = lambda done, total: None) -> Manifest:
    """Write the zip; the same wish gives the same bytes on every day.

    Raises:
        ExportRefused, UnknownFormat, BadOptions
    """
    form = find(wanted.format)
    if form.writer is None:
        raise ExportRefused(f"The format {form.title} can be read, not written.")
    options = parse_options(form.writer.options, wanted.options)
    release = _release(wanted)
    found = _snapshot(wanted.project, release.position if release else wanted.at)
    stream = records(found, wanted.source, named=release is None, in_words=form.writer.in_words)
    told = _told(stream, found.documents, progress)
    origin = _origin(found, wanted.source, release)
    sign = signature if wanted.signed else None
    with few_collections():
        return export(form, told, target, options, origin, _missing(found), sign)


def signature(manifest: bytes) -> bytes:
    """What lies beside a manifest: this server's key, its public half, and the signature."""
    return canonical_json(sign_manifest(manifest))


def run_export(task: Task, progress: Progress) -> dict[str, Any]:
    """Make the job's file; the report says what is in it and what its format cannot hold."""
    wanted = Wanted(
        project=task.project,
        format=task.options["format"],
        source=task.options.get("source", "gold"),
        at=task.options.get("at"),
        release=task.options.get("release"),
        signed=task.options.get("signed", True),
        options=task.options.get("options") or {},
    )
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as target:
        manifest = write_export(wanted, cast(BinaryIO, target), progress)
        target.seek(0)
        name = file_name(manifest.origin, find(wanted.format))
        stored = files.store(
            task.id, "result", files.pieces_of(target), name=name, media_type="application/zip"
        )
    return {**report(manifest), "sha256": stored.sha256, "size": stored.size}


def report(manifest: Manifest) -> dict[str, Any]:
    """What is in an export, and what its format could not hold."""
    release = manifest.origin.release
    return {
        **({"release": release.name} if release else {}),
        "format": manifest.format,
        "source": manifest.origin.source,
        "position": manifest.origin.position,
        "chain": manifest.origin.chain,
        "counts": dict(manifest.counts),
        "losses": [
            {"code": loss.code, "count": loss.count, "message": loss.message} for loss in manifest.losses
        ],
        "files": [{"name": file.name, "size": file.bytes, "sha256": file.sha256} for file in manifest.files],
    }


def file_name(origin: Origin, form: Format) -> str:
    """A name that says what is inside, in letters that every system takes."""
    return f"palimpsest-{origin.project[:8]}-{origin.source}-{origin.position}-{form.key}.zip"


def _release(wanted: Wanted) -> ReleaseView | None:
    if wanted.release is None:
        return None
    found = find_release(wanted.project, wanted.release)
    if found is None:
        raise ExportRefused(f"The project has no release {wanted.release}.")
    if wanted.at not in (None, found.position):
        raise ExportRefused(f"The release {found.name} is position {found.position}, not {wanted.at}.")
    return found


def _snapshot(project: UUID, at: int | None) -> Snapshot:
    try:
        return snapshot(project, at)
    except NothingThere:
        raise ExportRefused("The log of the project has not reached this position.") from None


def _origin(found: Snapshot, source: Source, release: ReleaseView | None) -> Origin:
    return Origin(
        project=str(found.project_id),
        position=found.position,
        source=source,
        chain=found.chain,
        policy=policy_of(found) if source == "gold" else None,
        schema=found.schema,
        guideline=_guideline(found),
        tool=f"palimpsest {settings.PALIMPSEST_VERSION}",
        name=found.project.name,
        release=_released(release) if release else None,
        checkpoint=checkpoint_at(found.project_id, found.position) if release else None,
    )


def _guideline(found: Snapshot) -> Guideline | None:
    told = found.guideline.at(found.position)
    if told is None:
        return None
    return Guideline(version=told.version, sha256=told.sha256, position=told.position)


def _released(release: ReleaseView) -> Released:
    return Released(id=str(release.id), name=release.name, made_at=release.made_at, licence=release.licence)


def _missing(found: Snapshot) -> Sequence[Loss]:
    """What the log cannot give any more."""
    if not found.erased:
        return ()
    return [Loss("documents_erased", found.erased, "documents are left out: their text was erased")]


def _told(stream: Iterable[Record], total: int, progress: Progress) -> Iterator[Record]:
    done = 0
    for record in stream:
        if isinstance(record, DocumentRecord):
            done += 1
            if done % TOLD_EVERY == 0:
                progress(done, total)
                gc.collect(0)
        yield record
