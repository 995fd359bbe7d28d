"""Pages: HTML as it was saved, also in one file with its pictures (MHTML). One article a file.

What is around the article (menus, comments, advertisements) is left out by trafilatura; where it finds no
article, the whole page is taken and a note says so. Title, date, outlet, author and address come from the
page's metadata. The text is what is annotated: the file's hash and the extractor's version stand in the
document's metadata, so that the same page gives the same text.
"""

import re
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import default
from hashlib import sha256
from typing import Any, BinaryIO

from annotator.formats.articles.article import Article, ArticleOptions, Unreadable, document, whole
from annotator.formats.articles.markup import text_of
from annotator.formats.lines import stranger_in
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import Format, Reader

_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HEAD = 1 << 14  # bytes in which a page says what it is


def read(source: BinaryIO, options: ArticleOptions) -> Iterator[Record | Diagnostic]:
    """The page's article, or the one reason why not."""
    try:
        data = whole(source, options)
        if stranger := stranger_in(data):
            yield Diagnostic(code="wrong_kind_of_file", message=f"This file is {stranger}.")
            return
        page, url = _unwrapped(data)
        yield from from_page(page, options, url=url)
    except Unreadable as error:
        yield Diagnostic(code="unreadable", message=str(error))


def from_page(
    page: bytes, options: ArticleOptions, *, url: str | None = None, published: str | None = None
) -> Iterator[Record | Diagnostic]:
    """The article of a page whose address is known, or not."""
    article, judged = _article(page, url, published)
    found = document(article, options)
    if not judged and not isinstance(found, Diagnostic):
        yield Diagnostic(
            code="no_article",
            severity="warning",
            message="No article could be told from what is around it.",
            document=found.id,
            repair="The text of the whole page was taken.",
        )
    yield found


def _article(page: bytes, url: str | None, published: str | None) -> tuple[Article, bool]:
    told = _extracted(page, url)
    text = (told.text if told is not None else "") or ""
    return (
        Article(
            text=text or text_of(page),
            title=(told.title if told is not None else "") or _title(page),
            url=url or (told.url if told is not None else None),
            published=published or (told.date if told is not None else None),
            meta={
                "outlet": told.sitename if told is not None else None,
                "author": told.author if told is not None else None,
                "extractor": _extractor(),
                "source_sha256": sha256(page).hexdigest(),
            },
        ),
        bool(text),
    )


def _extracted(page: bytes, url: str | None) -> Any:
    from trafilatura import bare_extraction  # it takes a second to load

    try:
        return bare_extraction(page, url=url, include_comments=False, with_metadata=True)
    except (ValueError, TypeError, AttributeError, RecursionError, LookupError):
        return None  # a page that its library stumbles over is still text


def _extractor() -> str:
    import trafilatura

    return f"trafilatura {trafilatura.__version__}"


def _title(page: bytes) -> str:
    found = re.search(rb"<title[^>]*>(.{1,2000}?)</title>", page, re.IGNORECASE | re.DOTALL)
    return text_of(found[1].decode("utf-8", "replace")) if found else ""


def _unwrapped(data: bytes) -> tuple[bytes, str | None]:
    """The page and its address, out of an MHTML envelope if it is in one."""
    if not _is_mhtml(data):
        saved = _SAVED_FROM.search(data[:_HEAD])
        return data, saved[1].decode("ascii", "replace") if saved else None
    message = BytesParser(policy=default).parsebytes(data)
    url = message.get("Snapshot-Content-Location")
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            return (payload if isinstance(payload, bytes) else b""), url or part.get("Content-Location")
    raise Unreadable("There is no page in the envelope.")


def _is_mhtml(head: bytes) -> bool:
    start = head[:_HEAD].lower()
    return b"mime-version:" in start and b"multipart/related" in start


def sniff(head: bytes, name: str) -> float:
    if stranger_in(head):
        return 0.0
    named = name.lower().endswith((".html", ".htm", ".xhtml", ".mhtml", ".mht"))
    return 0.9 if _is_mhtml(head) or _PAGE.search(head[:_HEAD]) else 0.6 * named


FORMAT = Format(
    key="html",
    version=1,
    title="Web page",
    suffixes=(".html", ".htm", ".xhtml", ".mhtml", ".mht"),
    media_type="text/html",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=ArticleOptions, sniff=sniff, read=read),
)
