"""The formats there are. A new one is a module with a ``FORMAT``, named here or by an installed package."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, BinaryIO, Generic, TypeVar

from annotator.formats.bundles import Bundle
from annotator.formats.options import Options
from annotator.formats.records import Diagnostic, Record
from annotator.formats.sink import Sink
from annotator.formats.survey import Feature, Loss, Survey

R = TypeVar("R", bound=Options)
W = TypeVar("W", bound=Options)

BUILT_IN = (
    "text", "jsonl", "docbin", "conll2003", "conllu", "brat", "xmi", "jsoncas", "webanno", "labelstudio",
    "doccano", "prodigy", "parquet", "webannotation", "tei", "geojson", "network",
    "articles.archive", "articles.docx", "articles.feed", "articles.html", "articles.markdown", "articles.pdf",
    "articles.table", "articles.urls", "articles.warc",
)  # fmt: skip
ENTRY_POINTS = "annotator.formats"


class UnknownFormat(Exception):
    """No format has this key."""


def nothing_left_out(bundle: Bundle, options: Options) -> Counter[str]:
    """For formats that leave nothing out of a document but whole features."""
    return Counter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader(Generic[R]):
    """``read`` never raises on bad input: it yields a diagnostic and goes on with the next document.

    A document comes whole or not at all. Memory holds one document, however long the source. ``sniff(head,
    name)`` tells from the first bytes and the file's name how likely this is the format, 0 to 1.
    """

    options: type[R]
    sniff: Callable[[bytes, str], float]
    read: Callable[[BinaryIO, R], Iterator[Record | Diagnostic]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer(Generic[W]):
    """``write`` takes records in stream order; the same records and options give the same bytes.

    ``examine`` counts by code what would be left out of one document; ``losses`` puts it into words.
    ``parts`` are the libraries and rules, with their version, on which the bytes depend. ``in_words``: documents come
    with the boundaries of sentences and words that were written down, where there are any.
    """

    options: type[W]
    write: Callable[[Iterable[Record], Sink, W], None]
    losses: Callable[[Survey, W], list[Loss]]
    examine: Callable[[Bundle, W], Counter[str]] = nothing_left_out
    parts: Callable[[], Mapping[str, str]] = dict
    in_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    key: str
    version: int  # a new number whenever the same records give other bytes
    title: str
    suffixes: tuple[str, ...]
    media_type: str
    unit: str  # what its offsets count
    keeps: frozenset[Feature]
    about: str  # for docs/formats.md: what goes where, with every rule
    reader: Reader[Any] | None = None
    writer: Writer[Any] | None = None


def find(key: str) -> Format:
    """Raises UnknownFormat."""
    try:
        return formats()[key]
    except KeyError:
        raise UnknownFormat(key) from None


def guess(head: bytes, name: str) -> Format | None:
    """The likeliest format of a file, from its first kilobytes and its name."""
    scored = [(form.reader.sniff(head, name), form) for form in formats().values() if form.reader]
    best, form = max(scored, key=lambda pair: pair[0])
    return form if best > 0 else None


@cache
def formats() -> Mapping[str, Format]:
    """By key, in the order of their titles."""
    named = [import_module(f"annotator.formats.{name}").FORMAT for name in BUILT_IN]
    added = [entry.load() for entry in entry_points(group=ENTRY_POINTS)]
    found: list[Format] = sorted([*named, *added], key=lambda form: form.title)
    return {form.key: form for form in found}
