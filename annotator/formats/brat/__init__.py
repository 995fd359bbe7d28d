"""brat standoff: a zip with one `.txt` and one `.ann` for each author's work on a document.

A text-bound annotation `T` has one fragment for each stretch of each line; fragments between which only a line end
stands are one stretch again when they are read. Attributes that are true or one word are brat's own (`A`), links are
relations (`R`), GeoNames and Wikidata ids of entities are references (`N`), the attribute `note` is an annotator's
note. Whatever brat has no place for is a note of the type `Palimpsest` in JSON. `annotation.conf` is written from the
label schema; `documents.jsonl` tells of each file which document and whose work it is, `register.jsonl` holds schema
and entities.

Read are zips of anybody's: events become links from their trigger, `Equiv` a chain of links, references the attribute
`reference`, notes the attribute `note`, `annotation.conf` the schema.
"""

import re
from collections import Counter

from annotator.formats.brat.fragments import kept
from annotator.formats.brat.options import BratReadOptions, BratWriteOptions
from annotator.formats.brat.reader import find, rejoined
from annotator.formats.brat.writer import write
from annotator.formats.bundles import Bundle
from annotator.formats.given.reading import reading
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.survey import Feature, Loss, Survey

_MEMBER = re.compile(rb"PK\x03\x04.{26}[^\0]{1,300}?\.ann", re.DOTALL)


def examine(bundle: Bundle, options: BratWriteOptions) -> Counter[str]:
    text = bundle.document.text
    marks = [mark for work in bundle.works.values() for mark in work.annotations]
    return Counter(line_ends=sum(kept(text, mark.spans) != mark.spans for mark in marks))


def losses(survey: Survey, options: BratWriteOptions) -> list[Loss]:
    count = survey.left_out["line_ends"]
    words = "annotations begin, end or part at a line end, which brat cannot tell"
    return [Loss("line_ends", count, words)] if count else []


def sniff(head: bytes, name: str) -> float:
    return 0.9 * (_MEMBER.search(head) is not None)


FORMAT = Format(
    key="brat",
    version=1,
    title="brat standoff",
    suffixes=(".zip",),
    media_type="application/zip",
    unit="code point",
    keeps=frozenset(Feature),
    about=__doc__ or "",
    reader=Reader(options=BratReadOptions, sniff=sniff, read=reading(find, finish=rejoined)),
    writer=Writer(options=BratWriteOptions, write=write, losses=losses, examine=examine),
)
