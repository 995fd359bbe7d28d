"""How WebAnno TSV 3 writes text and values in which its own signs stand."""

import re

_IN_VALUE = re.compile(r"\\|\[|\]|\||_|;|\t|\n|\r|\*|->")
_IN_TEXT = re.compile(r"\\|\t|\r|\n")
_LETTERS = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_BACK = {"t": "\t", "n": "\n", "r": "\r"}
_ESCAPED = re.compile(r"\\(->|.)", re.DOTALL)
_NUMBER = re.compile(r"\[(\d{1,9})\]$")


def value(text: str) -> str:
    """A feature's value."""
    return _IN_VALUE.sub(lambda found: _LETTERS.get(found[0], f"\\{found[0]}"), text)


def line(text: str) -> str:
    """A word, or a line of a sentence."""
    return _IN_TEXT.sub(lambda found: _LETTERS.get(found[0], f"\\{found[0]}"), text)


def plain(text: str) -> str:
    """The text that was escaped."""
    return _ESCAPED.sub(lambda found: _BACK.get(found[1], found[1]), text) if "\\" in text else text


def parts(text: str, sign: str) -> list[str]:
    """Cut at each sign that is not escaped; the parts stay escaped."""
    if "\\" not in text:
        return text.split(sign)
    found, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == sign:
            found.append(text[start:at])
            start = at + 1
        at += 1
    return [*found, text[start:]]


def numbered(text: str) -> tuple[str, int]:
    """A part without its ``[n]``, and n; 0 where it has none."""
    found = _NUMBER.search(text)
    if found is None or _is_escaped(text, found.start()):
        return text, 0
    return text[: found.start()], int(found[1])


def _is_escaped(text: str, at: int) -> bool:
    before = text[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
