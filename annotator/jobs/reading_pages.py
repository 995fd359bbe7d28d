"""Fetched pages as records: each is read by the format that it looks like."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import msgspec

from annotator.formats.articles.html import from_page
from annotator.formats.articles.urls import UrlOptions
from annotator.formats.options import parse_options
from annotator.formats.records import Diagnostic, DocumentRecord, Record
from annotator.formats.registry import Reader, guess
from annotator.jobs.fetching import Page

READ = frozenset({"html", "pdf", "docx", "feed", "markdown", "text", "warc"})
"""Formats of pages that are articles; files with annotations are imported by themselves, not off the web."""

_HEAD = 1 << 16  # bytes that tell a format


def read_pages(
    told: Iterable[Diagnostic], pages: Iterable[tuple[Page, bytes]], options: UrlOptions
) -> Iterator[Record | Diagnostic]:
    """Page by page, with what the list itself was told where its lines stand."""
    waiting = deque(told)
    for page, body in pages:
        while waiting and (waiting[0].line or 0) < page.line:
            yield waiting.popleft()
        for found in _read(page, body, options):
            yield _placed(found, page)
    yield from waiting


def _read(page: Page, body: bytes, options: UrlOptions) -> Iterator[Record | Diagnostic]:
    if page.fault:
        severity = "note" if page.fault == "feed_followed" else "error"
        yield Diagnostic(code=page.fault, severity=severity, message=page.message)
        return
    form = guess(body[:_HEAD], page.name)
    if form is None or form.reader is None or form.key not in READ:
        title = f" but looks like: {form.title}" if form is not None else ""
        yield Diagnostic(code="wrong_kind_of_file", message=f"What came is no article{title}.")
    elif form.key == "html":
        yield from from_page(_in_utf8(body, page.charset), options, url=page.place)
    else:
        chosen = parse_options(form.reader.options, _given(form.reader, page, options))
        said = _in_utf8(body, page.charset) if form.key in ("text", "markdown") else body
        yield from form.reader.read(BytesIO(said), chosen)


def _placed(found: Record | Diagnostic, page: Page) -> Record | Diagnostic:
    """Where it comes from: the line of the list, and the address that answered at last."""
    match found:
        case Diagnostic():
            return replace(found, line=page.line, column=None, record=page.url)
        case DocumentRecord():
            asked = {"asked_for": page.url} if page.url != page.place else {}
            meta = {key: value for key, value in found.meta.items() if key != "file"}
            return replace(found, source_url=found.source_url or page.place, meta={**meta, **asked})
        case _:
            return found


def _in_utf8(body: bytes, charset: str) -> bytes:
    """What the server says of the encoding is more certain than what can be guessed."""
    if charset in ("", "utf-8", "utf8"):
        return body
    try:
        return body.decode(charset).encode()
    except (LookupError, UnicodeError):
        return body


def _given(reader: Reader[Any], page: Page, options: UrlOptions) -> dict[str, Any]:
    fields = {field.name for field in msgspec.structs.fields(reader.options)}
    wanted = {"name": page.name, "languages": options.languages}
    return {key: value for key, value in wanted.items() if key in fields and value}
