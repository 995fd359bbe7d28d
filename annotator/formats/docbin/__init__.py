"""spaCy `DocBin` files, up to 1,000 documents each; a document with several sets is one `Doc` for each of
them.

Tokens are those of spaCy's tokenizer for the language of each passage, cut where an annotation begins or
ends, so no span is lost. Every annotation is in `doc.spans[label]`, one `Span` for each of its stretches,
with the annotation's id as `span.id_` and its entity as `span.kb_id_`. `doc.ents` holds the annotations of
one span that do not overlap, by the rule chosen. Document labels are in `doc.cats` as `label=value`. Ids,
attributes, links and everything else are in `doc.user_data["palimpsest"]` as the lines of our JSON Lines;
schema and entities are in `register.jsonl`. The zlib streams are stored, not compressed, because
compressors differ; `DocBin().from_disk` reads them as they are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import BinaryIO

from annotator.formats.bundles import Bundle
from annotator.formats.docbin.ents import entities
from annotator.formats.docbin.options import DocBinReadOptions, DocBinWriteOptions
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.sink import Sink
from annotator.formats.survey import Feature, Loss, Survey

_OURS = b"part-00001.spacy"


def write(records: Iterable[Record], sink: Sink, options: DocBinWriteOptions) -> None:
    """``register.jsonl`` with schema and entities, if there are any; ``part-00001.spacy`` and so on."""
    from annotator.formats.docbin import writer

    writer.write(records, sink, options)


def read(source: BinaryIO, options: DocBinReadOptions) -> Iterator[Record | Diagnostic]:
    """The documents of one ``.spacy`` file, or of a zip of them."""
    from annotator.formats.docbin import reader

    return reader.read(source, options)


def examine(bundle: Bundle, options: DocBinWriteOptions) -> Counter[str]:
    """Nothing is lost, but what ``doc.ents`` cannot hold is counted."""
    total: Counter[str] = Counter()
    for work in bundle.works.values():
        total["ents"] += len(work.annotations) - len(entities(work, options))
    return total


def losses(survey: Survey, options: DocBinWriteOptions) -> list[Loss]:
    count = survey.left_out["ents"]
    words = (
        f"annotations are in doc.spans but not in doc.ents, which holds no overlap ({options.overlap} rule)"
    )
    return [Loss("ents", count, words)] if count else []


def sniff(head: bytes, name: str) -> float:
    if head.startswith(b"PK") and _OURS in head:
        return 0.9
    return 0.8 * (name.lower().endswith(".spacy") and head[:1] == b"\x78")


FORMAT = Format(
    key="docbin",
    version=1,
    title="spaCy DocBin",
    suffixes=(".spacy",),
    media_type="application/octet-stream",
    unit="token",
    keeps=frozenset(Feature),
    about=__doc__ or "",
    reader=Reader(options=DocBinReadOptions, sniff=sniff, read=read),
    writer=Writer(
        options=DocBinWriteOptions,
        write=write,
        losses=losses,
        examine=examine,
        parts=lambda: {"spacy": version("spacy")},
        in_words=True,
    ),
)
