"""CoNLL-2003: one word a line with its tag, for sequence labellers.

`data.conll` has four columns parted by one space: the word, `-X-`, `O`, and the tag in IOB2 (every mention begins
with `B-`), or two, the word and the tag; BIOES tags also say where a mention ends. A blank line ends a sentence,
`-DOCSTART- -X- O O` begins a document; a document with several sets comes once for each. Which document is which
says `documents.tsv`, line by line in the same order.

One word has one tag, so of annotations that overlap one stays: the longer (`outermost`), the shorter (`innermost`),
or the one whose label is named first in `labels` and then the longer (`priority`); where that leaves a choice, the
one that begins first. Annotations of several spans are left out. All of it is counted.

Words and sentences follow rules for the language of each passage; a word is cut where an annotation begins or ends
inside of it, and a sentence never ends inside an annotation.

Read are files of anybody's with the word in the first column and the tag in the last: IOB1, IOB2, BIOES, BILOU or
bare labels. The text is made of the words with a space between them and a line end between sentences, because the
file has no other; so each author's work on a document is a document of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from tempfile import SpooledTemporaryFile
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

from annotator.domain.values import LanguageRange
from annotator.formats.bundles import Bundle, Work, documents
from annotator.formats.conll_columns import ConllReadOptions, find
from annotator.formats.given.reading import reading
from annotator.formats.options import Options
from annotator.formats.overlap import OverlapRule, without_overlap
from annotator.formats.records import AnnotationRecord, Boundaries, DocumentRecord, Record
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.sentences import VERSION as SENTENCES
from annotator.formats.sink import Sink
from annotator.formats.survey import Feature, Loss, Survey, losses_of_kind
from annotator.formats.tags import Scheme, tags
from annotator.formats.tokens import ranges_of, sentence_beginnings, words_between
from annotator.formats.words import VERSION as WORDS
from annotator.formats.words import Remembered, is_edge, piece

_COLUMNS = {"four": " -X- O ", "two": " "}  # what stands between word and tag
_INDEX_IN_MEMORY = 1 << 20


class ConllOptions(Options, frozen=True, kw_only=True):
    labels: Annotated[
        tuple[str, ...], Meta(description="Labels to write, most important first; none named: all of them.")
    ] = ()
    overlap: Annotated[
        OverlapRule,
        Meta(description="Which annotation stays where two overlap: the longer, the shorter, or by label."),
    ] = OverlapRule.OUTERMOST
    scheme: Annotated[Scheme, Meta(description="How tags mark where mentions begin and end.")] = Scheme.BIO
    columns: Annotated[
        Literal["four", "two"], Meta(description="Four columns as in 2003, or only the word and its tag.")
    ] = "four"


@dataclass(slots=True)
class Selection:
    """What of one work can be written, and why the rest cannot."""

    kept: list[AnnotationRecord] = field(default_factory=list)  # ascending, without overlap, of one span each
    left_out: Counter[str] = field(default_factory=Counter)


def write(records: Iterable[Record], sink: Sink, options: ConllOptions) -> None:
    """``data.conll`` and, because CoNLL knows no document ids, ``documents.tsv`` in the same order."""
    between = _COLUMNS[options.columns]
    outside = _Outside(f"{between}O\n")
    form = _Form(outside, between, options.scheme)
    start = f"-DOCSTART-{between}O\n\n"
    with SpooledTemporaryFile(_INDEX_IN_MEMORY) as index:
        index.write(b"number\tdocument\tauthor\ttitle\n")
        with sink.file("data.conll") as output:
            for number, (document, work) in enumerate(_versions(records), start=1):
                kept = select(work, options).kept
                output.write((start + "".join(_lines(document, kept, form))).encode())
                index.write(_index_line(number, document, work))
        index.seek(0)
        with sink.file("documents.tsv") as output:
            for chunk in iter(lambda: index.read(1 << 16), b""):
                output.write(chunk)


def examine(bundle: Bundle, options: ConllOptions) -> Counter[str]:
    total: Counter[str] = Counter()
    for work in bundle.works.values():
        total.update(select(work, options).left_out)
    return total


def losses(survey: Survey, options: ConllOptions) -> list[Loss]:
    tags = losses_of_tags(survey, options.overlap)
    return tags + losses_of_kind(survey, FORMAT.keeps | {Feature.OVERLAP, Feature.DISCONTINUOUS})


def losses_of_tags(survey: Survey, overlap: OverlapRule) -> list[Loss]:
    """What one tag a word cannot say."""
    words_of = {
        "other_label": "annotations have a label that was not chosen",
        "discontinuous": "annotations of several spans are left out",
        "blank": "annotations hold only white space",
        "overlap": f"annotations overlap one that is kept ({overlap} rule)",
    }
    found = survey.left_out
    return [Loss(code, found[code], words) for code, words in words_of.items() if found[code]]


def select(work: Work, options: ConllOptions) -> Selection:
    """The annotations that become tags: each is counted out for the first reason that applies."""
    selection, whole = Selection(), []
    for annotation in work.annotations:
        reason = _reason_against(annotation, options)
        if reason:
            selection.left_out[reason] += 1
        else:
            whole.append(annotation)
    selection.kept = without_overlap(whole, options.overlap, options.labels)
    selection.left_out["overlap"] = len(whole) - len(selection.kept)
    return selection


def _reason_against(annotation: AnnotationRecord, options: ConllOptions) -> str | None:
    if options.labels and annotation.label not in options.labels:
        return "other_label"
    if len(annotation.spans) > 1:
        return "discontinuous"
    return "blank" if annotation.quote.isspace() else None


def _versions(records: Iterable[Record]) -> Iterator[tuple[DocumentRecord, Work]]:
    return ((bundle.document, work) for bundle in documents(records) for work in bundle.versions())


def _index_line(number: int, document: DocumentRecord, work: Work) -> bytes:
    cells = [str(number), document.id, work.author or "", document.title]
    return ("\t".join([" ".join(cell.split()) for cell in cells]) + "\n").encode()


class _Stretch(NamedTuple):
    """A stretch of text of one language, inside one sentence and inside or outside one annotation."""

    start: int
    end: int
    language: str
    inside: AnnotationRecord | None


class _Outside(dict[str, Remembered[str]]):
    """Lines of words outside any annotation, by language; ``untagged`` stands behind each word."""

    def __init__(self, untagged: str) -> None:
        super().__init__()
        self.untagged = untagged

    def __missing__(self, language: str) -> Remembered[str]:
        untagged = self.untagged
        made = self[language] = Remembered(
            language, lambda found: "".join([word + untagged for word in found])
        )
        return made


class _Form(NamedTuple):
    """How lines look."""

    outside: _Outside
    between: str
    scheme: Scheme


def _lines(document: DocumentRecord, kept: list[AnnotationRecord], form: _Form) -> Iterator[str]:
    """The words of a document with their tags, a blank line after each sentence that has words."""
    text = document.text
    # A sentence never ends inside an annotation: the tags of one mention stay together.
    starts = set(sentence_beginnings(document, [annotation.spans[0] for annotation in kept]))
    begun, mention = False, None
    for stretch in _stretches(text, ranges_of(document), starts, kept):
        if begun and stretch.start in starts:
            yield "\n"
            begun = False
        # A change of language inside a mention makes a second stretch, which goes on with the same tag.
        lines = _stretch_lines(document, stretch, form, goes_on=stretch.inside is mention)
        if lines:
            begun, mention = True, stretch.inside
            yield lines
    if begun:
        yield "\n"


def _stretch_lines(document: DocumentRecord, stretch: _Stretch, form: _Form, *, goes_on: bool) -> str:
    start, end, language, inside = stretch
    text, known = document.text, document.boundaries
    if inside is not None:
        goes_forth = not text[end : inside.spans[0][1]].isspace() and end < inside.spans[0][1]
        found = _words_of(text, stretch, known)
        named = tags(len(found), inside.label, form.scheme, goes_on=goes_on, goes_forth=goes_forth)
        return "".join([f"{word}{form.between}{tag}\n" for word, tag in zip(found, named, strict=True)])
    if known is not None:
        return "".join([word + form.outside.untagged for word in words_between(text, start, end, known)])
    lines = form.outside[language].__getitem__
    if is_edge(text, start) and is_edge(text, end):
        return "".join(map(lines, text[start:end].split()))
    cut = piece(text, language, start, end)
    edges = ["".join([word + form.outside.untagged for word in words]) for words in (cut.head, cut.tail)]
    return edges[0] + "".join(map(lines, cut.between.split())) + edges[1]


def _words_of(text: str, stretch: _Stretch, known: Boundaries | None) -> list[str]:
    if known is not None:
        return words_between(text, stretch.start, stretch.end, known)
    return piece(text, stretch.language, stretch.start, stretch.end).words(stretch.language)


def _stretches(
    text: str, ranges: Sequence[LanguageRange], starts: set[int], kept: list[AnnotationRecord]
) -> Iterator[_Stretch]:
    edges = [edge for annotation in kept for edge in annotation.spans[0]]
    cuts = sorted({0, len(text), *(part.start for part in ranges), *starts, *edges})
    language, coming = iter(ranges), iter([*kept, None])
    part, annotation = next(language), next(coming)
    for start, end in pairwise(cuts):
        while part.end <= start:
            part = next(language)
        while annotation and annotation.spans[0][1] <= start:
            annotation = next(coming)
        inside = annotation if annotation and annotation.spans[0][0] <= start else None
        yield _Stretch(start, end, part.lang, inside)


def sniff(head: bytes, name: str) -> float:
    named = name.lower().endswith((".conll", ".bio", ".iob", ".iob2", ".bioes")) or (
        head.startswith(b"PK") and b"data.conll" in head[:100]
    )
    if head.startswith(b"-DOCSTART-"):
        return 0.95
    lines = [line.split() for line in head.split(b"\n")[:100] if line.strip()][:-1]
    looks = len(lines) > 1 and len({len(cells) for cells in lines}) == 1 and 2 <= len(lines[0]) <= 6
    tagged = sum(cells[-1] == b"O" or cells[-1][1:2] == b"-" for cells in lines) > 0.8 * len(lines)
    return 0.5 * named + 0.4 * (looks and tagged)


FORMAT = Format(
    key="conll2003",
    version=1,
    title="CoNLL-2003 (BIO, BIOES)",
    suffixes=(".conll",),
    media_type="text/plain; charset=utf-8",
    unit="word",
    keeps=frozenset({Feature.AUTHORS}),
    about=__doc__ or "",
    reader=Reader(options=ConllReadOptions, sniff=sniff, read=reading(find)),
    writer=Writer(
        options=ConllOptions,
        write=write,
        losses=losses,
        examine=examine,
        parts=lambda: {"words": WORDS, "sentences": SENTENCES},
        in_words=True,
    ),
)
