"""Tables: CSV and TSV with a heading, one article a row.

The column of the text is the one called text, body, content, article or the like, or the one that is named; title,
address, date and id are found the same way. All other columns go into the document's metadata under their
heading. The separator is told from the heading (comma, semicolon, tab or bar); quotes double inside quotes, and a
cell may hold line ends. A row whose id is known takes it as the importer's key: imported again, it is the same
document.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, BinaryIO, Literal

from msgspec import Meta

from annotator.formats.articles.article import Article, ArticleOptions, document
from annotator.formats.lines import stranger_in
from annotator.formats.records import Diagnostic, DocumentRecord, Record
from annotator.formats.registry import Format, Reader

_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "fulltext", "full_text", "testo", "texto", "texte"),
    "title": ("title", "headline", "titolo", "titre", "titel"),
    "url": ("url", "link", "source_url", "uri", "address"),
    "date": ("date", "published", "publication_date", "pub_date", "created", "data"),
    "id": ("id", "doc_id", "document_id", "key", "guid", "uuid"),
}
_LONGEST_CELL = 20_000_000  # code points
_SEPARATORS = ",;\t|"
Separator = Literal["auto", ",", ";", "\t", "|"]


class TableOptions(ArticleOptions, frozen=True, kw_only=True):
    text: Annotated[str, Meta(description="Heading of the column that holds the text.")] = ""
    title: Annotated[str, Meta(description="Heading of the column that holds the title.")] = ""
    url: Annotated[str, Meta(description="Heading of the column that holds the address.")] = ""
    date: Annotated[str, Meta(description="Heading of the column that holds the date.")] = ""
    id: Annotated[str, Meta(description="Heading of the column that holds the row's own id.")] = ""
    separator: Annotated[Separator, Meta(description="What stands between two cells.")] = "auto"


class _BadHeading(Exception):
    """The heading does not tell where the text is."""


def read(source: BinaryIO, options: TableOptions) -> Iterator[Record | Diagnostic]:
    """Row by row; memory holds one."""
    head = source.read(8)
    if stranger := stranger_in(head):
        yield Diagnostic(code="wrong_kind_of_file", line=1, message=f"This file is {stranger}.")
        return
    text = io.TextIOWrapper(io.BufferedReader(_Joined(head, source)), encoding="utf-8-sig", newline="")
    line = 1
    try:
        first = text.readline(1 << 20)
        if not first.strip():
            yield Diagnostic(code="empty_file", message="The file is empty.")
            return
        rows = csv.reader(_again(first, text), delimiter=_separator(first, options), strict=False)
        heading = [cell.strip() for cell in next(rows)]
        columns = _columns(heading, options)
        csv.field_size_limit(_LONGEST_CELL)
        line = rows.line_num + 1
        for row in rows:
            yield from _row(row, heading, columns, line, options)
            line = rows.line_num + 1
    except _BadHeading as error:
        yield Diagnostic(code="no_text_column", line=1, message=str(error), repair="Name it: text=…")
    except UnicodeDecodeError as error:
        yield Diagnostic(
            code="not_utf8",
            line=line,
            message=f"What follows is not UTF-8: {error.reason}.",
            repair="Save the table as UTF-8.",
        )
    except (csv.Error, OSError) as error:
        yield Diagnostic(code="unreadable", line=line, message=f"The table cannot be read on: {error}.")


def _row(
    row: Sequence[str], heading: Sequence[str], columns: Mapping[str, int], line: int, options: TableOptions
) -> Iterator[Record | Diagnostic]:
    if not any(cell.strip() for cell in row):
        return
    if len(row) > len(heading):
        message = f"The row has {len(row)} cells, the heading {len(heading)}."
        yield Diagnostic(code="broken_line", line=line, message=message)
        return
    cells = {name: row[at].strip() for name, at in columns.items() if at < len(row)}
    if not cells.get("text"):
        yield Diagnostic(code="no_text", line=line, message="The row has no text.")
        return
    rest = {heading[at]: cell for at, cell in enumerate(row) if at not in columns.values() and heading[at]}
    article = Article(
        text=cells["text"],
        title=cells.get("title", ""),
        url=cells.get("url") or None,
        published=cells.get("date", "")[:100] or None,
        meta=rest,
    )
    found = document(article, options)
    if isinstance(found, DocumentRecord) and cells.get("id"):
        found = replace(found, id=cells["id"], client_key=cells["id"][:500])
    yield replace(found, line=line) if isinstance(found, Diagnostic) else found


def _columns(heading: Sequence[str], options: TableOptions) -> dict[str, int]:
    """By what a column holds, its number."""
    lower = [name.lower().replace(" ", "_") for name in heading]
    found: dict[str, int] = {}
    for what, names in _NAMES.items():
        named = getattr(options, what)
        if named and named not in heading:
            raise _BadHeading(f"There is no column {named!r}; there are {', '.join(heading)[:500]}.")
        wanted = [heading.index(named)] if named else [lower.index(name) for name in names if name in lower]
        if wanted:
            found[what] = wanted[0]
    if "text" not in found:
        raise _BadHeading(f"No column is known to hold the text; there are {', '.join(heading)[:500]}.")
    return found


def _separator(first: str, options: TableOptions) -> str:
    if options.separator != "auto":
        return options.separator
    return max(_SEPARATORS, key=lambda sign: (first.count(sign), -_SEPARATORS.index(sign)))


def _again(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


class _Joined(io.RawIOBase):
    """A beginning that was read already, and the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        data, self._head = self._head, b""
        data = data or self._rest.read(len(view))
        view[: len(data)] = data
        return len(data)


def sniff(head: bytes, name: str) -> float:
    if stranger_in(head) or b"\0" in head:
        return 0.0
    return 0.8 if name.lower().endswith((".csv", ".tsv")) else 0.0


FORMAT = Format(
    key="table",
    version=1,
    title="Table (CSV, TSV)",
    suffixes=(".csv", ".tsv"),
    media_type="text/csv",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=TableOptions, sniff=sniff, read=read),
)
