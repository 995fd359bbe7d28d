"""Parquet for Hugging Face's `datasets`: `load_dataset("folder", "documents")` after the zip is unpacked.

The configuration `documents` has a row for each document with its sets, annotations and links; attributes are pairs of
a key and a value in JSON, because `datasets` knows no free map. `tokens` has a row for each sentence of each set, with
one tag a word by the rule for overlap; `ner_tags` are numbered classes. `README.md` is the card with `configs` and
`dataset_info`; `register.jsonl` holds schema and entities.

The parts train, validation and test are found by the hash of a document's group, so they stay the same when documents
are added. A group is what a field of the metadata says, or else all documents whose words are nearly the same
(MinHash over runs of three words, joined from about six in ten on): copies never stand in two parts.
"""

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import BinaryIO

from annotator.formats.parquet.options import ParquetReadOptions, ParquetWriteOptions
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.sentences import VERSION as SENTENCES
from annotator.formats.sink import Sink
from annotator.formats.survey import Feature
from annotator.formats.words import VERSION as WORDS

_SPLITS = "splits 2, copies 1"


def write(records: Iterable[Record], sink: Sink, options: ParquetWriteOptions) -> None:
    from annotator.formats.parquet import writer  # Arrow takes a moment to load

    writer.write(records, sink, options)


def read(source: BinaryIO, options: ParquetReadOptions) -> Iterator[Record | Diagnostic]:
    from annotator.formats.given.reading import reading
    from annotator.formats.parquet.reader import find

    yield from reading(find)(source, options)


def sniff(head: bytes, name: str) -> float:
    return 0.9 * (head.startswith(b"PAR1") or (head.startswith(b"PK") and b"documents/" in head[:100]))


FORMAT = Format(
    key="parquet",
    version=2,
    title="Parquet (Hugging Face)",
    suffixes=(".parquet",),
    media_type="application/vnd.apache.parquet",
    unit="code point",
    keeps=frozenset(Feature),
    about=__doc__ or "",
    reader=Reader(options=ParquetReadOptions, sniff=sniff, read=read),
    writer=Writer(
        options=ParquetWriteOptions,
        write=write,
        losses=lambda _survey, _options: [],
        parts=lambda: {
            "pyarrow": version("pyarrow"),
            "words": WORDS,
            "sentences": SENTENCES,
            "splits": _SPLITS,
        },
        in_words=True,
    ),
)
