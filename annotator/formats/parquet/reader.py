"""Our Parquet files to drafts."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from annotator.domain.offsets import Unit
from annotator.formats.given.companion import applied, entry_from, register
from annotator.formats.given.details import decoded
from annotator.formats.given.drafts import Given, add_annotation, add_link, add_set, draft_of, signed
from annotator.formats.given.files import Files, Unreadable
from annotator.formats.jsonl.draft import Draft, World
from annotator.formats.parquet.options import ParquetReadOptions

_ROWS = 100
_COLUMNS = ["id", "text", "title", "sets", "about"]


def find(files: Files, options: ParquetReadOptions, world: World) -> Iterator[Given]:
    yield from register(files)
    names = [it for it in files.names if it.endswith(".parquet") and not it.startswith("tokens/")]
    for name in names if files.is_zip else files.names:
        try:
            data = files.read(name)
            for row in _rows(data):
                yield from _drafts(row, options)
        except Unreadable as error:
            yield error.as_diagnostic()


def _rows(data: bytes) -> Iterator[dict[str, Any]]:
    try:
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            if not {"id", "text"} <= set(file.schema_arrow.names):
                raise Unreadable("wrong_kind_of_file", "The file has no columns id and text.")
            columns = [name for name in _COLUMNS if name in file.schema_arrow.names]
            for batch in file.iter_batches(_ROWS, columns=columns):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as error:
        raise Unreadable("wrong_kind_of_file", f"This cannot be read as Parquet: {error}."[:300]) from None


def _drafts(row: dict[str, Any], options: ParquetReadOptions) -> Iterator[Draft]:
    fields = {"id": row["id"], "text": row["text"] or "", "title": row.get("title") or ""}
    sets = row.get("sets")
    about = _object(row.get("about"))
    for one in sets if isinstance(sets, list) else []:
        draft = draft_of(1, fields, Unit.CODE_POINT)
        if isinstance(one, dict):
            _add(draft, one)
            told = _object(one.get("about"))
            author = one.get("author")
            if about and told:
                yield applied(entry_from({**told, "document": about}), draft)
                continue
            add_set(draft, 1, author=author or options.author)
            yield signed(draft, author)
    if not sets:
        bare = draft_of(1, fields, Unit.CODE_POINT)
        yield applied(entry_from({"document": about}), bare) if about else bare


def _add(draft: Draft, one: dict[str, Any]) -> None:
    for mark in _list(one.get("annotations")):
        spans = [(span.get("start"), span.get("end")) for span in _list(mark.get("spans"))]
        told = decoded(mark.get("details") or "") or {"id": mark.get("id")}
        add_annotation(
            draft, 1, **{"label": mark.get("label"), "spans": spans, "quote": mark.get("quote"), **told}
        )
    for link in _list(one.get("links")):
        told = decoded(link.get("details") or "") or {"id": link.get("id")}
        add_link(
            draft, 1, **{"type": link.get("type"), "from": link.get("from"), "to": link.get("to"), **told}
        )


def _list(value: Any) -> list[dict[str, Any]]:
    return [it for it in value if isinstance(it, dict)] if isinstance(value, list) else []


def _object(value: Any) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(value) if isinstance(value, str) else None
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
