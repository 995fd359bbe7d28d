"""Web archives (WARC, also gzipped): each page that a server answered with, as in "Web page".

Only successful answers of the type text/html are read; the address and the day of the capture come from the
archive's records.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, BinaryIO

from msgspec import Meta

from annotator.formats.articles.article import ArticleOptions
from annotator.formats.articles.html import from_page
from annotator.formats.records import Diagnostic, DocumentRecord, Record
from annotator.formats.registry import Format, Reader


class WarcOptions(ArticleOptions, frozen=True, kw_only=True):
    page_limit: Annotated[int, Meta(description="Bytes of the largest page.", ge=1)] = 20_000_000


def read(source: BinaryIO, options: WarcOptions) -> Iterator[Record | Diagnostic]:
    """Page by page; memory holds one."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    pages = 0
    try:
        for record in ArchiveIterator(source):
            if _is_page(record):
                pages += 1
                yield from _page(record, options)
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        yield Diagnostic(code="unreadable", message=f"The archive cannot be read on: {str(error)[:300]}")
        return
    if not pages:
        yield Diagnostic(code="empty_file", message="There is no page in the archive.")


def _is_page(record: Any) -> bool:
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = (record.http_headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
    return record.http_headers.get_statuscode() == "200" and kind in ("text/html", "application/xhtml+xml")


def _page(record: Any, options: WarcOptions) -> Iterator[Record | Diagnostic]:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    data = record.content_stream().read(options.page_limit + 1)
    if len(data) > options.page_limit:
        yield Diagnostic(
            code="file_too_long", record=url, message=f"The page is longer than {options.page_limit:,} bytes."
        )
        return
    captured = record.rec_headers.get_header("WARC-Date")
    for found in from_page(data, options, url=url):
        if isinstance(found, DocumentRecord):
            yield replace(found, meta={**found.meta, **({"captured": captured} if captured else {})})
        else:
            yield replace(found, record=url) if isinstance(found, Diagnostic) else found


def sniff(head: bytes, name: str) -> float:
    named = name.lower().endswith((".warc", ".warc.gz"))
    return 0.99 if head.startswith(b"WARC/") else 0.9 * (named and head.startswith(b"\x1f\x8b"))


FORMAT = Format(
    key="warc",
    version=1,
    title="Web archive (WARC)",
    suffixes=(".warc", ".warc.gz"),
    media_type="application/warc",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=WarcOptions, sniff=sniff, read=read),
)
