"""The frame of a reader: files opened within limits, what they say judged, labels mapped."""

from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

from annotator.domain.offsets import Unit
from annotator.formats.given.drafts import Given, judged, world_of
from annotator.formats.given.files import Files, Unreadable
from annotator.formats.given.mapping import mapped
from annotator.formats.given.options import GivenOptions
from annotator.formats.jsonl.draft import World
from annotator.formats.records import Diagnostic, Record

O = TypeVar("O", bound=GivenOptions)  # noqa: E741 - the options of one format
Finish = Callable[[Iterator[Record | Diagnostic]], Iterator[Record | Diagnostic]]
Find = Callable[[Files, O, World], Iterator[Given]]


def reading(
    find: Find[O], unit: Unit | None = None, finish: Finish = lambda found: found
) -> Callable[[BinaryIO, O], Iterator[Record | Diagnostic]]:
    """``find`` tells the drafts in the files; ``unit`` is what they count unless quotes say otherwise;
    ``finish`` sees the records before labels are mapped.
    """

    def read(source: BinaryIO, options: O) -> Iterator[Record | Diagnostic]:
        world = world_of(options, unit)
        yield from mapped(finish(judged(_told(source, options, world, find), world)), options)

    return read


def _told(source: BinaryIO, options: O, world: World, find: Find[O]) -> Iterator[Given]:
    """What ``find`` tells; where it cannot go on, what came before still counts."""
    try:
        yield from find(Files(source, options.name, options.size_limit), options, world)
    except Unreadable as error:
        yield error.as_diagnostic()
    except OSError as error:
        yield Diagnostic(code="unreadable", message=f"The file cannot be read on: {error}.")
