"""WebAnno TSV 3.3, INCEpTION's: a `.tsv` for each author's work on a document. Offsets count UTF-16 units.

An annotation is one of the layer `webanno.custom.Mark` with the features `label`, `identifier`, `entity` and
`details`, which holds everything else as JSON; several stretches have one identifier. A link is a relation of the
layer `webanno.custom.Link`. Words are cut where annotations begin and end, so none is lost; white space at the edge of
an annotation belongs to no word, is left off and counted. `documents.jsonl` and `register.jsonl` say what the file
cannot.

Read are files of anybody's: spans, also stacked and inside of words, relations, slots and chains. The label is the
feature `label`, `value` or `PosValue`, or else the layer's name; other features are attributes.
"""

import re
from collections import Counter

from annotator.formats.bundles import Bundle
from annotator.formats.given.options import GivenOptions
from annotator.formats.given.reading import reading
from annotator.formats.options import Options
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.sentences import VERSION as SENTENCES
from annotator.formats.survey import Feature, Loss, Survey
from annotator.formats.webanno.reader import find
from annotator.formats.webanno.writer import trimmed, write
from annotator.formats.words import VERSION as WORDS

_MEMBER = re.compile(rb"PK\x03\x04.{26}[^\0]{1,300}?\.tsv.{0,50}#FORMAT=WebAnno", re.DOTALL)


class WebAnnoReadOptions(GivenOptions, frozen=True, kw_only=True):
    """Those of every annotated file."""


class WebAnnoWriteOptions(Options, frozen=True, kw_only=True):
    """There is nothing to choose."""


def examine(bundle: Bundle, options: WebAnnoWriteOptions) -> Counter[str]:
    text = bundle.document.text
    marks = [mark for work in bundle.works.values() for mark in work.annotations]
    return Counter(edges=sum(any(trimmed(text, span) != span for span in mark.spans) for mark in marks))


def losses(survey: Survey, options: WebAnnoWriteOptions) -> list[Loss]:
    count = survey.left_out["edges"]
    words = "annotations begin or end with white space, which is left off"
    return [Loss("edges", count, words)] if count else []


def sniff(head: bytes, name: str) -> float:
    return 0.95 * (head.startswith(b"#FORMAT=WebAnno TSV 3") or _MEMBER.search(head) is not None)


FORMAT = Format(
    key="webanno",
    version=1,
    title="WebAnno TSV 3.3",
    suffixes=(".tsv",),
    media_type="text/tab-separated-values; charset=utf-8",
    unit="UTF-16 unit",
    keeps=frozenset(Feature),
    about=__doc__ or "",
    reader=Reader(options=WebAnnoReadOptions, sniff=sniff, read=reading(find)),
    writer=Writer(
        options=WebAnnoWriteOptions,
        write=write,
        losses=losses,
        examine=examine,
        parts=lambda: {"words": WORDS, "sentences": SENTENCES},
        in_words=True,
    ),
)
