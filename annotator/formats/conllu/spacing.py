"""White space between words in the field MISC, as UDPipe writes it: ``SpaceAfter=No``, ``SpacesAfter=\\s\\n``.

White space that UDPipe has no letter for is written as ``\\u2028``.
"""

import re

_LETTERS = {" ": "s", "\t": "t", "\r": "r", "\n": "n", "|": "p", "\\": "\\"}
_BACK = {letter: character for character, letter in _LETTERS.items()}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


def after(space: str, *, last: bool) -> str | None:
    """The part of MISC that says which white space follows a word; None for one space, unless the text ends."""
    if space == " " and not last:
        return None
    return f"SpacesAfter={escaped(space)}" if space else "SpaceAfter=No"


def escaped(space: str) -> str:
    return "".join([f"\\{_LETTERS[it]}" if it in _LETTERS else f"\\u{ord(it):04x}" for it in space])


def spelled(value: str) -> str:
    """The white space that an escaped value stands for."""
    return _ESCAPE.sub(_character, value)


def _character(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if len(code) == 5 else _BACK.get(code, code)
