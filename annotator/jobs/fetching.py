"""Pages that a list of addresses names: fetched one by one, kept with the job, and read once all are there.

What was fetched is kept, so a job that is killed or laid down asks for no page twice, and the import that follows a
rehearsal takes in the very pages that were tried. Hosts are spared: a second lies between two requests to the same
one, and no two workers ask one host at the same time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import msgspec
from django.db import connection, transaction

from annotator.formats.articles.article import Unreadable
from annotator.formats.articles.feed import FORMAT as FEED
from annotator.formats.articles.feed import links_of
from annotator.formats.articles.urls import Listed, UrlOptions
from annotator.formats.registry import guess
from annotator.jobs import files
from annotator.net import Answer, Limits, NetFault, TooSlow, Unreachable, exchange

DELAY = 1.0  # seconds between two requests to one host
AGAIN = 3.0  # seconds before the second and last attempt at a page that could not be had
LIMITS = Limits(seconds=20.0, size=20_000_000, redirects=3)
MOST_BYTES = 1 << 30  # of all pages of one list
MOST_LINKS = 200  # of one feed that are followed
_HEAD = 1 << 16  # bytes that tell a format

# What a page is told by when its address has no ending: its media type.
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/warc": ".warc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


class Page(msgspec.Struct, frozen=True):
    """What an address gave. ``url`` was asked for in ``line`` of the list, ``place`` answered; with a ``fault``, a code
    for it, ``message`` says why there is no body."""

    line: int
    url: str
    place: str = ""
    name: str = ""
    charset: str = ""
    fault: str = ""
    message: str = ""


class Fetched(msgspec.Struct):
    """How far a list was fetched: the ``next`` of its addresses, and ``links`` of a feed that come before it."""

    next: int = 0
    pages: int = 0
    size: int = 0
    links: list[tuple[int, str]] = []

    def is_done(self, plan: Sequence[Listed]) -> bool:
        return self.next >= len(plan) and not self.links


def fetch(
    job: UUID, plan: Sequence[Listed], state: Fetched, options: UrlOptions, note: Callable[[Fetched], None]
) -> Iterator[None]:
    """Fetch page after page; each step is one page, kept and noted in one transaction."""
    hosts = _Hosts()
    while not state.is_done(plan):
        linked = bool(state.links)
        line, url = state.links.pop(0) if linked else (plan[state.next].line, plan[state.next].url)
        page, body = _page(line, url, state, hosts)
        if not linked:
            state.next += 1
            if options.feeds == "articles" and not page.fault and _is_feed(page, body):
                page, body = _followed(page, body, state)
        with transaction.atomic():
            _keep(job, state.pages, page, body)
            state.pages += 1
            state.size += len(body)
            note(state)
        yield


def pages(job: UUID, count: int) -> Iterator[tuple[Page, bytes]]:
    """What was fetched, in order.

    Raises:
        FileNotFoundError: a page is gone.
    """
    for number in range(count):
        kept = files.find(job, f"p{number}")
        if kept is None:
            raise FileNotFoundError(f"page {number} is gone")
        head, _, body = b"".join(files.pieces(kept)).partition(b"\n")
        yield msgspec.json.decode(head, type=Page), body


def _keep(job: UUID, number: int, page: Page, body: bytes) -> None:
    pieces = [msgspec.json.encode(page), b"\n", body]
    files.store(job, f"p{number}", pieces, name=page.name[:500], media_type="application/octet-stream")


def _page(line: int, url: str, state: Fetched, hosts: "_Hosts") -> tuple[Page, bytes]:
    if state.size >= MOST_BYTES:
        message = (
            f"The pages before it hold {MOST_BYTES >> 20:,} MiB together; no more is fetched for one list."
        )
        return Page(line, url, fault="too_many", message=message), b""
    try:
        answer = _asked(url, hosts)
    except NetFault as fault:
        return Page(line, url, fault=fault.code, message=str(fault)), b""
    if answer.status != 200:
        return Page(line, url, answer.url, fault="no_page", message=f"It answered {answer.status}."), b""
    media_type, charset = _media_type(answer.headers.get("content-type", ""))
    return Page(line, url, answer.url, _name(answer.url, media_type), charset), answer.body


def _asked(url: str, hosts: "_Hosts") -> Answer:
    """Once more after a while where it may help: nobody answered, or not now."""
    host = urlsplit(url).hostname or ""
    for pause in (AGAIN, None):
        with hosts.spared(host):
            try:
                answer = exchange("GET", url, limits=LIMITS)
                if pause is None or answer.status not in (429, 500, 502, 503, 504):
                    return answer
            except (Unreachable, TooSlow):
                if pause is None:
                    raise
        time.sleep(pause)
    raise AssertionError("unreachable")


def _is_feed(page: Page, body: bytes) -> bool:
    form = guess(body[:_HEAD], page.name)
    return form is not None and form.key == FEED.key


def _followed(page: Page, body: bytes, state: Fetched) -> tuple[Page, bytes]:
    """A feed whose articles are fetched next; of itself nothing comes in."""
    try:
        found = links_of(body)
    except Unreadable as error:
        return msgspec.structs.replace(page, fault="unreadable", message=str(error)), b""
    state.links += [(page.line, urljoin(page.place, link)) for link in found[:MOST_LINKS]]
    message = f"It is a feed; {len(state.links)} pages that it links to are fetched."
    return msgspec.structs.replace(page, fault="feed_followed", message=message), b""


def _media_type(said: str) -> tuple[str, str]:
    """Media type and character set of a header, in lower case."""
    kind, *parameters = said.lower().split(";")
    given = dict(each.strip().partition("=")[::2] for each in parameters)
    return kind.strip(), given.get("charset", "").strip("\"' ")


def _name(url: str, media_type: str) -> str:
    """A file's name from an address, with an ending that fits what came."""
    name = urlsplit(url).path.rsplit("/", 1)[-1] or "page"
    suffix = _SUFFIXES.get(media_type, "")
    return name if name.lower().endswith(suffix) else f"{name}{suffix}"


class _Hosts:
    """When each host was asked last, by this process."""

    def __init__(self) -> None:
        self._asked: dict[str, float] = {}  # on the monotonic clock

    @contextmanager
    def spared(self, host: str) -> Iterator[None]:
        """Wait until the host may be asked, and keep others from asking it meanwhile."""
        with _alone_with(host) as was_busy:
            since = time.monotonic() - self._asked.get(host, float("-inf"))
            time.sleep(DELAY if was_busy else max(0.0, DELAY - since))
            try:
                yield
            finally:
                self._asked[host] = time.monotonic()


@contextmanager
def _alone_with(host: str) -> Iterator[bool]:
    """Hold a host, for all workers there are; whether another one had it when it was asked for."""
    name = "hashtextextended(%s, 7006)"
    with connection.cursor() as cursor:
        waited = False
        while not _locked(cursor, name, host):
            waited = True
            time.sleep(0.2)
    try:
        yield waited
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({name})", [host])


def _locked(cursor: Any, name: str, host: str) -> bool:
    cursor.execute(f"SELECT pg_try_advisory_lock({name})", [host])
    return bool(cursor.fetchone()[0])
