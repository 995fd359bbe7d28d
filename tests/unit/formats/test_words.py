"""Words and sentences by rules per language."""

import time
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from annotator.formats.records import DocumentRecord
from annotator.formats.sentences import sentence_starts
from annotator.formats.words import Remembered, piece, words
from tests.unit.formats.samples import corpus, sample_records


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("it", "dell'esercito, l’Isis", ["dell'", "esercito", ",", "l’", "Isis"]),
        ("it", "città' filo-saudita", ["città", "'", "filo-saudita"]),
        ("fr", "l'armée d’Assad", ["l'", "armée", "d’", "Assad"]),
        ("en", "Iran’s Sha'ab don't", ["Iran", "’s", "Sha'ab", "don", "'t"]),
        ("en-GB", "Iran's", ["Iran", "'s"]),
        ("de", "Wie geht's?", ["Wie", "geht's", "?"]),
        ("en", "U.S. D.C. 3,500.50 km", ["U.S.", "D.C.", "3,500.50", "km"]),
        ("en", "(see https://a.b/c?d=e).", ["(", "see", "https://a.b/c?d=e", ")", "."]),
        ("en", "wait... what", ["wait", "...", "what"]),
        ("ar", "قوات الجيش، فِي", ["قوات", "الجيش", "،", "فِي"]),
        ("ja", "東京 テスト", ["東", "京", "テ", "ス", "ト"]),
        ("und", "👩‍👩‍👧🇮🇹🇫🇷 👍🏽 ☕️", ["👩‍👩‍👧", "🇮🇹", "🇫🇷", "👍🏽", "☕️"]),
        ("und", "क्षि e\u0301t", ["क्षि", "e\u0301t"]),
        ("und", "\u0301a", ["\u0301", "a"]),
        ("und", " \u00a0\u2028\n", []),
    ],
)
def test_words(language: str, text: str, expected: list[str]) -> None:
    assert words(text, language) == expected


def test_what_is_remembered_of_a_chunk_is_what_was_made_of_it() -> None:
    asked: list[list[str]] = []

    def make(found: list[str]) -> int:
        asked.append(found)
        return len(found)

    remembered = Remembered("it", make)
    assert [remembered[chunk] for chunk in ("dell'esercito", "Isis", "dell'esercito")] == [2, 1, 2]
    assert asked == [["dell'", "esercito"], ["Isis"]]
    assert (remembered["東京" * 50], "東京" * 50 in remembered) == (100, False)


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("Con l'esercito", 0, 6, ["Con", "l'"]),
        ("Con l'esercito siriano", 6, 14, ["esercito"]),
        ("Con l'esercito siriano", 9, 18, ["rcito", "sir"]),
        ("Con l'esercito siriano", 7, 9, ["se"]),
        ("Con l'esercito", 3, 6, ["l'"]),
        ("Con l'esercito", 4, 4, []),
        ("(Siria)", 1, 6, ["Siria"]),
    ],
)
def test_a_piece_has_the_words_that_the_text_has_there(
    text: str, start: int, end: int, expected: list[str]
) -> None:
    assert piece(text, "it", start, end).words("it") == expected


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Mr. Assad met Lt. Col. Smith. ", "He lives in the U.S. Senate said so! ", "“Yes.” ", "No?"]),
        (
            "en",
            ["He took 3.5 tons. ", "On Nov. 8 came no. 5. ", "He said no. ", "Then he left."],
        ),
        ("en", ["Title without a stop\n", "Text.\n\n", "More"]),
        ("en", ["Dots... and on. ", "Really?! ", "(He left.) ", "End"]),
        ("it", ["Il sig. Rossi, on. Bianchi e il gen. Verdi. ", "È vero. ", "Così!"]),
        ("de", ["Am 9. November kam er. ", "Dann ging er."]),
        ("ar", ["هل هذا صحيح؟ ", "نعم. ", "انتهى"]),
        ("zh", ["他来了。", "他走了！", "「好。」", "完"]),
        ("und", ["1. First point\n", "2. Second"]),
        ("und", [""]),
    ],
)
def test_sentences(language: str, sentences: list[str]) -> None:
    text = "".join(sentences)
    starts = [0, *sentence_starts(text, language), len(text)]
    found = [text[start:end] for start, end in pairwise(starts)]
    assert found == sentences


@pytest.mark.parametrize(
    "text", ["." * 500_000, ". " * 200_000, "a." * 200_000, "\u3002" * 200_000, "'" * 500_000]
)
def test_a_page_of_dots_takes_no_longer_than_a_page_of_words(text: str) -> None:
    start = time.process_time()
    sentence_starts(text, "en")
    words(text, "it")
    words(text, "en")
    assert time.process_time() - start < 10


def test_the_sample_has_twenty_two_sentences() -> None:
    document = next(it for it in sample_records() if isinstance(it, DocumentRecord))
    parts = [(part.lang, part.start, part.end) for part in document.languages]
    starts = {start for _, start, _ in parts} | {
        start for part in parts for start in sentence_starts(document.text, *part)
    }
    assert len(starts) == 22


@pytest.mark.parametrize("language", ["en", "it", "ar"])
def test_sentences_of_a_treebank_are_found(language: str) -> None:
    """A thousand sentences of news: 99 of 100 begin where the treebank says, and none elsewhere."""
    found = expected = right = 0
    for sentences in _documents(corpus(f"pud/{language}_pud-ud-test.conllu")):
        wanted = set(accumulate(len(sentence) + 1 for sentence in sentences[:-1]))
        told = set(sentence_starts(" ".join(sentences), language))
        found, expected, right = found + len(told), expected + len(wanted), right + len(wanted & told)
    assert 2 * right / (found + expected) > 0.99


def _documents(treebank: Path) -> list[list[str]]:
    """Sentences by document: the first six letters of their ids."""
    documents: dict[str, list[str]] = {}
    id_ = ""
    for line in treebank.read_text("utf-8").splitlines():
        if line.startswith("# sent_id = "):
            id_ = line[12:18]
        elif line.startswith("# text = "):
            documents.setdefault(id_, []).append(line[9:])
    return list(documents.values())
