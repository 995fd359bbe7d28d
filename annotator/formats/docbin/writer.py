"""Records to spaCy: files of documents that ``DocBin().from_disk`` loads."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any
from zlib import decompress

import msgspec
import srsly  # type: ignore[import-untyped]
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from annotator.formats.bundles import Bundle, Item, OutOfOrder, Work, bundles, records_of
from annotator.formats.docbin.ents import entities
from annotator.formats.docbin.options import DocBinWriteOptions
from annotator.formats.docbin.stored import stored
from annotator.formats.docbin.tokens import Tokens, forget, stored_tokens, tokens
from annotator.formats.jsonl.writer import line
from annotator.formats.records import AnnotationRecord, DocumentRecord, Record
from annotator.formats.sink import Sink

USER_DATA = "palimpsest"
_ATTRIBUTES = ("ENT_IOB", "ENT_TYPE", "ENT_KB_ID")
_TOKENS_PER_FILE = 1_000_000  # a file of long documents stays loadable
_TOKENS_TO_REMEMBER = 5_000_000  # after so many, spaCy's vocabularies begin anew: they only grow


def write(records: Iterable[Record], sink: Sink, options: DocBinWriteOptions) -> None:
    """``register.jsonl`` with schema and entities, if there are any; ``part-00001.spacy`` and so on."""
    documents = _documents(bundles(records), sink)
    for number, part in enumerate(_parts(documents, options), start=1):
        packed = part.to_bytes()
        with sink.file(f"part-{number:05}.spacy") as output:
            output.write(packed if options.compress else stored(decompress(packed)))


def _documents(items: Iterator[Item], sink: Sink) -> Iterator[Bundle]:
    """The documents, after schema and entities have gone to a file of their own."""
    first = next(items, None)
    if first is not None and not isinstance(first, Bundle):
        with sink.file("register.jsonl") as output:
            while first is not None and not isinstance(first, Bundle):
                output.write(msgspec.json.encode(line(first)) + b"\n")
                first = next(items, None)
    for item in chain([first] if first else [], items):
        if not isinstance(item, Bundle):
            raise OutOfOrder(f"{type(item).__name__} after a document")
        yield item


def _parts(documents: Iterable[Bundle], options: DocBinWriteOptions) -> Iterator[DocBin]:
    """At least one, so that whoever loads them finds a file even where there is nothing."""
    part, vocab, length, seen = _new_part(), Vocab(), 0, 0
    for bundle in documents:
        for work in bundle.versions():
            if len(part) == options.documents_per_file or length > _TOKENS_PER_FILE:
                yield part
                part, vocab, length, seen = _new_part(), Vocab(), 0, seen + length
            doc = _doc(bundle.document, work, vocab, options)
            _pack(part, doc)
            length += len(doc)
        if seen > _TOKENS_TO_REMEMBER:
            forget()
            seen = 0
    yield part


def _new_part() -> DocBin:
    return DocBin(attrs=_ATTRIBUTES, store_user_data=True)


def _pack(part: DocBin, doc: Doc) -> None:
    """What ``DocBin.add`` does, without asking each token for nine texts that ours do not have.

    That takes as long as everything else.
    """
    part.tokens.append(doc.to_array([*part.attrs]))
    part.spaces.append(doc.to_array(["SPACY"]).astype(bool).reshape(-1, 1))
    part.flags.append({"has_unknown_spaces": False})
    part.cats.append(doc.cats)
    part.user_data.append(srsly.msgpack_dumps(doc.user_data))
    part.span_groups.append(doc.spans.to_bytes())
    part.strings.update(token.text for token in doc)
    for span in (span for group in doc.spans.values() for span in group):
        part.strings |= {span.label_, span.kb_id_, span.id_}


def _doc(document: DocumentRecord, work: Work, vocab: Vocab, options: DocBinWriteOptions) -> Doc:
    annotations = sorted(
        work.annotations, key=lambda annotation: (annotation.spans, annotation.label, annotation.id)
    )
    spans = [span for annotation in annotations for span in annotation.spans]
    found = (
        tokens(document.text, document.languages, spans)
        if options.words == "spacy"
        else stored_tokens(document, spans)
    )
    doc = Doc(vocab, words=found.words(document.text), spaces=found.spaces)
    for label in sorted({annotation.label for annotation in annotations}):
        labelled = [annotation for annotation in annotations if annotation.label == label]
        doc.spans[label] = [span for annotation in labelled for span in _spans(doc, found, annotation)]
    doc.set_ents([span for annotation in entities(work, options) for span in _spans(doc, found, annotation)])
    doc.cats = {f"{label.label}={label.value}": 1.0 for label in sorted(work.labels, key=lambda it: it.label)}
    doc.user_data[USER_DATA] = _user_data(document, work)
    return doc


def _spans(doc: Doc, found: Tokens, annotation: AnnotationRecord) -> Iterator[Span]:
    """One for each stretch of the text; those of one annotation share its id."""
    for span in annotation.spans:
        first, last = found.within(span)
        yield Span(
            doc, first, last, label=annotation.label, kb_id=annotation.entity or "", span_id=annotation.id
        )


def _user_data(document: DocumentRecord, work: Work) -> dict[str, Any]:
    """Everything but the text, as the lines of our JSON Lines."""
    lines = [line(record) for record in records_of(Bundle(document, {work.author: work}))]
    head = {key: value for key, value in lines[0].items() if key != "text"}
    told: dict[str, Any] = msgspec.to_builtins({"document": head, "author": work.author, "lines": lines[1:]})
    return told
