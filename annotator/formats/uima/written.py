"""What of a work becomes feature structures; XMI and JSON write the same ones."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annotator.domain.offsets import Offsets, Unit
from annotator.formats.bundles import Bundle, Work
from annotator.formats.given.details import details, encoded, link_details
from annotator.formats.records import DocumentRecord
from annotator.formats.uima.model import Reference
from annotator.formats.uima.types import LINK, MARK, STRETCH

SOFA = 1
# What XML 1.0 can hold neither as it is nor as a reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text with U+FFFD for each character that XML cannot hold, so that no offset moves."""
    return _NOT_XML.sub("\ufffd", text)


@dataclass(frozen=True, slots=True)
class Written:
    id: int
    type: str
    features: dict[str, Any]  # text, numbers, a Reference or a list of them


def structures(document: DocumentRecord, work: Work) -> Iterator[Written]:
    """Marks, their stretches and links, numbered from 2 on; offsets count UTF-16."""
    convert = Offsets(document.text, Unit.UTF16).from_code_point
    number = SOFA
    ids: dict[str, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for mark in sorted(work.annotations, key=lambda it: (it.spans, it.label, it.id)):
        spans = [(convert(start), convert(end)) for start, end in mark.spans]
        number += 1
        ids[mark.id], places[mark.id] = number, (spans[0][0], spans[-1][1])
        features: dict[str, Any] = {"begin": spans[0][0], "end": spans[-1][1], "label": mark.label}
        features["identifier"] = mark.id
        if mark.entity is not None:
            features["entity"] = mark.entity
        features["details"] = encoded(details(mark))
        parts = (
            [
                Written(number + place, STRETCH, {"begin": start, "end": end})
                for place, (start, end) in enumerate(spans, start=1)
            ]
            if len(spans) > 1
            else []
        )
        if parts:
            features["stretches"] = [Reference(str(part.id)) for part in parts]
        yield Written(number, MARK, features)
        yield from parts
        number += len(parts)
    for link in sorted(work.links, key=lambda it: (it.type, it.from_annotation, it.to_annotation, it.id)):
        number += 1
        begin, end = places[link.to_annotation]
        yield Written(
            number,
            LINK,
            {
                "begin": begin,
                "end": end,
                "label": link.type,
                "Governor": Reference(str(ids[link.from_annotation])),
                "Dependent": Reference(str(ids[link.to_annotation])),
                "details": encoded(link_details(link)),
            },
        )


def language(document: DocumentRecord) -> str:
    """The language of most of the text."""
    lengths: Counter[str] = Counter()
    for part in document.languages:
        lengths[part.lang] += part.end - part.start
    return max(lengths, key=lambda tag: (lengths[tag], tag)) if lengths else "x-unspecified"


def examine_xml(bundle: Bundle) -> Counter[str]:
    """Characters of the text that XML cannot hold."""
    return Counter(characters=len(_NOT_XML.findall(bundle.document.text)))
