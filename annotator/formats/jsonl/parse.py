"""One line of bytes to a JSON value that can be stored, or the reason why not, with its place."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from annotator.formats.lines import Line
from annotator.formats.records import Diagnostic

_DEEPEST = 32  # levels of objects and lists
_LARGEST = 2**63
_AT_BYTE = re.compile(r" \(byte (\d+)\)")
_KEY = re.compile(rb'"[ \t\r\n]*:')
_TOKEN = re.compile(rb'("(?:[^"\\]|\\.)*+")([ \t\r\n]*:)?|[{}\[\]]', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


class NotStorable(Exception):
    """The line is not JSON, or holds what the database cannot."""

    def __init__(self, code: str, message: str, byte: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.byte = code, message, byte

    def as_diagnostic(self, line: Line, **more: Any) -> Diagnostic:
        column = None if self.byte is None else len(line.data[: self.byte].decode(errors="replace")) + 1
        return Diagnostic(code=self.code, message=self.message, line=line.number, column=column, **more)


def parse(line: Line) -> Any:
    """The JSON value of a line.

    Raises:
        NotStorable: broken JSON, not UTF-8, NUL, a lone surrogate, a huge number, too many levels, a key that
            its object has twice.
    """
    try:
        value = msgspec.json.decode(line.data)
    except UnicodeDecodeError:
        raise _not_utf8(line.data) from None
    except RecursionError:
        raise NotStorable("too_deep", f"More than {_DEEPEST} levels of objects and lists.") from None
    except msgspec.ValidationError as error:
        raise NotStorable("number_out_of_range", f"{error}.") from None
    except msgspec.DecodeError as error:
        raise _broken(line.data, str(error)) from None
    if b"\\u0000" in line.data:
        check_storable(value)
    # Colons behind quotation marks may stand in texts, so there can be more of them than keys, never fewer.
    if len(_KEY.findall(line.data)) != _keys(value):
        _check_keys(line.data)
    return value


def _keys(value: Any) -> int:
    """How many keys there are on all levels."""
    count, level = 0, [value]
    while level:
        item = level.pop()
        if type(item) is dict:
            count += len(item)
            level += [part for part in item.values() if type(part) is dict or type(part) is list]
        elif type(item) is list and item and type(item[0]) in (dict, list):
            level += item
    return count


def _check_keys(data: bytes) -> None:
    """Of two values of one key the decoder would keep the last without a word."""
    objects: list[set[str]] = []
    for token in _TOKEN.finditer(data):
        match token[0]:
            case b"{" | b"[":
                objects.append(set())
            case b"}" | b"]":
                objects.pop()
            case _ if token[2] is not None:
                key = msgspec.json.decode(token[1], type=str)
                if key in objects[-1]:
                    message = f"The key {key!r:.80} is given twice in one object."
                    raise NotStorable("key_twice", message, token.start())
                objects[-1].add(key)


def check_storable(value: Any) -> None:
    """Look through a free value for what JSON allows and the database does not.

    Raises:
        NotStorable: NUL in a text or key, an integer of more than 64 bits, too many levels.
    """
    level = [value]
    for _ in range(_DEEPEST):
        level = [part for item in level for part in _parts(item)]
        if not level:
            return
    raise NotStorable("too_deep", f"More than {_DEEPEST} levels of objects and lists.")


def _parts(value: Any) -> Iterable[Any]:
    match value:
        case str() if "\0" in value:
            raise NotStorable("nul", "A text holds the character U+0000.")
        case bool():
            return ()
        case int() if not -_LARGEST <= value < _LARGEST:
            raise NotStorable("number_out_of_range", "An integer does not fit 64 bits.")
        case list():
            return value
        case dict():
            return [*value, *value.values()]
        case _:
            return ()


def _not_utf8(data: bytes) -> NotStorable:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return NotStorable("not_utf8", f"Byte {error.start + 1} of the line is not UTF-8.", error.start)
    return NotStorable("broken_json", "A string is not UTF-8.")


def _broken(data: bytes, told: str) -> NotStorable:
    if lone := _lone_surrogate(data):
        return NotStorable("lone_surrogate", "Half of a surrogate pair stands alone.", lone.start())
    place = _AT_BYTE.search(told)
    words = _AT_BYTE.sub("", told).removeprefix("JSON is malformed: ")
    byte = int(place[1]) if place else len(data) if "truncated" in told else None
    return NotStorable("broken_json", f"This is not JSON: {words}.", byte)


def _lone_surrogate(data: bytes) -> re.Match[bytes] | None:
    found = list(_SURROGATE.finditer(data))
    high = None
    for match in found:
        is_high = match.group()[3] in b"89abAB"
        if high and (is_high or match.start() != high.end()):
            return high
        if not is_high and not high:
            return match
        high = match if is_high else None
    return high
