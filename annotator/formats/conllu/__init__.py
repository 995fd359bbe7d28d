"""CoNLL-U: words with the white space between them, and one tag for each word in the field MISC.

`data.conllu` has a `newdoc` for each author's work on a document. `SpaceAfter` and `SpacesAfter` say which white space
follows a word, so that the text can be put together again to the letter. A tag is `NER=B-actor` in MISC. As one word
has one tag, the rule for overlap is that of CoNLL-2003: the longer (`outermost`), the shorter (`innermost`) or the
more important label (`priority`) stays, annotations of several spans are left out, and all of it is counted.
`documents.jsonl` and `register.jsonl` say what the file cannot.

Read are files of anybody's: the words on the surface make the text, sentences are parted by a space, paragraphs by a
line end, unless the file says otherwise. Tags may be IOB1, IOB2, BIOES, BILOU or bare labels. Lemmas, features and
trees are not kept.
"""

from collections import Counter

from annotator.formats.bundles import Bundle
from annotator.formats.conll2003 import ConllOptions, losses_of_tags
from annotator.formats.conll2003 import examine as examine_tags
from annotator.formats.conllu.options import ConlluReadOptions, ConlluWriteOptions
from annotator.formats.conllu.reader import find
from annotator.formats.conllu.writer import write
from annotator.formats.given.reading import reading
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.sentences import VERSION as SENTENCES
from annotator.formats.survey import Feature, Loss, Survey, losses_of_kind
from annotator.formats.words import VERSION as WORDS

_KEEPS = frozenset({Feature.AUTHORS, Feature.DOCUMENT_LABELS, Feature.METADATA, Feature.SCHEMA})


def examine(bundle: Bundle, options: ConlluWriteOptions) -> Counter[str]:
    total = examine_tags(bundle, ConllOptions(labels=options.labels, overlap=options.overlap))
    total["no_words"] = not bundle.document.text.strip()
    return total


def losses(survey: Survey, options: ConlluWriteOptions) -> list[Loss]:
    blank = survey.left_out["no_words"]
    own = [Loss("no_words", blank, "documents without a word are left out")] if blank else []
    tags = losses_of_tags(survey, options.overlap)
    ids = survey.counts["annotations"]
    named = [Loss("ids", ids, "annotations lose their ids and where they came from")] if ids else []
    return own + tags + named + losses_of_kind(survey, _KEEPS | {Feature.OVERLAP, Feature.DISCONTINUOUS})


def sniff(head: bytes, name: str) -> float:
    named = name.lower().endswith(".conllu") or b".conllu" in head[:4096] * head.startswith(b"PK")
    lines = [line for line in head.split(b"\n")[:200] if line.strip() and not line.startswith(b"#")]
    looks = bool(lines) and all(line.count(b"\t") == 9 for line in lines[:-1] or lines)
    return 0.5 * named + 0.45 * looks


FORMAT = Format(
    key="conllu",
    version=1,
    title="CoNLL-U",
    suffixes=(".conllu",),
    media_type="text/plain; charset=utf-8",
    unit="word",
    keeps=_KEEPS,
    about=__doc__ or "",
    reader=Reader(options=ConlluReadOptions, sniff=sniff, read=reading(find)),
    writer=Writer(
        options=ConlluWriteOptions,
        write=write,
        losses=losses,
        examine=examine,
        parts=lambda: {"words": WORDS, "sentences": SENTENCES},
        in_words=True,
    ),
)
