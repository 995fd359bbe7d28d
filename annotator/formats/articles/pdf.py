"""PDF with text in it, one document a file: the pages' text in reading order, one after the other.

Words that a line end has cut are joined again where a lower-case letter follows the hyphen. A scan without text is
refused: there is nothing to mark. Title, author and date come from the file's properties.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Annotated, Any, BinaryIO

from msgspec import Meta

from annotator.formats.articles.article import Article, ArticleOptions, Unreadable, document, whole
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import Format, Reader

_CUT = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_A-Z])")
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
_MAGIC = b"%PDF-"
_MOST_TEXT = 20_000_000  # code points; a page can name the same content again and again


class PdfOptions(ArticleOptions, frozen=True, kw_only=True):
    pages: Annotated[int, Meta(description="The most pages that are read.", ge=1, le=5_000)] = 2_000


def read(source: BinaryIO, options: PdfOptions) -> Iterator[Record | Diagnostic]:
    """One document, or the one reason why not."""
    try:
        data = whole(source, options)
        if _MAGIC not in data[:1024]:
            raise Unreadable("This file is no PDF.")
        yield from _read(data, options)
    except Unreadable as error:
        yield Diagnostic(code="unreadable", message=str(error))


def _read(data: bytes, options: PdfOptions) -> Iterator[Record | Diagnostic]:
    article, pages, left = _article(data, options)
    if not article.text.strip():
        yield Diagnostic(
            code="scan",
            message=f"There is no text on the {pages} pages: they are pictures.",
            repair="Recognise their text first, and import that.",
        )
        return
    found = document(article, options)
    if left and not isinstance(found, Diagnostic):
        yield Diagnostic(
            code="pages_left_out",
            severity="warning",
            message=f"{left} pages behind the first {options.pages} were left out.",
            document=found.id,
        )
    yield found


def _article(data: bytes, options: PdfOptions) -> tuple[Article, int, int]:
    from pypdf import PdfReader

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("The PDF asks for a password.")
        count = len(reader.pages)
        text = _text_of(reader, min(count, options.pages))
        known: Any = reader.metadata or {}
        return (
            Article(
                text=text,
                title=_said(known.get("/Title")),
                published=_date(_said(known.get("/CreationDate"))),
                meta={"author": _said(known.get("/Author")), "pages": count},
            ),
            count,
            max(0, count - options.pages),
        )
    except Unreadable:
        raise
    except Exception as error:  # whatever its library stumbles over in a file of unknown worth
        raise Unreadable(f"The PDF is broken ({type(error).__name__}: {str(error)[:300]}).") from None


def _text_of(reader: Any, pages: int) -> str:
    told: list[str] = []
    size = 0
    for number in range(pages):
        told.append(reader.pages[number].extract_text() or "")
        size += len(told[-1])
        if size > _MOST_TEXT:
            raise Unreadable(f"There are more than {_MOST_TEXT:,} characters in the PDF.")
    return _CUT.sub("", "\n\n".join(told))


def _said(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _date(said: str) -> str | None:
    found = _DATE.match(said)
    return "-".join(part for part in found.groups() if part) if found else None


def sniff(head: bytes, name: str) -> float:
    return 0.99 * (_MAGIC in head[:1024])


FORMAT = Format(
    key="pdf",
    version=1,
    title="PDF",
    suffixes=(".pdf",),
    media_type="application/pdf",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=PdfOptions, sniff=sniff, read=read),
)
