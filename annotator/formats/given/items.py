"""The objects of a JSON file of unknown worth, one at a time: elements of a list, or one after the other."""

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

from annotator.formats.given.files import Unreadable

_PIECE = 1 << 20
_BOM = b"\xef\xbb\xbf"
# A string that is not ended yet stops at the end of what was read so far.
_INSIDE = re.compile(rb'"(?:[^"\\]|\\.)*+("?)|[\[\]{}]', re.DOTALL)
_BETWEEN = re.compile(rb"[^\s,]")


class Item(NamedTuple):
    line: int  # where it begins, from 1
    data: bytes


def items(source: IO[bytes], limit: int) -> Iterator[Item]:
    """Each object with its first line.

    Raises:
        Unreadable: the file is no JSON as a whole, or an object is longer than ``limit`` bytes.
    """
    cutter = _Cutter(source, limit)
    while (found := cutter.next()) is not None:
        yield found


class _Cutter:
    def __init__(self, source: IO[bytes], limit: int) -> None:
        self._source, self._limit = source, limit
        self._held, self._at, self._line = b"", 0, 1
        self._in_list: bool | None = None  # not known before the first sign
        self._ended = False

    def next(self) -> Item | None:
        if not self._to_object():
            return None
        line, depth, scan = self._line, 0, self._at
        while True:
            token = _INSIDE.search(self._held, scan)
            if token is None or (token[0][:1] == b'"' and not token[1]):
                scan = len(self._held) if token is None else token.start()
                if not self._more():
                    raise self._broken("It ends in the middle of an object.")
                scan -= self._at_moved
                continue
            if token[0] in (b"{", b"["):
                depth += 1
            elif token[0] in (b"}", b"]"):
                depth -= 1
            scan = token.end()
            if depth == 0:
                data = self._held[self._at : scan]
                self._pass(scan)
                return Item(line, data)

    def _to_object(self) -> bool:
        """Move to where the next object begins."""
        while True:
            sign = _BETWEEN.search(self._held, self._at)
            if sign is None:
                self._pass(len(self._held))
                if self._more():
                    continue
                if self._in_list:
                    raise self._broken("It ends in the middle of a list.")
                return False
            self._pass(sign.start())
            if sign[0] == b"[" and self._in_list is None:
                self._in_list = True
                self._pass(sign.end())
            elif sign[0] == b"]" and self._in_list:
                self._in_list, self._ended = False, True
                self._pass(sign.end())
            elif sign[0] == b"{" and not self._ended:
                self._in_list = bool(self._in_list)
                return True
            else:
                raise self._broken("An object is wanted here.")

    def _pass(self, at: int) -> None:
        self._line += self._held.count(b"\n", self._at, at)
        self._at = at

    def _more(self) -> bool:
        """Read on, at least as much again as is held, so that a long object is not looked through for ever."""
        first = not self._held and self._line == 1
        rest = self._held[self._at :]
        if len(rest) > self._limit:
            raise Unreadable(
                "file_too_long", f"The object in line {self._line} is longer than {self._limit:,} bytes."
            )
        piece = self._source.read(max(_PIECE, len(rest)))
        self._at_moved, self._at = self._at, 0
        self._held = rest + (piece.removeprefix(_BOM) if first else piece)
        return bool(piece)

    def _broken(self, why: str) -> Unreadable:
        return Unreadable("broken_json", f"This is not JSON, in line {self._line}: {why}")
