"""JSON read strictly: what two readers could understand differently, or a database cannot hold, is refused.

Refused are invalid UTF-8, NUL, lone surrogates, NaN and infinities, numbers beyond 64 bits, duplicate keys
and nesting beyond 64 levels. The common case is one pass of the standard scanner in C; only a refused body is
read again, slowly, to say where it is at fault.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any, NoReturn

DEEPEST = 64  # levels of nesting
_BIGGEST_INTEGER = 2**63 - 1

# A string must be stepped over whole: brackets inside it are no nesting.
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')
_LITERALS = {"true": True, "false": False, "null": None}


@dataclass
class BadJson(Exception):
    """The body is not acceptable JSON; ``offset`` counts bytes, ``pointer`` (RFC 6901) names the value."""

    reason: str
    pointer: str
    offset: int

    def __str__(self) -> str:
        return self.reason


class _Refused(ValueError):
    """The quick reading met something that the slow one has to locate."""


def parse(body: bytes) -> Any:
    """The value of a UTF-8 encoded JSON text.

    Raises:
        BadJson: with the place of the first fault.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson("The body is not valid UTF-8.", "", error.start) from None
    try:
        if _too_deep(text):
            raise _Refused
        value = _QUICK.decode(text)
        if _is_suspect(text):
            _Locator(text).run()
    except (ValueError, RecursionError):
        _Locator(text).run()
        # The two readings disagree: whatever the quick one refused stays refused.
        raise BadJson("The body is not valid JSON.", "", 0) from None
    return value


def _too_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = 0
    for match in _BRACKETS.finditer(text):
        bracket = match.group()
        if bracket in "[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif bracket in "]}":
            depth -= 1
    return False


def _is_suspect(text: str) -> bool:
    """Whether an escape may stand for NUL or half of a pair; an escaped backslash makes it worth a look."""
    if not _SUSPECT.search(text):
        return False
    return "\\\\" in text or _SUSPECT.search(_PAIR.sub("", text)) is not None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused
    return found


def _integer(text: str) -> int:
    if len(text) > 20 or abs(value := int(text)) > _BIGGEST_INTEGER:
        raise _Refused
    return value


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _Refused
    return value


def _constant(_: str) -> NoReturn:
    raise _Refused


_QUICK = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_float, parse_constant=_constant, strict=True
)


class _Locator:
    """Reads a text value by value and stops at the first fault."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.path: list[str] = []

    def run(self) -> None:
        """Raises:
        BadJson: always, when the text has a fault.
        """
        self._value()
        self._skip_space()
        if self.at < len(self.text):
            self._refuse("Something follows the JSON value.")

    def _refuse(self, reason: str, *, at: int | None = None) -> NoReturn:
        place = self.at if at is None else at
        pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in self.path)
        raise BadJson(reason, pointer, len(self.text[:place].encode()))

    def _skip_space(self) -> None:
        self.at = _matched_end(_SPACE, self.text, self.at)

    def _value(self) -> None:
        self._skip_space()
        match self.text[self.at : self.at + 1]:
            case "{":
                self._object()
            case "[":
                self._array()
            case '"':
                self._string()
            case "":
                self._refuse("The JSON text ends too early.")
            case _:
                self._scalar()

    def _enter(self) -> None:
        if len(self.path) >= DEEPEST:
            self._refuse(f"The JSON is nested deeper than {DEEPEST} levels.")
        self.at += 1
        self._skip_space()

    def _object(self) -> None:
        self._enter()
        keys: set[str] = set()
        if self._took("}"):
            return
        while True:
            start = self.at
            if self.text[self.at : self.at + 1] != '"':
                self._refuse("A key in double quotes is expected here.")
            key = self._string()
            self.path.append(key)
            if key in keys:
                self._refuse(f"The key {key!r} occurs twice.", at=start)
            keys.add(key)
            self._skip_space()
            if not self._took(":"):
                self._refuse("A colon is expected here.")
            self._value()
            self.path.pop()
            if self._ends("}"):
                return

    def _array(self) -> None:
        self._enter()
        if self._took("]"):
            return
        index = 0
        while True:
            self.path.append(str(index))
            self._value()
            self.path.pop()
            index += 1
            if self._ends("]"):
                return

    def _ends(self, bracket: str) -> bool:
        self._skip_space()
        if self._took(bracket):
            return True
        if not self._took(","):
            self._refuse(f"A comma or {bracket!r} is expected here.")
        self._skip_space()
        return False

    def _took(self, expected: str) -> bool:
        if self.text.startswith(expected, self.at):
            self.at += 1
            return True
        return False

    def _string(self) -> str:
        start = self.at
        self.at += 1
        while True:
            self.at = _matched_end(_PLAIN, self.text, self.at)
            match self.text[self.at : self.at + 1]:
                case '"':
                    self.at += 1
                    return self._checked(start)
                case "\\":
                    self._escape()
                case "":
                    self._refuse("A string is not closed.", at=start)
                case _:
                    self._refuse("A control character stands in a string.")

    def _escape(self) -> None:
        match = _ESCAPE.match(self.text, self.at)
        if match is None:
            self._refuse("This escape does not exist.")
        if match.group() == "\\u0000":
            self._refuse("A string holds a NUL character.")
        self.at = match.end()

    def _checked(self, start: int) -> str:
        value: str = json.loads(self.text[start : self.at])
        if any("\ud800" <= character <= "\udfff" for character in value):
            self._refuse("A string holds half of a surrogate pair.", at=start)
        return value

    def _scalar(self) -> None:
        for word in _LITERALS:
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            self._refuse("This is no JSON value.")
        self._check_number(match.group())
        self.at = match.end()

    def _check_number(self, text: str) -> None:
        try:
            _float(text) if any(c in text for c in ".eE") else _integer(text)
        except ValueError:
            self._refuse("This number is beyond 64 bits.")


def _matched_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
