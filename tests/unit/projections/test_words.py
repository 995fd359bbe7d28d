import pytest

from annotator.projections.words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L'ÉTÉ d'Al-Bukamal", ["l", "ete", "d", "al", "bukamal"]),
        ("مدينة البوكمال", ["مدينة", "البوكمال"]),
        ("Straße, STRASSE", ["strasse"]),
        ("", []),
        ("x" * 600, ["x" * 500]),
    ],
)
def test_words_are_the_same_however_they_are_written(text: str, words: list[str]) -> None:
    assert words_of(text) == words
