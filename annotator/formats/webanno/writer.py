"""Records to WebAnno TSV 3.3."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from annotator.domain.offsets import Offsets, Unit
from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.given.companion import Companion, folders
from annotator.formats.given.details import details, encoded, link_details
from annotator.formats.options import Options
from annotator.formats.records import DocumentRecord, Record, Span
from annotator.formats.sink import Sink
from annotator.formats.tokens import sentences
from annotator.formats.webanno import escapes

MARK, LINK = "webanno.custom.Mark", "webanno.custom.Link"
_HEAD = (
    "#FORMAT=WebAnno TSV 3.3\n"
    f"#T_SP={MARK}|details|entity|identifier|label\n"
    f"#T_RL={LINK}|details|label|BT_{MARK}\n\n"
)
_NONE = "_"


def write(records: Iterable[Record], sink: Sink, options: Options) -> None:
    """A ``.tsv`` for each author's work on a document, and its companions."""
    companion, number = Companion(), 0
    for item in bundles(records):
        if not isinstance(item, Bundle):
            companion.add(item)
            continue
        number += 1
        for name, work in folders(item, number):
            with sink.file(f"{name}.tsv") as output:
                output.write(render(item.document, work).encode())
            companion.tell(f"{name}.tsv", item.document, work)
    companion.put(sink)


@dataclass(slots=True)
class _Stretch:
    number: int  # by which stacked ones are told apart
    span: Span
    cells: tuple[str, str, str, str]
    unit: str = ""  # of its first word
    links: list[tuple[str, str, "_Stretch"]] = field(default_factory=list)  # details, label, where from


def trimmed(text: str, span: Span) -> Span:
    """Without white space at the edges, which belongs to no word."""
    start, end = span
    return end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip())


def render(document: DocumentRecord, work: Work) -> str:
    """The whole file."""
    text = document.text
    stretches = _stretches(text, work)
    found = list(sentences(document, [it.span for it in stretches], whole=False))
    _locate(found, stretches)
    return _HEAD + "".join(_blocks(document, found, stretches))


def _stretches(text: str, work: Work) -> list[_Stretch]:
    """In the order of the text; links are with the stretch they lead to."""
    found: list[_Stretch] = []
    first: dict[str, _Stretch] = {}
    for mark in work.annotations:
        for place, span in enumerate(mark.spans):
            told = escapes.value(encoded(details(mark))) if place == 0 else "*"
            entity = "*" if mark.entity is None else escapes.value(mark.entity) or "*"
            cells = (told, entity, escapes.value(mark.id), escapes.value(mark.label))
            stretch = _Stretch(0, trimmed(text, span), cells)
            first.setdefault(mark.id, stretch)
            found.append(stretch)
    found.sort(key=lambda it: (it.span, it.cells[3], it.cells[2]))
    for number, stretch in enumerate(found, start=1):
        stretch.number = number
    for link in sorted(work.links, key=lambda it: (it.type, it.from_annotation, it.to_annotation, it.id)):
        cells_of_link = escapes.value(encoded(link_details(link))), escapes.value(link.type)
        first[link.to_annotation].links.append((*cells_of_link, first[link.from_annotation]))
    return found


def _locate(found: list[list[Span]], stretches: list[_Stretch]) -> None:
    """Note the first word of each stretch."""
    names = {
        word[0]: f"{number}-{place}"
        for number, words in enumerate(found, start=1)
        for place, word in enumerate(words, start=1)
    }
    for stretch in stretches:
        stretch.unit = names[stretch.span[0]]


def _blocks(document: DocumentRecord, found: list[list[Span]], stretches: list[_Stretch]) -> Iterator[str]:
    """Sentences reach to where the next one begins, so that together they are the text."""
    text, convert = document.text, Offsets(document.text, Unit.UTF16).from_code_point
    edges = [0, *[words[0][0] for words in found[1:]], len(text)] if found else [0, len(text)]
    coming, open_ = iter([*stretches, None]), list[_Stretch]()
    ahead = next(coming)
    for number, (start, end) in enumerate(pairwise(edges), start=1):
        if text[start:end]:
            yield "\n" + "".join([f"#Text={escapes.line(line)}\n" for line in text[start:end].split("\n")])
        for place, word in enumerate(found[number - 1] if found else [], start=1):
            open_ = [stretch for stretch in open_ if stretch.span[1] > word[0]]
            while ahead and ahead.span[0] <= word[0]:
                open_.append(ahead)
                ahead = next(coming)
            offsets = f"{convert(word[0])}-{convert(word[1])}"
            cells = [
                f"{number}-{place}",
                offsets,
                escapes.line(text[word[0] : word[1]]),
                *_cells(word, open_),
            ]
            yield "\t".join(cells) + "\t\n"


def _cells(word: Span, open_: list[_Stretch]) -> Iterator[str]:
    """Four columns of marks, three of links."""
    for column in range(4):
        yield "|".join([f"{it.cells[column]}[{it.number}]" for it in open_]) or _NONE
    links = [(link, it) for it in open_ if it.span[0] == word[0] for link in it.links]
    yield "|".join([link[0] for link, _ in links]) or _NONE
    yield "|".join([link[1] for link, _ in links]) or _NONE
    yield "|".join([f"{link[2].unit}[{link[2].number}_{it.number}]" for link, it in links]) or _NONE
