"""TEI P5 with stand-off annotation: an `.xml` for each document.

The text stands in one `ab` with its white space as it is; an empty `anchor` marks each place where an annotation begins
or ends. In `standOff` there is a `spanGrp` for each annotator with a `span` from anchor to anchor; stretches of one
annotation follow each other by `next`. `ana` leads to the label, `corresp` to the entity, a `note` holds attributes in
JSON; `linkGrp` has the links. XML cannot hold most control characters: U+FFFD stands in their place, and they are
counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.given.companion import Companion
from annotator.formats.given.details import details, encoded, link_details
from annotator.formats.options import Options
from annotator.formats.records import DocumentRecord, EntityRecord, Record
from annotator.formats.registry import Format, Writer
from annotator.formats.sink import Sink
from annotator.formats.survey import Feature, Loss, Survey
from annotator.formats.uima.written import examine_xml, xml_text


class TeiOptions(Options, frozen=True, kw_only=True):
    """There is nothing to choose."""


def write(records: Iterable[Record], sink: Sink, options: TeiOptions) -> None:
    companion, number = Companion(), 0
    register: dict[str, EntityRecord] = {}
    for item in bundles(records):
        if not isinstance(item, Bundle):
            companion.add(item)
            if isinstance(item, EntityRecord):
                register[item.id] = item
            continue
        number += 1
        with sink.file(f"{number:06}.xml") as output:
            output.write(render(item, register).encode())
        companion.tell(f"{number:06}.xml", item.document, Work(None), sums=False)
    companion.put(sink)


def render(bundle: Bundle, register: dict[str, EntityRecord]) -> str:
    """A document with everybody's work."""
    works = [it for it in bundle.versions() if it.author is not None or it.annotations or it.links]
    return "".join([*_head(bundle.document, works), *_text(bundle), *_stand_off(works, register), "</TEI>\n"])


def _head(document: DocumentRecord, works: list[Work]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0">\n'
    yield f"<teiHeader><fileDesc><titleStmt><title>{_plain(document.title)}</title>"
    for number, work in enumerate(works, start=1):
        name = work.set.name if work.set else work.author or "gold"
        about = f'xml:id="author-{number}" n={_quoted(work.author or "")}'
        yield f"<respStmt {about}><resp>annotation</resp><name>{_plain(name)}</name></respStmt>"
    yield "</titleStmt><publicationStmt><p>Exported for research.</p></publicationStmt><sourceDesc><bibl>"
    yield f"<idno>{_plain(document.id)}</idno>"
    yield f"<ref>{_plain(document.source_url)}</ref>" if document.source_url else ""
    yield f"<date>{_plain(document.published)}</date>" if document.published else ""
    yield "</bibl></sourceDesc></fileDesc></teiHeader>\n"


def _text(bundle: Bundle) -> Iterator[str]:
    text = xml_text(bundle.document.text)
    spans = [span for work in bundle.works.values() for mark in work.annotations for span in mark.spans]
    yield '<text><body><ab xml:space="preserve">'
    before = 0
    for edge in sorted({edge for span in spans for edge in span}):
        yield f'{escape(text[before:edge])}<anchor xml:id="c{edge}"/>'
        before = edge
    yield f"{escape(text[before:])}</ab></body></text>\n"


def _stand_off(works: list[Work], register: dict[str, EntityRecord]) -> Iterator[str]:
    labels = _numbered(mark.label for work in works for mark in work.annotations)
    types = _numbered(link.type for work in works for link in work.links)
    entities = _numbered(
        mark.entity for work in works for mark in work.annotations if mark.entity is not None
    )
    yield "<standOff>\n"
    for kind, names in (("label", labels), ("link", types)):
        yield from _interpretations(kind, {name: name for name in names}, names)
    known = {id_: register[id_].name if id_ in register else id_ for id_ in entities}
    yield from _interpretations("entity", known, entities)
    for number, work in enumerate(works, start=1):
        yield from _spans(work, number, labels, entities)
        yield from _links(work, number, types)
    yield "</standOff>\n"


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(set(names)), start=1)}


def _interpretations(kind: str, words: dict[str, str], numbers: dict[str, int]) -> Iterator[str]:
    if numbers:
        yield f'<interpGrp type="{kind}">'
        for name, number in numbers.items():
            yield f'<interp xml:id="{kind}-{number}" n={_quoted(name)}>{_plain(words[name])}</interp>'
        yield "</interpGrp>\n"


def _spans(work: Work, number: int, labels: dict[str, int], entities: dict[str, int]) -> Iterator[str]:
    yield f'<spanGrp resp="#author-{number}">\n'
    for place, mark in enumerate(
        sorted(work.annotations, key=lambda it: (it.spans, it.label, it.id)), start=1
    ):
        for part, (start, end) in enumerate(mark.spans, start=1):
            name = _name(number, place, part)
            more = f' next="#{_name(number, place, part + 1)}"' if part < len(mark.spans) else ""
            more += f' corresp="#entity-{entities[mark.entity]}"' if mark.entity is not None else ""
            note = f'<note type="details">{escape(encoded(details(mark)))}</note>' if part == 1 else ""
            ends = f'from="#c{start}" to="#c{end}" ana="#label-{labels[mark.label]}"'
            yield f'<span xml:id="{name}" {ends}{more}>{note}</span>\n'
    yield "</spanGrp>\n"


def _links(work: Work, number: int, types: dict[str, int]) -> Iterator[str]:
    marks = sorted(work.annotations, key=lambda it: (it.spans, it.label, it.id))
    names = {mark.id: _name(number, place, 1) for place, mark in enumerate(marks, start=1)}
    if work.links:
        yield f'<linkGrp resp="#author-{number}">\n'
        for link in sorted(work.links, key=lambda it: (it.type, it.from_annotation, it.to_annotation, it.id)):
            ends = f'target="#{names[link.from_annotation]} #{names[link.to_annotation]}"'
            yield f'<link {ends} ana="#link-{types[link.type]}" n={_quoted(encoded(link_details(link)))}/>\n'
        yield "</linkGrp>\n"


def _name(work: int, mark: int, part: int) -> str:
    return f"s{work}.{mark}" if part == 1 else f"s{work}.{mark}.{part}"


def _plain(text: str) -> str:
    return escape(xml_text(text))


def _quoted(text: str) -> str:
    return quoteattr(xml_text(text))


def examine(bundle: Bundle, options: TeiOptions) -> Counter[str]:
    return examine_xml(bundle)


def losses(survey: Survey, options: TeiOptions) -> list[Loss]:
    words = {
        "characters": (
            survey.left_out["characters"],
            "control characters, which XML cannot hold, are U+FFFD",
        ),
        "document_labels": (survey.counts["document_labels"], "document labels are left out"),
    }
    return [Loss(code, count, text) for code, (count, text) in words.items() if count]


FORMAT = Format(
    key="tei",
    version=1,
    title="TEI standoff",
    suffixes=(".xml",),
    media_type="application/tei+xml",
    unit="anchor",
    keeps=frozenset(Feature) - {Feature.DOCUMENT_LABELS},
    about=__doc__ or "",
    writer=Writer(options=TeiOptions, write=write, losses=losses, examine=examine),
)
