"""CoNLL of anybody's: words, white space and tags in every scheme, against the readers of other people."""

from io import StringIO
from itertools import pairwise

import conllu
import pytest

from annotator.formats.records import DocumentRecord
from annotator.formats.registry import guess
from annotator.formats.tags import mentions
from tests.unit.formats.samples import (
    annotations_in,
    codes_in,
    corpus,
    diagnostics_in,
    exported,
    read,
    records_in,
    sample_records,
    write,
)

OTHERS = ["lemma", "upos", "xpos", "feats", "head", "deprel", "deps"]
PUD = ["it", "en", "ar"]
ROW = "{}\t{}\t_\t_\t_\t_\t_\t_\t_\t{}\n"


def _documents(found: list[object]) -> list[DocumentRecord]:
    return [it for it in found if isinstance(it, DocumentRecord)]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("B-A I-A O B-A", [(0, 2, "A"), (3, 4, "A")]),
        ("I-A I-A B-A O I-B", [(0, 2, "A"), (2, 3, "A"), (4, 5, "B")]),  # IOB1
        ("B-A E-A S-A S-B", [(0, 2, "A"), (2, 3, "A"), (3, 4, "B")]),
        ("B-A L-A U-A I-A", [(0, 2, "A"), (2, 3, "A"), (3, 4, "A")]),
        ("A A O B", [(0, 2, "A"), (3, 4, "B")]),  # labels alone
        ("B-A I-B E-B _", [(0, 1, "A"), (1, 3, "B")]),
        ("B-a-b I-a-b", [(0, 2, "a-b")]),
        ("", []),
    ],
)
def test_tags_of_every_scheme_tell_their_mentions(tags: str, expected: list[tuple[int, int, str]]) -> None:
    assert mentions(tags.split()) == expected


@pytest.mark.parametrize("columns", ["four", "two"])
@pytest.mark.parametrize("scheme", ["bio", "bioes"])
def test_columns_and_schemes_say_the_same(columns: str, scheme: str) -> None:
    data = exported("conll2003", sample_records(), columns=columns, scheme=scheme)[0]
    plain = exported("conll2003", sample_records())[0]
    assert annotations_in(read("conll2003", data)) == annotations_in(read("conll2003", plain))


def test_bioes_marks_the_end_of_each_mention() -> None:
    data = write("conll2003", sample_records(), columns="two", scheme="bioes")["data.conll"].decode()
    tags = [line.rsplit(" ", 1)[1] if line else "" for line in data.split("\n")]
    assert all(after[:1] in ("I", "E") for tag, after in pairwise(tags) if tag[:1] in ("B", "I"))
    assert all(after[:1] not in ("I", "E") for tag, after in pairwise(tags) if tag[:1] in ("E", "S", "O"))


def test_a_file_of_columns_becomes_documents() -> None:
    found = read(
        "conll2003", b"-DOCSTART- O\n\nAssad B-PER\nwins O\n\nIran I-LOC\n\n-DOCSTART- O\n\nHoms LOC\n"
    )
    assert [it.text for it in _documents(found)] == ["Assad wins\nIran", "Homs"]  # type: ignore[arg-type]
    assert [(it.label, it.quote) for it in annotations_in(found)] == [
        ("PER", "Assad"),
        ("LOC", "Iran"),
        ("LOC", "Homs"),
    ]


def test_a_long_file_without_marks_may_be_cut() -> None:
    found = read("conll2003", b"a O\n\nb O\n\nc O\n", sentences_per_document=2)
    assert [it.text for it in _documents(found)] == ["a\nb", "c"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "data", "line"),
    [
        ("conll2003", b"Assad B-PER\nwins\n", 2),
        ("conll2003", b"Assad B-PER x\nwins O\n", 2),
        ("conllu", b"# newdoc\n1\tAssad\n", 2),
        ("conllu", ROW.format("x", "Assad", "_").encode(), 1),
        ("conllu", ROW.format("1-x", "Assad", "_").encode(), 1),
    ],
)
def test_broken_lines_are_told_with_their_number(key: str, data: bytes, line: int) -> None:
    found = read(key, data)
    assert [(it.code, it.line, it.column) for it in diagnostics_in(found, "error")] == [
        ("broken_line", line, 1)
    ]
    assert records_in(found) == []


@pytest.mark.parametrize("key", ["conll2003", "conllu"])
def test_bytes_that_are_no_text_are_told(key: str) -> None:
    assert codes_in(read(key, b"a\tO\n\xff\tO\n"), "error")[-1] == "not_utf8"
    assert codes_in(read(key, b"%PDF-1.7")) == ["wrong_kind_of_file"]
    assert codes_in(read(key, b"x" * (1 << 21))) == ["line_too_long"]


@pytest.mark.parametrize("language", PUD)
def test_treebanks_give_the_text_that_they_say_they_have(language: str) -> None:
    data = corpus(f"pud/{language}_pud-ud-test.conllu").read_bytes()
    found = read("conllu", data)
    assert codes_in(found, "error") == []
    text = "\n".join(it.text for it in _documents(found))  # type: ignore[arg-type]
    said = [sentence.metadata["text"] for sentence in conllu.parse_incr(StringIO(data.decode()))]
    assert len(said) == 1_000
    assert all(sentence in text for sentence in said)


@pytest.mark.parametrize("language", PUD)
def test_treebanks_come_back_from_our_own_files(language: str) -> None:
    records = records_in(read("conllu", corpus(f"pud/{language}_pud-ud-test.conllu").read_bytes()))[:200]
    assert records_in(read("conllu", exported("conllu", records)[0])) == records


def test_old_newspapers_lose_no_mention() -> None:
    for folder in ("enp_FR.bnf.bio", "enp_NL.kb.bio"):
        (path,) = corpus(f"europeana/{folder}").glob("*.bio")
        lines = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
        tagged = [(word, tag) for word, tag in lines if tag != "O"]
        marks = annotations_in(read("conll2003", path.read_bytes()))
        assert sum(len(it.quote.split()) for it in marks) == len(tagged)
        assert [word for it in marks for word in it.quote.split()] == [word for word, _ in tagged]


def test_another_reader_finds_words_spaces_and_tags() -> None:
    records = sample_records()
    (document,) = [it for it in records if isinstance(it, DocumentRecord)]
    data = write("conllu", records)["data.conllu"].decode()
    sentences = conllu.parse(data)
    assert [it.metadata["newdoc id"] for it in sentences if "newdoc id" in it.metadata] == ["seed-1"] * 2
    marks = annotations_in(read("conllu", exported("conllu", records)[0]))
    tags = [token["misc"]["NER"] for it in sentences for token in it if "NER" in (token["misc"] or {})]
    assert sum(tag.startswith("B-") for tag in tags) == len(marks) == 102
    words = [token["form"] for it in sentences for token in it]
    assert "".join(words) == "".join(document.text.split()) * 2
    assert all(it.metadata["text"] in " ".join(document.text.split()) for it in sentences)


def test_what_another_writer_writes_is_read() -> None:
    tokens = [
        {"id": n, "form": form, **dict.fromkeys(OTHERS), "misc": misc}
        for n, form, misc in [
            (1, "Putin", {"NER": "B-PER", "SpaceAfter": "No"}),
            (2, ",", None),
            (3, "🚀", {"SpacesAfter": "\\n"}),
        ]
    ]
    written = conllu.TokenList(tokens, metadata={"newdoc id": "d"}).serialize()  # type: ignore[arg-type]
    found = read("conllu", written.encode())
    assert [(it.id, it.text) for it in _documents(found)] == [("d", "Putin, 🚀\n")]  # type: ignore[arg-type]
    assert [(it.label, it.quote) for it in annotations_in(found)] == [("PER", "Putin")]


def test_words_inside_of_a_surface_word_are_no_text() -> None:
    rows = [
        ("1-2", "della", "_"),
        ("1", "di", "_"),
        ("2", "la", "NER=B-X"),
        ("2.1", "x", "_"),
        ("3", "Siria", "_"),
    ]
    found = read("conllu", "".join(ROW.format(*row) for row in rows).encode())
    assert [it.text for it in _documents(found)] == ["della Siria"]  # type: ignore[arg-type]
    assert [it.quote for it in annotations_in(found)] == ["della"]


@pytest.mark.parametrize(
    ("head", "name", "key"),
    [
        (b"-DOCSTART- -X- O O\n\nAssad NNP B-NP B-PER\n", "x", "conll2003"),
        (b"Assad B-PER\nwins O\nagain O\nin O\nx", "train.bio", "conll2003"),
        (ROW.format("1", "Assad", "_").encode() * 3, "x", "conllu"),
    ],
)
def test_files_of_words_are_known(head: bytes, name: str, key: str) -> None:
    form = guess(head, name)
    assert form is not None
    assert form.key == key


@pytest.mark.parametrize("text", ["a b ", " a", "a\n", "a  b", "\u2028a\tb\x0b", "a|b \\ ", "a"])
def test_white_space_comes_back_to_the_letter(text: str) -> None:
    document = DocumentRecord(id="d", title="", text=text)
    found = _documents(read("conllu", exported("conllu", [document])[0]))  # type: ignore[arg-type]
    assert [it.text for it in found] == [text]
