"""A file that the server made, and the ways into the libraries that people train with."""

import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

if TYPE_CHECKING:
    import datasets
    import pandas
    import spacy.tokens


@dataclass(frozen=True, slots=True)
class Export:
    """A zip with its manifest. The ``to_`` and ``spacy_`` methods need the library that their name says."""

    name: str
    data: bytes

    def save(self, folder: Path | str = ".") -> Path:
        """Write the zip into a folder, under its own name."""
        path = Path(folder) / self.name
        path.write_bytes(self.data)
        return path

    def files(self) -> dict[str, bytes]:
        """The files in it by name."""
        with ZipFile(io.BytesIO(self.data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def manifest(self) -> dict[str, Any]:
        """What it was made of."""
        found: dict[str, Any] = json.loads(self.files()["manifest.json"])
        return found

    def records(self) -> Iterator[dict[str, Any]]:
        """The lines of an export as JSONL.

        Raises:
            KeyError: it is of another format.
        """
        for line in self.files()["data.jsonl"].splitlines():
            yield json.loads(line)

    def annotations(self) -> Iterator[dict[str, Any]]:
        """A flat row for each span of each annotation, with the document that it is in."""
        documents: dict[str, dict[str, Any]] = {}
        for record in self.records():
            if record["kind"] == "document":
                documents[record["id"]] = record
            if record["kind"] == "annotation":
                document = documents[record["document"]]
                for start, end in record["spans"]:
                    yield {
                        "document": document["id"],
                        "title": document["title"],
                        "annotation": record["id"],
                        "author": record.get("author"),
                        "label": record["label"],
                        "start": start,
                        "end": end,
                        "text": document["text"][start:end],
                        "status": record.get("status"),
                        "confidence": record.get("confidence"),
                    }

    def documents(self) -> list[dict[str, Any]]:
        """Each document with its text and its annotations, in order."""
        found: dict[str, dict[str, Any]] = {}
        for record in self.records():
            if record["kind"] == "document":
                own = {key: record[key] for key in ("id", "title", "text")}
                found[record["id"]] = {**own, "annotations": []}
            if record["kind"] == "annotation":
                kept = {"id": record["id"], "label": record["label"], "author": record.get("author")}
                spans = [{"start": start, "end": end} for start, end in record["spans"]]
                found[record["document"]]["annotations"].append({**kept, "spans": spans})
        return list(found.values())

    def to_pandas(self) -> "pandas.DataFrame":
        """A row for each span."""
        import pandas

        return pandas.DataFrame(list(self.annotations()))

    def to_datasets(self) -> "datasets.Dataset":
        """A row for each document."""
        import datasets

        return datasets.Dataset.from_list(self.documents())

    def spacy_docs(self, language: str = "xx") -> "list[spacy.tokens.Doc]":
        """The documents of an export as DocBin."""
        import spacy
        from spacy.tokens import DocBin

        vocab = spacy.blank(language).vocab
        docs: list[spacy.tokens.Doc] = []
        with tempfile.TemporaryDirectory() as folder:
            for name, data in self.files().items():
                if name.endswith(".spacy"):
                    path = Path(folder) / "part.spacy"
                    path.write_bytes(data)
                    docs += DocBin().from_disk(path).get_docs(vocab)
        return docs
