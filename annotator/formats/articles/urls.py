"""Addresses of articles, one a line: each page is fetched by the import's job and read as what it is.

Empty lines and lines that begin with # are passed over. A page may be HTML, PDF, a Word document, a feed, Markdown,
plain text or a web archive. A feed gives its own entries, or, with the option `feeds` set to `articles`, the pages that
its entries link to. One page after the other is fetched, with a second between two of the same host; robots.txt is not
asked, because somebody chose these pages: that you may fetch and keep them is yours to know. The fetching program names
itself `Palimpsest`, with the address of the service where that is set. What cannot be fetched is told with its line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, BinaryIO, Literal

from msgspec import Meta

from annotator.formats.articles.article import LONGEST_URL, ArticleOptions, Unreadable, whole
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import Format, Reader

KEY = "urls"
MOST = 2_000  # addresses of one list
_ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_HEAD = 1 << 14  # bytes that tell


class UrlOptions(ArticleOptions, frozen=True, kw_only=True):
    feeds: Annotated[
        Literal["entries", "articles"],
        Meta(description="What a feed gives: its own entries, or the articles that they link to."),
    ] = "entries"


@dataclass(frozen=True, slots=True)
class Listed:
    """An address of a list; ``line`` counts from 1."""

    line: int
    url: str


def read(source: BinaryIO, options: UrlOptions) -> Iterator[Record | Diagnostic]:
    """What can be said of a list without fetching anything: nothing comes in by it."""
    try:
        for found in listed(source, options):
            yield found if isinstance(found, Diagnostic) else _not_fetched(found)
    except Unreadable as error:
        yield Diagnostic(code="unreadable", message=str(error))


def listed(source: BinaryIO, options: UrlOptions) -> Iterator[Listed | Diagnostic]:
    """The addresses in their order, each once; lines that are none are told.

    Raises:
        Unreadable: the list is too long, or no text.
    """
    try:
        text = whole(source, options).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The list is not UTF-8.") from None
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        if len(lines) >= MOST:
            yield Diagnostic(
                code="too_many", line=number, message=f"The list holds more than {MOST:,} addresses."
            )
            return
        fault = _fault(number, said, lines)
        yield fault or Listed(number, said)
        lines.setdefault(said, number)
    if not lines:
        yield Diagnostic(code="empty_file", message="There is no address in the list.")


def _fault(number: int, said: str, lines: dict[str, int]) -> Diagnostic | None:
    if not _ADDRESS.match(said) or len(said.split()) > 1 or len(said) > LONGEST_URL:
        return Diagnostic(
            code="no_address",
            line=number,
            record=said[:200],
            message="This line is no address of the web.",
            repair="Write one address a line, each beginning with http:// or https://.",
        )
    if said in lines:
        return Diagnostic(
            code="repeated",
            severity="note",
            line=number,
            record=said,
            message=f"The address stands in line {lines[said]}, too; it is fetched once.",
        )
    return None


def _not_fetched(found: Listed) -> Diagnostic:
    return Diagnostic(
        code="not_fetched",
        line=found.line,
        record=found.url,
        message="Addresses inside of another file are not fetched.",
        repair="Import the list by itself.",
    )


def sniff(head: bytes, name: str) -> float:
    """A list is nothing but addresses; the last line may be cut off by the end of the head."""
    if name.lower().endswith(".urls"):
        return 0.95
    lines = head[:_HEAD].decode("utf-8-sig", "ignore").splitlines()
    said = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    alone = bool(said) and all(_ADDRESS.match(line) and len(line.split()) == 1 for line in said)
    return 0.9 * alone


FORMAT = Format(
    key=KEY,
    version=1,
    title="List of addresses",
    suffixes=(".urls", ".txt"),
    media_type="text/uri-list",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=UrlOptions, sniff=sniff, read=read),
)
