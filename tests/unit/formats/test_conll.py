"""CoNLL-2003: what is written is what a strict reader finds, and what is left out is counted."""

from collections.abc import Iterable, Iterator

import pytest
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, Entities
from spacy.training.converters.conll_ner_to_docs import conll_ner_to_docs

from annotator.domain.values import LanguageRange
from annotator.formats.conll2003 import FORMAT, ConllOptions
from annotator.formats.export import losses_before
from annotator.formats.records import AnnotationRecord, DocumentRecord, Record
from tests.unit.formats.samples import sample_records, write

TEXT = "Con l'esercito siriano di Assad. Vince Putin.\nHezbollah’s men, too."
LANGUAGES = (LanguageRange(0, 46, "it"), LanguageRange(46, len(TEXT), "en"))


def _document(text: str = TEXT, languages: tuple[LanguageRange, ...] = LANGUAGES) -> DocumentRecord:
    return DocumentRecord(id="d", title="A\ttitle", text=text, languages=languages)


def _annotation(*words: str, label: str = "actor", text: str = TEXT) -> AnnotationRecord:
    spans = tuple((text.index(word), text.index(word) + len(word)) for word in words)
    return AnnotationRecord(
        id=words[0], document="d", author="alice", label=label, spans=spans, quote=" ".join(words)
    )


def _sentences(data: bytes) -> Iterator[list[list[str]]]:
    for block in data.decode().split("\n\n"):
        if block and not block.startswith("-DOCSTART-"):
            yield [line.split(" ") for line in block.split("\n")]


def _written(*records: Record, **options: object) -> list[list[list[str]]]:
    return list(_sentences(write("conll2003", records, **options)["data.conll"]))


def _mentions(sentences: Iterable[list[list[str]]]) -> list[tuple[str, str]]:
    """Label and words of each entity that seqeval finds, by its strict rules."""
    found = []
    for sentence in sentences:
        tags = [line[3] for line in sentence]
        strict = [(it.tag, it.start, it.end - 1) for it in Entities([tags], IOB2).entities[0]]
        assert strict == list(get_entities(tags))
        found += [(tag, " ".join(line[0] for line in sentence[a : b + 1])) for tag, a, b in strict]
    return found


def test_a_document_is_sentences_of_words_with_tags() -> None:
    data = write("conll2003", [_document(), _annotation("esercito siriano di Assad"), _annotation("Putin")])
    assert data["data.conll"].decode() == (
        "-DOCSTART- -X- O O\n\n"
        "Con -X- O O\nl' -X- O O\nesercito -X- O B-actor\nsiriano -X- O I-actor\ndi -X- O I-actor\n"
        "Assad -X- O I-actor\n. -X- O O\n\n"
        "Vince -X- O O\nPutin -X- O B-actor\n. -X- O O\n\n"
        "Hezbollah -X- O O\n’s -X- O O\nmen -X- O O\n, -X- O O\ntoo -X- O O\n. -X- O O\n\n"
    )
    assert data["documents.tsv"] == b"number\tdocument\tauthor\ttitle\n1\td\talice\tA title\n"


def test_a_strict_reader_finds_the_mentions_of_the_sample() -> None:
    records = sample_records()
    sentences = _written(*records, labels=["actor", "location"])
    assert len(sentences) == 2 * 22
    author = [it for it in records if isinstance(it, AnnotationRecord) and it.author == "import"]
    mentions = [it for it in author if it.label != "claim"]
    lost = [it for it in mentions if len(it.spans) > 1]
    nested = [it for it in mentions if any(_holds(other, it) for other in mentions if other is not it)]
    found = _mentions(sentences[22:])  # the set of "import" comes second
    assert len(found) == len(mentions) - len(lost) - len(nested) == 97


def _holds(one: AnnotationRecord, other: AnnotationRecord) -> bool:
    (start, end), *more = one.spans
    return not more and len(other.spans) == 1 and start <= other.spans[0][0] and other.spans[0][1] <= end


def test_spacy_reads_the_same_mentions_document_by_document() -> None:
    data = write("conll2003", [_document(), _annotation("esercito siriano di Assad"), _annotation("Putin")])
    second = write("conll2003", [_document("Siria", ())])
    text = (data["data.conll"] + second["data.conll"]).decode()
    docs = list(conll_ner_to_docs(text, n_sents=0, no_print=True))  # type: ignore[no-untyped-call]
    assert [[(ent.label_, ent.text) for ent in doc.ents] for doc in docs] == [
        [("actor", "esercito siriano di Assad"), ("actor", "Putin")],
        [],
    ]


@pytest.mark.parametrize(
    ("rule", "labels", "expected"),
    [
        ("outermost", [], [("claim", "esercito siriano di Assad"), ("actor", "Putin")]),
        ("innermost", [], [("actor", "Assad"), ("actor", "Putin")]),
        ("priority", ["location", "claim"], [("location", "siriano di Assad")]),
        ("priority", ["actor", "location"], [("actor", "Assad"), ("actor", "Putin")]),
        ("outermost", ["actor"], [("actor", "Assad"), ("actor", "Putin")]),
    ],
)
def test_where_annotations_overlap_the_rule_says_which_stays(
    rule: str, labels: list[str], expected: list[tuple[str, str]]
) -> None:
    marks = [
        _annotation("esercito siriano di Assad", label="claim"),
        _annotation("siriano di Assad", label="location"),
        _annotation("Assad"),
        _annotation("Putin"),
    ]
    assert _mentions(_written(_document(), *marks, overlap=rule, labels=labels)) == expected


def test_what_is_left_out_is_counted_by_reason() -> None:
    marks = [_annotation("esercito siriano di Assad"), _annotation("Assad"), _annotation("Con", "Putin")]
    marks.append(_annotation("Hezbollah", label="claim"))
    marks.append(_annotation("\n"))
    losses = losses_before(FORMAT, [_document(), *marks], ConllOptions(labels=("actor",)))
    assert {loss.code: loss.count for loss in losses} == {
        "other_label": 1,
        "discontinuous": 1,
        "blank": 1,
        "overlap": 1,
    }


def test_words_are_cut_where_a_mention_begins_or_ends() -> None:
    text = "filo-saudita"
    found = _written(_document(text, ()), _annotation("saudita", text=text))
    assert [[line[0] for line in sentence] for sentence in found] == [["filo-", "saudita"]]
    assert _mentions(found) == [("actor", "saudita")]


def test_a_mention_is_never_cut_by_a_sentence_or_a_language() -> None:
    found = _written(_document(), _annotation("Putin.\nHezbollah"))
    assert _mentions(found) == [("actor", "Putin . Hezbollah")]


def test_mentions_side_by_side_stay_two() -> None:
    text = "Siria Iraq"
    found = _written(_document(text, ()), _annotation("Siria", text=text), _annotation("Iraq", text=text))
    assert [line[3] for line in found[0]] == ["B-actor", "B-actor"]


@pytest.mark.parametrize("text", ["", " \n\n ", "\u00a0\u2028"])
def test_a_document_without_words_is_its_first_line(text: str) -> None:
    assert write("conll2003", [_document(text, ())])["data.conll"] == b"-DOCSTART- -X- O O\n\n"


def test_no_word_holds_white_space() -> None:
    text = "a\u00a0b\u2003c\x85d\x1ce\u3000f 👩‍👩‍👧\u200b نص"
    for sentence in _written(_document(text, ())):
        for line in sentence:
            assert len(line) == 4
            assert line[0].split() == [line[0]]
