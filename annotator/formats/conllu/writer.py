"""Records to CoNLL-U: words, the white space between them, and a tag for each word in MISC."""

from collections.abc import Iterable, Iterator

from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.conll2003 import ConllOptions, select
from annotator.formats.conllu.options import ConlluWriteOptions
from annotator.formats.conllu.spacing import after, escaped
from annotator.formats.given.companion import Companion
from annotator.formats.records import AnnotationRecord, DocumentRecord, Record, Span
from annotator.formats.sink import Sink
from annotator.formats.tags import tags
from annotator.formats.tokens import sentences

FILE = "data.conllu"


def write(records: Iterable[Record], sink: Sink, options: ConlluWriteOptions) -> None:
    """``data.conllu``, a ``newdoc`` for each author's work on a document, and its companions."""
    companion, number = Companion(), 0
    with sink.file(FILE) as output:
        for item in bundles(records):
            if not isinstance(item, Bundle):
                companion.add(item)
                continue
            for work in item.versions():
                block = render(item.document, work, options)
                if block:
                    number += 1
                    output.write(block.encode())
                    companion.tell(f"{FILE}#{number}", item.document, work)
    companion.put(sink)


def chosen(work: Work, options: ConlluWriteOptions) -> list[AnnotationRecord]:
    """The annotations that become tags."""
    return select(work, ConllOptions(labels=options.labels, overlap=options.overlap)).kept


def render(document: DocumentRecord, work: Work, options: ConlluWriteOptions) -> str:
    """A document; nothing where it has no words."""
    kept = chosen(work, options)
    found = list(sentences(document, [mark.spans[0] for mark in kept], whole=True))
    if not found:
        return ""
    tagged = _tagged([word for words in found for word in words], kept, options)
    lines = [f"# newdoc id = {' '.join(document.id.split()) or '_'}\n"]
    ends = [words[0][0] for words in found[1:]] + [len(document.text)]
    for number, (words, end) in enumerate(zip(found, ends, strict=True), start=1):
        said = " ".join(document.text[words[0][0] : words[-1][1]].split())
        lines += [f"# sent_id = {number}\n", f"# text = {said}\n"]
        lines += _lines(document.text, words, end, tagged, first=number == 1)
        lines.append("\n")
    return "".join(lines)


def _lines(text: str, words: list[Span], end: int, tagged: dict[int, str], *, first: bool) -> Iterator[str]:
    follow = [start for start, _ in words[1:]] + [end]
    for number, ((start, stop), follower) in enumerate(zip(words, follow, strict=True), start=1):
        misc = [tagged[start]] if start in tagged else []
        if space := after(text[stop:follower], last=follower == len(text)):
            misc.append(space)
        if first and number == 1 and start:
            misc.append(f"SpacesBefore={escaped(text[:start])}")
        yield f"{number}\t{text[start:stop]}\t_\t_\t_\t_\t_\t_\t_\t{'|'.join(misc) or '_'}\n"


def _tagged(words: list[Span], kept: list[AnnotationRecord], options: ConlluWriteOptions) -> dict[int, str]:
    """``NER=…`` by the place where a word starts."""
    found: dict[int, str] = {}
    coming = iter(words)
    word = next(coming, None)
    for mark in kept:
        start, end = mark.spans[0]
        inside = []
        while word and word[0] < end:
            if word[0] >= start:
                inside.append(word[0])
            word = next(coming, None)
        names = tags(len(inside), mark.label.replace("|", "\\p"), options.scheme)
        found |= {place: f"NER={name}" for place, name in zip(inside, names, strict=True)}
    return found
