"""Prodigy's JSONL: one text a line for each author's work on it, with its words and spans.

Every word that Prodigy needs is there, cut where a span begins or ends, so that each span is made of whole words.
`relations` lead from `head_span` to `child_span`. `_annotator_id` is the author. Attributes and entity of a span are in
its `attrs` and `entity`, which Prodigy keeps as they are. Annotations of several stretches are left out, and so are
links to them. Offsets count code points.

Such lines are read by the format JSON Lines; this key reads them as well, with labels mapped.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, BinaryIO

from msgspec.structs import asdict

from annotator.domain.offsets import Unit
from annotator.formats.bundles import Work
from annotator.formats.given.mapping import mapped
from annotator.formats.given.options import GivenOptions
from annotator.formats.jsonl.options import JsonlReadOptions
from annotator.formats.jsonl.reader import read as read_jsonl
from annotator.formats.jsonl.writer import sorted_keys
from annotator.formats.options import Options
from annotator.formats.records import AnnotationRecord, Diagnostic, DocumentRecord, Record, Span
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.simple_lines import examine, head, losses, standing, whole, writing
from annotator.formats.sink import Sink
from annotator.formats.survey import Feature, losses_of_kind
from annotator.formats.tokens import words
from annotator.formats.words import VERSION as WORDS

_KEEPS = frozenset(
    {Feature.OVERLAP, Feature.LINKS, Feature.AUTHORS, Feature.METADATA, Feature.ENTITIES, Feature.ATTRIBUTES}
)


class ProdigyReadOptions(GivenOptions, frozen=True, kw_only=True):
    """Those of every annotated file."""


class ProdigyWriteOptions(Options, frozen=True, kw_only=True):
    """There is nothing to choose."""


def read(source: BinaryIO, options: ProdigyReadOptions) -> Iterator[Record | Diagnostic]:
    said = {key: value for key, value in asdict(options).items() if key in JsonlReadOptions.__struct_fields__}
    ours = JsonlReadOptions(**said, unit=Unit.CODE_POINT, line_limit=options.size_limit)
    yield from mapped(read_jsonl(source, ours), options)


def write(records: Iterable[Record], sink: Sink, options: ProdigyWriteOptions) -> None:
    writing(records, sink, render)


def render(document: DocumentRecord, work: Work) -> dict[str, Any]:
    """One line."""
    text, marks = document.text, whole(work)
    tokens = list(words(document, [edge for mark in marks for edge in mark.spans[0]])) if text else []
    spans = {mark.id: _span(mark, tokens) for mark in marks}
    author = {} if work.author is None else {"_annotator_id": work.author, "_session_id": work.author}
    return {
        "text": text,
        "id": document.id,
        **head(document),
        "_input_hash": _hash(text),
        "_task_hash": _hash(f"{work.author}\0{text}"),
        **author,
        "tokens": [
            {
                "text": text[start:end],
                "start": start,
                "end": end,
                "id": number,
                "ws": text[end : end + 1] == " ",
            }
            for number, (start, end) in enumerate(tokens)
        ],
        "spans": list(spans.values()),
        "relations": [
            {
                "head": spans[link.from_annotation]["token_end"],
                "child": spans[link.to_annotation]["token_end"],
                "head_span": _short(spans[link.from_annotation]),
                "child_span": _short(spans[link.to_annotation]),
                "label": link.type,
            }
            for link in standing(work)
        ],
        "answer": "accept",
        "_view_id": "relations",
    }


def _span(mark: AnnotationRecord, tokens: list[Span]) -> dict[str, Any]:
    start, end = mark.spans[0]
    inside = [number for number, token in enumerate(tokens) if start < token[1] and token[0] < end]
    told: dict[str, Any] = {"start": start, "end": end, "label": mark.label, "text": mark.quote}
    told |= {"token_start": inside[0], "token_end": inside[-1]}
    if mark.attributes:
        told["attrs"] = sorted_keys(mark.attributes)
    return told | ({} if mark.entity is None else {"entity": mark.entity})


def _short(span: dict[str, Any]) -> dict[str, Any]:
    return {key: span[key] for key in ("start", "end", "label", "token_start", "token_end")}


def _hash(text: str) -> int:
    """31 bits that depend on the text alone."""
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") >> 1


def sniff(head: bytes, name: str) -> float:
    return 0.97 * (b'"_input_hash"' in head and head.lstrip()[:1] == b"{")


FORMAT = Format(
    key="prodigy",
    version=1,
    title="Prodigy JSONL",
    suffixes=(".jsonl",),
    media_type="application/x-ndjson",
    unit="code point",
    keeps=_KEEPS,
    about=__doc__ or "",
    reader=Reader(options=ProdigyReadOptions, sniff=sniff, read=read),
    writer=Writer(
        options=ProdigyWriteOptions,
        write=write,
        losses=lambda survey, _options: losses(survey) + losses_of_kind(survey, _KEEPS),
        examine=examine,
        parts=lambda: {"words": WORDS},
        in_words=True,
    ),
)
