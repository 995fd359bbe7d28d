"""JSON Lines, our own dialect: every record as it is, nothing lost, and the simple lines that most people
have.

Each line is one JSON object with a `kind`: `schema`, `entity`, `document`, `set`, `annotation`, `link`,
`document_label`. A line belongs to the document before it, or names it in `document`; its set is that of
`author`, or gold where `gold` is true. `variant` lines, read but not written, tell another annotator's set
as alterations. A line without `kind` and with a `text` is a document of its own, with `spans`, `entities`
or `label` as Prodigy, spaCy and doccano write them.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from annotator.formats.jsonl.options import JsonlReadOptions, JsonlWriteOptions
from annotator.formats.jsonl.reader import read
from annotator.formats.jsonl.writer import write
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.survey import Feature

_OBJECT = re.compile(rb'\s*(?:\xef\xbb\xbf)?\s*(?:\{\s*"|\[\s*")')


def sniff(head: bytes, name: str) -> float:
    named = name.lower().endswith((".jsonl", ".ndjson", ".jsonlines"))
    looks = _OBJECT.match(head) is not None
    return 0.8 * looks + 0.2 * named


def read_mapped(source: BinaryIO, options: JsonlReadOptions) -> Iterator[Record | Diagnostic]:
    """With foreign names mapped, where a mapping is given: of ours nothing is foreign."""
    if options.labels or options.links or options.attributes:
        # Here, because the frame of other readers is built upon this package.
        from annotator.formats.given.mapping import mapped

        return mapped(read(source, options), options)
    return read(source, options)


FORMAT = Format(
    key="jsonl",
    version=1,
    title="JSON Lines",
    suffixes=(".jsonl", ".ndjson"),
    media_type="application/x-ndjson",
    unit="code point",
    keeps=frozenset(Feature),
    about=__doc__ or "",
    reader=Reader(options=JsonlReadOptions, sniff=sniff, read=read_mapped),
    writer=Writer(options=JsonlWriteOptions, write=write, losses=lambda _survey, _options: []),
)
