"""doccano's JSONL of sequence labelling with relations: one text a line for each author's work on it.

`entities` have `start_offset` and `end_offset`, `relations` lead from one entity's id to another's. Offsets count
UTF-16 units, as a browser does, which is what doccano stores unless a project counts grapheme clusters. Annotations of
several stretches are left out, and so are links to them. The line's `author` and what it says of the document become
metadata in doccano.

Read are exports of anybody's in both shapes, `label: [[0, 5, "actor"]]` and `entities`; there are no quotes in them, so
the option `unit` says what they count.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, BinaryIO, Literal

from msgspec import Meta
from msgspec.structs import asdict

from annotator.domain.offsets import Offsets, Unit
from annotator.formats.bundles import Work
from annotator.formats.given.mapping import mapped
from annotator.formats.given.options import GivenOptions
from annotator.formats.jsonl.options import JsonlReadOptions
from annotator.formats.jsonl.reader import read as read_jsonl
from annotator.formats.options import Options
from annotator.formats.records import Diagnostic, DocumentRecord, Record
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.simple_lines import examine, head, losses, standing, whole, writing
from annotator.formats.sink import Sink
from annotator.formats.survey import Feature, losses_of_kind

_KEEPS = frozenset({Feature.OVERLAP, Feature.LINKS, Feature.AUTHORS, Feature.METADATA})


class DoccanoReadOptions(GivenOptions, frozen=True, kw_only=True):
    unit: Annotated[Unit, Meta(description="What offsets count: utf16, or grapheme in such a project.")] = (
        Unit.UTF16
    )


class DoccanoWriteOptions(Options, frozen=True, kw_only=True):
    unit: Annotated[Literal["utf16", "code_point"], Meta(description="What offsets count.")] = "utf16"


def read(source: BinaryIO, options: DoccanoReadOptions) -> Iterator[Record | Diagnostic]:
    said = {key: value for key, value in asdict(options).items() if key in JsonlReadOptions.__struct_fields__}
    yield from mapped(read_jsonl(source, JsonlReadOptions(**said, line_limit=options.size_limit)), options)


def write(records: Iterable[Record], sink: Sink, options: DoccanoWriteOptions) -> None:
    writing(records, sink, lambda document, work: render(document, work, Unit(options.unit)))


def render(document: DocumentRecord, work: Work, unit: Unit = Unit.UTF16) -> dict[str, Any]:
    """One line."""
    convert = Offsets(document.text, unit).from_code_point
    numbers = {mark.id: number for number, mark in enumerate(whole(work), start=1)}
    return {
        "id": document.id,
        "text": document.text,
        **({} if work.author is None else {"author": work.author}),
        **head(document),
        "entities": [
            {
                "id": numbers[mark.id],
                "label": mark.label,
                "start_offset": convert(mark.spans[0][0]),
                "end_offset": convert(mark.spans[0][1]),
            }
            for mark in whole(work)
        ],
        "relations": [
            {
                "id": number,
                "from_id": numbers[link.from_annotation],
                "to_id": numbers[link.to_annotation],
                "type": link.type,
            }
            for number, link in enumerate(standing(work), start=1)
        ],
    }


def sniff(head: bytes, name: str) -> float:
    looks = b'"start_offset"' in head and b'"entities"' in head and head.lstrip()[:1] == b"{"
    return 0.85 * looks + 0.1 * (looks and name.lower().endswith(".jsonl"))


FORMAT = Format(
    key="doccano",
    version=1,
    title="doccano JSONL",
    suffixes=(".jsonl",),
    media_type="application/x-ndjson",
    unit="UTF-16 unit",
    keeps=_KEEPS,
    about=__doc__ or "",
    reader=Reader(options=DoccanoReadOptions, sniff=sniff, read=read),
    writer=Writer(
        options=DoccanoWriteOptions,
        write=write,
        losses=lambda survey, _options: losses(survey) + losses_of_kind(survey, _KEEPS),
        examine=examine,
    ),
)
