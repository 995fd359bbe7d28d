"""One article, however it came, as a document; and what its readers have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePath
from typing import Annotated, BinaryIO

from msgspec import Meta

from annotator.domain.text import TextNotClean, clean
from annotator.formats.languages import language_ranges
from annotator.formats.options import Options
from annotator.formats.records import Diagnostic, DocumentRecord, Json

LONGEST_TITLE = 300  # code points
LONGEST_URL = 4_000


class ArticleOptions(Options, frozen=True, kw_only=True):
    name: Annotated[str, Meta(description="The file's name.")] = ""
    languages: Annotated[tuple[str, ...], Meta(description="Languages to tell apart; none named: any.")] = ()
    size_limit: Annotated[int, Meta(description="Bytes of the largest file.", ge=1)] = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a file says: its text, and what is known of it."""

    text: str
    title: str = ""
    url: str | None = None
    published: str | None = None  # ISO 8601
    meta: Mapping[str, Json] = field(default_factory=dict)


class Unreadable(Exception):
    """The file cannot be read as what it claims to be; the message says why."""


def document(article: Article, options: ArticleOptions) -> DocumentRecord | Diagnostic:
    """The document that an article is: known by its text, so that the same text twice is the same document."""
    try:
        text = clean(tidied(article.text)).text
    except TextNotClean as error:
        return Diagnostic(code="text_not_clean", message=str(error))
    if not text:
        return Diagnostic(code="empty_file", message="There is no text in the file.")
    title = " ".join(article.title.split()) or text.split("\n", 1)[0] or PurePath(options.name).name
    kept = {key: value for key, value in article.meta.items() if value}
    return DocumentRecord(
        id=f"sha256:{sha256(text.encode()).hexdigest()}",
        title=shortened(title),
        text=text,
        source_url=article.url if article.url and len(article.url) <= LONGEST_URL else None,
        published=article.published or None,
        languages=language_ranges(text, options.languages),
        meta={**({"file": options.name} if options.name else {}), **kept},
    )


def whole(source: BinaryIO, options: ArticleOptions) -> bytes:
    """All bytes of a file.

    Raises:
        Unreadable: there are too many of them, or the source breaks off.
    """
    try:
        data = source.read(options.size_limit + 1)
    except OSError as error:
        raise Unreadable(f"The file cannot be read: {error}.") from None
    if len(data) > options.size_limit:
        raise Unreadable(f"The file is longer than {options.size_limit:,} bytes.")
    return data


def tidied(text: str) -> str:
    """Without control characters, soft hyphens, blanks at the ends of lines, and more than one empty line."""
    kept = "".join(_kept(text))
    lines = [line.rstrip() for line in kept.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    told: list[str] = []
    for line in lines:
        if line or (told and told[-1]):
            told.append(line)
    return "\n".join(told).strip("\n")


def _kept(text: str) -> Iterator[str]:
    for sign in text:
        if sign in "\n\r\t" or (sign not in "\u00ad\ufffe\ufeff" and not _is_control(sign)):
            yield sign


def _is_control(sign: str) -> bool:
    return sign < " " or "\x7f" <= sign <= "\x9f" or "\ud800" <= sign <= "\udfff"


def shortened(title: str) -> str:
    """At most LONGEST_TITLE code points, cut between words."""
    if len(title) <= LONGEST_TITLE:
        return title
    return title[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
