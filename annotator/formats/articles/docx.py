"""Word documents (.docx), one document a file: paragraphs, lists and tables, without pictures and headers.

Title and date come from the file's properties. Footnotes stand at the end.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from annotator.formats.articles.article import Article, ArticleOptions, Unreadable, document, whole
from annotator.formats.articles.markup import text_of
from annotator.formats.articles.zips import checked
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import Format, Reader

_BODY = "word/document.xml"
_PROPERTIES = "docProps/core.xml"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"


def read(source: BinaryIO, options: ArticleOptions) -> Iterator[Record | Diagnostic]:
    """One document, or the one reason why not."""
    try:
        data = whole(source, options)
        with ZipFile(BytesIO(data)) as archive:
            checked(archive)
            if _BODY not in archive.namelist():
                raise Unreadable("This file is a zip archive, but no Word document.")
            known = _properties(archive)
        yield document(_article(data, known), options)
    except BadZipFile:
        yield Diagnostic(code="wrong_kind_of_file", message="This file is no Word document (.docx).")
    except Unreadable as error:
        yield Diagnostic(code="unreadable", message=str(error))


def _article(data: bytes, known: Any) -> Article:
    import mammoth

    try:
        made = mammoth.convert_to_html(BytesIO(data), convert_image=mammoth.images.img_element(lambda _: {}))
    except Exception as error:  # whatever its library stumbles over in a file of unknown worth
        raise Unreadable(f"The document is broken ({type(error).__name__}: {error}).") from None
    return Article(
        text=text_of(made.value),
        title=_said(known, f"{_DUBLIN_CORE}title"),
        published=_said(known, f"{_TERMS}created") or None,
        meta={"author": _said(known, f"{_DUBLIN_CORE}creator")},
    )


def _properties(archive: ZipFile) -> Any:
    if _PROPERTIES not in archive.namelist():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(archive.read(_PROPERTIES), parser)
    except etree.XMLSyntaxError:
        return None


def _said(known: Any, name: str) -> str:
    return "" if known is None else (known.findtext(name) or "").strip()


def sniff(head: bytes, name: str) -> float:
    if not head.startswith(b"PK\x03\x04"):
        return 0.0
    if b"word/" in head or b"[Content_Types].xml" in head[:200]:
        return 0.95 if name.lower().endswith(".docx") or b"word/document.xml" in head else 0.3
    return 0.5 * name.lower().endswith(".docx")


FORMAT = Format(
    key="docx",
    version=1,
    title="Word document",
    suffixes=(".docx",),
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=ArticleOptions, sniff=sniff, read=read),
)
