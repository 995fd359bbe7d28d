"""What the formats of one text a line, doccano's and Prodigy's, share."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import msgspec

from annotator.formats.bundles import Bundle, Work, documents
from annotator.formats.jsonl.writer import line
from annotator.formats.options import Options
from annotator.formats.records import AnnotationRecord, DocumentRecord, LinkRecord, Record
from annotator.formats.sink import Sink
from annotator.formats.survey import Loss, Survey

_HEAD = ("title", "source_url", "published", "client_key", "languages", "meta")
_ENCODER = msgspec.json.Encoder()

Render = Callable[[DocumentRecord, Work], dict[str, Any]]


def writing(records: Iterable[Record], sink: Sink, render: Render) -> None:
    """``data.jsonl``, a line for each author's work on a document."""
    with sink.file("data.jsonl") as output:
        for bundle in documents(records):
            for work in told(bundle):
                output.write(_ENCODER.encode(render(bundle.document, work)) + b"\n")


def told(bundle: Bundle) -> list[Work]:
    """The works that lines tell: not gold without a mark beside the sets of others."""
    works = bundle.versions()
    return [work for work in works if len(works) == 1 or work.author is not None or whole(work)]


def head(document: DocumentRecord) -> dict[str, Any]:
    """What both tools keep of a document beside its text."""
    told = line(document)
    return {key: told[key] for key in _HEAD if key in told}


def whole(work: Work) -> list[AnnotationRecord]:
    """The annotations of one stretch, in the order of the text."""
    found = [mark for mark in work.annotations if len(mark.spans) == 1]
    return sorted(found, key=lambda it: (it.spans, it.label, it.id))


def standing(work: Work) -> list[LinkRecord]:
    """The links between them."""
    there = {mark.id for mark in whole(work)}
    found = [link for link in work.links if {link.from_annotation, link.to_annotation} <= there]
    return sorted(found, key=lambda it: (it.type, it.from_annotation, it.to_annotation, it.id))


def examine(bundle: Bundle, options: Options) -> Counter[str]:
    works = bundle.works.values()
    return Counter(
        links_of_discontinuous=sum(len(work.links) - len(standing(work)) for work in works),
        gold=sum(len(work.annotations) for work in works if work.author is None),
    )


def losses(survey: Survey) -> list[Loss]:
    words = {
        "links_of_discontinuous": "links have an end that is left out",
        "gold": "gold labels come back as a set like any other",
    }
    own = [Loss(code, survey.left_out[code], text) for code, text in words.items() if survey.left_out[code]]
    counted = {
        "annotations": Loss("ids", 0, "annotations lose their ids and where they came from"),
        "sets": Loss("set_state", 0, "sets lose their name and whether they are finished"),
        "entities": Loss("register", 0, "entities of the register are left out"),
    }
    return own + [
        replace(loss, count=survey.counts[key]) for key, loss in counted.items() if survey.counts[key]
    ]
