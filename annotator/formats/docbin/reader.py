"""spaCy's files to records: ours with everything, others' with what ``doc.spans`` and ``doc.ents`` hold."""

import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, BinaryIO

import msgspec
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from annotator.domain.offsets import Unit
from annotator.formats.docbin.options import DocBinReadOptions
from annotator.formats.docbin.stored import stored
from annotator.formats.docbin.writer import USER_DATA
from annotator.formats.given.files import Files, Unreadable
from annotator.formats.jsonl.options import JsonlReadOptions
from annotator.formats.jsonl.reader import read_lines
from annotator.formats.lines import Line
from annotator.formats.records import Diagnostic, Record

_REGISTER = "register.jsonl"
# Read, because they are flat values; heads and the like of an unknown file could lead spaCy astray.
_ATTRIBUTES = ("ORTH", "ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID")


class _Unreadable(Exception):
    """The file is no DocBin, or too large."""


def read(source: BinaryIO, options: DocBinReadOptions) -> Iterator[Record | Diagnostic]:
    """The documents of one ``.spacy`` file, or of a zip of them with its ``register.jsonl``."""
    lines = JsonlReadOptions(author=options.author, unit=Unit.CODE_POINT, line_limit=options.size_limit)
    yield from read_lines(_lines(source, options.size_limit), lines)


def _lines(source: BinaryIO, limit: int) -> Iterator[Line | Diagnostic]:
    """Everything as lines of our JSON Lines, numbered in the order found."""
    number, before = 0, b""
    try:
        for group in _groups(source, limit):
            # A document with several sets is one Doc for each: its own line comes once.
            for line in group[group[0] == before :]:
                number += 1
                yield Line(number, line)
            before = group[0]
    except (_Unreadable, Unreadable, OSError) as error:
        yield Diagnostic(code="wrong_kind_of_file", message=f"This cannot be read as DocBin: {error}"[:500])


def _groups(source: BinaryIO, limit: int) -> Iterator[list[bytes]]:
    for name, data in _files(source, limit):
        try:
            yield from [[line] for line in data.splitlines()] if name == _REGISTER else _of_docs(data, limit)
        except (_Unreadable, Unreadable, OSError):
            raise
        except Exception as error:  # whatever a library makes of bytes that are none of its own
            raise _Unreadable(f"{type(error).__name__} {error}") from error


def _files(source: BinaryIO, limit: int) -> Iterator[tuple[str, bytes]]:
    files = Files(source, "", limit)
    for name in sorted(files.names, key=lambda name: (name != _REGISTER, name)):
        if not files.is_zip or name == _REGISTER or name.endswith(".spacy"):
            yield name, files.read(name)


def _of_docs(data: bytes, limit: int) -> Iterator[list[bytes]]:
    """The document's line and those of its set, Doc by Doc."""
    packed = DocBin(store_user_data=True).from_bytes(stored(_unpacked(data, limit)))
    wanted = DocBin(attrs=_ATTRIBUTES).attrs
    columns = [packed.attrs.index(attribute) for attribute in wanted if attribute in packed.attrs]
    packed.attrs = [packed.attrs[column] for column in columns]
    packed.tokens = [array[:, columns] for array in packed.tokens]
    for doc in packed.get_docs(Vocab()):
        ours = doc.user_data.get(USER_DATA)
        yield [msgspec.json.encode(line) for line in (_our_lines(doc, ours) if ours else _other_lines(doc))]


def _unpacked(data: bytes, limit: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        unpacked = stream.decompress(data, limit)
    except zlib.error as error:
        raise _Unreadable(str(error)) from None
    if not stream.eof:
        raise _Unreadable(f"it is cut off, or larger than {limit:,} bytes unpacked")
    return unpacked


def _our_lines(doc: Doc, ours: Any) -> list[dict[str, Any]]:
    """msgpack gives tuples for lists; as JSON they are the same."""
    return [{**ours["document"], "text": doc.text}, *ours["lines"]]


def _other_lines(doc: Doc) -> list[dict[str, Any]]:
    groups = [(str(label), span) for label, group in doc.spans.items() for span in group]
    found = {(span.start_char, span.end_char, span.label_ or label): span.kb_id_ for label, span in groups}
    found |= {(span.start_char, span.end_char, span.label_): span.kb_id_ for span in doc.ents}
    return [
        {"kind": "document", "id": f"sha256:{sha256(doc.text.encode()).hexdigest()}", "text": doc.text},
        *[
            {"kind": "annotation", "label": label, "spans": [[start, end]], "entity": entity or None}
            for (start, end, label), entity in sorted(found.items())
        ],
    ]
