"""How a release is cited, in plain words and in BibTeX."""

import re
from dataclasses import dataclass
from datetime import datetime

_SPECIAL = re.compile(r"([&%$#_{}])")
_WORDS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What a citation names; ``chain`` is the hash of the log at the position, in hexadecimal."""

    project: str
    name: str
    release: str
    made_at: datetime
    position: int
    chain: str
    licence: str = ""


def plain(cited: Cited) -> str:
    """One line, for a list of references."""
    said = [
        f"{_line(cited.name)} ({cited.made_at.year}). Release {_line(cited.release)} [annotated corpus].",
        f"Palimpsest project {cited.project}, position {cited.position}, sha256 {cited.chain}.",
    ]
    return " ".join([*said, *([f"Licence: {_line(cited.licence)}."] if cited.licence else [])])


def bibtex(cited: Cited) -> str:
    """An entry that LaTeX takes as it is."""
    key = re.sub(r"[^a-z0-9]+", "-", f"{cited.name}-{cited.release}".lower()).strip("-") or cited.project[:8]
    note = f"Palimpsest project {cited.project}, position {cited.position}, sha256 {cited.chain}"
    fields = {
        "title": f"{{{_escaped(cited.name)}}}",
        "version": _escaped(cited.release),
        "year": str(cited.made_at.year),
        "month": str(cited.made_at.month),
        "note": note + (f". Licence: {_escaped(cited.licence)}" if cited.licence else ""),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"]) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    found = "".join(_WORDS.get(each, each) for each in _SPECIAL.sub(r"\\\1", _line(text).replace("\\", "\0")))
    return found.replace("\0", _WORDS["\\"])
