"""What the tests of formats read: the sample's file, small ones made up, and corpora beside the
repository.
"""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from annotator.formats import registry
from annotator.formats.codes import CODES
from annotator.formats.export import export
from annotator.formats.manifest import Manifest, Origin
from annotator.formats.options import parse_options
from annotator.formats.records import AnnotationRecord, Diagnostic, Record
from annotator.formats.sink import Memory
from annotator.sample.source import FILE

ORIGIN = Origin(project="p", position=7, source="sets")
CORPORA = Path(__file__).resolve().parents[4] / "shared" / "data"


def corpus(name: str) -> Path:
    """A file of the corpora that lie beside the repository; the test is skipped where they do not."""
    path = CORPORA / name
    if not path.exists():
        pytest.skip(f"the corpora are not beside the repository: {name}")
    return path


def sample_bytes() -> bytes:
    """The sample: one article, 144 annotations, 92 links, 67 entities, 13 alterations of a second
    annotator.
    """
    return FILE.read_bytes()


def sample_records() -> list[Record]:
    """The sample's records in the order of a stream."""
    found = records_in(read("jsonl", sample_bytes()))
    return sorted(found, key=lambda record: type(record).__name__ not in ("SchemaRecord", "EntityRecord"))


def read(key: str, data: bytes, **options: Any) -> list[Record | Diagnostic]:
    """Everything that a format reads in these bytes."""
    reader = registry.find(key).reader
    assert reader is not None
    return list(reader.read(BytesIO(data), parse_options(reader.options, options)))


def read_lines(*lines: Mapping[str, Any] | list[Any] | bytes, **options: Any) -> list[Record | Diagnostic]:
    """The same of JSON Lines; bytes are a line as it is."""
    encoded = [line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines]
    return read("jsonl", b"\n".join(encoded), **options)


def write(key: str, records: Iterable[Record], **options: Any) -> dict[str, bytes]:
    """The files that a format writes, by name."""
    writer = registry.find(key).writer
    assert writer is not None
    sink = Memory()
    writer.write(records, sink, parse_options(writer.options, options))
    return sink.files


def exported(key: str, records: Iterable[Record], **options: Any) -> tuple[bytes, Manifest]:
    """A whole export."""
    form = registry.find(key)
    assert form.writer is not None
    target = BytesIO()
    manifest = export(form, records, target, parse_options(form.writer.options, options), ORIGIN)
    return target.getvalue(), manifest


def records_in(found: Iterable[Record | Diagnostic]) -> list[Record]:
    return [record for record in found if not isinstance(record, Diagnostic)]


def annotations_in(found: Iterable[Record | Diagnostic]) -> list[AnnotationRecord]:
    return [record for record in found if isinstance(record, AnnotationRecord)]


def diagnostics_in(found: Iterable[Record | Diagnostic], severity: str | None = None) -> list[Diagnostic]:
    told = [record for record in found if isinstance(record, Diagnostic)]
    assert all(diagnostic.code in CODES for diagnostic in told), told
    return [diagnostic for diagnostic in told if severity in (None, diagnostic.severity)]


def codes_in(found: Iterable[Record | Diagnostic], severity: str | None = None) -> list[str]:
    return [diagnostic.code for diagnostic in diagnostics_in(found, severity)]
