"""UIMA CAS XMI: `TypeSystem.xml`, and an `.xmi` for each author's work on a document. Offsets count UTF-16 units.

An annotation is a `palimpsest.Mark` with its `label`, `identifier` and `entity`; `details` holds everything else as
JSON. It covers its text from the first stretch to the last; where there are several, `stretches` lists them. A link
is a `palimpsest.Link` from `Governor` to `Dependent`. XML cannot hold most control characters: U+FFFD stands in their
place, and they are counted. `documents.jsonl` and `register.jsonl` say what a CAS cannot.

Read are files of anybody's, alone or in a zip with their type system: every annotation that is no token or sentence
comes with its feature `label`, `value` or `PosValue` as label, or else with its type's name; other plain features are
attributes. Relations with `Governor` and `Dependent`, slots with `role` and `target`, and chains are links.
"""

import re
from collections import Counter
from collections.abc import Callable

from annotator.formats.bundles import Bundle
from annotator.formats.given.files import Files
from annotator.formats.given.options import GivenOptions
from annotator.formats.given.reading import reading
from annotator.formats.options import Options
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.survey import Feature, Loss, Survey
from annotator.formats.uima.form import finding, writing
from annotator.formats.uima.model import Cas
from annotator.formats.uima.system import ranges_of
from annotator.formats.uima.written import examine_xml, xml_text
from annotator.formats.uima.xmi import parse, render

_SYSTEM = re.compile(r"(?i)type-?_?system.*\.xml$")


class XmiReadOptions(GivenOptions, frozen=True, kw_only=True):
    """Those of every annotated file."""


class XmiWriteOptions(Options, frozen=True, kw_only=True):
    """There is nothing to choose."""


def _load(files: Files) -> Callable[[str], Cas]:
    ranges: dict[str, dict[str, str]] = {}
    for name in files.names if files.is_zip else []:
        if _SYSTEM.search(name):
            ranges |= ranges_of(files.read(name))

    def load(name: str) -> Cas:
        with files.open(name) as source:
            return parse(source, ranges, files.limit)

    return load


def examine(bundle: Bundle, options: XmiWriteOptions) -> Counter[str]:
    return examine_xml(bundle)


def losses(survey: Survey, options: XmiWriteOptions) -> list[Loss]:
    count = survey.left_out["characters"]
    words = "control characters, which XML cannot hold, are U+FFFD"
    return [Loss("characters", count, words)] if count else []


def sniff(head: bytes, name: str) -> float:
    member = head.startswith(b"PK") and re.search(rb"PK\x03\x04.{26}[^\0]{1,300}?\.xmi", head, re.DOTALL)
    return 0.9 * (b"<xmi:XMI" in head[:5000] or bool(member))


FORMAT = Format(
    key="xmi",
    version=1,
    title="UIMA CAS XMI",
    suffixes=(".xmi",),
    media_type="application/vnd.xmi+xml",
    unit="UTF-16 unit",
    keeps=frozenset(Feature),
    about=__doc__ or "",
    reader=Reader(options=XmiReadOptions, sniff=sniff, read=reading(finding((".xmi",), _load))),
    writer=Writer(
        options=XmiWriteOptions,
        write=writing(
            ".xmi",
            lambda document, work: render(document, work).encode(),
            lambda text: xml_text(text) == text,
            types=True,
        ),
        losses=losses,
        examine=examine,
    ),
)
