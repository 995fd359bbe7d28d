"""UIMA CAS as JSON, version 0.4: a `.json` for each author's work on a document, its type system inside. Offsets count
UTF-16 units.

What is where is told under UIMA CAS XMI; JSON holds every character, so nothing is lost.
"""

import re
from collections.abc import Callable

from annotator.formats.given.files import Files
from annotator.formats.given.options import GivenOptions
from annotator.formats.given.reading import reading
from annotator.formats.options import Options
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.survey import Feature
from annotator.formats.uima.form import finding, writing
from annotator.formats.uima.json import parse, render
from annotator.formats.uima.model import Cas

_CAS = re.compile(rb'"%(?:TYPES|FEATURE_STRUCTURES)"')


class JsonCasReadOptions(GivenOptions, frozen=True, kw_only=True):
    """Those of every annotated file."""


class JsonCasWriteOptions(Options, frozen=True, kw_only=True):
    """There is nothing to choose."""


def _load(files: Files) -> Callable[[str], Cas]:
    return lambda name: parse(files.read(name))


def sniff(head: bytes, name: str) -> float:
    return 0.95 * (_CAS.search(head[:5_000]) is not None)


FORMAT = Format(
    key="jsoncas",
    version=1,
    title="UIMA CAS JSON",
    suffixes=(".json",),
    media_type="application/json",
    unit="UTF-16 unit",
    keeps=frozenset(Feature),
    about=__doc__ or "",
    reader=Reader(options=JsonCasReadOptions, sniff=sniff, read=reading(finding((".json",), _load))),
    writer=Writer(
        options=JsonCasWriteOptions,
        write=writing(".json", render, lambda text: True),
        losses=lambda _survey, _options: [],
    ),
)
