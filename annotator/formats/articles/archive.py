"""A zip of files of any kind, each read by the format that it looks like; files that nothing reads are told.

What an operating system leaves in archives (hidden files, `__MACOSX`) is passed over. Archives in archives are
not opened.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

import msgspec

from annotator.formats.articles.article import ArticleOptions, Unreadable
from annotator.formats.articles.zips import checked
from annotator.formats.options import parse_options
from annotator.formats.records import Diagnostic, DocumentRecord, Record
from annotator.formats.registry import Format, Reader, guess

_HEAD = 1 << 16  # bytes that tell a format
KEY = "archive"


def read(source: BinaryIO, options: ArticleOptions) -> Iterator[Record | Diagnostic]:
    """File by file, in the archive's order."""
    try:
        with ZipFile(source) as archive:
            members = [member for member in checked(archive) if not _is_litter(member.filename)]
            for member in members:
                yield from _member(archive, member, options)
            if not members:
                yield Diagnostic(code="empty_file", message="There is no file in the archive.")
    except BadZipFile as error:
        yield Diagnostic(code="wrong_kind_of_file", message=f"This file is no zip archive: {error}.")
    except Unreadable as error:
        yield Diagnostic(code="unreadable", message=str(error))


def _member(archive: ZipFile, member: ZipInfo, options: ArticleOptions) -> Iterator[Record | Diagnostic]:
    name = member.filename
    try:
        with archive.open(member) as opened:
            form = guess(opened.read(_HEAD), name)
            if form is None or form.reader is None or form.key == KEY:
                yield Diagnostic(
                    code="wrong_kind_of_file",
                    severity="warning",
                    record=name,
                    message="No format reads this file.",
                )
                return
            opened.seek(0)
            chosen = parse_options(form.reader.options, _given(form.reader.options, name, options))
            for found in form.reader.read(cast(BinaryIO, opened), chosen):
                yield _of_member(found, name)
    # A member that is damaged, or packed in a way that is not known, spoils no other.
    except (BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        yield Diagnostic(
            code="unreadable", record=name, message=f"The file cannot be read: {str(error)[:300]}"
        )


def _of_member(found: Record | Diagnostic, name: str) -> Record | Diagnostic:
    match found:
        case Diagnostic():
            return replace(found, record=f"{name}: {found.record}" if found.record else name)
        case DocumentRecord() if "file" not in found.meta:
            return replace(found, meta={"file": name, **found.meta})
        case _:
            return found


def _given(kind: Any, name: str, options: ArticleOptions) -> dict[str, Any]:
    fields = {field.name for field in msgspec.structs.fields(kind)}
    return {
        key: value
        for key, value in (("name", name), ("languages", options.languages))
        if key in fields and value
    }


def _is_litter(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def sniff(head: bytes, name: str) -> float:
    return 0.25 * head.startswith(b"PK\x03\x04")


FORMAT = Format(
    key=KEY,
    version=1,
    title="Zip of files",
    suffixes=(".zip",),
    media_type="application/zip",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=ArticleOptions, sniff=sniff, read=read),
)
