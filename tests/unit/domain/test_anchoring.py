"""Finding spans again in a corrected text."""

import pytest

from annotator.domain.anchoring import reanchor
from annotator.domain.text import quote

OLD = (
    "Con la liberazione di Al-Bukamal l'Isis perde la valle dellì'Eufrate.\n"
    "Vincitori sono anche gli Hezbollah, che si preparano a entrare al governo.\n"
    "Vincitore è infine anche Trump, che ha mantenuto la promessa di sdradicare l'Isis.\n"
    "ISIS lost its last settlement in Syria. This will push ISIS to choose a guerrilla warfare."
)


def found(new: str, *said: str, at: int = 0) -> str | None:
    spans = tuple((OLD.index(part, at), OLD.index(part, at) + len(part)) for part in said)
    moved = reanchor(OLD, new, spans)
    return None if moved is None else quote(new, moved)


def test_an_unchanged_text_keeps_everything() -> None:
    assert found(OLD, "Trump") == "Trump"


def test_spans_move_with_what_stands_before_them() -> None:
    new = OLD.replace("Con la", "Finalmente, con la")
    assert found(new, "gli Hezbollah") == "gli Hezbollah"
    assert found(new, "Isis", at=OLD.index("sdradicare")) == "Isis"


def test_a_corrected_word_inside_of_a_span_stays_in_it() -> None:
    new = OLD.replace("dellì'Eufrate", "dell'Eufrate").replace("sdradicare", "sradicare")
    assert found(new, "valle dellì'Eufrate") == "valle dell'Eufrate"
    assert found(new, "sdradicare l'Isis") == "sradicare l'Isis"


def test_a_word_added_inside_of_a_span_belongs_to_it() -> None:
    new = OLD.replace("sono anche", "sono oggi anche")
    assert found(new, "Vincitori sono anche gli Hezbollah") == "Vincitori sono oggi anche gli Hezbollah"


def test_a_moved_paragraph_is_found_by_quote_and_context() -> None:
    lines = OLD.split("\n")
    new = "\n".join([lines[2], lines[0], lines[3], lines[1]])
    for said in ("Trump", "gli Hezbollah", "Al-Bukamal", "settlement in Syria"):
        assert found(new, said) == said


def test_of_two_equal_quotes_each_finds_its_own() -> None:
    new = "Intro.\n" + OLD
    first, second = OLD.index("ISIS"), OLD.rindex("ISIS")
    assert reanchor(OLD, new, ((first, first + 4),)) == ((first + 7, first + 11),)
    assert reanchor(OLD, new, ((second, second + 4),)) == ((second + 7, second + 11),)


@pytest.mark.parametrize("said", ["gli Hezbollah", "Vincitori"])
def test_what_was_deleted_is_an_orphan(said: str) -> None:
    lines = OLD.split("\n")
    assert found("\n".join([lines[0], *lines[2:]]), said) is None


def test_an_orphan_does_not_take_the_place_of_its_like() -> None:
    new = OLD.replace("ISIS lost its last settlement in Syria. ", "")
    assert found(new, "ISIS") is None


def test_a_sentence_put_in_anothers_place_does_not_inherit_its_spans() -> None:
    new = OLD.replace(
        "Vincitori sono anche gli Hezbollah, che si preparano a entrare al governo.",
        "Nessuno sa che cosa gli altri faranno a primavera.",
    )
    assert found(new, "gli Hezbollah") is None


def test_pieces_stay_in_order_or_are_lost_together() -> None:
    assert found(OLD.replace("anche Trump", "pure Trump"), "Vincitore", "Trump") == "Vincitore Trump"
    assert found(OLD.replace("Vincitore è infine anche Trump", "E Trump"), "infine", "Trump") is None


def test_pieces_that_come_to_touch_become_one() -> None:
    assert reanchor("uno due tre quattro", "unotre quattro", ((0, 3), (8, 11))) == ((0, 6),)


def test_an_emptied_text_orphans_all() -> None:
    assert found("", "Trump") is None


def test_a_quote_that_fits_two_places_alike_is_an_orphan() -> None:
    old = "aaaa bbbb cccc dddd\nPutin disse\n"
    assert reanchor(old, "Zz Putin disse\nZz Putin disse\naaaa bbbb cccc dddd\n", ((20, 25),)) is None


def test_a_quote_without_its_context_is_not_believed() -> None:
    old = "In Siria vinse Putin, dicono tutti quanti.\nAltro discorso, molto lungo.\n"
    start = old.index("Putin")
    moved = "Altro discorso, molto lungo.\nNessuno crede che a Putin piaccia perdere.\n"
    assert reanchor(old, moved, ((start, start + 5),)) is None


def test_corrections_at_either_end_of_the_text_stay_in_the_span() -> None:
    assert reanchor("Xdella fine", "della fine", ((0, 6),)) == ((0, 5),)
    assert reanchor("la finee", "la finex", ((3, 8),)) == ((3, 8),)
    assert reanchor("la fine", "la finestra", ((3, 7),)) == ((3, 7),)


def test_what_became_blank_is_an_orphan() -> None:
    assert reanchor("a b c", "a   c", ((2, 3),)) is None


def test_a_long_text_with_many_corrections_is_compared_in_lines() -> None:
    lines = [f"{n}: Putin disse che la guerra numero {n} era finita." for n in range(2000)]
    old = "\n".join(lines)
    new = "\n".join(
        line.replace("guerra", "guerra civile") if n % 3 else line for n, line in enumerate(lines)
    )
    start = old.index("1999: ")
    moved = reanchor(old, new, ((start, len(old)),))
    assert moved is not None
    assert quote(new, moved) == lines[1999].replace("guerra", "guerra civile")
