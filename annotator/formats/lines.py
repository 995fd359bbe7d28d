"""Lines of a file of unknown worth, one at a time and never more than a limit in memory."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from annotator.formats.records import Diagnostic

_BOM = b"\xef\xbb\xbf"
_STRANGERS = {
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "compressed with gzip",
    b"%PDF": "a PDF",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
}


class Line(NamedTuple):
    number: int  # from 1
    data: bytes  # without the line end


def lines(source: BinaryIO, limit: int) -> Iterator[Line | Diagnostic]:
    """The lines that are not blank, in order, and a diagnostic for each one longer than ``limit`` bytes."""
    number = 0
    try:
        while data := source.readline(limit + 1):
            number += 1
            if number == 1:
                data = data.removeprefix(_BOM)
                if stranger := stranger_in(data):
                    yield Diagnostic(code="wrong_kind_of_file", line=1, message=f"This file is {stranger}.")
                    return
            if len(data) > limit and not data.endswith(b"\n"):
                _skip_to_line_end(source, limit)
                yield Diagnostic(
                    code="line_too_long", line=number, message=f"The line is longer than {limit:,} bytes."
                )
            elif data := data.strip():
                yield Line(number, data)
    except OSError as error:
        yield Diagnostic(code="unreadable", line=number + 1, message=f"The file cannot be read on: {error}.")
        return
    if number == 0:
        yield Diagnostic(code="empty_file", message="The file is empty.")


def stranger_in(head: bytes) -> str | None:
    """What the file is instead of text, told by its first bytes."""
    return next((name for magic, name in _STRANGERS.items() if head.startswith(magic)), None)


def _skip_to_line_end(source: BinaryIO, limit: int) -> None:
    while (rest := source.readline(limit)) and not rest.endswith(b"\n"):
        pass
