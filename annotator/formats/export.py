"""An export: a pure function of records, format and options, in one zip with its manifest."""

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

from annotator.formats.datasheet import datasheet
from annotator.formats.manifest import Manifest, Origin, manifest_of
from annotator.formats.options import Options
from annotator.formats.readme import readme
from annotator.formats.records import Record
from annotator.formats.registry import Format, Writer
from annotator.formats.sink import Archive
from annotator.formats.survey import Loss, Survey


class CannotWrite(Exception):
    """The format can be read only."""


def export(
    form: Format,
    records: Iterable[Record],
    target: BinaryIO,
    options: Options,
    origin: Origin,
    missing: Sequence[Loss] = (),
    sign: Callable[[bytes], bytes] | None = None,
) -> Manifest:
    """Write a zip of the data, README.txt, DATASHEET.md and manifest.json; the same arguments give the same bytes.

    Records pass one document at a time. ``target`` must be seekable. ``missing`` says what is not in the records.
    ``sign`` makes what goes beside the manifest as manifest.sig; it depends on whose key signs.

    Raises:
        CannotWrite: the format has no writer.
    """
    if form.writer is None:
        raise CannotWrite(form.key)
    survey = _survey(form.writer, options)
    archive = Archive(target)
    form.writer.write(survey.watch(records), archive, options)
    losses = [*missing, *form.writer.losses(survey, options)]
    manifest = manifest_of(form, options, origin, survey, losses, archive.files)
    _add(archive, "README.txt", readme(form, manifest).encode())
    _add(archive, "DATASHEET.md", datasheet(form, manifest, survey).encode())
    manifest = manifest_of(form, options, origin, survey, losses, archive.files)
    _add(archive, "manifest.json", manifest.to_bytes())
    if sign is not None:
        _add(archive, "manifest.sig", sign(manifest.to_bytes()))
    archive.close()
    return manifest


def losses_before(form: Format, records: Iterable[Record], options: Options) -> list[Loss]:
    """What an export of these records would leave out, without writing it.

    Raises:
        CannotWrite: the format has no writer.
    """
    if form.writer is None:
        raise CannotWrite(form.key)
    survey = _survey(form.writer, options)
    for _ in survey.watch(records):
        pass
    return form.writer.losses(survey, options)


def _survey(writer: Writer[Options], options: Options) -> Survey:
    return Survey(lambda bundle: writer.examine(bundle, options))


def _add(archive: Archive, name: str, data: bytes) -> None:
    with archive.file(name) as output:
        output.write(data)
