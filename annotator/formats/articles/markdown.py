"""Markdown (CommonMark with tables), one document a file: what a reader would see, without the marks.

Each block is a line of its own; the addresses of links and pictures are left out. The title is that of the
front matter, or the first heading. With `as_written` the text stays as it is, marks and all.
"""

from collections.abc import Iterator
from typing import Annotated, BinaryIO

from msgspec import Meta

from annotator.formats.articles.article import Article, ArticleOptions, Unreadable, document, whole
from annotator.formats.articles.markup import text_of
from annotator.formats.lines import stranger_in
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import Format, Reader


class MarkdownOptions(ArticleOptions, frozen=True, kw_only=True):
    as_written: Annotated[bool, Meta(description="Keep the marks in the text.")] = False


def read(source: BinaryIO, options: MarkdownOptions) -> Iterator[Record | Diagnostic]:
    """One document, or the one reason why not."""
    try:
        data = whole(source, options).removeprefix(b"\xef\xbb\xbf")
        if stranger := stranger_in(data):
            yield Diagnostic(code="wrong_kind_of_file", message=f"This file is {stranger}.")
            return
        yield document(_article(data.decode("utf-8"), options), options)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        yield Diagnostic(code="not_utf8", line=line, message=f"Byte {error.start} of the file is not UTF-8.")
    except Unreadable as error:
        yield Diagnostic(code="unreadable", message=str(error))


def _article(written: str, options: MarkdownOptions) -> Article:
    known, body = _front_matter(written.replace("\r\n", "\n").replace("\r", "\n"))
    plain = body if options.as_written else _plain(body)
    return Article(
        text=plain,
        title=known.pop("title", "") or _heading(body),
        url=known.pop("url", None) or known.pop("source", None),
        published=known.pop("date", None),
        meta=known,
    )


def _plain(body: str) -> str:
    from markdown_it import MarkdownIt

    # Raw HTML is text like any other here: it is read, never shown.
    return text_of(MarkdownIt("commonmark").enable("table").render(body))


def _heading(body: str) -> str:
    heading = next((line for line in body.split("\n") if line.startswith("# ")), "")
    return _plain(heading).strip()


def _front_matter(written: str) -> tuple[dict[str, str], str]:
    """Plain `key: value` lines between two lines of three hyphens at the start; anything richer stays text."""
    if not written.startswith("---\n"):
        return {}, written
    head, found, body = written[4:].partition("\n---\n")
    pairs = [line.partition(":") for line in head.split("\n") if line.strip()]
    if not found or not all(colon and key.strip() for key, colon, _ in pairs):
        return {}, written
    return {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}, body


def sniff(head: bytes, name: str) -> float:
    if stranger_in(head) or b"\0" in head:
        return 0.0
    return 0.8 if name.lower().endswith((".md", ".markdown", ".mdown")) else 0.0


FORMAT = Format(
    key="markdown",
    version=1,
    title="Markdown",
    suffixes=(".md", ".markdown"),
    media_type="text/markdown",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=MarkdownOptions, sniff=sniff, read=read),
)
