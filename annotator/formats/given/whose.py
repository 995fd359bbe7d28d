"""Which document a file of a zip belongs to, and who marked it."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from annotator.formats.given.companion import Told
from annotator.formats.given.drafts import add_set, signed
from annotator.formats.given.files import Files, stem
from annotator.formats.given.options import GivenOptions
from annotator.formats.jsonl.draft import Draft

_ABOUT = ("manifest.json", "README.txt")  # of an export


class Source(NamedTuple):
    file: str
    document: str
    author: str | None  # None: as the options say


def sources(files: Files, told: Told, suffixes: Iterable[str], options: GivenOptions) -> Iterator[Source]:
    """The files that hold annotations, those of one document together; a lone file is taken as it is."""
    if not files.is_zip:
        yield Source(files.names[0], stem(files.names[0]) or "document", None)
        return
    there = set(files.names)
    names = [name for name in told.files if name in there] or [
        name for name in files.names if name.lower().endswith(tuple(suffixes)) and name not in _ABOUT
    ]
    found = [_source(name, options) for name in names]
    if not told.files:
        found.sort(key=lambda it: (it.document, it.file))
    yield from found


def _source(name: str, options: GivenOptions) -> Source:
    path = PurePosixPath(name)
    match options.authors:
        case "folder" if path.parent.name:
            return Source(name, path.stem, path.parent.name)
        case "file" if path.parent.name:
            return Source(name, str(path.parent), path.stem)
        case _:
            return Source(name, stem(name), None)


def taken(draft: Draft, source: Source, told: Told, author: str) -> Draft:
    """The draft with its author: as the zip tells, or its folder or name, or the options."""
    if draft.document is not None and not draft.sets and not _has_authors(draft):
        add_set(draft, draft.line, author=source.author or author)
    return told.apply(source.file, signed(draft, source.author))


def _has_authors(draft: Draft) -> bool:
    return any(entry.data.author for entry in draft.annotations)
