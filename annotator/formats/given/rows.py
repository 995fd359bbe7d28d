"""Lines of a text file one by one, blank ones as well, with a limit on each."""

from collections.abc import Iterator
from typing import IO, NamedTuple

from annotator.formats.given.files import Unreadable
from annotator.formats.lines import stranger_in

_LONGEST = 1 << 20
_BOM = b"\xef\xbb\xbf"


class Row(NamedTuple):
    number: int  # from 1
    text: str  # without the line end


def rows(source: IO[bytes]) -> Iterator[Row]:
    """Every line.

    Raises:
        Unreadable: the file is of another kind, a line is too long or not UTF-8; its place is in the message.
    """
    number = 0
    while data := source.readline(_LONGEST + 1):
        number += 1
        if number == 1:
            data = data.removeprefix(_BOM)
            if stranger := stranger_in(data):
                raise Unreadable("wrong_kind_of_file", f"This file is {stranger}.")
        if len(data) > _LONGEST:
            raise Unreadable("line_too_long", f"Line {number} is longer than {_LONGEST:,} bytes.")
        try:
            yield Row(number, data.decode().rstrip("\r\n"))
        except UnicodeDecodeError as error:
            message = f"Line {number} is not UTF-8 at byte {error.start + 1}."
            raise Unreadable("not_utf8", message) from None
