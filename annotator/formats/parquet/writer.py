"""Records to Parquet files in parts, for Hugging Face's ``datasets``."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.conll2003 import ConllOptions, select
from annotator.formats.given.companion import Companion
from annotator.formats.parquet.card import card
from annotator.formats.parquet.options import ParquetWriteOptions
from annotator.formats.parquet.splits import Groups, part
from annotator.formats.parquet.tables import DOCUMENTS, TOKENS, document_row
from annotator.formats.records import DocumentRecord, Record
from annotator.formats.sink import Sink
from annotator.formats.tags import tags
from annotator.formats.tokens import sentences

PARTS = ("train", "validation", "test")
_ROWS = 500  # of one group: what a reader holds at once
_BYTES = 16 << 20  # of texts in one group
_SCHEMAS = {"documents": DOCUMENTS, "tokens": TOKENS}


def write(records: Iterable[Record], sink: Sink, options: ParquetWriteOptions) -> None:
    """``README.md``, the card; a folder for each configuration with a file for each part; ``register.jsonl``.

    Two passes, because only the last document tells who belongs together: rows wait in a file.
    """
    companion, groups = Companion(), Groups(near=options.near_duplicates)
    labels: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        waiting = Path(folder, "waiting.parquet")
        with _Table(waiting, DOCUMENTS) as rows, _Table(Path(folder, "tokens.parquet"), TOKENS) as tokens:
            for item in bundles(records):
                if not isinstance(item, Bundle):
                    companion.add(item)
                    continue
                groups.add(
                    item.document.text, item.document.meta.get(options.group) if options.group else None
                )
                rows.add(document_row(item, ""), len(item.document.text))
                for row in _token_rows(item, options):
                    labels.update(row["ner_tags"])
                    tokens.add(row, len(item.document.text))
        names = ["O", *sorted(labels - {"O"})]
        counts = _parted(Path(folder), groups, names, options)
        _put(Path(folder), sink)
    with sink.file("README.md") as output:
        output.write(card(_SCHEMAS, {"ner_tags": names}, counts).encode())
    companion.put(sink)


class _Table:
    """A Parquet file while rows come in, written group by group."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        # Tags are kept as text until all of them are known.
        self._schema = pa.schema(
            [
                (it.name, pa.list_(pa.string()))
                if it.name == "ner_tags" and "parts" not in path.parts
                else it
                for it in schema
            ]
        )
        # No compression: compressors differ. Statistics and dictionaries are as this version makes them.
        self._writer = pq.ParquetWriter(path, self._schema, compression="none", store_schema=False)
        self._rows: list[dict[str, Any]] = []
        self._weight = 0
        self.rows = self.bytes = 0

    def __enter__(self) -> "_Table":
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()

    def add(self, row: dict[str, Any], weight: int) -> None:
        self._rows.append(row)
        self._weight += weight
        self.rows += 1
        if len(self._rows) >= _ROWS or self._weight > _BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            table = pa.Table.from_pylist(self._rows, self._schema)
            self.bytes += table.nbytes
            self._writer.write_table(table)
            self._rows, self._weight = [], 0


def _token_rows(bundle: Bundle, options: ParquetWriteOptions) -> Iterator[dict[str, Any]]:
    for work in bundle.versions():
        for words in _tagged(bundle.document, work, options):
            yield {
                "id": bundle.document.id,
                "author": work.author,
                "tokens": [bundle.document.text[start:end] for start, end, _ in words],
                "starts": [start for start, _, _ in words],
                "ner_tags": [tag for _, _, tag in words],
            }


def _tagged(
    document: DocumentRecord, work: Work, options: ParquetWriteOptions
) -> Iterator[list[tuple[int, int, str]]]:
    """The sentences as words with their tags."""
    kept = select(work, ConllOptions(labels=options.labels, overlap=options.overlap)).kept
    coming = iter([*kept, None])
    mark, begun = next(coming), False
    for words in sentences(document, [it.spans[0] for it in kept], whole=True):
        found = []
        for start, end in words:
            while mark and mark.spans[0][1] <= start:
                mark, begun = next(coming), False
            inside = mark is not None and mark.spans[0][0] <= start
            if mark is not None and inside:
                found.append((start, end, tags(1, mark.label, ConllOptions().scheme, goes_on=begun)[0]))
                begun = True
            else:
                found.append((start, end, "O"))
        yield found


def _parted(
    folder: Path, groups: Groups, names: list[str], options: ParquetWriteOptions
) -> dict[str, dict[str, tuple[int, int]]]:
    """The rows that wait, in their parts; rows and bytes by configuration and part."""
    shares = [("train", options.train), ("validation", options.validation), ("test", options.test)]
    if not any(share for _, share in shares):
        shares[0] = ("train", 1.0)
    homes: dict[str, str] = {}
    (folder / "parts").mkdir()
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    tables = _Tables(folder / "parts", "documents")
    with pq.ParquetFile(folder / "waiting.parquet") as waiting:
        number = 0
        for batch in waiting.iter_batches(_ROWS):
            for row in batch.to_pylist():
                group = groups.of(number)
                home = homes[row["id"]] = part(group, shares, options.seed)
                tables.add(home, {**row, "group": group.hex()[:16]}, len(row["text"]))
                number += 1
    counts["documents"] = tables.close()
    tables = _Tables(folder / "parts", "tokens")
    numbers = {name: number for number, name in enumerate(names)}
    with pq.ParquetFile(folder / "tokens.parquet") as waiting:
        for batch in waiting.iter_batches(_ROWS):
            for row in batch.to_pylist():
                row["ner_tags"] = [numbers[tag] for tag in row["ner_tags"]]
                tables.add(homes[row["id"]], row, 20 * len(row["tokens"]))
    counts["tokens"] = tables.close()
    return counts


class _Tables:
    """A file for each part of a configuration."""

    def __init__(self, folder: Path, name: str) -> None:
        self._tables = {it: _Table(folder / f"{name}.{it}.parquet", _SCHEMAS[name]) for it in PARTS}

    def add(self, home: str, row: dict[str, Any], weight: int) -> None:
        self._tables[home].add(row, weight)

    def close(self) -> dict[str, tuple[int, int]]:
        for table in self._tables.values():
            table.__exit__()
        return {name: (table.rows, table.bytes) for name, table in self._tables.items()}


def _put(folder: Path, sink: Sink) -> None:
    for path in sorted((folder / "parts").iterdir()):
        config, home, _ = path.name.split(".")
        with sink.file(f"{config}/{home}-00000-of-00001.parquet") as output, path.open("rb") as source:
            while piece := source.read(1 << 20):
                output.write(piece)
