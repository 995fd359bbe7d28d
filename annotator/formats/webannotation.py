"""W3C Web Annotation (JSON-LD): `annotations.jsonld`, an annotation page, and the texts that it is about.

Each annotation has its label as a body for classifying, its attributes as a body in JSON, and its entity as a body for
identifying, with Wikidata and GeoNames addresses where the register has them. Each stretch is a target of its own with
a position selector, in code points as the standard wants, and a quote selector with 32 code points before and after.
A link is an annotation for linking from one annotation to another; a document label classifies the whole text. Texts
are `texts/000001.txt` and so on, named by their document in `documents.jsonl`.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.given.companion import Companion
from annotator.formats.jsonl.writer import sorted_keys
from annotator.formats.options import Options
from annotator.formats.records import AnnotationRecord, DocumentRecord, EntityRecord, Record
from annotator.formats.registry import Format, Writer
from annotator.formats.scratch import Scratch
from annotator.formats.sink import Sink
from annotator.formats.survey import Feature, losses_of_kind

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_AROUND = 32  # code points before and after a quote
_KEEPS = frozenset(Feature) - {Feature.PROVENANCE}
_ENCODER = msgspec.json.Encoder()


class WebAnnotationOptions(Options, frozen=True, kw_only=True):
    """There is nothing to choose."""


def write(records: Iterable[Record], sink: Sink, options: WebAnnotationOptions) -> None:
    companion, number = Companion(), 0
    register: dict[str, EntityRecord] = {}
    texts = Scratch()
    with sink.file("annotations.jsonld") as output:
        head = {"@context": CONTEXT, "id": "urn:palimpsest:page", "type": "AnnotationPage"}
        output.write(_ENCODER.encode(head)[:-1] + b',"items":[')
        first = True
        for item in bundles(records):
            if not isinstance(item, Bundle):
                companion.add(item)
                if isinstance(item, EntityRecord):
                    register[item.id] = item
                continue
            number += 1
            for work in item.versions():
                for one in annotations(item.document, work, register):
                    output.write((b"\n" if first else b",\n") + _ENCODER.encode(one))
                    first = False
            companion.tell(f"texts/{number:06}.txt", item.document, Work(None))
            texts.add([(f"texts/{number:06}.txt", item.document.text)])
        output.write(b"\n]}\n")
    for name, text in texts.all():
        with sink.file(name) as output:
            output.write(text.encode())
    texts.close()
    companion.put(sink)


def annotations(
    document: DocumentRecord, work: Work, register: dict[str, EntityRecord]
) -> Iterator[dict[str, Any]]:
    """Marks, links and document labels of one work."""
    about = iri("document", document.id)
    common = _creator(work)
    for mark in sorted(work.annotations, key=lambda it: (it.spans, it.label, it.id)):
        yield {
            "id": _id(document, work, "annotation", mark.id),
            "type": "Annotation",
            "motivation": "classifying",
            **common,
            "body": list(_bodies(mark, register)),
            "target": [_target(document, about, span) for span in mark.spans],
        }
    for link in sorted(work.links, key=lambda it: (it.type, it.from_annotation, it.to_annotation, it.id)):
        body: list[Any] = [
            {"type": "TextualBody", "purpose": "tagging", "value": link.type},
            {
                "type": "SpecificResource",
                "purpose": "linking",
                "source": _id(document, work, "annotation", link.to_annotation),
            },
        ]
        yield {
            "id": _id(document, work, "link", link.id),
            "type": "Annotation",
            "motivation": "linking",
            **common,
            "body": [*body, *_attributes(link.attributes)],
            "target": _id(document, work, "annotation", link.from_annotation),
        }
    for label in sorted(work.labels, key=lambda it: it.label):
        yield {
            "id": _id(document, work, "label", label.label),
            "type": "Annotation",
            "motivation": "classifying",
            **common,
            "body": {
                "type": "TextualBody",
                "purpose": "classifying",
                "value": f"{label.label}={label.value}",
            },
            "target": about,
        }


def iri(kind: str, *names: str) -> str:
    """An address of our own, in which any name may stand."""
    return ":".join(["urn:palimpsest", kind, *[quote(name, safe="") for name in names]])


def _id(document: DocumentRecord, work: Work, kind: str, id_: str) -> str:
    return iri(kind, document.id, work.author or "", id_)


def _creator(work: Work) -> dict[str, Any]:
    if work.author is None:
        return {}
    machine = work.set is not None and work.set.author_class == "machine"
    name = work.set.name if work.set else work.author
    kind = "Software" if machine else "Person"
    return {"creator": {"id": iri("author", work.author), "type": kind, "name": name}}


def _bodies(mark: AnnotationRecord, register: dict[str, EntityRecord]) -> Iterator[dict[str, Any]]:
    yield {"type": "TextualBody", "purpose": "classifying", "value": mark.label}
    yield from _attributes(mark.attributes)
    if mark.entity is not None:
        entity = register.get(mark.entity)
        known = entity.attributes if entity else {}
        sources = [iri("entity", mark.entity)]
        if isinstance(item := known.get("wikidata"), str) and item:
            sources.append(f"http://www.wikidata.org/entity/{quote(item, safe='')}")
        if known.get("geonames_id"):
            sources.append(f"https://sws.geonames.org/{quote(str(known['geonames_id']), safe='')}/")
        for source in sources:
            yield {"type": "SpecificResource", "purpose": "identifying", "source": source}


def _attributes(attributes: Any) -> Iterator[dict[str, Any]]:
    if attributes:
        value = msgspec.json.encode(sorted_keys(attributes)).decode()
        yield {"type": "TextualBody", "purpose": "describing", "format": "application/json", "value": value}


def _target(document: DocumentRecord, about: str, span: tuple[int, int]) -> dict[str, Any]:
    start, end = span
    text = document.text
    quoted = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - _AROUND) : start],
        "suffix": text[end : end + _AROUND],
    }
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    return {"type": "SpecificResource", "source": about, "selector": [position, quoted]}


FORMAT = Format(
    key="webannotation",
    version=1,
    title="W3C Web Annotation (JSON-LD)",
    suffixes=(".jsonld",),
    media_type="application/ld+json",
    unit="code point",
    keeps=_KEEPS,
    about=__doc__ or "",
    writer=Writer(
        options=WebAnnotationOptions,
        write=write,
        losses=lambda survey, _options: losses_of_kind(survey, _KEEPS),
    ),
)
