"""Feeds: RSS and Atom, one article an entry.

The entry's content is the text, or its summary where there is none; entries that hold less than a few sentences and
an address only are told and left out. A feed that declares entities of its own is refused: it could unfold to
anything.
"""

import re
import time
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO

from msgspec import Meta

from annotator.formats.articles.article import Article, ArticleOptions, Unreadable, document, whole
from annotator.formats.articles.markup import text_of
from annotator.formats.lines import stranger_in
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import Format, Reader

_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]")
_ENTITY = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]*\[", re.IGNORECASE)


class FeedOptions(ArticleOptions, frozen=True, kw_only=True):
    shortest: Annotated[
        int, Meta(description="Characters of the shortest text that is an article.", ge=0)
    ] = 200


def read(source: BinaryIO, options: FeedOptions) -> Iterator[Record | Diagnostic]:
    """Entry by entry, in the order of the feed."""
    try:
        data = whole(source, options)
        if _ENTITY.search(data):
            raise Unreadable("The feed declares entities of its own, which is not allowed.")
        yield from _entries(data, options)
    except Unreadable as error:
        yield Diagnostic(code="unreadable", message=str(error))


def links_of(data: bytes) -> list[str]:
    """The pages that a feed's entries link to, in their order, each once; as they are written, so perhaps relative.

    Raises:
        Unreadable
    """
    if _ENTITY.search(data):
        raise Unreadable("The feed declares entities of its own, which is not allowed.")
    return list(dict.fromkeys(entry.link for entry in _parsed(data).entries if entry.get("link")))


def _entries(data: bytes, options: FeedOptions) -> Iterator[Record | Diagnostic]:
    feed = _parsed(data)
    outlet = text_of(feed.feed.get("title") or "")
    for number, entry in enumerate(feed.entries, 1):
        name = f"entry {number}"
        text = _text(entry)
        if len(text) < options.shortest:
            yield Diagnostic(
                code="no_text",
                severity="warning",
                record=name,
                message=f"The entry holds {len(text)} characters of text: {entry.get('link') or 'no address'}",
                repair="Import the page itself.",
            )
            continue
        yield document(_article(entry, text, outlet), options)


def _parsed(data: bytes) -> Any:
    import feedparser

    try:
        feed = feedparser.parse(data)
    except Exception as error:  # its parser trips over tags that end what never began
        raise Unreadable(f"The feed cannot be read ({type(error).__name__} {error}).") from error
    if not feed.entries:
        said = feed.get("bozo_exception")
        raise Unreadable(f"There is no entry in the feed{f' ({said})' if said else ''}.")
    return feed


def _text(entry: Any) -> str:
    bodies = [part.get("value") or "" for part in entry.get("content") or ()]
    return text_of(max([*bodies, entry.get("summary") or ""], key=len))


def _article(entry: Any, text: str, outlet: str) -> Article:
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    return Article(
        text=text,
        title=text_of(entry.get("title") or ""),
        url=entry.get("link"),
        published=time.strftime("%Y-%m-%dT%H:%M:%SZ", when) if when else None,
        meta={"outlet": outlet, "author": entry.get("author"), "entry": entry.get("id")},
    )


def sniff(head: bytes, name: str) -> float:
    if stranger_in(head):
        return 0.0
    named = name.lower().endswith((".rss", ".atom"))
    return 0.95 if _FEED.search(head[:4096]) else 0.6 * named


FORMAT = Format(
    key="feed",
    version=1,
    title="Feed (RSS, Atom)",
    suffixes=(".rss", ".atom", ".xml"),
    media_type="application/rss+xml",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=FeedOptions, sniff=sniff, read=read),
)
